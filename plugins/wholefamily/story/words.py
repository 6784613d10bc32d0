"""Codes, figures and rules in plain words."""

import calendar
from collections.abc import Mapping
from datetime import date

_REASONS = {
    "not_identified": "the household did not meet this criterion when the family was attached",
    "nothing_in_baseline": "there was nothing before attachment that could become less",
    "feed_not_received": "the feed that would show it never came",
    "reduced_enough": "reduced by enough",
    "not_reduced_enough": "not reduced by enough",
    "reduced_enough_while_member_away": "reduced by enough, but while a member was away: a person must look at it",
    "no_child_of_school_age": "no child of compulsory school age is in the family",
    "a_child_excluded_or_absent": "a child is excluded or absent too often",
    "a_child_without_attendance": "no attendance came of a child",
    "every_child_attends": "every child attends, with few exclusions",
    "an_adult_volunteered": "an adult has volunteered for the Work Programme or joined ESF provision",
    "nobody_volunteered": "no adult has volunteered for the Work Programme or joined ESF provision",
    "an_adult_in_continuous_work": "an adult has left benefit for continuous work",
    "nobody_in_continuous_work": "no adult has left benefit for continuous work",
    "nothing_now": "nothing in the months up to now",
    "nothing_now_while_member_away": "nothing in the months up to now, but a member was away: a person must look at it",
    "a_child_attends_too_little": "a child has no place at a school, or attends too little in one of the terms",
    "still_met": "the need is still there",
    "not_sustained_yet": "the need is gone, but not for long enough",
    "match_too_old": "in some of the months a benefit stood open whose last match was too old to tell",
    "home_not_known": "in some of the months it is not known where the family lived",
    "sustained": "the need has been gone for long enough",
}

_CLAIMS = {
    "valid": "may be claimed",
    "review": "a member was away meanwhile: a person must look at it first",
    "already_claimed": "claimed in an earlier month: nothing more to claim",
    "claimed_elsewhere": "claimed by a family that shares a child: nothing to claim here",
    "no_plan": "a lead practitioner, an assessment or a plan is missing: nothing to claim yet",
}

_STANDINGS = {
    "stands": "still holds",
    "regressed": "no longer holds: the family has fallen back",
    "not_evidenced": "cannot be said to hold: data are missing, or no measure applies any more",
    "not_measured": "cannot be said to hold: the family is reported no more",
}

_FIGURES: Mapping[str, str] = {
    "unit": "of {}",
    "window_months": "the last {} months",
    "under_age": "under {}",
    "age_basis": "on the day of the {}",
    "minimum_age": "aged {} or over",
    "n_terms": "the last {} terms",
    "terms_counted": "{}",
    "n_episodes": "{} episodes",
    "percent": "{} per cent",
    "percent_left": "at most {} of 100 left",
    "offence_percent_left": "at most {} of 100 offences left",
    "sustained_months": "for {} months",
    "fresh_days": "not older than {} days",
}


def unverified(is_verified: bool) -> str:  # noqa: FBT001 (a column of the rule)
    """What stands after a figure that no text was read for."""
    return "" if is_verified else " [UNVERIFIED]"


def reason(code: str) -> str:
    """Why a measure has its result."""
    return _REASONS.get(code, code.replace("_", " "))


def claim(status: str) -> str:
    """What may be done with a result."""
    return _CLAIMS.get(status, status.replace("_", " "))


def standing(code: str) -> str:
    """Whether what was claimed still holds."""
    return _STANDINGS.get(code, code.replace("_", " "))


def figures(parameters: Mapping[str, object], day: date | None = None) -> str:
    """The figures of a rule; with the month's end, also the day after which its window begins."""
    words = []
    for name in sorted(parameters, key=[*_FIGURES, *sorted(parameters)].index):
        value = parameters[name]
        word = _FIGURES[name].format(str(value).replace("_", " ")) if name in _FIGURES else f"{name} {value}"
        if name == "window_months" and day is not None:
            word += f" (after {months_before(day, int(str(value)))})"
        words.append(word)
    return ", ".join(words)


def parameters_of(text: str) -> dict[str, str]:
    """The figures of ``marts.dim_criterion``: ``window_months=12, under_age=18``."""
    pairs = (part.partition("=") for part in text.split(", ") if part)
    return {name: value for name, _, value in pairs}


def months_before(day: date, n: int) -> date:
    """The same day ``n`` calendar months before, or the last of that month where there is none, as PostgreSQL has it."""
    month = day.year * 12 + day.month - 1 - n
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def joined(words: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
