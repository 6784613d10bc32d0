"""Who lives in a hostel, an institution or a house in multiple occupation shares an address with strangers: it tells nobody who is who."""

from typing import Any

import pytest

JAN, FEB, MAR = "2026-01", "2026-02", "2026-03"
HOSTEL = {"uprn": "400", "address": "Tame House", "postcode": "B46AA"}
FLAT = {"uprn": "500", "address": "5 Larch Grove", "postcode": "B178LN"}
TONYS = ("birmingham/1", "west_midlands_police/1")


def _live_together(senders, period: str, home: dict[str, str] = HOSTEL, **authority: object) -> None:  # type: ignore[no-untyped-def]
    """Three at one address, two of them of nearly one name and known to a sender each; only the authority says what the address is."""
    senders.say(period, "birmingham/1", "Tony", "Oakden", "1971-03-05", **home, **authority)
    senders.say(period, "west_midlands_police/1", "Tony", "Oakley", None, **home)
    senders.say(period, "birmingham/2", "Karl", "Lamb", "1980-06-07", **home, **authority)


def _crowded(senders) -> set[str]:  # type: ignore[no-untyped-def]
    return set(senders.rows("select partner_code || '/' || person_ref from identity.person_node where is_crowded"))


def _state(senders) -> dict[str, Any]:  # type: ignore[no-untyped-def]
    queries = {
        "nodes": "select to_jsonb(t)::text from identity.person_node as t",
        "scores": "select partner_code_a, person_ref_a, partner_code_b, person_ref_b, round(match_probability::numeric, 6) from identity.score",
    }
    return {name: sorted(senders.rows(query)) for name, query in queries.items()} | {"persons": senders.persons()}


def test_at_a_home_of_their_own_the_address_speaks_for_one_person(senders) -> None:  # type: ignore[no-untyped-def]
    _live_together(senders, JAN, address_class="RD")
    senders.link(JAN)
    assert senders.one_person(*TONYS)
    assert _crowded(senders) == set()


@pytest.mark.parametrize("address_class", ["RH", "RI", "CH"])
def test_residents_of_a_communal_address_are_not_linked_by_it(senders, address_class: str) -> None:  # type: ignore[no-untyped-def]
    _live_together(senders, JAN, address_class=address_class)
    senders.link(JAN)
    assert not senders.one_person(*TONYS)
    assert senders.rows("select max(match_probability) from identity.score") in ([None], [pytest.approx(0, abs=0.5)])
    assert _crowded(senders) == {*TONYS, "birmingham/2"}


def test_a_hostel_that_is_a_crowd_stays_one_when_some_leave(senders) -> None:  # type: ignore[no-untyped-def]
    _live_together(senders, JAN, address_class="CH")
    for n in range(3, 16):
        senders.say(JAN, f"birmingham/{n}", f"Given{'abcdefghijklmnop'[n]}", f"Family{'abcde'[n % 5]}", f"1980-02-{n:02}", **HOSTEL)
    senders.link(JAN)
    assert len(_crowded(senders)) == 16
    senders.say_again(FEB, JAN)
    for n in range(3, 16):
        senders.unsay(f"birmingham/{n}")
    senders.link(JAN, FEB)
    assert _crowded(senders) == {*TONYS, "birmingham/2"}
    assert not senders.one_person(*TONYS)


def test_a_hostel_that_is_sent_without_a_number_is_one_too(senders) -> None:  # type: ignore[no-untyped-def]
    _live_together(senders, JAN, {"address": "12 Tame Road", "postcode": "B46AA"}, address_class="CH")
    senders.link(JAN)
    assert not senders.one_person(*TONYS)


def test_whoever_has_moved_out_of_a_hostel_is_known_by_the_new_home(senders) -> None:  # type: ignore[no-untyped-def]
    _live_together(senders, JAN, address_class="CH")
    senders.say(FEB, "birmingham/1", "Tony", "Oakden", "1971-03-05", **FLAT, address_class="RD")
    senders.say(FEB, "west_midlands_police/3", "Tony", "Oakdene", None, **FLAT)
    senders.link(JAN)
    senders.link(FEB)
    assert _crowded(senders) == {"west_midlands_police/1", "birmingham/2"}
    assert senders.one_person("birmingham/1", "west_midlands_police/3")


def test_an_address_that_becomes_communal_or_ceases_to_be_is_linked_as_from_scratch(senders) -> None:  # type: ignore[no-untyped-def]
    seen = []
    months: list[str] = []
    for period, address_class in ((JAN, "RD"), (FEB, "CH"), (MAR, "RD")):
        _live_together(senders, period, address_class=address_class)
        months.append(period)
        senders.link(period)
        seen.append(senders.one_person(*TONYS))
        month_by_month = _state(senders)
        senders.forget_identity()
        senders.link(*months)
        assert _state(senders) == month_by_month
    assert seen == [True, False, True]
