"""``explain <household> <month>``: what a case worker reads, written out here by hand."""

import re
from collections.abc import Callable

import pytest
from tests.integration.story.conftest import WALSALL, attendance, built, send

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def told(village, typed):  # type: ignore[no-untyped-def]
    """What is said of the household of a record, its ids replaced by what they stand for."""
    names = {
        **{str(household): "<home>" for household in village.households("2026-10").values()},
        **{
            village.person_of(ref): f"<{ref}>"
            for ref in ("walsall/w1", "walsall/w2", "dudley/d1", "dudley/d2", "solihull/s1", "solihull/s2")
        },
        **{str(family): "<family>" for family in village.rows("select family_id from marts.dim_family")},
    }

    def tell(ref: str, *words: str) -> str:
        code, out, err = typed("explain", village.households("2026-10")[ref], "2026-10", *words)
        assert (code, err) == (0, "")
        out = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda found: names[found[0]], out)
        return re.sub(r"until \d{4}-\d\d-\d\d \d\d:\d\d", "until <then>", out)

    return tell


MET_BY_THREE = """\
Household <home> in 2026-10, as at 2026-10-31

  authority     walsall
  member 1      adult; <walsall/w1>
  member 2      under 18; <walsall/w2>
  known by      walsall, west_midlands_police
  programme     yes
                family <family>: tf_2012 with walsall, attached 2026-04-20

tf_2012  Troubled Families, 2012 to 2015
  ELIGIBLE: 3 of 4 criteria met, 3 needed
  rule: 3 criteria; source: Financial Framework 2012, appendix A of the police guidance note

  crime_asb: MET by asb_intervention
    source: Financial Framework 2012, appendix A of the police guidance note
    yes  A member of any age subject to an anti-social behaviour measure in the last 12 months
         rule tf_2012/crime_asb/asb_intervention/all/1: of any member, the last 12 months (after 2025-10-31)
         -  2026-03-01, member 1: walsall, asb_interventions, 2026-10/r1/asb_interventions:2
    no   A person under 18 with a proven offence in the last 12 months
         rule tf_2012/crime_asb/proven_offence/all/1: of any member, the last 12 months (after 2025-10-31),
         under 18, on the day of the assessment, aged 10 or over

  education: MET by unauthorised_absence
    source: Financial Framework 2012, appendix A of the police guidance note
    no   A child in a pupil referral unit or alternative provision because excluded
         rule tf_2012/education/excluded_placement/all/1: of each pupil
    no   A child permanently excluded or with three or more fixed exclusions across the last three terms
         rule tf_2012/education/exclusion/all/1: of each pupil, the last 3 terms, 3 episodes
    no   A child on no school roll
         rule tf_2012/education/not_on_roll/all/1: of each pupil
    yes  A child with 15 per cent or more unauthorised absence pooled over the last three terms
         rule tf_2012/education/unauthorised_absence/all/1: of each pupil, the last 3 terms, pooled, 15 per
         cent
         -  2026-07-31, member 2: walsall, attendance, 2026-10/r1/attendance:2
"""

MEASURE = """\
Family <family>: progress
  asb: NEUTRAL, there was nothing before attachment that could become less (before 0, now 0)
    rule tf_2012/asb: the last 6 months, at most 40 of 100 left; source: Payment-by-Results Programme
    Explained: 60 per cent reduction across the family, last 6 months
"""

STALE = """\
  NOT KNOWN WHETHER ELIGIBLE: 2 of 4 criteria met, 3 needed; 1 not known
"""

STALE_CRITERION = """\
  education: NOT KNOWN
    ?    attendance of dudley: nothing newer than 2026-09
    source: Financial Framework 2012, appendix A of the police guidance note
    no   A child in a pupil referral unit or alternative provision because excluded
"""

STALE_LIMB = """\
    ?    A child with 15 per cent or more unauthorised absence pooled over the last three terms
"""

TOO_OLD = """\
  work: NOT KNOWN
    ?    benefits of solihull: one stands open that was last matched on 2026-08-29, too long ago to tell
         (2026-10/r1/benefits:2); a match since 2026-08-30 would
"""

UNVERIFIED = """\
sf_2022  Supporting Families, outcomes framework from October 2022
  NOT ELIGIBLE: 3 of 10 criteria met, 3 needed, but no dependent child or expectant parent lives there
  rule [UNVERIFIED]: 3 criteria and a dependent child or expectant parent; source: Supporting Families
  guidance chapters 3 to 5; Hertfordshire: at least three headlines
"""

UNVERIFIED_RULE = """\
  housing: MET by housing
    source: Reading of the ten headline outcomes of October 2022
    yes  A housing need open on the day
         rule sf_2022/housing/housing/all/1 [UNVERIFIED]: of any member
         -  2025-01-01, member 1: solihull, support_needs, 2026-10/r1/support_needs:4
    no   A notice of seeking possession on anti-social behaviour grounds in the last 12 months
         rule sf_2022/housing/possession_notice/all/1 [UNVERIFIED]: of any member, the last 12 months (after
         2025-10-31)
"""

STALE_STORY = """\
From 2026-09 to 2026-10, month by month; * = changed since the month before

2026-09
  tf_2012   NOT ELIGIBLE: 2 of 4 criteria met, 3 needed
            met: local, work

2026-10
  *  tf_2012: NOT ELIGIBLE -> NOT KNOWN WHETHER ELIGIBLE: 2 of 4 criteria met, 3 needed; 1 not known
  *  tf_2012 education: NOT MET -> NOT KNOWN
      ?  attendance of dudley: nothing newer than 2026-09

Household <home> in 2026-10, as at 2026-10-31
"""

CORRECTED_STORY = """\
From 2026-09 to 2026-10, month by month; * = changed since the month before

2026-09
  tf_2012   ELIGIBLE: 3 of 4 criteria met, 3 needed
            met: crime_asb, education, local

2026-10
  a corrected drop stands: walsall/2026-10/r2 (asb_interventions, attendance, benefits, consent, exclusions,
  people, programme, school_places, support_needs, work_outcomes)
  *  tf_2012: ELIGIBLE -> NOT ELIGIBLE: 2 of 4 criteria met, 3 needed
  *  tf_2012 education: MET -> NOT MET
      -  tf_2012 education: unauthorised_absence of 2026-07-31, member 2, by walsall (attendance)
  *  progress, education: FAIL -> PASS, every child attends, with few exclusions (before 1, now 0)
"""

CORRECTED = """\
Corrected since this month was first built
  *  tf_2012 education: met until <then>, since then not met; new since then: walsall/2026-10/r2
     (attendance, exclusions, people, school_places)
"""


def test_a_household_met_by_three_criteria(told) -> None:  # type: ignore[no-untyped-def]
    text = told("walsall/w1", "--framework", "tf_2012")
    assert text.startswith(MET_BY_THREE)
    assert "\n  work: NOT MET\n" in text
    assert MEASURE in text
    assert "sf_2022" not in text


def test_what_did_not_come_is_not_known(told) -> None:  # type: ignore[no-untyped-def]
    text = told("dudley/d1", "--framework", "tf_2012")
    assert STALE in text
    assert STALE_CRITERION in text
    assert STALE_LIMB in text
    assert "\n  crime_asb: NOT MET\n" in text, "nobody there is known to the police, whose offences came"
    assert "\n  work: MET by out_of_work_benefit\n" in text
    assert told("dudley/d1", "--framework", "tf_2012", "--months", "5").startswith(STALE_STORY)


def test_what_was_matched_too_long_ago_is_not_known(told: Callable[..., str]) -> None:
    text = told("solihull/s2", "--framework", "tf_2012", "--months", "2")
    assert TOO_OLD in text
    assert "*  tf_2012 work: MET -> NOT KNOWN\n" in text


def test_an_unverified_rule_says_so(told) -> None:  # type: ignore[no-untyped-def]
    text = told("solihull/s1", "--framework", "sf_2022")
    assert UNVERIFIED in text
    assert UNVERIFIED_RULE in text
    assert "NOT KNOWN" not in text
    assert "[UNVERIFIED]" not in told("solihull/s1", "--framework", "tf_2012")


def test_all_frameworks_are_told_that_of_the_authority_first(told) -> None:  # type: ignore[no-untyped-def]
    text = told("solihull/s1")
    assert re.findall(r"^(\w+)  .*\n  (NOT ELIGIBLE|ELIGIBLE)", text, re.MULTILINE) == [
        ("tf_2012", "NOT ELIGIBLE"),
        ("tf_2015", "NOT ELIGIBLE"),
        ("sf_2022", "NOT ELIGIBLE"),
    ]
    assert "NOT ELIGIBLE: 2 of 6 criteria met, 2 needed, but no dependent child lives there" in text


def test_a_family_is_told_of_where_it_lives(village, typed) -> None:  # type: ignore[no-untyped-def]
    (family,) = village.rows("select family_id::text from marts.dim_family")
    home = village.households("2026-10")["walsall/w1"]
    assert typed("explain", family, "2026-10") == typed("explain", home, "2026-10")


def test_no_personal_value_is_told(told) -> None:  # type: ignore[no-untyped-def]
    text = told("walsall/w1", "--months", "2")
    assert [
        value for value in ("Oriel", "Tamsworth", "Perrin", "Quarry", "WS1", "1988", "2013-05-06", "100071234567") if value in text
    ] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((NOBODY, "2026-10"), f"no household or family has the id {NOBODY}: take a household_id of marts.dim_household or a family_id"),
        (("4711", "2026-10"), "'4711' is neither a record, partner/person_ref, nor an id: take a household_id or family_id from the marts"),
        ((NOBODY, "2026-13"), "'2026-13' is not a month: write it as YYYY-MM, such as 2026-10"),
        ((NOBODY, "2026-12"), "2026-12 is not built; the marts hold 2026-09 to 2026-10: ask for one of these, or build it"),
        (
            ("walsall/w1", "2026-10"),
            "'2026-10' is not a record, partner/person_ref; two records are compared, such as sandwell/4711 dudley/12",
        ),
        ((NOBODY, "2026-10", "--months", "0"), "--months 0: at least 1 is wanted"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(typed, words: tuple[str, ...], says: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = typed("explain", *words)
    assert (code, out) == (1, "")
    assert err.startswith(f"error: {says}")
    assert err.count("\n") == 1


def test_an_unknown_framework_is_one_line(village, typed) -> None:  # type: ignore[no-untyped-def]
    home = village.households("2026-10")["walsall/w1"]
    assert typed("explain", home, "2026-10", "--framework", "tf_1997") == (
        1,
        "",
        "error: no framework 'tf_1997': choose one of sf_2022, tf_2012, tf_2015\n",
    )


def test_a_corrected_drop_takes_the_third_criterion_away(village, told) -> None:  # type: ignore[no-untyped-def]
    before = told("walsall/w1", "--framework", "tf_2012", "--months", "2")
    assert "2026-10\n  nothing changed\n" in before
    assert "Corrected" not in before
    send(village, "walsall", "2026-10", 2, attendance=attendance("w2", 10), **WALSALL)
    built(village, "2026-10")
    after = told("walsall/w1", "--framework", "tf_2012", "--months", "2")
    assert after.startswith(CORRECTED_STORY)
    assert CORRECTED in after
    assert "2026-10/r2/asb_interventions:2; a corrected drop\n" in after
    assert told("walsall/w1", "--framework", "tf_2012", "--months", "2") == after
