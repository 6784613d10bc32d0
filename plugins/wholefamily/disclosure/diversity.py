"""What k-anonymity leaves open: flags that a whole group shares, families known by their composition or by their history."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from uuid import UUID

from wholefamily.disclosure.policy import HIDDEN, MAX_SHARE, K, L

Row = dict[str, str]


def hide_flags(rows: Sequence[Row], quasi_identifiers: Sequence[str], flags: Sequence[str]) -> None:
    """Hide, in place, each flag that tells too much of a group: fewer than l values, or too large a share of ``Y``.

    A flag that is empty does not apply to the group's framework and stays so.
    """
    for members in groups(rows, quasi_identifiers).values():
        for flag in flags:
            shown = [row[flag] for row in members if row[flag] not in {"", HIDDEN}]
            if shown and (len(set(shown)) < L or shown.count("Y") > MAX_SHARE * len(shown)):
                for row in members:
                    row[flag] = HIDDEN


def groups(rows: Sequence[Row], columns: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by their values in ``columns``."""
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return dict(found)


def sharing_composition(
    family_of: Mapping[UUID, UUID], described: Mapping[UUID, tuple[str, ...]], group_of: Mapping[UUID, Hashable]
) -> set[UUID]:
    """The families whose composition at least k families of their group share.

    ``family_of`` is each person's family, ``described`` what is shown of each person, ``group_of`` what is shown of each family:
    its area, and as its other quasi-identifiers can be read off beside it through the key, these as well.
    """
    members: defaultdict[UUID, list[tuple[str, ...]]] = defaultdict(list)
    for person, family in family_of.items():
        if family in group_of:
            members[family].append(described[person])
    composition = {family: (group_of[family], tuple(sorted(persons))) for family, persons in members.items()}
    sharing = Counter(composition.values())
    return {family for family, shared in composition.items() if sharing[shared] >= K}


def shared_quarters(quarters_of: Mapping[UUID, frozenset[str]], group_of: Mapping[UUID, Hashable]) -> dict[UUID, frozenset[str]]:
    """The quarters of each family's progress that may be told: at least k families of its group have just these.

    The first quarter with progress would otherwise give away a quarter of attachment that was told less exactly. In each
    group the history shared by the fewest is cut down to what it has in common with the one most like it, and so on.
    """
    by_group: defaultdict[Hashable, list[UUID]] = defaultdict(list)
    for family in sorted(group_of):
        by_group[group_of[family]].append(family)
    told: dict[UUID, frozenset[str]] = {}
    for families in by_group.values():
        histories: defaultdict[frozenset[str], list[UUID]] = defaultdict(list)
        for family in families:
            histories[quarters_of.get(family, frozenset())].append(family)
        while len(histories) > 1 and min(map(len, histories.values())) < K:
            _merge_smallest(histories)
        told |= {family: quarters for quarters, members in histories.items() for family in members}
    return told


def _merge_smallest(histories: defaultdict[frozenset[str], list[UUID]]) -> None:
    smallest = min(histories, key=lambda quarters: (len(histories[quarters]), sorted(quarters)))
    others = [quarters for quarters in histories if quarters != smallest]
    nearest = max(others, key=lambda quarters: (len(quarters & smallest), -len(quarters), sorted(quarters)))
    histories[smallest & nearest] = sorted({*histories.pop(smallest), *histories.pop(nearest), *histories.get(smallest & nearest, [])})
