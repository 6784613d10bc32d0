"""Who lives with whom in one village over three months; each test is a hard case of domain.md section 8 or a reading."""

import pytest
from tests.integration.household.village import Village, person, place

from wholefamily import linkage
from wholefamily.feeds import FEEDS

JAN, FEB, MAR = "2026-01", "2026-02", "2026-03"
NHS = {"ann": "9434765919", "bea": "4010232137", "cy": "9876544450"}


def _dudley(period: str) -> dict[str, list[dict[str, object]]]:
    people = [
        # Cases 1 and 3: Ann and Bea move to Walsall on 10 February; Dudley never ends their spell.
        person("ann", "Ann", "Moss", "1990-03-02", uprn="0100", nhs_number=NHS["ann"], ethnicity="WBRI", sex="2"),
        person("bea", "Bea", "Moss", "2012-03-02", uprn="100", nhs_number=NHS["bea"]),
        # Case 2: Eli lives with his mother, and part of the week with his father; Fay only with her father.
        person("eve", "Eve", "Hill", "1985-04-05", uprn="201"),
        person("eli", "Eli", "Hill", "2014-05-06", uprn="201"),
        person("eli", "Eli", "Hill", "2014-05-06", uprn="202", residence="SHARED", resident_from="2022-01-01"),
        person("sam", "Sam", "Ford", "1984-05-06", uprn="202"),
        person("fay", "Fay", "Ford", "2015-06-07", uprn="202", residence="SHARED"),
        # Case 4: Gil is placed with carers in Coventry; his spell at home has ended, that of his sister Ida has not.
        person("gwen", "Gwen", "Dale", "1988-01-05", uprn="301"),
        person("gil", "Gil", "Dale", "2011-02-05", uprn="301", resident_to="2025-06-30"),
        person("gil", "Gil", "Dale", "2011-02-05", uprn="901", residence="PLACEMENT", resident_from="2025-07-01"),
        person("ida", "Ida", "Dale", "2010-02-05", uprn="301"),
        person("ida", "Ida", "Dale", "2010-02-05", uprn="902", residence="PLACEMENT", address_class="RI", resident_from="2025-07-01"),
        # Gwen's ward has no family on the programme and no spell at home: the last home counts.
        person("hob", "Hob", "Penn", "2010-08-05", uprn="301", resident_to="2025-11-30"),
        person("hob", "Hob", "Penn", "2010-08-05", uprn="903", residence="PLACEMENT", resident_from="2025-12-01"),
        # Case 10: a hostel.
        person("joy", "Joy", "Webb", "1991-02-03", uprn="400", address_class="CH"),
        person("jim", "Jim", "Webb", "2016-02-03", uprn="400", address_class="CH"),
        person("kay", "Kay", "Nash", "1992-02-03", uprn="400", address_class="CH"),
        # Case 10: towers of 13 under one number, of four surnames and of three.
        *(person(f"four{n}", f"Given{n}", f"Surname{n % 4}", f"1980-03-{n + 2:02d}", uprn="500") for n in range(13)),
        *(person(f"three{n}", f"Given{n}", f"Surname{n % 3}", f"1981-03-{n + 2:02d}", uprn="501") for n in range(13)),
        # Case 11: no property number; one of the two rows of one house has none.
        person("lea", "Lea", "Rowe", "1993-02-03", address="1 Mill Lane, Sedgley", postcode="DY3 1AA"),
        person("leo", "Leo", "Rowe", "2013-02-03", address="1, MILL LANE Sedgley", postcode="dy31aa"),
        person("mia", "Mia", "Carr", "1994-02-03", uprn="601", address="7 Mill Lane", postcode="DY3 1AA"),
        person("max", "Max", "Carr", "2013-02-04", address="7 Mill Lane", postcode="DY3 1AA"),
        # Case 20: Nan dies on 10 February; Ned lives on.
        person("nan", "Nan", "Pike", "1940-02-03", uprn="700", **({} if period == JAN else {"deceased_on": "2026-02-10"})),
        person("ned", "Ned", "Pike", "1941-02-03", uprn="700"),
        # Case 27: Oz is in prison.
        person("ola", "Ola", "Reed", "1990-08-03", uprn="800"),
        person("oz", "Oz", "Reed", "1989-08-03", uprn="800"),
        person("oz", "Oz", "Reed", "1989-08-03", uprn="999", residence="AWAY", address_class="RI", resident_from="2025-12-24"),
        # Reading 27: Pia's last day at home is the last day of January.
        person("pia", "Pia", "Shaw", "1995-08-03", uprn="810", resident_to="2026-01-31"),
        # Quin turns 18 on 28 February.
        person("quin", "Quin", "Tate", "2008-02-28", uprn="820"),
        person("rae", "Rae", "Tate", None, uprn="820"),
        # A household that splits in March: two stay, one leaves.
        person("tom", "Tom", "Vane", "1970-08-03", uprn="830"),
        person("una", "Una", "Vane", "1971-08-03", uprn="830"),
        person("vic", "Vic", "Vane", "2005-08-03", uprn="830" if period < MAR else "831"),
        # Reading 36: he is of the family, not of the household.
        person("wes", "Wes", "Moss", "1986-08-03", uprn="840"),
    ]
    programme = [
        place("F-moss", "ann", closed_on="2026-03-20" if period == MAR else None),
        place("F-moss", "bea", "CHILD"),
        place("F-moss", "wes", "NON_RESIDENT_PARENT"),
        place("F-dale", "gwen"),
        place("F-dale", "gil", "CHILD"),
        place("F-webb", "joy", attached_on="2024-01-01", closed_on="2024-12-31"),
        place("F-webb", "joy"),
        place("F-webb", "jim", "CHILD"),
        # Case 26: Vic left the family; Tom joins it in March; Nan and Ned are one too.
        place("F-vane", "una"),
        place("F-vane", "vic", "CHILD", left_on="2026-02-15"),
        place("F-vane", "tom", joined_on="2026-03-01"),
        place("F-pike", "nan"),
        place("F-pike", "ned"),
    ]
    consent = [
        {"person_ref": "ann", "scope": "SUPPORT", "decision": "GIVEN", "effective_from": "2026-01-02"},
        {"person_ref": "ann", "scope": "SUPPORT", "decision": "WITHDRAWN", "effective_from": "2026-02-10"},
        {"person_ref": "ann", "scope": "EVALUATION", "decision": "GIVEN", "effective_from": "2026-02-11"},
        {"person_ref": "joy", "scope": "SUPPORT", "decision": "GIVEN", "effective_from": "2026-01-02"},
        {"person_ref": "jim", "scope": "SUPPORT", "decision": "GIVEN", "effective_from": "2026-01-02"},
        {"person_ref": "jim", "scope": "SUPPORT", "decision": "REFUSED", "effective_from": "2026-01-02"},
    ]
    return {"people": people, "programme": programme, "consent": consent}


def _walsall(period: str) -> list[dict[str, object]]:
    people = [
        # Case 15: a pupil who lives in Dudley and goes to school in Walsall stands in both registers.
        person("leo", "Leo", "Rowe", "2013-02-03", address="1 Mill Lane, Sedgley", postcode="DY3 1AA"),
        # Case 3: the same day, two homes, no reason.
        person("ola", "Ola", "Reed", "1990-08-03", uprn="850"),
    ]
    if period > JAN:
        people += [
            person("a1", "ANN", "MOSS", "1990-03-02", uprn="110", nhs_number=NHS["ann"], resident_from="2026-02-10"),
            person("b1", "BEA", "MOSS", "2012-03-02", uprn="110", nhs_number=NHS["bea"], resident_from="2026-02-10"),
        ]
    return people


COVENTRY = [
    # Case 4: the carers, and the child whom their school's register calls at home there.
    person("carer", "Cy", "Beck", "1975-01-02", uprn="901", nhs_number=NHS["cy"]),
    person("pupil", "Gil", "Dale", "2011-02-05", uprn="901", resident_from="2025-09-01"),
]
POLICE = [
    person("p1", "Sam", "Ford", "1984-05-06", uprn="831", pnc_id="20001234567H", ethnicity="A4"),
    person("p2", "Zed", "Ford", "1984-05-07", uprn="202"),
]


@pytest.fixture(scope="module", autouse=True)
def built(village: Village) -> None:
    """Three months, built at once."""
    for period in (JAN, FEB, MAR):
        village.send("dudley", period, **_dudley(period))
        village.send("walsall", period, people=_walsall(period))
        village.send("west_midlands_police", period, people=POLICE)
    village.send("coventry", JAN, people=COVENTRY)
    village.build(JAN, FEB, MAR)


def test_a_family_that_moves_is_one_household_of_the_authority_it_lives_in(village: Village) -> None:
    assert village.one_person("dudley/ann", "walsall/a1")
    assert village.lives_with("dudley/ann", JAN) == {"dudley/ann", "dudley/bea"}
    assert village.lives_with("dudley/ann", FEB) == {"dudley/ann", "dudley/bea", "walsall/a1", "walsall/b1"}
    before, after = village.member("dudley/ann", JAN), village.member("dudley/ann", FEB)
    assert before["household_id"] == after["household_id"]
    assert (before["authority_code"], after["authority_code"]) == ("dudley", "walsall")
    assert (after["valid_from"], after["basis"], after["evidence_grade"]) == ("2026-02-10", "both", "A")
    dimension = village.rows(
        "select authority_code, first_period, last_period from marts.dim_household where household_id = %s", after["household_id"]
    )
    assert dimension == [("walsall", JAN, MAR)]


def test_a_home_not_ended_by_its_sender_is_a_contradiction_that_is_kept(village: Village) -> None:
    rows = village.rows(
        "select period, partner_code, home_key, other_partner_code, other_home_key, reason from identity.residence_contradiction "
        "where person_id::text = %s order by period",
        village.person_of("dudley/ann"),
    )
    assert rows == [(period, "walsall", "uprn 110", "dudley", "uprn 100", "later_day_taken") for period in (FEB, MAR)]


def test_two_homes_from_one_day_are_a_contradiction_and_one_is_taken(village: Village) -> None:
    assert village.member("dudley/ola", JAN)["authority_code"] == "dudley"
    reasons = village.rows(
        "select reason from identity.residence_contradiction where person_id::text = %s and period = %s",
        village.person_of("walsall/ola"),
        JAN,
    )
    assert reasons == ["same_day"]


def test_a_child_of_separated_parents_lives_at_the_main_residence(village: Village) -> None:
    assert village.lives_with("dudley/eli", JAN) == {"dudley/eve", "dudley/eli"}


def test_a_child_with_a_shared_residence_only_lives_there(village: Village) -> None:
    assert village.lives_with("dudley/fay", JAN) == {"dudley/sam", "dudley/fay", "west_midlands_police/p1"}
    assert village.member("dudley/fay", JAN)["evidence_grade"] == "C"


def test_a_child_in_placement_stays_with_the_family_and_is_not_of_the_carers_household(village: Village) -> None:
    assert village.one_person("dudley/gil", "coventry/pupil")
    assert village.lives_with("dudley/gwen", JAN) == {"dudley/gwen", "dudley/gil", "coventry/pupil", "dudley/ida", "dudley/hob"}
    assert village.lives_with("coventry/carer", JAN) == {"coventry/carer"}
    placed = village.member("dudley/gil", JAN)
    assert (placed["is_main_residence"], placed["basis"], placed["evidence_grade"]) == (False, "programme", "D")
    assert placed["authority_code"] == "dudley", "the responsible authority is not that of the placement"
    at_home = village.member("dudley/ida", JAN)
    assert (at_home["is_main_residence"], at_home["basis"], at_home["evidence_grade"]) == (False, "address", "B")
    assert village.member("dudley/hob", JAN)["is_main_residence"] is False


def test_a_hostel_is_no_household_but_a_programme_family_there_is(village: Village) -> None:
    assert village.lives_with("dudley/joy", JAN) == {"dudley/joy", "dudley/jim"}
    member = village.member("dudley/jim", JAN)
    assert (member["basis"], member["evidence_grade"], member["address_class"]) == ("programme", "D", "CH")
    assert "dudley/kay" not in village.households(JAN)


def test_more_than_twelve_persons_of_four_surnames_are_no_household(village: Village) -> None:
    assert village.lives_with("dudley/four0", JAN) == set()
    assert len(village.lives_with("dudley/three0", JAN)) == 13


def test_an_address_in_words_is_a_home_and_is_matched_to_a_known_property(village: Village) -> None:
    assert village.lives_with("dudley/lea", JAN) == {"dudley/lea", "dudley/leo", "walsall/leo"}
    assert village.member("dudley/lea", JAN)["evidence_grade"] == "C"
    assert village.lives_with("dudley/max", JAN) == {"dudley/mia", "dudley/max"}
    assert village.member("dudley/max", JAN)["evidence_grade"] == "B"


def test_a_pupil_in_two_registers_has_one_household_and_one_authority(village: Village) -> None:
    assert village.one_person("dudley/leo", "walsall/leo")
    assert village.member("walsall/leo", JAN)["authority_code"] == "dudley"


def test_the_dead_are_members_to_the_month_of_death_and_the_living_go_on(village: Village) -> None:
    assert village.lives_with("dudley/ned", FEB) == {"dudley/nan", "dudley/ned"}
    assert village.lives_with("dudley/ned", MAR) == {"dudley/ned"}
    assert village.member("dudley/ned", FEB)["household_id"] == village.member("dudley/ned", MAR)["household_id"]
    assert village.rows("select is_deceased from marts.dim_person where person_id::text = %s", village.person_of("dudley/nan")) == [True]
    assert _family(village, "F-pike", FEB) == {"nan": "ADULT", "ned": "ADULT"}
    assert _family(village, "F-pike", MAR) == {"ned": "ADULT"}


def test_a_prisoner_is_a_member_and_away(village: Village) -> None:
    assert (village.member("dudley/oz", JAN)["is_away"], village.member("dudley/oz", JAN)["is_main_residence"]) == (True, True)
    assert village.member("dudley/ola", JAN)["is_away"] is False


def test_end_dates_are_inclusive(village: Village) -> None:
    assert "dudley/pia" in village.households(JAN)
    assert "dudley/pia" not in village.households(FEB)


def test_a_police_address_makes_nobody_a_member(village: Village) -> None:
    assert "west_midlands_police/p2" not in village.households(JAN)
    assert village.households(JAN)["west_midlands_police/p1"] == village.households(JAN)["dudley/sam"]


def test_a_minor_is_under_eighteen_on_the_last_day_and_unknown_without_a_date_of_birth(village: Village) -> None:
    assert [village.member("dudley/quin", period)["is_minor"] for period in (JAN, FEB)] == [True, False]
    assert village.member("dudley/rae", JAN)["is_minor"] is None


def test_a_household_keeps_its_id_with_most_of_its_members(village: Village) -> None:
    before = village.member("dudley/tom", FEB)["household_id"]
    assert village.member("dudley/una", MAR)["household_id"] == before
    assert village.member("dudley/vic", FEB)["household_id"] == before
    assert village.member("dudley/vic", MAR)["household_id"] != before


def test_nobody_is_in_two_households_and_no_household_is_twice_in_a_month(village: Village) -> None:
    assert village.rows("select period, person_id from marts.bridge_household_member group by 1, 2 having count(*) > 1") == []
    assert (
        village.rows("select period, household_id from identity.household_member group by 1, 2 having count(distinct home_key) > 1") == []
    )
    assert (
        village.rows(
            "select period, household_id from marts.bridge_household_member group by 1, 2 having count(distinct authority_code) > 1"
        )
        == []
    )


def _family(village: Village, family: str, period: str) -> dict[str, str]:
    rows = village.rows(
        "select person_xref.person_ref, member.role from marts.bridge_family_member as member "
        "inner join identity.family_xref using (family_id) inner join identity.person_xref using (person_id) "
        "where family_ref = %s and member.period = %s and person_xref.partner_code = 'dudley'",
        family,
        period,
    )
    return dict(rows)


def test_a_family_has_the_members_of_the_day(village: Village) -> None:
    assert _family(village, "F-vane", JAN) == {"una": "ADULT", "vic": "CHILD"}
    assert _family(village, "F-vane", FEB) == {"una": "ADULT"}
    assert _family(village, "F-vane", MAR) == {"una": "ADULT", "tom": "ADULT"}
    assert _family(village, "F-moss", JAN) == {"ann": "ADULT", "bea": "CHILD", "wes": "NON_RESIDENT_PARENT"}


def test_a_non_resident_parent_is_no_member_of_the_household(village: Village) -> None:
    assert village.lives_with("dudley/wes", JAN) == {"dudley/wes"}
    assert village.member("dudley/wes", JAN)["basis"] == "address"


def test_a_family_shows_its_latest_episode_and_where_most_of_it_lives(village: Village) -> None:
    rows = village.rows(
        "select xref.family_ref, family.partner_code, family.attached_date::text, family.closed_date::text, family.household_id::text "
        "from marts.dim_family as family inner join identity.family_xref as xref using (family_id) where xref.family_ref in ('F-moss', 'F-webb') order by 1"
    )
    assert rows == [
        ("F-moss", "dudley", "2026-01-15", "2026-03-20", village.member("dudley/ann", MAR)["household_id"]),
        ("F-webb", "dudley", "2026-01-15", None, village.member("dudley/joy", MAR)["household_id"]),
    ]


def test_consent_is_the_latest_effective_word_on_support(village: Village) -> None:
    rows = village.rows(
        "select member.period, xref.person_ref, member.is_consenting from marts.bridge_family_member as member "
        "inner join identity.person_xref as xref using (person_id) where xref.partner_code = 'dudley' and xref.person_ref in ('ann', 'joy', 'jim', 'una') "
        "and member.period < '2026-03' order by 1, 2"
    )
    assert rows == [
        (JAN, "ann", True),
        (JAN, "jim", False),
        (JAN, "joy", True),
        (JAN, "una", False),
        (FEB, "ann", False),
        (FEB, "jim", False),
        (FEB, "joy", True),
        (FEB, "una", False),
    ]


def test_a_person_is_described_by_what_senders_agree_on(village: Village) -> None:
    columns = "select sex, birth_year, ethnic_group, authority_code, is_deceased, first_period, last_period from marts.dim_person where person_id::text = %s"
    assert village.rows(columns, village.person_of("dudley/ann")) == [("2", 1990, "WHITE", "walsall", False, JAN, MAR)]
    assert village.rows(columns, village.person_of("dudley/sam")) == [("0", 1984, "ASIAN", "dudley", False, JAN, MAR)]
    assert village.rows(columns, village.person_of("west_midlands_police/p2")) == [("0", 1984, None, None, False, JAN, MAR)]


def test_authorities_come_from_the_partner_files(village: Village) -> None:
    rows = village.rows("select authority_code, gss, dfe_code, brand, framework_code from marts.dim_authority order by 1")
    assert len(rows) == 7
    assert rows[0] == ("birmingham", "E08000025", "330", "Think Family", "tf_2012")


def test_a_month_without_a_drop_is_staged_from_the_last_one_and_says_so(village: Village) -> None:
    rows = village.rows(
        "select distinct period, source_period, source_revision, is_stale from staging.stg_people where partner_code = 'coventry' order by 1"
    )
    assert rows == [(JAN, JAN, 1, False), (FEB, JAN, 1, True), (MAR, JAN, 1, True)]


def test_every_monthly_feed_is_staged_with_all_its_columns_and_typed(village: Village) -> None:
    types = {"date": "date", "integer": "integer", "decimal": "numeric"}
    for feed in (feed for feed in FEEDS.values() if not feed.daily):
        staged = dict(
            village.rows(
                "select column_name, data_type from information_schema.columns where table_schema = 'staging' and table_name = %s",
                f"stg_{feed.feed}",
            )
        )
        expected = {name: "boolean" if column.codes == "flag" else types.get(column.type, "text") for name, column in feed.columns.items()}
        always = {"period", "partner_code", "source_period", "source_revision", "source_line", "is_stale"}
        assert set(staged) == always | set(expected), feed.feed
        assert {name: staged[name] for name in expected} == expected, feed.feed


def test_no_mart_holds_a_direct_identifier(village: Village) -> None:
    direct = {name for feed in FEEDS.values() for name, column in feed.columns.items() if column.personal == "direct"}
    references = {name for feed in FEEDS.values() for name, column in feed.columns.items() if column.personal == "reference"} - {
        "lead_practitioner"
    }
    columns = village.rows("select distinct column_name from information_schema.columns where table_schema = 'marts'")
    assert columns
    assert set(columns) & (direct | references | {"home_key", "address_key"}) == set()


def test_building_a_month_again_changes_no_mart_and_no_id(village: Village) -> None:
    marts = ("dim_person", "dim_household", "bridge_household_member", "dim_family", "bridge_family_member", "dim_authority")
    identity = ("person", "person_xref", "household", "household_xref", "household_member", "family_xref", "merge_log")
    tables = [f"marts.{name}" for name in marts] + [f"identity.{name}" for name in identity]

    def everything() -> dict[str, list[str]]:
        return {table: sorted(village.rows(f"select to_jsonb(t)::text from {table} as t")) for table in tables}

    before = everything()
    village.build_again(FEB, MAR)
    assert everything() == before


def test_linking_wants_a_month(village: Village) -> None:
    linkage.link(village.settings, [])
    assert village.households(JAN)
