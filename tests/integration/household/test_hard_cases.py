"""The hard cases of households (domain.md section 8) that a row of one month does not show: moves, numbers of properties, who is away."""

import pytest
from tests.integration.household.village import Village, person, place

JAN, FEB, MAR = "2026-01", "2026-02", "2026-03"
# Numbers that pass their check: whoever has one is known in two registers.
NHS = {"ivy": "9434765919", "jack": "4010232137", "lou": "9876544450", "amy": "4582701086"}
LANE = {"postcode": "DY3 1AA"}


def _dudley(period: str) -> list[dict[str, object]]:
    people = [
        # Case 1: parents in two authorities, and a child whom both have on the programme.
        person("ivy", "Ivy", "Bray", "1988-03-02", uprn="10", nhs_number=NHS["ivy"]),
        person("jack", "Jack", "Bray", "2013-03-02", uprn="10", nhs_number=NHS["jack"], resident_from="2021-01-01"),
        # Case 2: both parents say that the child lives with them part of the week, from different days; and from one.
        person("kim", "Kim", "Cole", "1985-03-02", uprn="20"),
        person("kit", "Kit", "Cole", "2014-03-02", uprn="20", residence="SHARED"),
        person("kit", "Kit", "Cole", "2014-03-02", uprn="21", residence="SHARED"),
        person("ken", "Ken", "Dodd", "1984-03-02", uprn="21"),
        # Case 3: from one day in two authorities. Dudley has an open case of Lou, and a school place of Amy.
        person("lou", "Lou", "Eade", "2012-03-03", uprn="30", nhs_number=NHS["lou"]),
        person("amy", "Amy", "Eade", "2011-03-03", uprn="31", nhs_number=NHS["amy"]),
        # Case 9: twins, and twins whose names are nearly one.
        person("mum", "Mary", "Fell", "1986-03-02", uprn="40"),
        person("ned", "Ned", "Fell", "2014-06-07", uprn="40"),
        person("ted", "Ted", "Fell", "2014-06-07", uprn="40"),
        person("aisha", "Aisha", "Fell", "2016-06-07", uprn="40"),
        person("aysha", "Aysha", "Fell", "2016-06-07", uprn="40"),
        # Case 10: a tower of thirteen people, four surnames and two flats under one number.
        *(
            person(f"high{n}", f"Given{n}", f"Surname{n % 4}", f"1980-03-{n + 2:02d}", uprn="50", address=f"Flat {n % 2}, 1 Tower Road")
            for n in range(13)
        ),
        # Case 11: the number of the house in place of the flat's.
        person("fay", "Fay", "Gray", "1990-03-02", uprn="60", address="Flat 1, 8 Mill Lane", **LANE),
        person("fin", "Fin", "Gray", "2015-03-02", uprn="60", address="8 Mill Ln, flat 1", **LANE),
        person("gus", "Gus", "Hale", "1991-03-02", uprn="60", address="Flat 2, 8 Mill Lane", **LANE),
        person("gil", "Gil", "Hale", "2015-03-03", address="Flat 2, 8 Mill Lane, Sedgley", **LANE),
        person("hal", "Hal", "Ives", "1992-03-02", uprn="60", address="8 Mill Lane", **LANE),
        # ... for two of a family, the third of whom has the flat's.
        person("ian", "Ian", "Judd", "1993-03-02", uprn="60", address="Flat 3, 8 Mill Lane", **LANE),
        person("ira", "Ira", "Judd", "2016-03-02", uprn="63", address="Flat 3, 8 Mill Lane", **LANE),
        # ... two numbers of one house: the older one is still sent for one of the family, none for another.
        person("jan", "Jan", "Kerr", "1994-03-02", uprn="71", address="9 Mill Lane", **LANE),
        person("jed", "Jed", "Kerr", "2016-03-03", uprn="72", address="9 Mill Lane, Sedgley", **LANE),
        person("jon", "Jon", "Kerr", "2018-03-03", address="9, MILL LANE", **LANE),
        # ... two flats whose words do not tell them apart; a house that was divided.
        person("kay", "Kay", "Lunn", "1995-03-02", uprn="81", address="10 Mill Lane", **LANE),
        person("lee", "Lee", "Mann", "1996-03-02", uprn="82", address="10 Mill Lane", **LANE),
        person("meg", "Meg", "Nunn", "1997-03-02", uprn="90", address="11 Mill Lane", **LANE),
        person("mat", "Mat", "Nunn", "2017-03-02", uprn="91", address="Flat 1, 11 Mill Lane", **LANE),
        # ... no number and no flat: three ways to write one house.
        person("nat", "Nat", "Orr", "1998-03-02", address="12a Mill Lane", **LANE),
        person("nia", "Nia", "Orr", "2017-03-03", address="12 A, Mill Ln., Sedgley", postcode="dy31aa"),
        person("noa", "Noa", "Orr", "2019-03-03", address="12a Mill Lane", postcode="DY3 1AB"),
    ]
    return people + _who_is_away(period) + _who_comes_and_goes(period)


def _who_is_away(period: str) -> list[dict[str, object]]:
    people = [
        # Case 4: Pip's new address is put in place of the old one in February. The carers have a child of their own.
        person("pam", "Pam", "Rudd", "1987-03-02", uprn="100"),
        person("carer", "Cat", "Sims", "1970-03-02", uprn="109"),
        # Rob is placed; his mother has moved since, and strangers live in their old house.
        person("ros", "Ros", "Tann", "1988-04-02", uprn="111", resident_to="2025-09-30"),
        person("ros", "Ros", "Tann", "1988-04-02", uprn="112", resident_from="2025-10-01"),
        person("rob", "Rob", "Tann", "2012-04-02", uprn="111", resident_to="2025-06-30"),
        person("rob", "Rob", "Tann", "2012-04-02", uprn="109", residence="PLACEMENT", resident_from="2025-07-01"),
        person("new", "Nell", "Udall", "1980-04-02", uprn="111", resident_from="2025-11-01"),
        # Sid is placed from a hostel: nobody there is his family.
        person("sid", "Sid", "Vale", "2012-05-02", uprn="115", address_class="CH", resident_to="2025-06-30"),
        person("sid", "Sid", "Vale", "2012-05-02", uprn="109", residence="PLACEMENT", resident_from="2025-07-01"),
        person("sue", "Sue", "Wade", "1985-05-02", uprn="115", address_class="CH", resident_to="2025-08-30"),
        person("sue", "Sue", "Wade", "1985-05-02", uprn="116", resident_from="2025-09-01"),
        # Case 27: Tim's row says that he is away from home, Una's where she is; Val is away and nobody knows from where.
        person("tia", "Tia", "Yale", "1985-06-02", uprn="120"),
        person("tim", "Tim", "Yale", "1984-06-02", uprn="120", residence="AWAY", resident_from="2025-12-01"),
        person("val", "Val", "Zane", "1983-06-02", uprn="129", address_class="RI", residence="AWAY"),
        person("uri", "Uri", "Yorke", "1985-07-02", uprn="130"),
    ]
    if period == JAN:
        people += [person("pip", "Pip", "Rudd", "2013-06-02", uprn="100"), person("una", "Una", "Yorke", "1984-07-02", uprn="130")]
    else:
        people += [
            person("pip", "Pip", "Rudd", "2013-06-02", uprn="109", residence="PLACEMENT", resident_from="2026-02-03"),
            person("una", "Una", "Yorke", "1984-07-02", residence="AWAY", resident_from="2026-02-03"),
        ]
    return people


def _who_comes_and_goes(period: str) -> list[dict[str, object]]:
    # Case 20: the last of a household dies. Case 26: a baby, then a partner who had a household of their own.
    people = [
        person("old", "Olive", "Ames", "1930-03-02", uprn="140", **({} if period == JAN else {"deceased_on": "2026-02-10"})),
        person("abi", "Abi", "Best", "1995-03-02", uprn="150"),
        person("abe", "Abe", "Best", "2018-03-02", uprn="150"),
        person("ben", "Ben", "Cane", "1994-03-02", uprn="151" if period < MAR else "150"),
    ]
    if period > JAN:
        people.append(person("baby", "Bo", "Best", "2026-02-14", uprn="150", resident_from="2026-02-14"))
    # A family that no sender sees in February.
    if period != FEB:
        people += [person("cat", "Cath", "Dean", "1993-03-02", uprn="160"), person("cub", "Cubby", "Dean", "2018-03-03", uprn="160")]
    return people


def _walsall() -> list[dict[str, object]]:
    return [
        person("joe", "Joe", "Bray", "1987-03-02", uprn="11"),
        person("j2", "Jack", "Bray", "2013-03-02", uprn="11", nhs_number=NHS["jack"], residence="SHARED", resident_from="2024-01-01"),
        person("lil", "Lil", "Eade", "1986-03-03", uprn="32"),
        person("l2", "Lou", "Eade", "2012-03-03", uprn="32", nhs_number=NHS["lou"]),
        person("a2", "Amy", "Eade", "2011-03-03", uprn="32", nhs_number=NHS["amy"]),
        # Case 9: a school's register of the twins.
        person("t1", "Ned", "Fell", "2014-06-07", uprn="40"),
        person("t2", "Ted", "Fell", "2014-06-07", uprn="40"),
    ]


NEEDS = [{"person_ref": "lou", "need": "CHILD_IN_NEED", "from_date": "2025-01-01"}]
NEEDS_ENDED = [{"person_ref": "a2", "need": "CHILD_IN_NEED", "from_date": "2024-01-01", "to_date": "2025-01-01"}]
PLACES = [{"person_ref": ref, "status": "ON_ROLL", "from_date": "2024-09-01"} for ref in ("l2", "a2")]


@pytest.fixture(scope="module", autouse=True)
def built(village: Village) -> None:
    """Three months, one after the other, as they come."""
    for period in (JAN, FEB, MAR):
        families = [place("F-bray", "ivy"), place("F-bray", "jack", "CHILD")]
        families += [place("F-kerr", "jan"), place("F-cole", "kit", "CHILD"), place("F-best", "abi"), place("F-cane", "ben")]
        if period > JAN:
            families.append(place("F-best", "baby", "CHILD", joined_on="2026-02-14"))
        if period == MAR:
            # Case 26: two families on the programme become one; both keep their ids.
            families = [row for row in families if row["family_ref"] != "F-cane"]
            families += [place("F-cane", "ben", closed_on="2026-03-02"), place("F-best", "ben", joined_on="2026-03-02")]
        village.send("dudley", period, people=_dudley(period), programme=families, support_needs=NEEDS)
        theirs = [place("F-bray", "joe"), place("F-bray", "j2", "CHILD")]
        village.send("walsall", period, people=_walsall(), programme=theirs, school_places=PLACES, support_needs=NEEDS_ENDED)
        (village.build if period == JAN else village.build_again)(period)


def test_parents_in_two_authorities_are_two_households_and_two_families_of_one_child(village: Village) -> None:
    assert village.one_person("dudley/jack", "walsall/j2")
    assert village.lives_with("dudley/ivy", JAN) == {"dudley/ivy", "dudley/jack", "walsall/j2"}, "the part-time home is not the main one"
    assert village.lives_with("walsall/joe", JAN) == {"walsall/joe"}
    assert (village.member("dudley/ivy", JAN)["authority_code"], village.member("walsall/joe", JAN)["authority_code"]) == (
        "dudley",
        "walsall",
    )
    rows = village.rows(
        "select family.partner_code, household.authority_code from marts.bridge_family_member as member "
        "inner join marts.dim_family as family using (family_id) inner join marts.dim_household as household using (household_id) "
        "where member.period = %s and member.person_id::text = %s order by 1",
        JAN,
        village.person_of("walsall/j2"),
    )
    assert len(rows) == 2, "each authority's family is its own"
    assert rows[0] == ("dudley", "dudley")


def test_two_part_time_homes_and_no_main_one_is_a_contradiction(village: Village) -> None:
    assert village.member("dudley/kit", JAN)["evidence_grade"] == "C"
    assert village.lives_with("dudley/kit", JAN) == {"dudley/kim", "dudley/kit"}, "somebody of the same name lives there"
    assert _contradictions(village, "dudley/kit", JAN) == [("uprn 20", "uprn 21", "same_day")]


def _contradictions(village: Village, record: str, period: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = village.rows(
        "select home_key, other_home_key, reason from identity.residence_contradiction where period = %s and person_id::text = %s order by 1, 2",
        period,
        village.person_of(record),
    )
    return rows


def test_of_two_homes_from_one_day_the_one_with_more_evidence_is_taken_and_the_other_kept(village: Village) -> None:
    assert village.lives_with("dudley/lou", JAN) == {"dudley/lou", "walsall/l2"}, "an open case of social care weighs more than a school"
    assert village.lives_with("dudley/amy", JAN) == {"dudley/amy", "walsall/a2", "walsall/lil"}, "a school place; the case has ended"
    assert _contradictions(village, "dudley/lou", JAN) == [("uprn 30", "uprn 32", "same_day")]
    assert _contradictions(village, "dudley/amy", JAN) == [("uprn 32", "uprn 31", "same_day")]
    assert village.member("dudley/amy", JAN)["evidence_grade"] == "C"


def test_twins_are_two_members(village: Village) -> None:
    assert village.one_person("dudley/ned", "walsall/t1")
    assert village.one_person("dudley/ted", "walsall/t2")
    assert village.lives_with("dudley/mum", JAN) == {f"dudley/{ref}" for ref in ("mum", "ned", "ted", "aisha", "aysha")} | {
        "walsall/t1",
        "walsall/t2",
    }
    rows = village.rows(
        "select count(*) from marts.bridge_household_member where household_id::text = %s and period = %s",
        village.households(JAN)["dudley/mum"],
        JAN,
    )
    assert rows == [5]


def test_a_tower_under_one_number_is_no_household_whatever_its_flats(village: Village) -> None:
    assert not [record for record in village.households(JAN) if record.startswith("dudley/high")]


def test_flats_under_the_number_of_the_house_are_told_apart_and_weak(village: Village) -> None:
    assert village.lives_with("dudley/fay", JAN) == {"dudley/fay", "dudley/fin"}
    assert village.lives_with("dudley/gus", JAN) == {"dudley/gus", "dudley/gil"}
    assert village.lives_with("dudley/hal", JAN) == {"dudley/hal"}
    assert {village.member(f"dudley/{ref}", JAN)["evidence_grade"] for ref in ("fay", "gus", "gil", "hal")} == {"C"}


def test_the_flat_s_own_number_goes_before_that_of_the_house(village: Village) -> None:
    assert village.lives_with("dudley/ian", JAN) == {"dudley/ian", "dudley/ira"}
    assert village.member("dudley/ian", JAN)["evidence_grade"] == "B"


def test_two_numbers_of_one_house_are_one_home(village: Village) -> None:
    assert village.lives_with("dudley/jan", JAN) == {"dudley/jan", "dudley/jed", "dudley/jon"}


def test_flats_that_only_their_numbers_tell_apart_are_two_homes(village: Village) -> None:
    assert village.lives_with("dudley/kay", JAN) == {"dudley/kay"}
    assert village.lives_with("dudley/lee", JAN) == {"dudley/lee"}


def test_a_flat_of_a_divided_house_is_not_the_house(village: Village) -> None:
    assert village.lives_with("dudley/meg", JAN) == {"dudley/meg"}
    assert village.lives_with("dudley/mat", JAN) == {"dudley/mat"}


def test_an_address_without_a_number_is_one_however_it_is_written(village: Village) -> None:
    assert village.lives_with("dudley/nat", JAN) == {"dudley/nat", "dudley/nia"}
    assert village.lives_with("dudley/noa", JAN) == {"dudley/noa"}, "another postcode is another street"


def test_a_child_whose_address_is_replaced_by_that_of_the_placement_stays_with_the_family(village: Village) -> None:
    for period in (FEB, MAR):
        assert village.lives_with("dudley/pam", period) == {"dudley/pam", "dudley/pip"}
        placed = village.member("dudley/pip", period)
        assert (placed["is_main_residence"], placed["evidence_grade"], placed["basis"]) == (False, "D", "programme")
        assert village.lives_with("dudley/carer", period) == {"dudley/carer"}


def test_a_child_in_placement_follows_the_family_and_not_the_house(village: Village) -> None:
    assert village.lives_with("dudley/ros", JAN) == {"dudley/ros", "dudley/rob"}
    assert village.lives_with("dudley/new", JAN) == {"dudley/new"}


def test_a_child_placed_from_a_hostel_belongs_to_nobody_there(village: Village) -> None:
    assert "dudley/sid" not in village.households(JAN)
    assert village.lives_with("dudley/sue", JAN) == {"dudley/sue"}


def test_who_is_away_is_a_member_at_home_whether_or_not_the_place_is_named(village: Village) -> None:
    assert village.lives_with("dudley/tia", JAN) == {"dudley/tia", "dudley/tim"}
    assert village.member("dudley/tim", JAN)["is_away"] is True
    assert village.member("dudley/una", JAN)["is_away"] is False
    for period in (FEB, MAR):
        assert village.lives_with("dudley/uri", period) == {"dudley/uri", "dudley/una"}
        assert village.member("dudley/una", period)["is_away"] is True
    assert "dudley/val" not in village.households(JAN)


def test_a_household_whose_last_member_has_died_ends(village: Village) -> None:
    household = village.member("dudley/old", FEB)["household_id"]
    assert "dudley/old" not in village.households(MAR)
    assert village.rows("select last_period from marts.dim_household where household_id::text = %s", household) == [FEB]


def test_a_baby_and_a_partner_join_a_household_that_keeps_its_id(village: Village) -> None:
    ids = {village.member("dudley/abi", period)["household_id"] for period in (JAN, FEB, MAR)}
    assert len(ids) == 1
    assert village.lives_with("dudley/abi", FEB) == {"dudley/abi", "dudley/abe", "dudley/baby"}
    assert village.lives_with("dudley/abi", MAR) == {"dudley/abi", "dudley/abe", "dudley/baby", "dudley/ben"}
    baby = village.member("dudley/baby", FEB)
    assert (baby["valid_from"], baby["is_minor"], baby["basis"]) == ("2026-02-14", True, "both")


def test_families_that_become_one_keep_both_ids(village: Village) -> None:
    rows = village.rows(
        "select xref.family_ref, family.closed_date::text, family.household_id::text from marts.dim_family as family "
        "inner join identity.family_xref as xref using (family_id) where xref.family_ref in ('F-best', 'F-cane') order by 1"
    )
    home = village.member("dudley/abi", MAR)["household_id"]
    assert rows == [("F-best", None, home), ("F-cane", "2026-03-02", home)]


def test_a_household_that_is_not_seen_for_a_month_comes_back(village: Village) -> None:
    assert "dudley/cat" not in village.households(FEB)
    assert village.member("dudley/cat", JAN)["household_id"] == village.member("dudley/cub", MAR)["household_id"]


def test_every_membership_is_valid_on_the_last_day_of_its_month(village: Village) -> None:
    wrong = village.rows(
        "select period, person_id from marts.bridge_household_member, "
        "lateral (select (to_date(period, 'YYYY-MM') + interval '1 month' - interval '1 day')::date as as_at) as month "
        "where valid_from is null or valid_from > as_at or valid_to < as_at"
    )
    assert wrong == []


def test_a_month_built_again_is_the_same(village: Village) -> None:
    query = "select to_jsonb(member)::text from marts.bridge_household_member as member"
    before = sorted(village.rows(query))
    village.build_again(JAN, FEB, MAR)
    assert sorted(village.rows(query)) == before
