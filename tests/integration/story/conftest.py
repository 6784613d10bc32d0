"""Four homes over two months, each told by ``python -m wholefamily explain``."""

from collections.abc import Callable, Iterator

import pytest
from tests.integration.household.village import Rows, Village, empty_village, person, place

from wholefamily import build, cli, linkage, partners

PERIODS = ("2026-09", "2026-10")
QUARRY_LANE = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
MILL_ROW = {"uprn": "100071234568", "address": "6 Mill Row", "postcode": "DY1 1AA"}
ORCHARD = {"uprn": "100071234569", "address": "9 Orchard Close", "postcode": "B91 1AA"}
ALLOTMENTS = {"uprn": "100071234570", "address": "3 Allotment Way", "postcode": "B91 1AB"}

WALSALL: dict[str, Rows] = {
    "people": [
        person("w1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE),
        person("w2", "Perrin", "Tamsworth", "2013-05-06", **QUARRY_LANE),
    ],
    "asb_interventions": [{"intervention_ref": "a1", "person_ref": "w1", "intervention": "ABC", "start_date": "2026-03-01"}],
    "support_needs": [{"person_ref": "w1", "need": "MENTAL_HEALTH", "from_date": "2026-02-01"}],
    "programme": [place("f1", ref, role, attached_on="2026-04-20") for ref, role in (("w1", "ADULT"), ("w2", "CHILD"))],
}
DUDLEY: dict[str, Rows] = {
    "people": [
        person("d1", "Sabra", "Ockley", "1979-10-11", **MILL_ROW),
        person("d2", "Teal", "Ockley", "2015-01-20", **MILL_ROW),
    ],
    "benefits": [{"person_ref": "d1", "benefit": "ESA", "start_date": "2025-01-01", "matched_on": "2026-09-20"}],
    "support_needs": [{"person_ref": "d2", "need": "LONG_TERM_CONDITION", "from_date": "2024-06-01"}],
}
SOLIHULL: dict[str, Rows] = {
    "people": [
        person("s1", "Ulric", "Venning", "1970-07-08", **ORCHARD),
        person("s2", "Wystan", "Yaxley", "1964-12-09", **ALLOTMENTS),
    ],
    "benefits": [{"person_ref": "s2", "benefit": "JSA", "start_date": "2025-01-01", "matched_on": "2026-08-29"}],
    "support_needs": [
        {"person_ref": "s1", "need": "MENTAL_HEALTH", "from_date": "2025-01-01"},
        {"person_ref": "s1", "need": "FINANCE", "from_date": "2025-01-01"},
        {"person_ref": "s1", "need": "HOUSING", "from_date": "2025-01-01"},
    ],
}
POLICE: dict[str, Rows] = {"people": [person("p1", "Oriel", "Tamsworth", "1988-02-03", **QUARRY_LANE)]}


def attendance(ref: str, unauthorised: int) -> list[dict[str, object]]:
    """The summer term of a pupil, 100 sessions."""
    term = {"person_ref": ref, "school_urn": "104000", "academic_year": "2025/26", "term": "SUM", "sessions_possible": "100"}
    return [term | {"sessions_authorised_absence": "0", "sessions_unauthorised_absence": str(unauthorised)}]


def send(village: Village, partner: str, period: str, revision: int = 1, without: str | None = None, **feeds: Rows) -> None:
    """A whole drop: every feed that the partner usually sends, empty unless said otherwise; ``without`` is left out."""
    usual = [feed.feed for feed in partners.load(village.settings.partners_dir)[partner].expected_feeds()]
    village.send(partner, period, revision, **{feed: feeds.get(feed, []) for feed in usual if feed != without})


def built(village: Village, *periods: str) -> None:
    """All layers of these months."""
    build.run_dbt(village.settings, "staging", periods)
    linkage.link(village.settings, list(periods))
    build.run_dbt(village.settings, "intermediate", periods)
    build.run_dbt(village.settings, "marts", periods)


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """Walsall's child misses a fifth of school; Dudley's second drop comes without attendance; Solihull's men have no child,
    and the benefit of one was last matched 63 days before the second month ends."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("story")) as village:
        for period in PERIODS:
            send(village, "walsall", period, attendance=attendance("w2", 20), **WALSALL)
            is_first = period == PERIODS[0]
            send(village, "dudley", period, without=None if is_first else "attendance", attendance=attendance("d2", 3), **DUDLEY)
            send(village, "solihull", period, **SOLIHULL)
            send(village, "west_midlands_police", period, **POLICE)
        built(village, *PERIODS)
        yield village


@pytest.fixture
def typed(village, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:  # type: ignore[no-untyped-def]
    """Run a command line; returns its exit code and what it printed."""
    monkeypatch.setattr("wholefamily.settings.load", lambda: village.settings)

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run
