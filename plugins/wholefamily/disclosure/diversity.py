"""What k-anonymity leaves open: flags that a whole group shares, families known by their composition or by their history."""

from collections import Counter, defaultdict
from collections.abc import Container, Hashable, Mapping, Sequence
from uuid import UUID

from wholefamily.disclosure.policy import HIDDEN, MAX_SHARE, K, L

Row = dict[str, str]

_Household = tuple[Hashable, tuple[tuple[str, ...], ...]]
"""What is told of a family, and of each of its members."""


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
    family_of: Mapping[UUID, UUID], described: Mapping[UUID, tuple[str, ...]], group_of: Mapping[UUID, Hashable], whole: Container[UUID]
) -> set[UUID]:
    """The families to which their members' rows may lead: at least k of a group are composed alike, and nobody is known by not being among them.

    ``family_of`` is each person's family, ``described`` what is told of each person, ``group_of`` what is told of each family, which
    can be read beside its members through the key; ``whole`` has the families no member of which is left out. Where fewer than k
    families of a group, or fewer than k persons told alike, would be without a key, more of the others go without.
    """
    members: defaultdict[UUID, list[tuple[str, ...]]] = defaultdict(list)
    for person, family in family_of.items():
        members[family].append(described[person])
    alike: defaultdict[_Household, list[UUID]] = defaultdict(list)
    for family in sorted(group_of.keys() & members.keys()):
        if family in whole:
            alike[group_of[family], tuple(sorted(members[family]))].append(family)
    leading = _Leading({household: families for household, families in alike.items() if len(families) >= K})
    told = {family for families in leading.alike.values() for family in families}
    leading.without_families.update(group_of[family] for family in group_of.keys() - told)
    leading.without_persons.update(described[person] for person, family in family_of.items() if family not in told)
    leading.settle()
    return {family for families in leading.alike.values() for family in families}


class _Leading:
    """Households composed alike whose members lead to them, and how many families of a group, or persons told alike, do not."""

    def __init__(self, alike: dict[_Household, list[UUID]]) -> None:
        self.alike = alike
        self.without_families: Counter[Hashable] = Counter()
        self.without_persons: Counter[tuple[str, ...]] = Counter()

    def settle(self) -> None:
        """Take keys away until none, or at least k, of every group and of all persons told alike are without."""
        while True:
            few_families = {group for group, n in self.without_families.items() if n < K}
            few_persons = {person for person, n in self.without_persons.items() if n < K}
            kept = [household for household, families in self.alike.items() if families]
            lone = [h for h in kept if h[0] in few_families or not few_persons.isdisjoint(h[1])]
            if not lone:
                return
            # The most numerous can spare some; where they cannot, the smallest goes whole.
            household = max(lone, key=lambda h: (len(self.alike[h]), str(h)))
            needed = self._needed(household, few_families, few_persons)
            if len(self.alike[household]) - needed < K:
                household = min(lone, key=lambda h: (len(self.alike[h]), str(h)))
                needed = len(self.alike[household])
            self._take(household, needed)

    def _needed(self, household: _Household, few_families: Container[Hashable], few_persons: Container[tuple[str, ...]]) -> int:
        group, persons = household
        needed = [K - self.without_families[group]] if group in few_families else []
        needed += [-(-(K - self.without_persons[p]) // n) for p, n in Counter(persons).items() if p in few_persons]
        return max(needed)

    def _take(self, household: _Household, n: int) -> None:
        group, persons = household
        self.alike[household] = self.alike[household][n:]
        self.without_families[group] += n
        for person in persons:
            self.without_persons[person] += n


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
