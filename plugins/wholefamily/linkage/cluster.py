"""Stage 5, clusters: which records are one person. Best edge first, and nothing joins what must stay apart.

Connected components would chain: one false edge joins two people. Here every edge is tried in order of its probability, and
joins two clusters only when all of their records may be one person (linkage.md, fact 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from wholefamily.warehouse import Connection

MOST_RECORDS = 25
"""Records of one person; the police may hold several. A larger cluster is a mistake somewhere."""


@dataclass(frozen=True, slots=True)
class Record:
    """A sender's record of a person, as far as clustering looks at it. A register holds nobody twice; the police may."""

    node: int
    partner_code: str
    is_register: bool
    given_key: str | None = None
    date_of_birth: date | None = None
    nhs_number: str | None = None
    upn: str | None = None
    pnc_id: str | None = None
    is_protected: bool = False
    is_multiple_birth: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """Two records that may be one person, by their numbers."""

    a: int
    b: int
    probability: float
    basis: str


@dataclass(slots=True)
class Clusters:
    """The outcome: the clusters of two and more, what joined each record, and the edges that were refused and why."""

    members: list[list[int]] = field(default_factory=list)
    joined_by: dict[int, Edge] = field(default_factory=dict)
    refused: list[tuple[Edge, str]] = field(default_factory=list)


def cluster(records: Iterable[Record], edges: Sequence[Edge]) -> Clusters:
    """Join records along ``edges``, the most probable first; of equals, the one with the lowest numbers."""
    clusters = {record.node: [record] for record in records}
    outcome = Clusters()
    for edge in sorted(edges, key=lambda edge: (-edge.probability, edge.a, edge.b)):
        left, right = clusters[edge.a], clusters[edge.b]
        if left is right:
            continue
        if reason := conflict(left, right):
            outcome.refused.append((edge, reason))
            continue
        left, right = (left, right) if len(left) >= len(right) else (right, left)
        left.extend(right)
        for record in right:
            clusters[record.node] = left
        outcome.joined_by.setdefault(edge.a, edge)
        outcome.joined_by.setdefault(edge.b, edge)
    distinct = {id(members): members for members in clusters.values() if len(members) > 1}
    outcome.members = sorted(sorted(record.node for record in members) for members in distinct.values())
    return outcome


def conflict(left: Sequence[Record], right: Sequence[Record]) -> str | None:
    """Why the records of two clusters cannot all be one person, or None."""
    records = [*left, *right]
    if len(records) > MOST_RECORDS:
        return "too_many_records"
    registers = [record.partner_code for record in records if record.is_register]
    if len(set(registers)) < len(registers):
        return "two_records_of_one_register"
    if reason := _two_identifiers(records):
        return reason
    # Protected persons are linked within one partner only (readings.md 45).
    if any(record.is_protected for record in records) and len({record.partner_code for record in records}) > 1:
        return "protected_person"
    if any(different_people(a, b) for a, b in product(left, right)):
        return "different_given_name_and_birth"
    return None


def _two_identifiers(records: Sequence[Record]) -> str | None:
    if len({record.nhs_number for record in records} - {None}) > 1:
        return "two_nhs_numbers"
    # A temporary UPN ends in a letter and gives way to the permanent one: no contradiction (domain.md 8.12).
    if len({record.upn for record in records if record.upn and record.upn[-1].isdigit()}) > 1:
        return "two_upns"
    if len({record.pnc_id for record in records} - {None}) > 1:
        return "two_pnc_ids"
    return None


def different_people(a: Record, b: Record) -> bool:
    """Whether given names differ, and so do the dates of birth or one of the two is a twin: brothers and sisters, not one person."""
    if a.given_key is None or b.given_key is None or a.given_key == b.given_key:
        return False
    differ = a.date_of_birth is not None and b.date_of_birth is not None and a.date_of_birth != b.date_of_birth
    return differ or a.is_multiple_birth or b.is_multiple_birth


def write(connection: Connection) -> None:
    """Cluster the scored pairs into ``identity.cluster``; pairs that only a person can decide go to ``identity.link_review``."""
    records = [Record(*row) for row in connection.execute(_RECORDS).fetchall()]
    edges = [Edge(*row) for row in connection.execute(_EDGES).fetchall()]
    outcome = cluster(records, edges)
    connection.execute("create temporary table clustered (node integer, number integer, probability float8, basis text) on commit drop")
    connection.execute("create temporary table refused (a integer, b integer, probability float8, reason text) on commit drop")
    with connection.cursor() as cursor:
        with cursor.copy("copy clustered from stdin") as copy:
            for number, members in enumerate(outcome.members, start=1):
                for node in members:
                    edge = outcome.joined_by[node]
                    copy.write_row((node, number, edge.probability, edge.basis))
        with cursor.copy("copy refused from stdin") as copy:
            for edge, reason in outcome.refused:
                copy.write_row((edge.a, edge.b, edge.probability, reason))
    connection.execute("create unique index on clustered (node)")
    connection.execute("analyze clustered, refused")
    connection.execute("truncate identity.cluster, identity.link_review")
    connection.execute(_CLUSTERS)
    connection.execute(_REVIEW)


_RECORDS = """
    select
        node.node, node.partner_code, node.is_register, node.given_key, node.date_of_birth,
        node.nhs_number, node.upn, node.pnc_id, node.is_protected,
        exists (select from multiple_birth as twin where twin.node = node.node)
    from node
    where exists (select from identity.score where (partner_code_a, person_ref_a) = (node.partner_code, node.person_ref))
        or exists (select from identity.score where (partner_code_b, person_ref_b) = (node.partner_code, node.person_ref))
"""

_EDGES = """
    select a.node, b.node, score.match_probability, score.match_basis
    from identity.score as score
    inner join node as a on (a.partner_code, a.person_ref) = (score.partner_code_a, score.person_ref_a)
    inner join node as b on (b.partner_code, b.person_ref) = (score.partner_code_b, score.person_ref_b)
"""

_CLUSTERS = """
    insert into identity.cluster (partner_code, person_ref, cluster_key, match_probability, match_basis)
    select
        node.partner_code, node.person_ref,
        first_value(node.partner_code || '/' || node.person_ref) over (partition by clustered.number order by node.node),
        clustered.probability, clustered.basis
    from clustered inner join node using (node)
"""

# Refused edges, and pairs whose every key fits several people; not those whose identifiers say that they are two people.
_REVIEW = """
    insert into identity.link_review (
        partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, reason, period, match_basis, model_version, comparison
    )
    select
        a.partner_code, a.person_ref, b.partner_code, b.person_ref, pair.probability, pair.reason, greatest(a.first_period, b.first_period),
        pair.reason, 'rules', '{}'
    from (
        select a, b, probability, reason from refused
        union all
        select a.node, b.node, 0.5, 'several_people_fit'
        from identity.comparison as comparison
        inner join node as a on (a.partner_code, a.person_ref) = (comparison.partner_code_a, comparison.person_ref_a)
        inner join node as b on (b.partner_code, b.person_ref) = (comparison.partner_code_b, comparison.person_ref_b)
        where not exists (
            select from identity.score as score
            where (score.partner_code_a, score.person_ref_a, score.partner_code_b, score.person_ref_b)
                = (a.partner_code, a.person_ref, b.partner_code, b.person_ref)
        )
        and false not in (
            coalesce(comparison.is_same_nhs_number, true), coalesce(comparison.is_same_upn, true), coalesce(comparison.is_same_pnc_id, true)
        )
    ) as pair
    inner join node as a on a.node = pair.a
    inner join node as b on b.node = pair.b
    left join clustered as cluster_a on cluster_a.node = pair.a
    left join clustered as cluster_b on cluster_b.node = pair.b
    where cluster_a.number is distinct from cluster_b.number or cluster_a.number is null
"""
