"""The drops of the region, read back as a partner's drop would be: by exchange.md, with nothing of the code that wrote them."""

import hashlib
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stdnum.gb import nhs, upn

from wholefamily import partners
from wholefamily.demo.region import write_drops
from wholefamily.disclosure.canaries import NAME
from wholefamily.feeds import FEEDS

PARTNERS = partners.load(Path(__file__).parents[3] / "dags" / "partners")
SENDERS = sorted(code for code, partner in PARTNERS.items() if partner.sends)
PERIODS = ("2026-07", "2026-08", "2026-09", "2026-10")
NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


@pytest.mark.parametrize("sender", SENDERS)
def test_manifest_names_every_file_as_it_is(drops: Any, sender: str) -> None:
    for period in PERIODS:
        drop = drops.manifest(sender, period)
        assert (drop["schema_version"], drop["sender"], drop["period"], drop["revision"]) == (1, sender, period, 1)
        assert [file["feed"] for file in drop["files"]] == drops.feeds(sender)
        assert (drop["agreement"], drop["gateway"], drop["marking"]) == ("WM-TF-ISA", "CDA1998-S115", "OFFICIAL-SENSITIVE")
        for file in drop["files"]:
            path = drops.folder(sender, period) / file["path"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
            assert len(drops.read(sender, period, file["feed"])) == file["rows"]
        assert {path.name for path in drops.folder(sender, period).iterdir()} == {
            "manifest.json",
            *(file["path"] for file in drop["files"]),
        }


@pytest.mark.parametrize("sender", SENDERS)
def test_every_file_has_exactly_the_columns_of_the_exchange(drops: Any, sender: str) -> None:
    for feed in drops.feeds(sender):
        row = drops.read(sender, "2026-10", feed)[0]
        assert list(row) == list(FEEDS[feed].columns_from(PARTNERS[sender].sender_kind)), feed


@pytest.mark.parametrize("sender", SENDERS)
def test_wrong_rows_stay_far_below_the_five_per_cent_at_which_a_file_is_held(drops: Any, sender: str) -> None:
    for period in PERIODS:
        for feed in drops.feeds(sender):
            rows = len(drops.read(sender, period, feed))
            wrong = len(list(drops.wrong_lines(sender, period, feed)))
            allowed = 1 if feed == "reoffending_rates" else rows * 0.01  # two rates were never published: one row of 21
            assert wrong <= allowed, (sender, period, feed, wrong, rows)
    assert any(True for _ in drops.wrong_lines(sender, PERIODS[0], "people")), "there are wrong rows to find"


def test_without_errors_no_row_is_wrong_but_the_one_that_was_never_published(written: Any) -> None:
    for sender in SENDERS:
        for feed in written.feeds(sender):
            wrong = len(list(written.wrong_lines(sender, "2027-01", feed)))
            assert wrong == (feed == "reoffending_rates"), (sender, feed)


@pytest.mark.parametrize("sender", SENDERS)
def test_volumes_change_little_from_month_to_month(drops: Any, sender: str) -> None:
    for before, after in itertools.pairwise(PERIODS):
        for feed in drops.feeds(sender):
            old, new = len(drops.read(sender, before, feed)), len(drops.read(sender, after, feed))
            assert old < 100 or 0.7 * old <= new <= 1.5 * old, (sender, feed, before, old, new)


@pytest.mark.parametrize("sender", [sender for sender in SENDERS if sender != "west_midlands_police"])
def test_identifiers_of_authorities_pass_their_checks_with_few_exceptions(drops: Any, sender: str) -> None:
    rows = drops.read(sender, "2026-10", "people")
    checks = {
        "upn": upn.is_valid,
        "nhs_number": lambda value: nhs.is_valid(value) and value.startswith("999"),
        "nino": lambda value: NINO.fullmatch(value) is not None,
        "uprn": lambda value: value.isdigit() and len(value) == 12,
    }
    for column, passes in checks.items():
        values = [row[column] for row in rows if row[column]]
        assert len(values) > len(rows) * 0.15
        assert sum(not passes(value) for value in values) <= len(values) * 0.02, column
    for row in rows:
        if row["nino"] and row["date_of_birth"]:
            assert drops.day(sender, row["date_of_birth"]).year <= 2011


def test_pnc_ids_carry_the_right_letter(drops: Any) -> None:
    values = [row["pnc_id"] for row in drops.read("west_midlands_police", "2026-10", "people") if row["pnc_id"]]
    assert len(values) > 100
    for value in values:
        year, serial, letter = value[:4], value[5:12], value[12]
        assert "ZABCDEFGHJKLMNPQRTUVWXY"[int(year[2:] + serial) % 23] == letter


def test_most_of_what_the_police_send_must_not_be_stored(drops: Any) -> None:
    rows = drops.read("west_midlands_police", "2026-10", "offences")
    informal = {"COMMUNITY_RESOLUTION", "RESTORATIVE_JUSTICE", "CANNABIS_WARNING", "OUTCOME_22"}
    kept = [row for row in rows if row["role"] in {"OFFENDER", "SUSPECT"} and row["disposal"] not in informal]
    assert 0.05 < len(kept) / len(rows) < 0.5
    both = Counter((row["offence_ref"], row["person_ref"]) for row in rows)
    assert any(count > 1 for count in both.values()), "case 23: victim and offender in one incident"


def test_reoffending_rates_are_the_published_table(drops: Any) -> None:
    rows = {row["area"]: row for row in drops.read("west_midlands_police", "2026-07", "reoffending_rates")}
    assert len(rows) == 21
    assert rows["Dudley"] == {
        "area": "Dudley",
        "cohort_size": "3059",
        "actual_rate": "5.20",
        "predicted_rate": "7.30",
        "measured_on": "2013-05-31",
    }
    assert (rows["Knowsley"]["cohort_size"], rows["Knowsley"]["actual_rate"], rows["Knowsley"]["predicted_rate"]) == ("2373", "", "")
    assert rows["Croydon"]["cohort_size"] == "4848"


def test_attendance_restates_the_running_term_and_the_four_before(drops: Any) -> None:
    def terms(period: str) -> list[tuple[str, str]]:
        return sorted({(row["academic_year"], row["term"]) for row in drops.read("dudley", period, "attendance") if row["term"] != "ZZZ"})

    assert terms("2026-07") == [("2024/25", "SPR"), ("2024/25", "SUM"), ("2025/26", "AUT"), ("2025/26", "SPR"), ("2025/26", "SUM")]
    assert terms("2026-09") == [("2024/25", "SUM"), ("2025/26", "AUT"), ("2025/26", "SPR"), ("2025/26", "SUM"), ("2026/27", "AUT")]

    def possible(period: str) -> int:
        rows = [row for row in drops.read("dudley", period, "attendance") if (row["academic_year"], row["term"]) == ("2026/27", "AUT")]
        return max(int(row["sessions_possible"]) for row in rows)

    assert 0 < possible("2026-09") < possible("2026-10") < 144


def test_at_least_300_families_are_on_the_programme(drops: Any) -> None:
    families = {
        (sender, row["family_ref"])
        for sender in SENDERS
        if sender != "west_midlands_police"
        for row in drops.read(sender, "2026-07", "programme")
    }
    assert len(families) >= 300
    roles = Counter(row["role"] for row in drops.read("birmingham", "2026-10", "programme"))
    assert roles["ADULT"] > 100
    assert roles["CHILD"] > 200
    assert roles["NON_RESIDENT_PARENT"] > 5


def test_each_authority_has_a_family_on_the_programme_under_the_canaries_name(drops: Any) -> None:
    for sender in SENDERS:
        people = {row["person_ref"] for row in drops.read(sender, "2026-10", "people") if row["family_name"] == NAME}
        if sender == "west_midlands_police":
            assert people, "the police know some of them, by the same name"
        else:
            assert people & {row["person_ref"] for row in drops.read(sender, "2026-10", "programme")}, sender


def test_a_sender_keeps_its_references_and_people_move_on(drops: Any) -> None:
    first = {row["person_ref"] for row in drops.read("coventry", "2026-07", "people")}
    last = {row["person_ref"] for row in drops.read("coventry", "2026-10", "people")}
    assert len(first - last) <= len(first) * 0.01
    assert last - first, "births and arrivals"
    ended = [row for row in drops.read("coventry", "2026-10", "people") if row["resident_to"] >= "2026-08-01"]
    assert ended, "moves"


def tree(out: Path) -> dict[str, str]:
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.rglob("*")) if path.is_file()}


def test_same_seed_same_bytes_and_more_months_begin_with_the_same_ones(tmp_path: Path) -> None:
    for name, seed, months in (("a", 5, 2), ("b", 5, 2), ("longer", 5, 3), ("other", 6, 2)):
        write_drops(tmp_path / name, PARTNERS, households=500, first_period="2026-07", months=months, seed=seed)
    a, longer = tree(tmp_path / "a"), tree(tmp_path / "longer")
    assert a == tree(tmp_path / "b")
    assert a != tree(tmp_path / "other")
    drops = {path: digest for path, digest in a.items() if not path.startswith("truth")}
    assert {path: longer[path] for path in drops} == drops
