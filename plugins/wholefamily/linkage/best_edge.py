"""Which records are one person: best edge first, and nothing joins what must stay apart.

Connected components would chain: one false edge joins two people. Here every edge is tried in order of its probability, and
joins two clusters only when all of their records may be one person (linkage.md, fact 4). What people have decided comes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wholefamily.linkage.vetoes import Record, conflict, contradicting_identifiers

APART = "decided_different"
"""Why an edge is refused that would join, if only by way of others, what a person has decided is two people."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two records that may be one person, by their numbers."""

    a: int
    b: int
    probability: float
    basis: str
    model_version: str = "rules"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided of two records, by their numbers."""

    a: int
    b: int
    is_same: bool
    is_despite_identifiers: bool = False


@dataclass(slots=True)
class Clusters:
    """The outcome: the clusters of two and more, what joined each record, and the edges that were refused and why."""

    members: list[list[int]] = field(default_factory=list)
    joined_by: dict[int, Edge] = field(default_factory=dict)
    refused: list[tuple[Edge, str]] = field(default_factory=list)
    of: dict[int, list[Record]] = field(default_factory=dict)
    """The cluster of each record, also of one that stands alone."""
    apart: dict[int, set[int]] = field(default_factory=dict)
    """Of each record, those that a person has decided are somebody else."""


def cluster(records: Iterable[Record], edges: Sequence[Edge], decisions: Sequence[Decision] = ()) -> Clusters:
    """Join records along ``edges``, the most probable first; of equals, the one with the lowest numbers.

    What only a model says of two records outside every register comes last: a register tells twins apart, and scores hardly do.

    ``decisions``, the newest first, come before all edges: ``same`` sets every veto aside but two valid identifiers that
    contradict (unless it was decided despite them), ``different`` is never joined, also not by way of others. Where both cannot be, apart is safer.
    """
    clusters = Clusters(of={record.node: [record] for record in records})
    for decision in decisions:
        if not decision.is_same:
            clusters.apart.setdefault(decision.a, set()).add(decision.b)
            clusters.apart.setdefault(decision.b, set()).add(decision.a)
    for decision in decisions:
        if decision.is_same:
            _decide(clusters, decision)
    for edge in sorted(edges, key=lambda edge: (_is_unanchored(clusters, edge), -edge.probability, edge.a, edge.b)):
        left, right = clusters.of[edge.a], clusters.of[edge.b]
        if left is not right:
            _join(clusters, edge, APART if _are_apart(clusters, left, right) else conflict(left, right))
    distinct = {id(members): members for members in clusters.of.values() if len(members) > 1}
    clusters.members = sorted(sorted(record.node for record in members) for members in distinct.values())
    return clusters


def _is_unanchored(clusters: Clusters, edge: Edge) -> bool:
    """Whether only a model says it, and of two records that no register vouches for: they may be twins, whom a register tells apart."""
    return edge.basis == "probabilistic" and not any(record.is_register for node in (edge.a, edge.b) for record in clusters.of[node])


def _decide(clusters: Clusters, decision: Decision) -> None:
    left, right = clusters.of[decision.a], clusters.of[decision.b]
    if left is right:
        return
    reason = APART if _are_apart(clusters, left, right) else None
    if reason is None and not decision.is_despite_identifiers:
        reason = contradicting_identifiers(left, right)
    _join(clusters, Edge(decision.a, decision.b, 1.0, "decision", "person"), reason)


def _are_apart(clusters: Clusters, left: Sequence[Record], right: Sequence[Record]) -> bool:
    if not clusters.apart:
        return False
    theirs = {record.node for record in right}
    return any(not theirs.isdisjoint(clusters.apart.get(record.node, ())) for record in left)


def _join(clusters: Clusters, edge: Edge, reason: str | None) -> None:
    if reason:
        clusters.refused.append((edge, reason))
        return
    left, right = sorted((clusters.of[edge.a], clusters.of[edge.b]), key=len, reverse=True)
    left.extend(right)
    for record in right:
        clusters.of[record.node] = left
    clusters.joined_by.setdefault(edge.a, edge)
    clusters.joined_by.setdefault(edge.b, edge)


def asked(clusters: Clusters, uncertain: Iterable[tuple[Edge, str]], decisions: Sequence[Decision] = ()) -> list[tuple[Edge, str]]:
    """The pairs that only a person can decide: edges that were refused, and ``uncertain`` ones whose clusters may be one person.

    Pairs that have been decided stay among them.
    """
    decided = {(decision.a, decision.b) for decision in decisions}
    rows = list(clusters.refused)
    for edge, reason in uncertain:
        left, right = clusters.of[edge.a], clusters.of[edge.b]
        may_be_one = left is not right and conflict(left, right) is None and not _are_apart(clusters, left, right)
        if may_be_one or (edge.a, edge.b) in decided:
            rows.append((edge, reason))
    return rows
