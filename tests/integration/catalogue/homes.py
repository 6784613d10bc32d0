"""Four homes over two months, with what analysts ask about: made up, and the same each time but for ids.

* The Tamsworths, on the programme in Walsall: three criteria in September; in October the child attends, and two are left.
* The Ruddocks in Walsall: two criteria in September, three in October.
* The Marlins in Walsall: three criteria by September's first delivery, two by its second.
* The Ockleys in Dudley: two criteria; October's attendance does not come.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.household.village import Rows, Village, empty_village, person, place

from wholefamily import build, linkage, partners

MONTHS = ("2026-09", "2026-10")
_UNTESTED = ("--exclude-resource-type", "test", "unit_test")
QUARRY_LANE = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
COOPERS_YARD = {"uprn": "100071234570", "address": "2 Coopers Yard", "postcode": "WS1 1AB"}
TANNERY_WALK = {"uprn": "100071234571", "address": "7 Tannery Walk", "postcode": "WS1 1AD"}
MILL_ROW = {"uprn": "100071234568", "address": "6 Mill Row", "postcode": "DY1 1AA"}

WALSALL: dict[str, Rows] = {
    "people": [
        person("w1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE),
        person("w2", "Perrin", "Tamsworth", "2013-05-06", **QUARRY_LANE),
        person("w3", "Quenby", "Ruddock", "1979-11-30", **COOPERS_YARD),
        person("w4", "Rowena", "Ruddock", "2012-03-14", **COOPERS_YARD),
        person("w5", "Sorrel", "Marlin", "1985-06-21", **TANNERY_WALK),
        person("w6", "Tancred", "Marlin", "2014-08-02", **TANNERY_WALK),
    ],
    "support_needs": [{"person_ref": ref, "need": "MENTAL_HEALTH", "from_date": "2026-02-01"} for ref in ("w1", "w3", "w5")],
    "programme": [place("f1", ref, role, attached_on="2026-04-20") for ref, role in (("w1", "ADULT"), ("w2", "CHILD"))],
}
INTERVENTIONS = [("a1", "w1", "2026-03-01"), ("a2", "w5", "2026-03-01"), ("a3", "w3", "2026-10-05")]
DUDLEY: dict[str, Rows] = {
    "people": [
        person("d1", "Sabra", "Ockley", "1979-10-11", **MILL_ROW),
        person("d2", "Teal", "Ockley", "2015-01-20", **MILL_ROW),
    ],
    "benefits": [{"person_ref": "d1", "benefit": "ESA", "start_date": "2025-01-01", "matched_on": "2026-09-20"}],
    "support_needs": [{"person_ref": "d2", "need": "LONG_TERM_CONDITION", "from_date": "2024-06-01"}],
}
POLICE: dict[str, Rows] = {
    "people": [
        person("p1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE),
        person("p2", "Ulric", "Venning", "1970-07-08", uprn="100071234572", address="1 Well Lane", postcode="WS1 1AE"),
    ],
}
INCIDENTS = [("i1", "2025-11-01"), ("i2", "2025-12-01"), ("i3", "2026-04-20"), ("i4", "2026-10-02")]


def attendance(**unauthorised: int) -> list[dict[str, object]]:
    """The summer term of pupils: sessions of 100 that each was away without leave."""
    term = {
        "school_urn": "104000",
        "academic_year": "2025/26",
        "term": "SUM",
        "sessions_possible": "100",
        "sessions_authorised_absence": "0",
    }
    return [term | {"person_ref": ref, "sessions_unauthorised_absence": str(n)} for ref, n in unauthorised.items()]


@contextmanager
def homes(server: Any, template: str, home: Path) -> Iterator[Village]:
    """A warehouse in which September was built, corrected, and built again with October."""
    with empty_village(server, template, home) as village:
        send_month(village, "2026-09", attendance(w2=20, w4=18, w6=16), dudley_attendance=attendance(d2=3))
        built(village, "2026-09")
        village.send("walsall", "2026-09", 2, attendance=attendance(w2=20, w4=18, w6=12))
        send_month(village, "2026-10", attendance(w2=10, w4=18, w6=12), dudley_attendance=None)
        built(village, *MONTHS)
        build.run_dbt(
            village.settings, "marts", MONTHS
        )  # once more, with the marts' own tests: nothing else is believed, so nothing changes
        yield village


def send_month(village: Village, period: str, walsall_attendance: Rows, dudley_attendance: Rows | None) -> None:
    """Whole drops of a month: every feed that a partner usually sends, empty where the homes have nothing in it."""
    interventions = [
        {"intervention_ref": ref, "person_ref": person_ref, "intervention": "ABC", "start_date": day}
        for ref, person_ref, day in INTERVENTIONS
        if day <= f"{period}-30"
    ]
    incidents = [
        {"incident_ref": ref, "person_ref": "p1", "role": "SUBJECT", "incident_type": "NUISANCE", "occurred_on": day}
        for ref, day in INCIDENTS
        if day <= f"{period}-30"
    ]
    send(village, "walsall", period, WALSALL | {"attendance": walsall_attendance, "asb_interventions": interventions})
    without = () if dudley_attendance is not None else ("attendance",)
    send(village, "dudley", period, DUDLEY | {"attendance": dudley_attendance or []}, without)
    send(village, "west_midlands_police", period, POLICE | {"asb_incidents": incidents})


def send(village: Village, partner: str, period: str, feeds: dict[str, Rows], without: tuple[str, ...] = ()) -> None:
    usual = [feed.feed for feed in partners.load(village.settings.partners_dir)[partner].expected_feeds()]
    village.send(partner, period, **{feed: feeds.get(feed, []) for feed in usual if feed not in without})


def built(village: Village, *periods: str) -> None:
    """All layers of these months."""
    village.dbt("resource_type:seed", "tag:staging", "tag:linkage", *_UNTESTED, periods=periods)
    linkage.link(village.settings, list(periods))
    village.dbt("tag:household", "tag:criteria", "tag:progress", "tag:marts", *_UNTESTED, periods=periods)
