"""A household keeps its id: through months in which nobody sees it, in whatever order the months come, and when one is corrected."""

from itertools import permutations
from random import Random

import pytest

from wholefamily.linkage import households
from wholefamily.warehouse import connect

JAN, FEB, MAR, APR = "2026-01", "2026-02", "2026-03", "2026-04"


def _live(senders, period: str, **homes: str) -> None:  # type: ignore[no-untyped-def]
    """Who lives at which number in a month: persons by their homes, `h1="ann bea"`."""
    for home, people in homes.items():
        for given in people.split():
            born = f"19{ord(given[0]) - 20}-03-0{len(given)}"
            senders.say(period, f"dudley/{given}", given.title(), f"{given}son", born, home=f"uprn {home[1:]}")


def _household(senders, period: str, given: str) -> str:  # type: ignore[no-untyped-def]
    household: str = senders.village.households(period)[f"dudley/{given}"]
    return household


def test_a_household_that_nobody_sees_for_months_comes_back_under_its_id(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann bea", h2="cal")
    _live(senders, FEB, h2="cal")
    _live(senders, MAR, h2="cal")
    _live(senders, APR, h2="cal", h9="ann bea")
    senders.link(JAN, FEB, MAR, APR)
    assert _household(senders, APR, "bea") == _household(senders, JAN, "bea")
    assert _household(senders, APR, "cal") == _household(senders, JAN, "cal")


def test_months_that_are_built_one_by_one_bring_it_back_too(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann bea", h2="cal")
    _live(senders, FEB, h2="cal")
    _live(senders, MAR, h1="ann bea", h2="cal")
    for period in (JAN, FEB, MAR):
        senders.link(period)
    assert _household(senders, MAR, "ann") == _household(senders, JAN, "ann")
    assert senders.rows("select count(*) from identity.household") == [2]


def test_who_stays_with_others_for_a_month_leaves_them_their_id_and_finds_the_old_one_at_home(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann bea", h2="gran")
    _live(senders, FEB, h2="ann bea gran")
    _live(senders, MAR, h1="ann bea", h2="gran")
    senders.link(JAN, FEB, MAR)
    assert _household(senders, MAR, "ann") == _household(senders, JAN, "ann")
    assert _household(senders, MAR, "gran") == _household(senders, JAN, "gran")


def test_who_left_a_household_that_lives_on_does_not_take_its_id(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann bea cal")
    _live(senders, FEB, h1="ann bea", h2="cal")
    _live(senders, MAR, h2="cal")
    _live(senders, APR, h1="ann bea", h2="cal")
    senders.link(JAN, FEB, MAR, APR)
    assert _household(senders, APR, "ann") == _household(senders, JAN, "ann")
    assert _household(senders, APR, "cal") == _household(senders, FEB, "cal") != _household(senders, JAN, "cal")


def test_a_baby_and_a_new_partner_join_the_household_there_is(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann bea", h2="dan")
    _live(senders, FEB, h1="ann bea dan zoe")
    senders.link(JAN, FEB)
    assert {_household(senders, FEB, given) for given in ("ann", "bea", "dan", "zoe")} == {_household(senders, JAN, "ann")}


def test_an_earlier_month_that_comes_late_takes_the_ids_that_are_known(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, MAR, h1="ann bea")
    senders.link(MAR)
    known = _household(senders, MAR, "ann")
    _live(senders, JAN, h1="ann bea")
    _live(senders, FEB, h2="cal")
    senders.link(FEB, MAR)
    senders.link(JAN, FEB, MAR)
    assert _household(senders, JAN, "ann") == _household(senders, MAR, "ann") == known
    assert senders.rows("select from identity.merge_log where entity = 'household'") == []


def test_a_month_that_is_corrected_does_not_renumber_the_next(senders) -> None:  # type: ignore[no-untyped-def]
    _live(senders, JAN, h1="ann", h2="cal")
    _live(senders, FEB, h1="ann", h2="cal")
    senders.link(JAN, FEB)
    known = _household(senders, FEB, "ann")
    senders.unsay("dudley/ann", JAN)
    senders.link(JAN, FEB)
    assert _household(senders, FEB, "ann") == known
    assert senders.rows("select minted_period from identity.household where household_id::text = %s", known) == [FEB]


def _partition(senders) -> set[frozenset[tuple[str, str]]]:  # type: ignore[no-untyped-def]
    """Which persons are one household, and in which months."""
    rows = senders.rows("select household_id::text, period, person_ref from identity.household_xref where partner_code = 'dudley'")
    households: dict[str, set[tuple[str, str]]] = {}
    for household, period, person in rows:
        households.setdefault(household, set()).add((period, person))
    return {frozenset(members) for members in households.values()}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_months_does_not_change_who_is_one_household(senders, seed: int) -> None:  # type: ignore[no-untyped-def]
    random = Random(seed)  # noqa: S311 - made-up people
    months = (JAN, FEB, MAR, APR)
    homes = ["h1", "h2", "h3", "h4", None]
    at = {given: random.choice(homes) for given in ("ann", "bea", "cal", "dora", "eve", "finn", "gus")}
    for period in months:
        # Half of them move or vanish, or come back.
        at = {given: random.choice(homes) if random.random() < 0.5 else home for given, home in at.items()}
        _live(senders, period, **{home: " ".join(given for given in at if at[given] == home) for home in homes if home})
    senders.link(*months)
    at_once = _partition(senders)
    assert len(at_once) > 2
    for order in random.sample(list(permutations(months)), 6):
        with connect(senders.village.settings) as connection:
            connection.execute(
                "truncate identity.household, identity.household_member, identity.household_xref, identity.residence_contradiction"
            )
            connection.commit()
            arrived: list[str] = []
            for period in order:
                arrived.append(period)
                # A month's arrival has it built, and those after it.
                households.write(connection, [later for later in arrived if later >= period])
                connection.commit()
        assert _partition(senders) == at_once, order
