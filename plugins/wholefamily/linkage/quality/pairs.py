"""Links against a truth, as pairs of records: precision, recall and F1, in all and by group; and how many persons are exactly right.

A pair of records is *true* when the truth gives both one person, *found* when linkage does, *right* when both do. Records that the
truth does not know are left out; a record that was never sent cannot be missed.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

FEWEST_PAIRS = 200
"""True pairs of an ethnic group below which its recall says nothing of a gap: one pair would weigh half a point or more."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs of records."""

    n_true: int = 0
    n_found: int = 0
    n_right: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the found pairs that are true; None when none was found."""
        return self.n_right / self.n_found if self.n_found else None

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that were found; None when there is none."""
        return self.n_right / self.n_true if self.n_true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; None when there is neither a true nor a found pair."""
        return 2 * self.n_right / (self.n_true + self.n_found) if self.n_true + self.n_found else None

    def as_data(self) -> dict[str, Any]:
        """The counts and what follows from them, for JSON."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Quality:
    """What linkage got right. Groups are named: ``dudley + walsall``; ``dudley``; ``ASIAN``, and ``NOT_KNOWN`` for what nobody says."""

    pairs: Counts
    by_partner_pair: dict[str, Counts] = field(default_factory=dict)
    by_partner: dict[str, Counts] = field(default_factory=dict)
    """Pairs with a record of that sender: an authority, or the police."""
    by_ethnic_group: dict[str, Counts] = field(default_factory=dict)
    """Pairs of which a record says that group; a pair whose records disagree counts in both."""
    n_records: int = 0
    n_records_without_truth: int = 0
    n_persons: int = 0
    """True persons with a record."""
    n_persons_exact: int = 0
    """Of these, with all of their records, and nobody else's, under one person_id."""
    n_wrong_persons: int = 0
    """Ids of the registry that hold records of several true persons."""

    @property
    def recall_gap(self) -> float | None:
        """The largest difference in recall between two ethnic groups of ``FEWEST_PAIRS``; None when there are not two."""
        known = [
            counts.recall
            for name, counts in self.by_ethnic_group.items()
            if name != "NOT_KNOWN" and counts.n_true >= FEWEST_PAIRS and counts.recall is not None
        ]
        return max(known) - min(known) if len(known) > 1 else None

    def as_data(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "pairs": self.pairs.as_data(),
            **{
                name: {group: counts.as_data() for group, counts in getattr(self, name).items()}
                for name in ("by_partner_pair", "by_partner", "by_ethnic_group")
            },
            "recall_gap_between_ethnic_groups": self.recall_gap,
            "n_records": self.n_records,
            "n_records_without_truth": self.n_records_without_truth,
            "n_persons": self.n_persons,
            "n_persons_exact": self.n_persons_exact,
            "n_wrong_persons": self.n_wrong_persons,
        }


def measure(links: pa.Table, truth: pa.Table) -> Quality:
    """Compare ``links`` (partner_code, person_ref, person_id, ethnic_group or null) with ``truth`` (partner_code, person_ref, true_person_id).

    Both have one row per record.
    """
    with duckdb.connect() as database:
        database.register("link", links)
        database.register("truth", truth)
        database.execute(_RECORDS)
        database.execute(_PAIRS)
        groups = {name: _counted(database, group) for name, group in _GROUPS.items()}
        n_pairs = _counted(database, "'all'").get("all", Counts())
        totals = database.execute(_TOTALS).fetchall()[0]
    return Quality(n_pairs, **groups, **dict(zip(_TOTAL_NAMES, map(int, totals), strict=True)))  # type: ignore[arg-type]  # by name, all whole numbers


def _counted(database: duckdb.DuckDBPyConnection, group: str) -> dict[str, Counts]:
    rows = database.execute(
        f"select {group} as name, count(*) filter (is_true), count(*) filter (is_found), count(*) filter (is_true and is_found) "  # noqa: S608 - our own words
        "from pair group by name order by name"
    ).fetchall()
    return {name: Counts(n_true, n_found, n_right) for name, n_true, n_found, n_right in rows}


_RECORDS = """
    create table record as
    select
        row_number() over (order by partner_code, person_ref) as n,
        partner_code, person_id, true_person_id, coalesce(ethnic_group, 'NOT_KNOWN') as ethnic_group
    from link inner join truth using (partner_code, person_ref)
"""

_PAIRS = """
    create table pair as
    with joined as (
        select a.n as a, b.n as b from record as a inner join record as b on a.true_person_id = b.true_person_id and a.n < b.n
        union
        select a.n, b.n from record as a inner join record as b on a.person_id = b.person_id and a.n < b.n
    )
    select
        a.partner_code as partner_a, b.partner_code as partner_b, a.ethnic_group as group_a, b.ethnic_group as group_b,
        a.true_person_id = b.true_person_id as is_true, a.person_id = b.person_id as is_found
    from joined inner join record as a on a.n = joined.a inner join record as b on b.n = joined.b
"""

_GROUPS = {
    "by_partner_pair": "partner_a || ' + ' || partner_b",
    "by_partner": "unnest(list_distinct([partner_a, partner_b]))",
    "by_ethnic_group": "unnest(list_distinct([group_a, group_b]))",
}

_TOTAL_NAMES = ("n_records", "n_records_without_truth", "n_persons", "n_persons_exact", "n_wrong_persons")
_TOTALS = """
    with person as (
        select true_person_id, count(*) as n_records, count(distinct person_id) as n_ids, any_value(person_id) as person_id
        from record group by true_person_id
    ),
    id as (select person_id, count(*) as n_records, count(distinct true_person_id) as n_persons from record group by person_id)
    select
        (select count(*) from record),
        (select count(*) from link) - (select count(*) from record),
        (select count(*) from person),
        (select count(*) from person inner join id using (person_id) where n_ids = 1 and person.n_records = id.n_records),
        (select count(*) from id where n_persons > 1)
"""
