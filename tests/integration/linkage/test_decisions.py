"""What people decide counts before any score, is kept for good, and can be withdrawn."""

import psycopg
import pytest

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import model, review
from wholefamily.linkage.decisions import Decider, Ref
from wholefamily.warehouse import connect

NHS, OTHER_NHS = "9434765919", "4010232137"
LINKER = Decider("Lin Ker", "linker", "same school, same scar")


def decide(senders, verdict: str, a: str, b: str, *, despite: bool = False) -> list[str]:  # type: ignore[no-untyped-def]
    """Decide of two records `partner/ref`."""
    first, second = (Ref(*record.split("/")) for record in (a, b))
    return review.record(senders.village.settings, first, second, verdict, LINKER, is_despite_identifiers=despite)  # type: ignore[arg-type]


def two_strangers(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02")
    senders.say("2026-01", "walsall/1", "Nancy", "Price", "1991-04-05")


def test_same_joins_what_no_score_would(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.link("2026-01")
    earlier = senders.person_of("dudley/1")
    assert not senders.one_person("dudley/1", "walsall/1")
    decide(senders, "same", "walsall/1", "dudley/1")
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "walsall/1")
    assert set(senders.rows("select match_probability, match_basis, model_version from identity.person_xref")) == {
        (1.0, "decision", "person")
    }
    assert senders.rows("select kind, entity, reason from identity.merge_log") == [("merge", "person", "decision")]
    assert earlier in senders.rows("select from_id::text from identity.merge_log union select to_id::text from identity.merge_log")


def test_a_decision_is_honoured_in_later_months_until_it_is_withdrawn(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.link("2026-01")
    decide(senders, "same", "dudley/1", "walsall/1")
    senders.link("2026-01")
    senders.say_again("2026-02", "2026-01")
    senders.link("2026-02")
    assert senders.one_person("dudley/1", "walsall/1")
    decide(senders, "withdrawn", "dudley/1", "walsall/1")
    senders.link("2026-02")
    assert len(senders.persons()) == 2
    assert senders.rows("select kind from identity.merge_log order by merge_id") == ["merge", "split"]
    assert senders.rows("select decision from identity.link_decision order by decision_id") == ["same", "withdrawn"]


def test_different_keeps_apart_also_by_way_of_others(senders) -> None:  # type: ignore[no-untyped-def]
    for record in ("dudley/1", "solihull/1", "walsall/1"):
        senders.say("2026-01", record, "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.link("2026-01")
    person = senders.person_of("dudley/1")
    assert senders.one_person("dudley/1", "solihull/1", "walsall/1")
    decide(senders, "different", "dudley/1", "walsall/1")
    senders.link("2026-01")
    # The third record fits both alike: it goes with either.
    kept, left = ("dudley", "walsall") if senders.one_person("dudley/1", "solihull/1") else ("walsall", "dudley")
    assert senders.persons() == {frozenset({f"{kept}/1", "solihull/1"}), frozenset({f"{left}/1"})}
    assert senders.person_of(f"{kept}/1") == person
    assert senders.rows("select kind, reason, partner_code from identity.merge_log") == [("split", "decision", left)]
    # Whose it is may be asked; the decided pair is not asked again.
    assert senders.rows("select partner_code_a, partner_code_b from identity.link_review where status = 'open'") == [
        tuple(sorted(("solihull", left)))
    ]
    before = senders.everything()
    senders.link("2026-01")
    assert senders.everything() == before


def test_a_later_decision_of_a_pair_replaces_the_earlier_one(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.link("2026-01")
    for verdict in ("same", "different", "same"):
        decide(senders, verdict, "dudley/1", "walsall/1")
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "walsall/1")


def test_a_person_may_link_a_protected_person_and_a_register_that_holds_somebody_twice(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/old", "Ann", "Lee", "1990-03-02")
    senders.say("2026-01", "walsall/new", "Ann", "Ross", "1990-03-02", is_protected=True)
    senders.say("2026-01", "solihull/1", "Bo", "Oak", "1992-03-02")
    senders.say("2026-01", "solihull/2", "Beau", "Oak", "1992-03-02")
    senders.link("2026-01")
    decide(senders, "same", "dudley/old", "walsall/new")
    decide(senders, "same", "solihull/1", "solihull/2")
    senders.link("2026-01")
    assert senders.persons() == {frozenset({"dudley/old", "walsall/new"}), frozenset({"solihull/1", "solihull/2"})}


def test_valid_identifiers_that_contradict_are_only_set_aside_by_whoever_says_so(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=OTHER_NHS)
    senders.say("2026-01", "solihull/1", "Anne", "Leigh", "1990-03-02", nhs_number=OTHER_NHS)
    senders.link("2026-01")
    with pytest.raises(WholefamilyError, match="different valid NHS numbers"):
        decide(senders, "same", "dudley/1", "walsall/1")
    assert senders.rows("select count(*) from identity.link_decision") == [0]
    decide(senders, "same", "dudley/1", "walsall/1", despite=True)
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "walsall/1", "solihull/1")


def test_identifiers_that_come_to_contradict_later_undo_the_link_and_ask_again(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Nancy", "Price", "1991-04-05")
    senders.link("2026-01")
    decide(senders, "same", "dudley/1", "walsall/1")
    senders.link("2026-01")
    assert senders.one_person("dudley/1", "walsall/1")
    senders.say("2026-02", "walsall/1", "Nancy", "Price", "1991-04-05", nhs_number=OTHER_NHS)
    senders.link("2026-02")
    assert len(senders.persons()) == 2
    assert senders.rows("select reason, status from identity.link_review") == [("two_nhs_numbers", "open")]


def test_decisions_that_contradict_each_other_are_refused(senders) -> None:  # type: ignore[no-untyped-def]
    for partner in ("dudley", "solihull", "walsall"):
        senders.say("2026-01", f"{partner}/1", partner.title(), "Lee", "1990-03-02")
    senders.link("2026-01")
    decide(senders, "same", "dudley/1", "solihull/1")
    decide(senders, "different", "dudley/1", "walsall/1")
    with pytest.raises(WholefamilyError, match="other decisions"):
        decide(senders, "same", "walsall/1", "solihull/1")
    # Two people are decided apart whatever was decided before: that is the safe side, and what contradicts is asked.
    decide(senders, "different", "dudley/1", "solihull/1")
    decide(senders, "same", "walsall/1", "solihull/1")
    decide(senders, "withdrawn", "dudley/1", "walsall/1")
    decide(senders, "withdrawn", "dudley/1", "solihull/1")
    decide(senders, "same", "dudley/1", "solihull/1")
    decide(senders, "different", "dudley/1", "walsall/1")
    senders.link("2026-01")
    together = next(records for records in senders.persons() if len(records) == 2)
    assert together == {"dudley/1", "solihull/1"}, "of two that cannot both be, the newer"
    assert senders.rows("select reason, status from identity.link_review") == [("decided_different", "open")]


def test_what_cannot_be_decided_is_refused(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.link("2026-01")
    with pytest.raises(WholefamilyError, match="no record of that reference"):
        decide(senders, "same", "dudley/1", "walsall/999")
    with pytest.raises(WholefamilyError, match="same one twice"):
        decide(senders, "different", "dudley/1", "dudley/1")
    with pytest.raises(WholefamilyError, match="nothing to withdraw"):
        decide(senders, "withdrawn", "dudley/1", "walsall/1")
    with pytest.raises(WholefamilyError, match="may not decide"):
        Decider("Ana Lyst", "analyst", "it looks so")
    with pytest.raises(WholefamilyError, match="a reason"):
        Decider("Lin Ker", "linker", "  ")


def test_decisions_are_append_only(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.link("2026-01")
    decide(senders, "same", "dudley/1", "walsall/1")
    for statement in ("update identity.link_decision set decision = 'different'", "delete from identity.link_decision"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"), connect(senders.village.settings) as connection:
            connection.execute(statement)


def test_the_months_that_know_the_records_are_built_again(senders) -> None:  # type: ignore[no-untyped-def]
    two_strangers(senders)
    senders.say("2026-02", "dudley/1", "Ann", "Lee", "1990-03-02")
    senders.say("2026-03", "dudley/other", "Zoe", "Fox", "1970-03-02")
    senders.link("2026-01", "2026-02", "2026-03")
    with connect(senders.village.settings) as connection:
        connection.execute(
            "insert into ops.build (period, planned, fingerprint) select '2026-0' || n, 'x', 'x' from generate_series(1, 3) as n"
        )
    assert decide(senders, "same", "dudley/1", "walsall/1") == ["2026-01", "2026-02"]
    assert senders.rows("select period from ops.build where fingerprint is null order by period") == ["2026-01", "2026-02"]


def test_the_queue_shows_two_records_side_by_side_but_no_protected_address(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS, postcode="DY11AA")
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS, postcode="WS11AA", uprn="77", is_protected=True)
    senders.link("2026-01")
    ((reason, status, basis, version, comparison),) = senders.rows(
        "select reason, status, match_basis, model_version, comparison from identity.link_review"
    )
    assert (reason, status, basis, version) == ("protected_person", "open", "nhs_number", model.CURRENT)
    assert comparison["given_name"] == ["Ann", "Ann"]
    assert comparison["nhs_number"] == [NHS, NHS]
    assert (comparison["postcode"], comparison["uprn"]) == (["DY11AA", None], [None, None])
    decide(senders, "different", "dudley/1", "walsall/1")
    assert senders.rows("select status from identity.link_review") == ["different"]
    senders.link("2026-01")
    assert senders.rows("select status from identity.link_review") == ["different"]
    decide(senders, "withdrawn", "dudley/1", "walsall/1")
    assert senders.rows("select status from identity.link_review") == ["open"]


def test_twins_of_similar_names_are_asked_about_and_a_typo_is_not(senders) -> None:  # type: ignore[no-untyped-def]
    for ref, given in (("aisha", "Aisha"), ("aysha", "Aysha")):
        senders.say("2026-01", f"dudley/{ref}", given, "Begum", "2015-02-03", nhs_number=NHS if ref == "aisha" else None, uprn="77")
    senders.say("2026-01", "walsall/1", "Aesha", "Begum", "2015-02-03", nhs_number=NHS, uprn="77")
    for ref, given in (("tom", "Thomas"), ("jane", "Jane")):
        senders.say("2026-01", f"dudley/{ref}", given, "Oak", "2015-02-03", nhs_number=OTHER_NHS if ref == "tom" else None, uprn="78")
    senders.say("2026-01", "walsall/2", "Tohmas", "Oak", "2015-02-03", nhs_number=OTHER_NHS, uprn="78")
    senders.link("2026-01")
    assert {records for records in senders.persons() if len(records) > 1} == {frozenset({"dudley/tom", "walsall/2"})}
    assert senders.review() == {("dudley/aisha", "walsall/1"): "twins_of_similar_names"}


def test_a_twin_that_comes_later_is_noticed(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/aisha", "Aisha", "Begum", "2015-02-03", nhs_number=NHS, uprn="77")
    senders.say("2026-01", "walsall/1", "Aesha", "Begum", "2015-02-03", nhs_number=NHS, uprn="77")
    senders.link("2026-01")
    assert senders.one_person("dudley/aisha", "walsall/1")
    senders.say_again("2026-02", "2026-01")
    senders.say("2026-02", "dudley/aysha", "Aysha", "Begum", "2015-02-03", uprn="77")
    senders.link("2026-02")
    assert not senders.one_person("dudley/aisha", "walsall/1")
