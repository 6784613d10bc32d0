"""From a cohort to the rows of a release: bands, pseudonyms, then disclosure control, and a note of what that cost."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wholefamily.disclosure import diversity, ladders
from wholefamily.disclosure.diversity import Row
from wholefamily.disclosure.kanonymity import Protected, protect
from wholefamily.disclosure.policy import HIDDEN
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.periods import quarter_of
from wholefamily.products.evaluation import control
from wholefamily.products.evaluation.cohort import Cohort, Family, Measure
from wholefamily.products.evaluation.columns import FAMILY_QUASI_IDENTIFIERS, FILES, FLAGS, FRAMEWORK_CRITERIA, PERSON_QUASI_IDENTIFIERS

# Flags and progress exist for one framework, quarters for families on the programme: hiding either would give it away.
_NEVER_HIDDEN = frozenset({"framework", "comparison"})


@dataclass(frozen=True)
class Release:
    """The rows of each file, ascending by key, and ``disclosure_control.json`` without its attacks."""

    rows: dict[str, list[Row]]
    control: dict[str, Any]


def assemble(
    cohort: Cohort,
    measures: Sequence[Measure],
    gss_of: Mapping[str, str],
    family_keys: Pseudonyms,
    person_keys: Pseudonyms,
) -> Release:
    """The release of a cohort. ``gss_of`` gives the GSS code of each authority by partner code."""
    families, family_control = _families(cohort, gss_of)
    quarters = _quarters(measures, families)
    individuals, person_control = _individuals(cohort, gss_of, families, quarters, family_keys)
    progress = _progress(cohort, measures, quarters)
    told = {
        "individuals": sorted(
            ({"person_key": person_keys.of(id_), **row} for id_, row in individuals.items()), key=lambda row: row["person_key"]
        ),
        "families": sorted(
            ({"family_key": family_keys.of(id_), **row} for id_, row in families.items()), key=lambda row: row["family_key"]
        ),
        "progress": sorted(
            ({**row, "family_key": family_keys.of(id_)} for id_, row in progress),
            key=lambda row: (row["family_key"], row["quarter"], row["measure"]),
        ),
    }
    rows = {file: [{column: row[column] for column in FILES[file]} for row in told[file]] for file in FILES}
    return Release(rows, control.of(rows, family_control, person_control, len(measures) - len(progress)))


def _families(cohort: Cohort, gss_of: Mapping[str, str]) -> tuple[dict[UUID, Row], Protected]:
    ids = list(cohort.families)
    exact = [family_values(cohort.families[id_], gss_of) for id_ in ids]
    columns = list(zip(*exact, strict=True)) or [()] * len(FAMILY_QUASI_IDENTIFIERS)
    area, framework, attached, closed, size, children, comparison = columns
    ladder = {
        "authority": ladders.areas(Counter(area)),
        "framework": ladders.exact(framework),
        "attached_quarter": ladders.quarters(attached),
        "closed_quarter": ladders.closing_quarters(closed),
        "size_band": ladders.bands(size, ladders.WIDER_SIZES),
        "n_children_band": ladders.bands(children, ladders.WIDER_CHILDREN),
        "comparison": ladders.exact(comparison),
    }
    protected = protect(exact, ladder, _NEVER_HIDDEN)
    rows = {}
    for id_, shown in zip(ids, protected.shown, strict=True):
        if shown is not None:
            rows[id_] = dict(zip(FAMILY_QUASI_IDENTIFIERS, shown, strict=True)) | _flags(cohort.families[id_])
            # How an exact level of closing is written (exchange.md section 7).
            if rows[id_]["closed_quarter"] == ladders.OPEN and protected.levels["closed_quarter"].name != ladders.ONLY_WHETHER:
                rows[id_]["closed_quarter"] = ""
    diversity.hide_flags(list(rows.values()), FAMILY_QUASI_IDENTIFIERS, FLAGS)
    return rows, protected


def family_values(family: Family, gss_of: Mapping[str, str]) -> tuple[str, ...]:
    """The quasi-identifiers of a family as exactly as they are ever told."""
    closed = quarter_of(f"{family.closed:%Y-%m}") if family.closed else ladders.OPEN
    children = sum(role == "CHILD" for role in family.at_start.values())
    return (
        gss_of[family.authority],
        family.framework,
        quarter_of(f"{family.attached:%Y-%m}") if family.attached else "",
        "" if family.is_comparison else closed,
        _band(len(family.at_start), ladders.SIZE_BANDS),
        _band(children, ladders.CHILDREN_BANDS),
        "Y" if family.is_comparison else "N",
    )


def _band(n: int, bands: Sequence[str]) -> str:
    return next((band for band in bands if not band.endswith("+") and n <= int(band.split("-")[1])), bands[-1])


def _flags(family: Family) -> Row:
    flags = dict.fromkeys(FLAGS, "")
    for criterion in FRAMEWORK_CRITERIA[family.framework]:
        flags[f"met_{criterion}"] = {True: "Y", False: "N", None: HIDDEN}[family.met.get(criterion)]
    return flags


def _individuals(
    cohort: Cohort,
    gss_of: Mapping[str, str],
    families: Mapping[UUID, Row],
    quarters: Mapping[UUID, frozenset[str]],
    family_keys: Pseudonyms,
) -> tuple[dict[UUID, Row], Protected]:
    placed = [(person, family) for family in cohort.families.values() for person in family.roles if person in cohort.persons]
    exact = [person_values(cohort, person, family, gss_of) for person, family in placed]
    area, age, sex, ethnic, role, comparison = list(zip(*exact, strict=True)) or [()] * len(PERSON_QUASI_IDENTIFIERS)
    ladder = {
        "authority": ladders.areas(Counter(area)),
        "age_band": ladders.bands(age, ladders.WIDER_AGES),
        "sex": ladders.labels(sex),
        "ethnic_group": ladders.labels(ethnic),
        "role": ladders.labels(role),
        "comparison": ladders.exact(comparison),
    }
    protected = protect(exact, ladder, _NEVER_HIDDEN)
    described = {person: shown for (person, _), shown in zip(placed, protected.shown, strict=True) if shown is not None}
    family_of = {person: family.id for person, family in placed if person in described}
    # A member who is left out must not be found by counting: such a family has no composition that others share.
    whole = {id_ for id_, family in cohort.families.items() if not family.has_left_out and described.keys() >= family.roles.keys()}
    # Through the key, the quarters of progress can be read beside a member too: the first is not before attachment.
    group_of = {id_: (*(row[column] for column in FAMILY_QUASI_IDENTIFIERS), *sorted(quarters[id_])) for id_, row in families.items()}
    alike = diversity.sharing_composition(family_of, described, group_of, whole)
    rows = {
        person: {
            **dict(zip(PERSON_QUASI_IDENTIFIERS, shown, strict=True)),
            "family_key": family_keys.of(family_of[person]) if family_of[person] in alike else "",
        }
        for person, shown in described.items()
    }
    return rows, protected


def person_values(cohort: Cohort, person: UUID, family: Family, gss_of: Mapping[str, str]) -> tuple[str, ...]:
    """The quasi-identifiers of a person as exactly as they are ever told."""
    known = cohort.persons[person]
    return (
        gss_of[family.authority],
        known.age_band(family.attached or cohort.as_at),
        known.sex,
        known.ethnic_group,
        family.roles[person],
        "Y" if family.is_comparison else "N",
    )


def _quarters(measures: Sequence[Measure], families: Mapping[UUID, Row]) -> dict[UUID, frozenset[str]]:
    """The quarters of progress that may be told of each family."""
    quarters: defaultdict[UUID, set[str]] = defaultdict(set)
    for measure in measures:
        quarters[measure.family_id].add(measure.quarter)
    group_of = {id_: tuple(row[column] for column in FAMILY_QUASI_IDENTIFIERS) for id_, row in families.items()}
    return diversity.shared_quarters({id_: frozenset(found) for id_, found in quarters.items()}, group_of)


def _progress(cohort: Cohort, measures: Sequence[Measure], quarters: Mapping[UUID, frozenset[str]]) -> list[tuple[UUID, Row]]:
    return [
        (measure.family_id, _measure(measure, hide_figures=cohort.families[measure.family_id].has_left_out))
        for measure in measures
        if measure.quarter in quarters.get(measure.family_id, frozenset())
    ]


def _measure(measure: Measure, *, hide_figures: bool) -> Row:
    return {
        "quarter": measure.quarter,
        "measure": measure.measure,
        # A figure of the family could be that of the one member who is left out.
        "baseline": HIDDEN if hide_figures else _figure(measure.baseline),
        "current": HIDDEN if hide_figures else _figure(measure.current),
        "result": measure.result,
        "claimed": "Y" if measure.is_claimed else "N",
        "evidenced": "Y" if measure.result == "pass" else "N",
    }


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return "10+" if value >= 10 else str(math.floor(value))
