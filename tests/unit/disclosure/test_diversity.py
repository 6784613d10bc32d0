"""What ten alike families would still give away together."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from wholefamily.disclosure import diversity

COLUMNS, FLAGS = ["authority"], ["met_work"]


def rows(*values: str, area: str = "E08000025") -> list[dict[str, str]]:
    return [{"authority": area, "met_work": value} for value in values]


def after(group: list[dict[str, str]]) -> list[str]:
    diversity.hide_flags(group, COLUMNS, FLAGS)
    return [row["met_work"] for row in group]


def test_a_flag_that_all_of_a_group_have_is_hidden() -> None:
    assert after(rows(*"YYYYYYYYYY")) == ["*"] * 10


def test_a_flag_that_none_of_a_group_has_is_hidden() -> None:
    assert after(rows(*"NNNNNNNNNN")) == ["*"] * 10


def test_nine_of_ten_may_be_told_and_ten_of_eleven_may_not() -> None:
    assert after(rows(*"YYYYYYYYYN")) == list("YYYYYYYYYN")
    assert after(rows(*"YYYYYYYYYYN")) == ["*"] * 11


def test_hidden_values_do_not_count_as_another_value() -> None:
    assert after(rows(*"YYYYYYYYYY*")) == ["*"] * 11


def test_a_flag_of_another_framework_stays_empty() -> None:
    assert after(rows(*[""] * 10)) == [""] * 10


def test_each_group_is_judged_for_itself() -> None:
    group = rows(*"YN" * 5) + rows(*"Y" * 10, area="E08000028")
    assert after(group) == list("YN" * 5) + ["*"] * 10


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("YN*")), max_size=60))
def test_whatever_comes_in_no_group_has_one_value_or_more_than_nine_tenths_y(given_rows: list[tuple[str, str]]) -> None:
    group = [{"authority": area, "met_work": value} for area, value in given_rows]
    diversity.hide_flags(group, COLUMNS, FLAGS)
    for area in "AB":
        shown = [row["met_work"] for row in group if row["authority"] == area and row["met_work"] != "*"]
        assert not shown or {"Y", "N"} == set(shown)
        assert 10 * shown.count("Y") <= 9 * len(shown)


def ids(n: int, kind: int) -> list[UUID]:
    return [UUID(int=kind * 1000 + number) for number in range(n)]


def members(n: int, described: tuple[str, ...], kind: int) -> tuple[dict[UUID, UUID], dict[UUID, tuple[str, ...]]]:
    """``n`` families of two: a parent, and a child described so."""
    families, parents, children = ids(n, kind), ids(n, kind + 1), ids(n, kind + 2)
    family_of = dict(zip(parents, families, strict=True)) | dict(zip(children, families, strict=True))
    return family_of, dict.fromkeys(parents, ("ADULT",)) | dict.fromkeys(children, described)


def leading(*parts: tuple[dict[UUID, UUID], dict[UUID, tuple[str, ...]]], areas: tuple[str, ...] = ()) -> set[UUID]:
    """The families to which members lead, each part of an area of its own if there are ``areas``; nobody is left out."""
    family_of = {person: family for part, _ in parts for person, family in part.items()}
    described = {person: words for _, part in parts for person, words in part.items()}
    area_of = areas or ("E08000025",) * len(parts)
    group_of = {family: (area,) for (part, _), area in zip(parts, area_of, strict=True) for family in part.values()}
    return diversity.sharing_composition(family_of, described, group_of, set(group_of))


def test_the_key_of_a_family_stands_beside_its_members_where_ten_families_have_the_like() -> None:
    girls, boys = members(10, ("CHILD", "2"), 10), members(10, ("CHILD", "1"), 20)
    assert leading(girls, boys) == {*girls[0].values(), *boys[0].values()}


def test_families_of_two_areas_do_not_make_ten_together() -> None:
    here, there = members(5, ("CHILD", "2"), 10), members(5, ("CHILD", "2"), 20)
    assert leading(here, there, areas=("E08000025", "E08000028")) == set()


def test_nobody_is_known_by_leading_to_no_family() -> None:
    """Nine boys' families cannot be told. Nine mothers would lead nowhere, so some girls' families do not either; where all would have to, none does."""
    boys = members(9, ("CHILD", "1"), 20)
    many, few = members(21, ("CHILD", "2"), 10), members(12, ("CHILD", "2"), 10)
    assert len(leading(boys, many)) == 11
    assert leading(boys, many) < set(many[0].values())
    assert leading(boys, few) == set()


def test_a_family_of_which_a_member_is_left_out_is_not_told_by_its_members() -> None:
    family_of, described = members(30, ("CHILD", "2"), 10)
    families = sorted(set(family_of.values()))
    group_of = dict.fromkeys(families, ("E08000025",))
    assert diversity.sharing_composition(family_of, described, group_of, set(families[10:])) == set(families[10:])
    assert len(diversity.sharing_composition(family_of, described, group_of, set(families[1:]))) == 20


def test_the_first_quarter_of_progress_tells_no_attachment_that_fewer_than_ten_share() -> None:
    early, late = ids(12, 1), ids(3, 2)
    quarters = dict.fromkeys(early, frozenset({"2026-Q1", "2026-Q2"})) | dict.fromkeys(late, frozenset({"2026-Q2"}))
    told = diversity.shared_quarters(quarters, dict.fromkeys([*early, *late], ("E08000025", "2026-H1")))
    assert set(told.values()) == {frozenset({"2026-Q2"})}


def test_histories_that_ten_share_are_told_whole() -> None:
    early, late = ids(10, 1), ids(10, 2)
    quarters = dict.fromkeys(early, frozenset({"2026-Q1", "2026-Q2"})) | dict.fromkeys(late, frozenset({"2026-Q2"}))
    assert diversity.shared_quarters(quarters, dict.fromkeys([*early, *late], "one group")) == quarters


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.frozensets(st.sampled_from(["2026-Q1", "2026-Q2", "2026-Q3"]))), max_size=50))
def test_whatever_comes_in_ten_of_a_group_have_the_same_history_or_the_group_has_one(families: list[tuple[str, frozenset[str]]]) -> None:
    group_of = {UUID(int=number): group for number, (group, _) in enumerate(families)}
    told = diversity.shared_quarters({UUID(int=number): quarters for number, (_, quarters) in enumerate(families)}, group_of)
    for group in "AB":
        histories = [told[family] for family, its in group_of.items() if its == group]
        assert len(set(histories)) <= 1 or all(histories.count(history) >= 10 for history in histories)
    assert all(told[UUID(int=number)] <= quarters for number, (_, quarters) in enumerate(families))
