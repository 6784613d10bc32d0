"""Met, not met, not known: what a household's story makes of files that came, are old, or never came."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from wholefamily import partners
from wholefamily.settings import Settings
from wholefamily.story import known
from wholefamily.story.read import Household
from wholefamily.story.rows import Eligibility, Evidence, FeedMonth, Framework, Rule, StaleMatch

MONTH, HOME, CHILD = "2026-10", UUID(int=1), UUID(int=2)
PARTNERS = partners.load(Settings().partners_dir)
FRAMEWORK = Framework("tf_2015", "Expanded", 2, True, False, True, "a text")


def rule(criterion: str, limb: str, feed: str, **more: object) -> Rule:
    row = Rule("tf_2015", criterion, limb, "", "words", "", "a text", True, None, None, f"tf_2015/{criterion}/{limb}/all/1", feed)
    return replace(row, **more)  # type: ignore[arg-type]


OFFENCE = rule("crime_asb", "proven_offence", "offences")
ABSENCE = rule("attendance", "low_attendance", "attendance")
ROLL = rule("attendance", "not_on_roll", "school_places")


def came(partner: str, *feeds: str, of: str = MONTH) -> dict[tuple[str, str, str], FeedMonth]:
    return {(MONTH, partner, feed): FeedMonth(MONTH, partner, feed, of, 1, of != MONTH) for feed in feeds}


def evidence(of: Rule) -> Evidence:
    return Evidence(
        MONTH, "tf_2015", of.criterion_code, of.limb_code, CHILD, date(2026, 9, 1), "dudley", of.feed, "2026-09/r1/x:2", of.rule_version
    )


def judge(
    feeds: dict[tuple[str, str, str], FeedMonth],
    *rules: Rule,
    found: tuple[Rule, ...] = (),
    n_met: int = 0,
    senders: tuple[str, ...] = ("dudley",),
    stale: tuple[StaleMatch, ...] = (),
) -> known.Judged:
    row = Eligibility(MONTH, "tf_2015", "dudley", n_met, 2, False, False)
    household = Household(
        household_id=HOME,
        months=(MONTH,),
        frameworks=(FRAMEWORK,),
        rules=rules,
        eligibility={(MONTH, "tf_2015"): row},
        evidence=[evidence(of) for of in found],
        stale_matches=stale,
        members=[],
        senders=frozenset((MONTH, sender) for sender in senders),
        feeds=feeds,
        families=[],
        progress=[],
        claims=[],
        standings=[],
        corrections=[],
    )
    return known.judged(household, PARTNERS, MONTH, FRAMEWORK)


ALL_CAME = came("dudley", "people", "attendance", "school_places", "benefits")


def test_what_came_and_does_not_say_so_is_not_met() -> None:
    (criterion,) = judge(ALL_CAME, ABSENCE, ROLL).criteria
    assert (criterion.state, criterion.gaps) == ("not met", ())


@pytest.mark.parametrize(
    ("feeds", "gap"),
    [
        (came("dudley", "people", "school_places"), "attendance of dudley: never came"),
        (ALL_CAME | came("dudley", "attendance", of="2026-08"), "attendance of dudley: nothing newer than 2026-08"),
        (ALL_CAME | came("dudley", "people", of="2026-09"), "people of dudley: nothing newer than 2026-09"),
    ],
)
def test_what_is_missing_or_old_is_not_known(feeds: dict[tuple[str, str, str], FeedMonth], gap: str) -> None:
    (criterion,) = judge(feeds, ABSENCE, ROLL).criteria
    assert (criterion.state, criterion.gaps) == ("not known", (gap,))


def test_one_limb_with_evidence_is_enough_and_old_evidence_is_evidence() -> None:
    feeds = ALL_CAME | came("dudley", "attendance", of="2026-09")
    (criterion,) = judge(feeds, ABSENCE, ROLL, found=(ABSENCE,)).criteria
    assert criterion.state == "met"
    (criterion,) = judge(feeds, ABSENCE, ROLL, found=(ROLL,)).criteria
    assert [limb.state for limb in criterion.limbs] == ["not known", "met"]
    assert criterion.state == "met"


def test_what_was_matched_too_long_ago_is_not_known() -> None:
    work = rule("work_finance", "out_of_work_benefit", "benefits")
    old = StaleMatch(MONTH, "tf_2015", work.rule_version, "dudley", "2026-10/r1/benefits:7", date(2026, 8, 29), date(2026, 8, 30))
    (criterion,) = judge(ALL_CAME, work, stale=(old,)).criteria
    assert (criterion.state, criterion.gaps) == ("not known", (old.gap,))
    assert judge(ALL_CAME, work, n_met=1, stale=(old,)).state == "not known"
    assert judge(ALL_CAME, work, found=(work,), stale=(old,)).criteria[0].state == "met", "by another match, which tells"
    (other,) = judge(ALL_CAME, ABSENCE, stale=(old,)).criteria
    assert other.state == "not met"


def test_whom_the_police_do_not_know_is_judged_by_what_the_police_sent() -> None:
    police = came("west_midlands_police", "people", "offences")
    assert judge(ALL_CAME | police, OFFENCE).criteria[0].state == "not met"
    old = came("west_midlands_police", "people", "offences", of="2026-09")
    (criterion,) = judge(ALL_CAME | old, OFFENCE).criteria
    assert (criterion.state, criterion.gaps) == ("not known", ("offences of west_midlands_police: nothing newer than 2026-09",))
    (criterion,) = judge(ALL_CAME, OFFENCE).criteria
    assert criterion.gaps == ("offences of west_midlands_police: never came",)


def test_each_sender_who_knows_a_member_is_asked() -> None:
    feeds = ALL_CAME | came("walsall", "people", "attendance", of="2026-08")
    assert judge(feeds, ABSENCE).criteria[0].state == "not met", "walsall knows nobody here"
    (criterion,) = judge(feeds, ABSENCE, senders=("dudley", "walsall")).criteria
    assert criterion.gaps == ("people of walsall: nothing newer than 2026-08", "attendance of walsall: nothing newer than 2026-08")


def test_not_eligible_only_where_what_is_not_known_could_not_change_it() -> None:
    old = ALL_CAME | came("dudley", "attendance", of="2026-08")
    assert judge(old, ABSENCE, n_met=1).state == "not known"
    assert judge(old, ABSENCE, n_met=0).state == "not eligible"
    assert judge(ALL_CAME, ABSENCE, n_met=1).state == "not eligible"


def test_no_child_is_not_known_where_schools_did_not_say() -> None:
    assert judge(ALL_CAME, ROLL, n_met=2).state == "not eligible"
    without = {key: file for key, file in ALL_CAME.items() if key[2] != "school_places"}
    assert judge(without, ROLL, n_met=2).state == "not known"


def test_an_authoritys_own_limbs_take_the_place_of_the_general_ones() -> None:
    own = rule("attendance", "own_limb", "attendance", authority_code="dudley")
    ended = rule("attendance", "ended", "attendance", authority_code="dudley", valid_to=date(2026, 10, 30))
    rules = [ABSENCE, ROLL, OFFENCE, own, ended]
    assert known.in_force(rules, "tf_2015", "dudley", MONTH) == [OFFENCE, own]
    assert known.in_force(rules, "tf_2015", "walsall", MONTH) == [ABSENCE, ROLL, OFFENCE]
