"""How two records are compared: Splink's comparisons, written once for every dialect.

Every condition is symmetric: it does not matter which record stands left. Columns are those of ``engine.PREPARED``.
"""

from typing import Any

from splink import comparison_level_library as levels
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator

Parameters = dict[str, dict[str, tuple[float, float]]]
"""Comparison -> level -> (m, u)."""

_BOTH_WAYS = "(given_l = family_r and family_l = given_r and given_l <> family_l)"
_ONE_WAY = "(given_l = family_r or family_l = given_r)"
# Every town has a High Street.
_ONE_TOWN = "(outward_l is null or outward_r is null or outward_l = outward_r)"
_ONE_STREET = f"(postcode_l = postcode_r or street_l = street_r and {_ONE_TOWN})"
_YEAR = "cast(substr(birth_{}, 1, 4) as int)"
_NOT_TOLD = "(flat_l is null or flat_r is null or flat_l = flat_r)"
_FIRST = "'01-01'"
_KINDS = ("nhs_number", "upn", "pnc_id", "nino")
_LIKE_STREET = "jaro_winkler_similarity(street_l, street_r) >= 0.9"
_LIKE_POSTCODE = "damerau_levenshtein(postcode_l, postcode_r) <= 1"

NEIGHBOURS = {
    "same_property": 1,
    "same_address": 1,
    "same_house": 3,
    "nearly_same_address": 3,
    "nearly_same_house": 10,
    "same_street_and_postcode": 30,
    "nearly_same_street_and_postcode": 60,
    "same_postcode": 40,
}
"""Levels of ``place`` that two strangers share the more seldom, the more people there are, and with how many others everybody shares
them at least: a British postcode has some fifteen homes, whatever the training data's has."""

SET = {
    "identifier": {"same_trusted": (0.9, 1e-9), "same_nino": (0.05, 1e-9), "similar_nino": (0.01, 1e-4), "different": (0.04, 1.0)},
}
"""(m, u) that are set, not trained: no sample of pairs is large enough to measure how seldom strangers share an identifier, and
too few pairs have one on both sides to learn from them how often it is miskeyed."""


def comparisons(parameters: Parameters | None = None) -> list[ComparisonCreator | dict[str, Any]]:
    """The comparisons in the order of ``score.comparison``; with ``parameters`` trained, else ready for training."""
    return [
        CustomComparison([*_trained(name, rows, (parameters or {}).get(name))], output_column_name=name)
        for name, rows in (
            ("given_name", _given_name()),
            ("family_name", _family_name()),
            ("birth", _birth()),
            ("place", _place()),
            ("locality", _locality()),
            ("sex", _sex()),
            ("identifier", _identifier()),
            ("relatives", _relatives()),
            ("senders", _senders()),
        )
    ]


def _trained(name: str, rows: list[ComparisonLevelCreator], known: dict[str, tuple[float, float]] | None) -> list[ComparisonLevelCreator]:
    for row in rows:
        label = row.label_for_charts  # type: ignore[attr-defined]  # Splink says less than it gives
        if known is not None and not row.is_null_level:
            m, u = known[label]
            row.configure(m_probability=m, u_probability=u)
        elif label in SET.get(name, {}):
            m, u = SET[name][label]
            row.configure(m_probability=m, u_probability=u, fix_m_probability=True, fix_u_probability=True)
    return rows


def _level(label: str, condition: str) -> levels.CustomLevel:
    return levels.CustomLevel(condition, label_for_charts=label)


def _null(condition: str) -> levels.CustomLevel:
    level = levels.CustomLevel(condition, label_for_charts="unknown")
    return level.configure(is_null_level=True)  # type: ignore[return-value]  # a level configured is that level


def _else(label: str) -> levels.CustomLevel:
    return levels.CustomLevel("ELSE", label_for_charts=label)


def _similar(column: str, label: str, least: float) -> ComparisonLevelCreator:
    return levels.JaroWinklerLevel(column, least).configure(label_for_charts=label)


def _exact(column: str) -> ComparisonLevelCreator:
    """Equal names say the more, the rarer the name is: the model's term frequencies, nothing for a name that they do not hold."""
    return levels.ExactMatchLevel(column, term_frequency_adjustments=True).configure(label_for_charts="same", tf_minimum_u_value=1e-5)


def _given_name() -> list[ComparisonLevelCreator]:
    return [
        _null("given_l is null or given_r is null"),
        _exact("given"),
        _level("names_in_other_order", _BOTH_WAYS),
        _similar("given", "nearly_same", 0.92),
        levels.ArrayIntersectLevel("given_keys", 1).configure(label_for_charts="name_in_common"),
        _level("a_name_in_the_others_place", _ONE_WAY),
        _similar("given", "similar", 0.82),
        _level("same_initial", "substr(given_l, 1, 1) = substr(given_r, 1, 1)"),
        _else("different"),
    ]


def _family_name() -> list[ComparisonLevelCreator]:
    return [
        # Names in the other order are told by the given name's level; twice would be once too many.
        _null(
            f"family_l is null or family_r is null or (given_l is not null and given_r is not null and given_l <> given_r and {_ONE_WAY})"
        ),
        _exact("family"),
        _similar("family", "nearly_same", 0.92),
        levels.ArrayIntersectLevel("family_keys", 1).configure(label_for_charts="name_in_common"),
        _similar("family", "similar", 0.82),
        _else("different"),
    ]


def _birth() -> list[ComparisonLevelCreator]:
    default_l, default_r = (f"substr(birth_{side}, 6, 5) = {_FIRST}" for side in "lr")
    return [
        _null("birth_l is null or birth_r is null"),
        # Some day of that year: 1 January stands for a day that nobody knows.
        _level("same_year_only", f"substr(birth_l, 1, 4) = substr(birth_r, 1, 4) and ({default_l} or {default_r})"),
        _level("same", "birth_l = birth_r"),
        _level("day_and_month_swapped", "birth_sorted_l = birth_sorted_r"),
        # One digit of the decade is a father and his son before it is a slip.
        _level("a_generation_apart", f"abs({_YEAR.format('l')} - {_YEAR.format('r')}) between 13 and 60"),
        levels.DamerauLevenshteinLevel("birth", 1).configure(label_for_charts="one_digit_off"),
        _else("different"),
    ]


def _place() -> list[ComparisonLevelCreator]:
    nowhere = " or ".join(f"(uprn_{side} is null and postcode_{side} is null and street_{side} is null)" for side in "lr")
    return [
        _null(nowhere),
        _level("same_property", f"uprn_l = uprn_r and {_NOT_TOLD}"),
        _level("same_address", f"house_l = house_r and postcode_l = postcode_r and street_l = street_r and {_NOT_TOLD}"),
        _level("same_house", f"house_l = house_r and {_ONE_STREET} and {_NOT_TOLD}"),
        _level("same_street_and_postcode", "street_l = street_r and postcode_l = postcode_r"),
        _level("nearly_same_address", f"house_l = house_r and {_LIKE_STREET} and {_LIKE_POSTCODE} and {_NOT_TOLD}"),
        _level("nearly_same_street_and_postcode", f"{_LIKE_STREET} and {_LIKE_POSTCODE}"),
        _level("nearly_same_house", f"house_l = house_r and ({_LIKE_STREET} and {_ONE_TOWN} or {_LIKE_POSTCODE}) and {_NOT_TOLD}"),
        _level("same_postcode", "postcode_l = postcode_r"),
        _level("same_street", f"street_l = street_r and {_ONE_TOWN}"),
        _level("similar_street_or_postcode", f"{_LIKE_STREET} and {_ONE_TOWN} or {_LIKE_POSTCODE}"),
        _level("same_district", "outward_l = outward_r"),
        _else("elsewhere"),
    ]


_OTHER_BIRTH = (
    "substr(birth_l, 1, 4) <> substr(birth_r, 1, 4) and birth_sorted_l <> birth_sorted_r and damerau_levenshtein(birth_l, birth_r) > 1"
)
_HOME = f"((uprn_l = uprn_r and {_NOT_TOLD}) or (house_l = house_r and {_ONE_STREET} and {_NOT_TOLD}))"


TAKEN_BACK = (
    "as_twins_do",
    "as_father_and_son_do",
    "as_a_family_does",
    "as_housemates_do",
    "no_birthday",
    "as_relatives_nearby_do",
    "nothing",
)
"""The levels of ``relatives``."""


def _relatives() -> list[ComparisonLevelCreator]:
    """What is taken back where the other comparisons are not independent: those who live together share a name, and twins a birthday.

    EM takes comparisons for independent, and would call a family one person. So this one is not estimated by EM, but measured
    where two records are known to be two people: within a duplicate-free register (``train``).
    """
    return [
        _taken_back("as_twins_do", f"{_HOME} and family_l = family_r and birth_l = birth_r and given_l <> given_r"),
        _taken_back(
            "as_father_and_son_do", f"({_HOME} or postcode_l = postcode_r) and family_l = family_r and given_l = given_r and {_OTHER_BIRTH}"
        ),
        _taken_back("as_a_family_does", f"{_HOME} and family_l = family_r"),
        _taken_back("as_housemates_do", f"{_HOME} and family_l <> family_r and birth_l <> birth_r"),
        _taken_back("no_birthday", f"(birth_l is null or birth_r is null) and not coalesce({_HOME}, false)"),
        _taken_back("as_relatives_nearby_do", "postcode_l = postcode_r and family_l = family_r"),
        _taken_back("nothing", "ELSE"),
    ]


def _senders() -> list[ComparisonLevelCreator]:
    """Who is in one authority's register is seldom in another's; the police's people are the authorities' residents."""
    return [_taken_back("two_registers", "is_register_l and is_register_r"), _taken_back("not_both_registers", "ELSE")]


def _taken_back(label: str, condition: str) -> ComparisonLevelCreator:
    level = levels.CustomLevel(condition, label_for_charts=label)
    return level.configure(m_probability=0.5, u_probability=0.5, fix_m_probability=True, fix_u_probability=True)


def _locality() -> list[ComparisonLevelCreator]:
    """The town or quarter, where postcodes differ or are missing: of one postcode all homes are in one."""
    return [
        _null("locality_l is null or locality_r is null or postcode_l = postcode_r or uprn_l = uprn_r"),
        _level("same", "locality_l = locality_r"),
        _similar("locality", "similar", 0.9),
        _else("different"),
    ]


def _sex() -> list[ComparisonLevelCreator]:
    return [_null("sex_l is null or sex_r is null"), _level("same", "sex_l = sex_r"), _else("different")]


def _identifier() -> list[ComparisonLevelCreator]:
    return [
        _null(" and ".join(f"({kind}_l is null or {kind}_r is null)" for kind in _KINDS)),
        _level("same_trusted", " or ".join(f"{kind}_l = {kind}_r" for kind in _KINDS[:3])),
        _level("same_nino", "nino_l = nino_r"),
        levels.LevenshteinLevel("nino", 1).configure(label_for_charts="similar_nino"),
        _else("different"),
    ]
