"""Drops that come again, late, in gaps, or much smaller or larger than the last."""

from dataclasses import replace

from tests.hostile.recipe import Drop, Fate, Recipe, held, needs_judging, partly, refused, refused_file, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import LOST, bad, kept, table

WELL = taken(one("people", 3, 3))
DUPLICATE = Fate("duplicate", ("duplicate",))
CHANGED = refused("revision_changed")
OTHERWISE = {"people.csv": table("people", n=3).replace("Ann", LOST)}
HEADER_ONLY = table("people", n=0)


def _of(n: int, *, period: str = "2026-10") -> Drop:
    """A drop of ``n`` persons."""
    return Drop(files={"people.csv": table("people", n=n)}, period=period)


def _held(n: int) -> Fate:
    return held(one("people", n, 0, why("volume_changed", count=n), status="held"))


AGAIN = [
    Recipe("same_revision_same_content", Drop(spoil=lambda folder: (folder / "note.txt").touch()), DUPLICATE, before=[Drop()]),
    Recipe("same_revision_other_content", Drop(files=OTHERWISE), CHANGED, before=[Drop()]),
    Recipe("same_revision_other_manifest", Drop(manifest={"produced_at": "2026-11-03T03:10:00Z"}), CHANGED, before=[Drop()]),
    Recipe(
        "same_manifest_other_file",
        Drop(spoil=lambda folder: (folder / "people.csv").write_text(OTHERWISE["people.csv"])),
        CHANGED,
        before=[Drop()],
    ),
    Recipe("same_manifest_file_gone", Drop(spoil=lambda folder: (folder / "people.csv").unlink()), CHANGED, before=[Drop()]),
    Recipe(
        "same_revision_after_it_was_refused",
        Drop(manifest={"marking": "SECRET"}, spoil=lambda folder: (folder / "note.txt").touch()),
        DUPLICATE,
        before=[Drop(manifest={"marking": "SECRET"})],
    ),
    Recipe("mended_under_the_same_revision", Drop(), CHANGED, before=[Drop(manifest={"marking": "SECRET"})]),
    Recipe("mended_under_the_next_revision", Drop(revision=2), WELL, before=[Drop(manifest={"marking": "SECRET"})]),
    Recipe("higher_revision_same_content", Drop(revision=2), WELL, before=[Drop()]),
    Recipe("revision_gap", Drop(revision=7), WELL, before=[Drop()]),
    Recipe("revision_9999", Drop(revision=9999), WELL),
    Recipe("lower_revision_after_a_higher", Drop(revision=1), WELL, before=[Drop(revision=2)]),
    Recipe("earlier_month_after_a_later", Drop(period="2026-08"), WELL, before=[Drop(period="2026-10")]),
    Recipe(
        "content_of_another_month_under_a_new_name",
        Drop(manifest={"period": "2026-09"}),
        refused("wrong_period"),
        before=[Drop(period="2026-09")],
    ),
    Recipe(
        "higher_revision_with_one_bad_file",
        Drop(files={"people.csv": "person_ref\nP1\n", "consent.csv": table("consent", n=3)}, revision=2),
        partly(
            one("consent", 3, 3),
            refused_file(
                "people",
                *[why("mandatory_column_missing", name, [1]) for name in ("given_name", "family_name", "resident_from")],
                received=1,
            ),
        ),
        before=[Drop()],
    ),
]

VOLUME = [
    Recipe("69_percent_of_the_last", _of(69), _held(69), before=[_of(100, period="2026-09")]),
    Recipe("70_percent_of_the_last", _of(70), taken(one("people", 70, 70)), before=[_of(100, period="2026-09")]),
    Recipe("150_percent_of_the_last", _of(150), taken(one("people", 150, 150)), before=[_of(100, period="2026-09")]),
    Recipe("151_percent_of_the_last", _of(151), _held(151), before=[_of(100, period="2026-09")]),
    Recipe("nothing_after_99_rows", _of(0), taken(one("people", 0, 0)), before=[_of(99, period="2026-09")]),
    Recipe("nothing_after_100_rows", _of(0), _held(0), before=[_of(100, period="2026-09")]),
    Recipe("half_after_a_later_month", _of(50), _held(50), before=[_of(100, period="2026-11")]),
    Recipe(
        "half_of_what_was_refused",
        _of(50),
        taken(one("people", 50, 50)),
        before=[Drop(files={"people.csv": table("people", n=100)}, period="2026-09", manifest={"marking": "SECRET"})],
    ),
    Recipe(
        "half_of_what_is_held",
        _of(50),
        taken(one("people", 50, 50)),
        are_judged_before=True,
        before=[Drop(files={"people.csv": table("people", *[bad(sex="F")] * 10, n=90)}, period="2026-09")],
    ),
    Recipe(
        "too_small_and_too_many_quarantined",
        Drop(files={"people.csv": table("people", *[bad(sex="F")] * 5, n=45)}),
        held(
            one(
                "people",
                50,
                0,
                why("too_many_quarantined", count=5),
                why("volume_changed", count=50),
                why("unknown_code", "sex", [47, 48, 49, 50, 51]),
                status="held",
                quarantined=5,
            )
        ),
        before=[_of(100, period="2026-09")],
    ),
    Recipe(
        "a_code_in_forty_rows_more_of_a_hundred",
        Drop(files={"people.csv": table("people", *[kept(sex="1")] * 40, n=60)}),
        taken(one("people", 100, 100, why("warning_share_changed", "sex", [], count=100))),
        are_judged_before=True,
        before=[_of(100, period="2026-09")],
    ),
]

RECIPES = [replace(recipe, is_judged=needs_judging(recipe.fate) or recipe.are_judged_before) for recipe in [*AGAIN, *VOLUME]]
