"""Manifests that parse, and promise what is not so or may not be: another sender, period, agreement; files that are not there."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from tests.hostile.recipe import Drop, Recipe, needs_judging, partly, refused, refused_file, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import table

PEOPLE = table("people", n=3)
CONSENT = table("consent", n=3)
BOTH = {"people.csv": PEOPLE, "consent.csv": CONSENT}
FEEDS_OF_AN_AUTHORITY = ["people", "attendance", "exclusions", "school_places", "benefits", "asb_interventions", "support_needs"]


def _says(**fields: object) -> Drop:
    return Drop(manifest=fields)


def _agreed(**fields: object) -> dict[str, object]:
    """The partner's agreements: the one that drops name, with other fields."""
    agreement = {
        "code": "WM-TF-ISA",
        "valid_from": "2012-04-01",
        "gateways": ["CDA1998-S115", "DEA2017-S35"],
        "feeds": ["people", "consent"],
    }
    return {"feeds": ["people"], "agreements": [{**agreement, **fields}]}


def _entry(feed: str, path: str) -> dict[str, object]:
    return {"feed": feed, "path": path, "rows": 0, "sha256": "0" * 64}


def _of_path(path: str) -> Drop:
    return Drop(entries={"people.csv": {"path": path}})


WELL = taken(one("people", 3, 3))
UNTAKEN = refused_file("people")
MARKING = refused("marking_too_high")
LEAVES = refused("path_leaves_folder")

OF_THE_DROP = [
    Recipe("sender_is_another_partner", _says(sender="dudley"), refused("wrong_sender")),
    Recipe("sender_in_capitals", _says(sender="SANDWELL"), refused("wrong_sender")),
    Recipe("sender_with_a_blank", _says(sender="sandwell "), refused("wrong_sender")),
    Recipe("sender_with_a_letter_of_another_script", _says(sender="s\u0430ndwell"), refused("wrong_sender")),
    Recipe("sender_empty", _says(sender=""), refused("wrong_sender")),
    Recipe("period_of_another_month", _says(period="2026-09"), refused("wrong_period")),
    Recipe("period_as_a_date", _says(period="2026-10-31"), refused("wrong_period")),
    Recipe("revision_of_another_folder", _says(revision=2), refused("wrong_period")),
    Recipe("revision_0_in_folder_r1", _says(revision=0), refused("wrong_period")),
    Recipe("revision_of_30_digits", _says(revision=10**30), refused("wrong_period")),
    Recipe(
        "a_daily_manifest_in_a_monthly_drop",
        Drop(manifest={"date": "2026-10-31"}, entries={}, write=lambda text: text.replace('"period"', '"day"')),
        refused("manifest_unreadable"),
    ),
    Recipe("marking_secret", _says(marking="SECRET"), MARKING),
    Recipe("marking_top_secret", _says(marking="TOP SECRET"), MARKING),
    Recipe("marking_confidential", _says(marking="CONFIDENTIAL"), MARKING),
    Recipe("marking_in_small_letters", _says(marking="official-sensitive"), MARKING),
    Recipe("marking_with_a_descriptor", _says(marking="OFFICIAL-SENSITIVE PERSONAL"), MARKING),
    Recipe("marking_empty", _says(marking=""), MARKING),
    Recipe("marking_secret_beside_a_wrong_sender", _says(marking="SECRET", sender="dudley"), refused("wrong_sender", "marking_too_high")),
    Recipe("marking_official", _says(marking="OFFICIAL"), WELL),
    Recipe("marking_restricted", _says(marking="RESTRICTED"), WELL),
    Recipe("agreement_unknown", _says(agreement="WM-TF-ISA-2"), refused("agreement_not_in_force")),
    Recipe("agreement_ended_the_day_before", Drop(), refused("agreement_not_in_force"), partner=_agreed(valid_to="2026-10-30")),
    Recipe("agreement_begins_the_day_after", Drop(), refused("agreement_not_in_force"), partner=_agreed(valid_from="2026-11-01")),
    Recipe("agreement_ends_on_the_last_day", Drop(), WELL, partner=_agreed(valid_to="2026-10-31")),
    Recipe("gateway_unknown", _says(gateway="GDPR"), refused("gateway_not_in_force")),
    Recipe(
        "gateway_of_no_agreement_with_the_sender",
        _says(gateway="DEA2017-S35"),
        refused("gateway_not_in_force"),
        partner=_agreed(gateways=["CDA1998-S115"]),
    ),
    Recipe("dialect_unknown", _says(dialect="excel"), refused("unknown_dialect")),
    Recipe("dialect_of_another_partner", _says(dialect="case_system"), refused("unknown_dialect")),
    Recipe("dialect_with_nul", _says(dialect="canonical\0"), refused("unknown_dialect")),
]

FEEDS = [
    Recipe("feed_unknown", Drop(files={"people.csv": PEOPLE, "pets.csv": "pet_ref\nP1\n"}), refused("unknown_feed")),
    Recipe("feed_in_capitals", Drop(entries={"people.csv": {"feed": "PEOPLE"}}), refused("unknown_feed")),
    Recipe("feed_that_is_a_query", Drop(entries={"people.csv": {"feed": 'people"; drop table raw.people; --'}}), refused("unknown_feed")),
    Recipe("feed_empty", Drop(entries={"people.csv": {"feed": ""}}), refused("unknown_feed")),
    Recipe("feed_named_twice", Drop(more_entries=[_entry("people", "people2.csv")]), refused("feed_named_twice")),
    Recipe("feed_named_twice_by_one_path", Drop(more_entries=[_entry("people", "people.csv")]), refused("feed_named_twice")),
    Recipe(
        "feed_of_the_police_from_an_authority",
        Drop(files={"people.csv": PEOPLE, "offences.csv": table("offences", n=3)}),
        partly(refused_file("offences", "not_covered_by_agreement"), one("people", 3, 3)),
    ),
    Recipe(
        "feed_that_the_agreement_does_not_cover",
        Drop(files={"people.csv": PEOPLE, "benefits.csv": table("benefits", n=3)}),
        partly(refused_file("benefits", "not_covered_by_agreement"), one("people", 3, 3)),
        partner=_agreed(),
    ),
    Recipe(
        "feed_not_covered_and_torn",
        Drop(files={"people.csv": PEOPLE, "benefits.csv": table("benefits", n=3)}, entries={"benefits.csv": {"sha256": "0" * 64}}),
        refused("sha256_differs", files=[refused_file("benefits", "not_covered_by_agreement"), refused_file("people", received=3)]),
        partner=_agreed(),
    ),
    Recipe(
        "live_risks_in_a_monthly_drop",
        Drop(
            files={"people.csv": table("people", n=3, kind="police"), "live_risks.csv": table("live_risks", n=3)},
            sender="west_midlands_police",
        ),
        partly(refused_file("live_risks", "not_covered_by_agreement"), one("people", 3, 0, withheld=3)),
    ),
    Recipe(
        "only_feed_not_covered",
        Drop(files={"offences.csv": table("offences", n=3)}),
        refused(files=[refused_file("offences", "not_covered_by_agreement")]),
    ),
]


def _link(target: str) -> object:
    def spoil(folder: Path) -> None:
        (folder / "people.csv").rename(folder.parent / "elsewhere.csv")
        (folder / "people.csv").symlink_to(target)

    return spoil


def _folder(folder: Path) -> None:
    (folder / "people.csv").unlink()
    (folder / "people.csv").mkdir()


def _pipe(folder: Path) -> None:
    (folder / "people.csv").unlink()
    os.mkfifo(folder / "people.csv")


def _in_a_folder(folder: Path) -> None:
    (folder / "data").mkdir()
    shutil.move(folder / "people.csv", folder / "data" / "people.csv")


PATHS = [
    Recipe("path_one_up", _of_path("../people.csv"), LEAVES),
    Recipe("path_of_the_next_revision", _of_path("../r2/people.csv"), LEAVES),
    Recipe("path_up_and_down_again", _of_path("../r1/people.csv"), LEAVES),
    Recipe("path_from_the_root", _of_path("/outbound/2026-10/r1/people.csv"), LEAVES),
    Recipe("path_of_the_system", _of_path("/etc/passwd"), LEAVES),
    Recipe("path_with_a_dot_and_slash", _of_path("./people.csv"), LEAVES),
    Recipe("path_in_a_folder_of_its_own", Drop(entries={"people.csv": {"path": "data/people.csv"}}, spoil=_in_a_folder), LEAVES),
    Recipe("path_with_backslashes", _of_path("..\\people.csv"), LEAVES),
    Recipe("path_with_a_drive", _of_path("C:\\people.csv"), LEAVES),
    Recipe("path_on_a_share", _of_path("\\\\server\\people.csv"), LEAVES),
    Recipe("path_as_an_address", _of_path("sftp://127.0.0.1/people.csv"), LEAVES),
    Recipe("path_with_nul", _of_path("people.csv\0.txt"), LEAVES),
    Recipe("path_with_a_line_end", _of_path("people.csv\n"), LEAVES),
    Recipe("path_with_escaped_dots", _of_path("%2e%2e%2fpeople.csv"), LEAVES),
    Recipe("path_with_wide_dots", _of_path("\uff0e\uff0e\uff0fpeople.csv"), LEAVES),
    Recipe("path_that_reads_backwards", _of_path("\u202evsc.elpoep.csv"), LEAVES),
    Recipe("path_of_the_home", _of_path("~/people.csv"), LEAVES),
    Recipe("path_hidden", _of_path(".people.csv"), LEAVES),
    Recipe("path_two_dots", _of_path(".."), LEAVES),
    Recipe("path_empty", _of_path(""), LEAVES),
    Recipe("path_of_5000_characters", _of_path("p" * 5000 + ".csv"), LEAVES),
    Recipe("path_with_a_blank", _of_path("people 2026.csv"), LEAVES),
    Recipe("path_in_other_letters_than_the_file", _of_path("People.csv"), refused("file_missing", files=[UNTAKEN])),
    Recipe("path_of_a_device", _of_path("con.csv"), refused("file_missing", files=[UNTAKEN])),
    Recipe("path_of_the_manifest", _of_path("manifest.json"), refused("sha256_differs", files=[refused_file("people", "not_readable")])),
    Recipe("path_is_a_link_out_of_the_folder", Drop(spoil=_link("../elsewhere.csv")), refused("path_leaves_folder", files=[UNTAKEN])),
    Recipe("path_is_a_link_out_of_the_account", Drop(spoil=_link("/etc/passwd")), refused("path_leaves_folder", files=[UNTAKEN])),
    Recipe("path_is_a_link_to_nothing", Drop(spoil=_link("nothing.csv")), refused("path_leaves_folder", files=[UNTAKEN])),
    Recipe("path_is_a_link_to_itself", Drop(spoil=_link("people.csv")), refused("path_leaves_folder", files=[UNTAKEN])),
    Recipe("path_is_a_folder", Drop(spoil=_folder), refused("file_missing", files=[UNTAKEN])),
    Recipe("path_is_a_pipe", Drop(spoil=_pipe), refused("path_leaves_folder", files=[UNTAKEN])),
    Recipe("file_named_as_no_csv", _of_path("people.txt"), refused("file_missing", files=[UNTAKEN])),
    Recipe(
        "file_is_a_spreadsheet",
        Drop(files={"people.xlsx": b"PK\3\4" + b"\0" * 200}, rows={"people.xlsx": 3}),
        refused(files=[refused_file("people", "not_readable")]),
    ),
    Recipe("file_ends_in_capitals", Drop(files={"people.CSV": PEOPLE}), refused(files=[refused_file("people", "not_readable")])),
    Recipe(
        "file_is_an_archive",
        Drop(files={"people.csv.zip": b"PK\3\4"}, rows={"people.csv.zip": 3}),
        refused(files=[refused_file("people", "not_readable")]),
    ),
    Recipe(
        "one_file_for_two_feeds",
        Drop(more_entries=[{"feed": "consent", "path": "people.csv", "rows": 3, "sha256": "0" * 64}]),
        refused(
            "sha256_differs",
            files=[
                refused_file(
                    "consent",
                    why("mandatory_column_missing", "scope", [1]),
                    why("mandatory_column_missing", "decision", [1]),
                    why("mandatory_column_missing", "effective_from", [1]),
                    why("unknown_column", None, [1], count=19),
                    received=3,
                ),
                refused_file("people", received=3),
            ],
        ),
    ),
]


def _append(name: str, content: bytes) -> object:
    def spoil(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(content)

    return spoil


def _beside(name: str | bytes) -> object:
    def spoil(folder: Path) -> None:
        Path(os.fsdecode(os.path.join(os.fsencode(folder), os.fsencode(name)))).write_bytes(b"Baker")  # noqa: PTH118 - of bytes

    return spoil


NOTHING = [refused_file("consent", received=3), refused_file("people", received=3)]
FILES = [
    Recipe(
        "file_missing",
        Drop(files=BOTH, spoil=lambda folder: (folder / "consent.csv").unlink()),
        refused("file_missing", files=[refused_file("consent"), refused_file("people", received=3)]),
    ),
    Recipe(
        "all_files_missing",
        Drop(files=BOTH, spoil=lambda folder: [(folder / name).unlink() for name in BOTH]),
        refused("file_missing", "file_missing", files=[refused_file("consent"), UNTAKEN]),
    ),
    Recipe("file_with_a_byte_more", Drop(files=BOTH, spoil=_append("consent.csv", b"\n")), refused("sha256_differs", files=NOTHING)),
    Recipe(
        "file_with_a_row_more",
        Drop(files=BOTH, spoil=_append("consent.csv", b"P4,SUPPORT,GIVEN,2026-09-01\n")),
        refused("sha256_differs", files=[refused_file("consent", received=4), refused_file("people", received=3)]),
    ),
    Recipe(
        "file_torn",
        Drop(files=BOTH, spoil=lambda folder: (folder / "consent.csv").write_text(CONSENT[:-40])),
        refused("sha256_differs", files=[refused_file("consent", received=2), refused_file("people", received=3)]),
    ),
    Recipe(
        "file_torn_to_nothing",
        Drop(files=BOTH, spoil=lambda folder: (folder / "people.csv").write_text("")),
        refused(
            "sha256_differs",
            files=[
                refused_file("consent", received=3),
                refused_file(
                    "people",
                    *[why("mandatory_column_missing", name, [1]) for name in ("person_ref", "given_name", "family_name", "resident_from")],
                ),
            ],
        ),
    ),
    Recipe(
        "files_swapped",
        Drop(
            files={"people.csv": PEOPLE, "consent.csv": CONSENT},
            entries={"people.csv": {"path": "consent.csv"}, "consent.csv": {"path": "people.csv"}},
        ),
        refused(
            "sha256_differs",
            "sha256_differs",
            files=[
                refused_file(
                    "consent",
                    *[why("mandatory_column_missing", name, [1]) for name in ("scope", "decision", "effective_from")],
                    why("unknown_column", None, [1], count=19),
                    received=3,
                ),
                refused_file(
                    "people",
                    *[why("mandatory_column_missing", name, [1]) for name in ("given_name", "family_name", "resident_from")],
                    why("unknown_column", None, [1], count=3),
                    received=3,
                ),
            ],
        ),
    ),
    Recipe(
        "sha256_of_another_file", Drop(files=BOTH, entries={"consent.csv": {"sha256": "0" * 64}}), refused("sha256_differs", files=NOTHING)
    ),
    Recipe("a_row_less_than_stated", Drop(files=BOTH, rows={"consent.csv": 4}), refused("row_count_differs", files=NOTHING)),
    Recipe("a_row_more_than_stated", Drop(files=BOTH, rows={"consent.csv": 2}), refused("row_count_differs", files=NOTHING)),
    Recipe(
        "rows_counted_with_the_header",
        Drop(files=BOTH, rows={"consent.csv": 4, "people.csv": 4}),
        refused("row_count_differs", "row_count_differs", files=NOTHING),
    ),
    Recipe(
        "rows_counted_by_lines",
        Drop(files={"people.csv": PEOPLE.replace("1 Example Street", '"1\nExample Street"')}),
        refused("row_count_differs", files=[refused_file("people", received=3)]),
    ),
    Recipe("files_that_the_manifest_does_not_name", Drop(spoil=_beside("consent.csv")), WELL),
    Recipe("a_name_beside_it_that_is_no_text", Drop(spoil=_beside(b"\xff\xfe\x80.csv")), WELL),
    Recipe("a_name_beside_it_with_a_line_end", Drop(spoil=_beside("people\n.csv")), WELL),
]

RECIPES = [replace(recipe, is_judged=needs_judging(recipe.fate)) for recipe in [*OF_THE_DROP, *FEEDS, *PATHS, *FILES]]
