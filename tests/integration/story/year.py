"""A family's year, for docs/story.md: how it came to three criteria, and how a corrected drop took the third away again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.integration.household.village import Rows, Village, empty_village, person, place
from tests.integration.story.conftest import QUARRY_LANE, built, send

from wholefamily import build, story
from wholefamily.settings import REPOSITORY
from wholefamily.warehouse import connect

MONTHS = (
    "2025-11",
    "2025-12",
    "2026-01",
    "2026-02",
    "2026-03",
    "2026-04",
    "2026-05",
    "2026-06",
    "2026-07",
    "2026-08",
    "2026-09",
    "2026-10",
)
CORRECTED = "2026-03"
PAGE = REPOSITORY / "docs" / "story.md"

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_MOMENT = re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b")
_INTRODUCTION = """# One family's year

A mother and her son, both invented, as `python -m wholefamily explain <household_id> 2026-10 --months 12 --framework tf_2012` tells of their household. In December she signs an
acceptable behaviour contract while she is on Jobseeker's Allowance; in January the school says that her son was absent without leave for 45 of 100 sessions of the autumn: the third criterion.
They join the programme in February. In March's second drop the school corrects the autumn to 6 of 100, and the third criterion is gone, from March on and in March itself; January and
February stay as they were believed, as no drop of theirs was corrected. She has worked since May.

This page is written by `python -m tests.integration.story`, and a test compares it with what `explain` says.
""".splitlines()
_CORRECTIONS = """
What the correction changed in a month that had been built before is a mart of its own, `fct_correction`:
""".splitlines()

_PEOPLE = [
    person("w1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE),
    person("w2", "Perrin", "Tamsworth", "2013-05-06", **QUARRY_LANE),
]
# Three terms, of 100 sessions each; the autumn's register had been wrong.
_ABSENT = {"AUT": 45, "SPR": 3, "SUM": 2}
_TERM_IS_TOLD_FROM = {"AUT": "2026-01", "SPR": "2026-04", "SUM": "2026-08"}


def _walsall(period: str, *, is_right: bool) -> dict[str, Rows]:
    terms = [term for term, first in _TERM_IS_TOLD_FROM.items() if first <= period]
    absent = _ABSENT | ({"AUT": 6} if is_right else {})
    return {
        "people": _PEOPLE,
        "asb_interventions": [{"intervention_ref": "a1", "person_ref": "w1", "intervention": "ABC", "start_date": "2025-12-10"}],
        "benefits": [
            {
                "person_ref": "w1",
                "benefit": "JSA",
                "start_date": "2025-06-02",
                "end_date": "2026-05-15" if period > "2026-05" else None,
                "matched_on": f"{period}-20",
            }
        ],
        "work_outcomes": [
            {"person_ref": "w1", "outcome": "EMPLOYED", "start_date": "2026-05-18", "verified_on": "2026-06-10"},
        ]
        if period > "2026-05"
        else [],
        "attendance": [
            {
                "person_ref": "w2",
                "school_urn": "104000",
                "academic_year": "2025/26",
                "term": term,
                "sessions_possible": "100",
                "sessions_authorised_absence": "0",
                "sessions_unauthorised_absence": str(absent[term]),
            }
            for term in terms
        ],
        "programme": [place("f1", ref, role, attached_on="2026-02-16") for ref, role in (("w1", "ADULT"), ("w2", "CHILD"))]
        if period >= "2026-02"
        else [],
    }


@contextmanager
def year(server: Any, template: str, home: Path) -> Iterator[Village]:
    """Twelve months as they came; then the school's correction of the autumn, in a second revision of March."""
    with empty_village(server, template, home) as village:
        for period in MONTHS:
            send(village, "walsall", period, **_walsall(period, is_right=period > CORRECTED))
            send(village, "west_midlands_police", period, people=[person("p1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE)])
        built(village, *MONTHS)
        send(village, "walsall", CORRECTED, 2, **_walsall(CORRECTED, is_right=True))
        with connect(village.settings) as connection:
            later = build.changed_periods(connection)
        built(village, *later)
        yield village


def page(village: Village) -> str:
    """docs/story.md; what every run has otherwise is put in its place: ids, the hour when drops came, hashes of evidence."""
    home = village.households(MONTHS[-1])["walsall/w1"]
    told = story.explain(village.settings, UUID(home), MONTHS[-1], len(MONTHS), "tf_2012")
    numbers: dict[str, str] = {}
    lines = "\n".join([*_INTRODUCTION, "```", *told, "```", *_CORRECTIONS, "```", *_corrections(village), "```", ""])
    return _ID.sub(
        lambda found: numbers.setdefault(found[0], f"00000000-0000-4000-8000-{len(numbers) + 1:012d}"),
        _HASH.sub("c0ffee" * 10 + "c0ff", _MOMENT.sub("2026-11-06 09:30", lines)),
    )


def _corrections(village: Village) -> list[str]:
    query = (
        "select period, framework_code, criterion_code, was_met, is_met, caused_by from marts.fct_correction "
        "where framework_code = 'tf_2012' order by period, criterion_code"
    )
    with connect(village.settings) as connection:
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or ()]
        rows = [names, *([str(value) for value in row] for row in cursor)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip() for row in rows]
