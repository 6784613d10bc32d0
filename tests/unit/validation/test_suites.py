"""The committed suites are what the feeds say, byte by byte."""

import json
from pathlib import Path

import pytest

from wholefamily.feeds import FEEDS
from wholefamily.validation.rules import rules
from wholefamily.validation.suites import EXPECTATIONS, suite_name, write_suites


def test_committed_suites_are_current(tmp_path: Path) -> None:
    write_suites(tmp_path)
    generated = {path.name: path.read_text() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_text() for path in EXPECTATIONS.iterdir()}
    stale = sorted(name for name in generated.keys() | committed.keys() if generated.get(name) != committed.get(name))
    assert not stale, f"run `python -m wholefamily.validation.suites` and commit: {', '.join(stale)}"


def test_writing_removes_a_suite_whose_feed_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    write_suites(tmp_path)
    assert not (tmp_path / "gone.json").exists()
    assert (tmp_path / "attendance.json").exists()


def test_each_feed_has_a_suite_for_each_kind_of_sender() -> None:
    named = {suite_name(feed, kind) for feed in FEEDS.values() for kind in feed.sent_by}
    assert named | {"drop"} == {path.stem for path in EXPECTATIONS.glob("*.json")}
    assert {"people.authority", "people.police", "asb_interventions.authority", "asb_interventions.police"} <= named
    assert {name for name in named if "." in name} == {name for name in named if name.startswith(("people.", "asb_interventions."))}


def test_ids_are_unique_across_suites() -> None:
    suites = [json.loads(path.read_text()) for path in EXPECTATIONS.glob("*.json")]
    ids = [suite["id"] for suite in suites] + [each["id"] for suite in suites for each in suite["expectations"]]
    assert len(set(ids)) == len(ids)


def _judged(feed: str, kind: str, rule: str) -> set[str]:
    return {each.column for each in rules(FEEDS[feed], kind) if each.name == rule}


def test_rules_of_a_feed_follow_its_definition() -> None:
    assert _judged("attendance", "authority", "mandatory_value_empty") == {
        "person_ref",
        "school_urn",
        "academic_year",
        "term",
        "sessions_possible",
        "sessions_authorised_absence",
        "sessions_unauthorised_absence",
    }
    assert _judged("people", "authority", "identifier_fails_check") == {"upn", "nhs_number", "nino", "uprn"}
    assert _judged("people", "police", "identifier_fails_check") == {"pnc_id", "uprn"}
    assert _judged("programme", "authority", "end_before_start") == {"left_on", "closed_on"}
    assert _judged("interventions", "authority", "reference_to_nobody") == set()


def test_the_four_exempt_columns_may_lie_in_the_future() -> None:
    judged = {column for feed in FEEDS for kind in FEEDS[feed].sent_by for column in _judged(feed, kind, "date_in_the_future")}
    assert judged.isdisjoint({"end_date", "to_date", "resident_to", "effective_from"})
    assert {"date_of_birth", "closed_on", "left_on", "start_date", "occurred_at"} <= judged


def test_open_code_lists_and_parts_in_an_event_are_not_judged_here() -> None:
    assert _judged("benefits", "authority", "unknown_code") == {"uc_conditionality"}
    assert _judged("offences", "police", "unknown_code") == {"disposal"}
    assert "role" in _judged("programme", "authority", "unknown_code"), "a family role is an ordinary code"


def test_informal_disposals_are_never_a_known_code() -> None:
    suite = json.loads((EXPECTATIONS / "offences.json").read_text())
    (known,) = (each["kwargs"]["value_set"] for each in suite["expectations"] if each["meta"]["rule"] == "unknown_code")
    assert "CAUTION" in known
    assert not {"COMMUNITY_RESOLUTION", "RESTORATIVE_JUSTICE", "CANNABIS_WARNING", "OUTCOME_22"} & set(known)


def test_rules_are_judged_in_the_order_that_decides_a_rows_fate() -> None:
    order = [
        "mandatory_value_empty",
        "not_a_date",
        "unknown_code",
        "date_before_1900",
        "date_in_the_future",
        "end_before_start",
        "duplicate_key",
        "reference_to_nobody",
        "not_a_number",
        "not_an_academic_year",
        "identifier_fails_check",
        "warning_disposal_abolished",
        "warning_penalty_notice_under_18",
        "warning_family_not_on_programme",
        "warning_share_changed",
    ]
    for feed in FEEDS.values():
        for kind in feed.sent_by:
            judged = [order.index(rule.name) for rule in rules(feed, kind)]
            assert judged == sorted(judged)


def test_a_query_reads_the_line_and_nothing_else() -> None:
    for feed in FEEDS.values():
        for kind in feed.sent_by:
            for rule in rules(feed, kind):
                if query := rule.kwargs.get("lines"):
                    assert query.startswith("select _line from ")


def test_only_rules_with_a_severity_of_the_ledger() -> None:
    suites = [json.loads(path.read_text()) for path in EXPECTATIONS.glob("*.json")]
    severities = {each["meta"]["severity"] for suite in suites for each in suite["expectations"]}
    assert severities == {"hold", "quarantine", "blank", "warn"}, "what is refused is refused at the door, before there is a file to judge"


def test_a_warning_says_so_in_its_name() -> None:
    for feed in FEEDS.values():
        for kind in feed.sent_by:
            for rule in rules(feed, kind):
                assert (rule.severity == "warn") == rule.name.startswith("warning_"), rule.name


@pytest.mark.parametrize("scan", ["people.authority", "attendance", "offences"])
def test_all_but_keys_and_references_is_one_scan(scan: str) -> None:
    """GX counts what breaks column map expectations, and our shares, in one query; a rule with a query of its own costs a scan."""
    suite = json.loads((EXPECTATIONS / f"{scan}.json").read_text())
    own = {each["meta"]["rule"] for each in suite["expectations"] if each["type"] == "expect_query_to_find_no_lines"}
    assert own <= {"duplicate_key", "reference_to_nobody", "warning_penalty_notice_under_18"}


def test_codes_that_are_never_stored_are_never_counted() -> None:
    suite = json.loads((EXPECTATIONS / "offences.json").read_text())
    counted = {each["meta"]["column"]: each["kwargs"]["codes"] for each in suite["expectations"] if "codes" in each["kwargs"]}
    assert counted["role"] == ["OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"]
    assert "COMMUNITY_RESOLUTION" not in counted["disposal"]
