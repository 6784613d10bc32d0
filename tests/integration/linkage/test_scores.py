"""Scores in the warehouse: what has changed is scored anew, and the outcome is that of scoring everything."""

import pytest

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import explain
from wholefamily.warehouse import connect

NHS, UPN = "9434765919", "F330400014001"


def _scores(senders):  # type: ignore[no-untyped-def]
    return senders.rows(
        "select partner_code_a, person_ref_a, partner_code_b, person_ref_b, round(match_probability::numeric, 6), match_basis, model_version, "
        "round(model_probability::numeric, 6), blocking_rule from identity.score order by 1, 2, 3, 4"
    )


def _year(senders) -> list[str]:  # type: ignore[no-untyped-def]
    """Three months: people come, marry, move, are corrected and go; an identifier is given to a second person, and taken away."""
    say = senders.say
    for period in ("2026-01", "2026-02", "2026-03"):
        say(period, "dudley/1", "Ottoline", "Marsh", "1990-03-02", sex="2", uprn="11", address="3 Mill Lane", postcode="DY11AA")
        say(period, "west_midlands_police/1", "Ottoline", "Marsh" if period < "2026-03" else "Peverell", "1990-03-02", sex="2", uprn="11")
        say(period, "dudley/2", "Kit", "Marsh", "2014-03-02", upn=UPN, uprn="11")
        say(period, "walsall/2", "Christopher", "Marsh", "2014-03-02", upn=UPN if period != "2026-02" else None, uprn="17")
        say(period, "dudley/3", "Basil", "Orchard", "1975-10-11", uprn="12" if period == "2026-01" else "13", address="4 Mill Lane")
        say(period, "west_midlands_police/3", "Bazil", "Orchard", "1975-11-10", uprn="12")
    say("2026-02", "dudley/4", "Christopher", "Marsh", "2014-03-02", upn=UPN, uprn="17")
    say("2026-03", "dudley/5", "Basil", "Orchard", "1975-10-11", uprn="12")
    return ["2026-01", "2026-02", "2026-03"]


def test_months_scored_one_by_one_are_what_all_months_at_once_are(senders) -> None:  # type: ignore[no-untyped-def]
    months = _year(senders)
    senders.link(*months)
    at_once, persons = _scores(senders), senders.persons()
    assert len(at_once) > 3
    for order in (months, months[::-1]):
        senders.forget_identity()
        for period in order:
            senders.link(period)
        assert (_scores(senders), senders.persons()) == (at_once, persons)


def test_a_correction_withdrawn_leaves_what_was_before(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Kit", "Lee", "2014-03-02", upn=UPN)
    senders.say("2026-01", "walsall/1", "Christopher", "Price", "2014-03-02", upn=UPN)
    senders.link("2026-01")
    before = _scores(senders)
    assert senders.one_person("dudley/1", "walsall/1")
    senders.say("2026-02", "dudley/2", "Agnes", "Otter", "2013-01-02", upn=UPN)
    senders.link("2026-02")
    assert not senders.one_person("dudley/1", "walsall/1"), "two of Dudley's bear it: it tells nobody apart"
    senders.unsay("dudley/2")
    senders.link("2026-02")
    assert _scores(senders) == before


def test_what_fits_two_of_one_register_is_half_as_sure_of_each(senders) -> None:  # type: ignore[no-untyped-def]
    for record in ("birmingham/1", "birmingham/2", "west_midlands_police/1"):
        senders.say("2026-01", record, "Ottoline", "Marsh", "1990-06-07")
    senders.link("2026-01")
    found = senders.rows("select match_probability, model_probability from identity.score")
    assert len(found) == 2
    assert all(match == pytest.approx(0.5, abs=0.02) and model > 0.95 for match, model in found)


def test_a_crowded_house_tells_nobody_apart(senders) -> None:  # type: ignore[no-untyped-def]
    for number in range(14):
        senders.say(
            "2026-01",
            f"birmingham/{number}",
            f"Given{'abcdefghijklmn'[number]}",
            f"Family{'abcde'[number % 5]}",
            f"1980-02-{number + 3:02}",
            uprn="70",
        )
    senders.say("2026-01", "birmingham/20", "Nuala", "Quigley", "1981-05-06", uprn="70")
    senders.say("2026-01", "west_midlands_police/20", "Nuala", "Quigley", None, uprn="70")
    senders.link("2026-01")
    assert not senders.one_person("birmingham/20", "west_midlands_police/20")
    assert senders.rows("select count(*) from identity.person_node where is_crowded") == [16]


def test_a_pair_is_explained_as_it_was_scored(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ottoline", "Marsh", "1990-03-02", nhs_number=NHS, uprn="11")
    senders.say("2026-01", "west_midlands_police/1", "Ottoline", "Marsh", "1990-02-03", uprn="11")
    senders.say("2026-01", "walsall/1", "Gervase", "Tull", "1961-07-08", nhs_number=None, uprn="99")
    senders.link("2026-01")
    with connect(senders.village.settings) as connection:
        linked = explain.pair(connection, ("west_midlands_police", "1"), ("dudley", "1"))
        strangers = explain.pair(connection, ("dudley", "1"), ("walsall", "1"))
        with pytest.raises(WholefamilyError, match="no record dudley 2"):
            explain.pair(connection, ("dudley", "2"), ("walsall", "1"))
    (scored,) = senders.rows("select model_probability from identity.score")
    assert linked.probability == pytest.approx(scored)
    weight = sum(step.bits for step in linked.steps)
    assert 1 / (1 + 2**-weight) == pytest.approx(scored)
    assert ("birth", "day_and_month_swapped") in {(step.comparison, step.level) for step in linked.steps}
    assert "linked as one person" in linked.text()
    assert strangers.probability < 0.001
    assert strangers.blocking_rules == ()
    assert "two persons" in strangers.text()
