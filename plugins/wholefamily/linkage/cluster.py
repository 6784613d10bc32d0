"""Stage 5, clusters: the records that are one person, in ``identity.cluster``; what only a person can decide, in ``identity.link_review``."""

from wholefamily.linkage import affected, review_queue
from wholefamily.linkage.best_edge import Clusters, Decision, Edge, asked, cluster
from wholefamily.linkage.vetoes import Record
from wholefamily.warehouse import Connection


def write(connection: Connection, *, accept: float, review: float) -> None:
    """Cluster anew what hangs together with a changed record, by the pairs of ``identity.score`` and people's decisions.

    Pairs of ``accept`` and more are joined if nothing speaks against it, those between ``review`` and it become questions.
    Reads the temporary ``node``; leaves ``affected`` and, of the affected records, ``clustered`` for the registry.
    """
    affected.find(connection, review)
    for statement in (_SCORED, "analyze scored"):
        connection.execute(statement, {"review": review} if statement == _SCORED else None)
    decisions = [Decision(*row) for row in connection.execute(_DECISIONS).fetchall()]
    rows = connection.execute(_EDGES).fetchall()
    edges = [Edge(*row[:5]) for row in rows if row[2] >= accept]
    uncertain = [(Edge(*row[:5]), _why(row[2], row[5])) for row in rows if row[2] < accept]
    outcome = cluster((Record(*row) for row in connection.execute(_RECORDS)), edges, decisions)
    _store_clusters(connection, outcome)
    review_queue.store(connection, asked(outcome, uncertain, decisions))


def _why(probability: float, model_probability: float | None) -> str:
    # The model was surer of the two records by themselves: others of one register fit as well.
    return "several_people_fit" if model_probability is None or model_probability > probability else "uncertain"


def _store_clusters(connection: Connection, outcome: Clusters) -> None:
    connection.execute(
        "create temporary table member (node bigint, number integer, probability float8, basis text, model_version text) on commit drop"
    )
    with connection.cursor() as cursor, cursor.copy("copy member from stdin") as copy:
        for number, members in enumerate(outcome.members):
            for node in members:
                edge = outcome.joined_by[node]
                copy.write_row((node, number, edge.probability, edge.basis, edge.model_version))
    for statement in (
        "analyze member",
        _CLUSTERED,
        "create unique index on clustered (node)",
        "analyze clustered",
        _FORGET_CHANGED,
        _CLUSTERS,
    ):
        connection.execute(statement)


# Both ends of a pair are affected, or neither is.
_SCORED = """
    create temporary table scored on commit drop as
    select a.node as a, b.node as b, score.match_probability, score.match_basis, score.model_version, score.model_probability
    from identity.score as score
    inner join affected on (affected.partner_code, affected.person_ref) = (score.partner_code_a, score.person_ref_a)
    inner join node as a on (a.partner_code, a.person_ref) = (score.partner_code_a, score.person_ref_a)
    inner join node as b on (b.partner_code, b.person_ref) = (score.partner_code_b, score.person_ref_b)
    where score.match_probability >= %(review)s
"""
_EDGES = "select a, b, match_probability, match_basis, model_version, model_probability from scored"

# The newest first. A decision about a record that nobody sends any more waits until it is sent again.
_DECISIONS = """
    select a.node, b.node, decided.decision = 'same', decided.is_despite_identifiers
    from identity.link_decision_in_force as decided
    inner join node as a on (a.partner_code, a.person_ref) = (decided.partner_code_a, decided.person_ref_a)
    inner join node as b on (b.partner_code, b.person_ref) = (decided.partner_code_b, decided.person_ref_b)
    order by decided.decision_id desc
"""

_RECORDS = """
    with linked as (
        select a as node from scored
        union
        select b from scored
        union
        select node.node
        from identity.link_decision_in_force as decided
        inner join node on (node.partner_code, node.person_ref) in (
            (decided.partner_code_a, decided.person_ref_a), (decided.partner_code_b, decided.person_ref_b)
        )
    ),
    twins as (
        select twin.partner_code, twin.person_ref, array_agg(other.given_key order by other.given_key) as given_keys
        from identity.twin as twin
        inner join node as other on (other.partner_code, other.person_ref) = (twin.partner_code, twin.twin_ref)
        group by twin.partner_code, twin.person_ref
    )
    select
        node.node, node.partner_code, node.is_register, node.given_key, node.date_of_birth,
        node.nhs_number, node.upn, node.pnc_id, node.is_protected, coalesce(twins.given_keys, '{}')
    from linked
    inner join node using (node)
    left join twins using (partner_code, person_ref)
"""

_CLUSTERED = """
    create temporary table clustered on commit drop as
    select
        node.node, node.partner_code, node.person_ref,
        min((node.partner_code || '/' || node.person_ref) collate "C") over (partition by member.number) as cluster_key,
        member.probability, member.basis, member.model_version
    from member inner join node using (node)
"""
_FORGET_CHANGED = """
    delete from identity.cluster as old using affected
    where (affected.partner_code, affected.person_ref) = (old.partner_code, old.person_ref) and not exists (
        select from clustered as new
        where (new.partner_code, new.person_ref, new.cluster_key, new.probability, new.basis, new.model_version)
            = (old.partner_code, old.person_ref, old.cluster_key, old.match_probability, old.match_basis, old.model_version)
    )
"""
_CLUSTERS = """
    insert into identity.cluster (partner_code, person_ref, cluster_key, match_probability, match_basis, model_version)
    select partner_code, person_ref, cluster_key, probability, basis, model_version from clustered
    on conflict do nothing
"""
