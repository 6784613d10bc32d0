"""Stages 2 to 4 on any database of Splink's: pairs, how they compare, and how sure it is that they are one person."""

from itertools import product
from math import ceil

import pyarrow as pa
from pyarrow import compute
from splink import Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from wholefamily.linkage import candidates, deterministic, engine
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.engine import Backend
from wholefamily.linkage.model import Model

PAIRS = pa.schema(
    [
        *(pa.field(name, pa.int64(), nullable=False) for name in ("node_a", "node_b")),
        *(pa.field(name, pa.float64()) for name in ("match_probability", "model_probability")),
        *(pa.field(name, pa.string()) for name in ("match_basis", "blocking_rule")),
    ]
)
"""A scored pair, ``node_a`` < ``node_b``. ``model_probability`` and what follows is empty where only a deterministic rule found the pair."""


def score(nodes: pa.Table, model: Model, changed: pa.Table | None = None, kept: pa.Table | None = None) -> pa.Table:
    """Every pair of ``nodes`` (``nodes.SCHEMA``) that may be one person, as ``PAIRS``.

    With ``changed`` (a table with the column ``node``): the pairs of those with all others and among themselves, and of ``kept``
    (``PAIRS`` of the others) those that have another probability now.
    """
    with engine.opened() as backend:
        return score_on(backend, nodes, model, changed, kept)


def score_on(backend: Backend, nodes: pa.Table, model: Model, changed: pa.Table | None = None, kept: pa.Table | None = None) -> pa.Table:
    """The same on a database that is open."""
    backend.load("nodes_sent", nodes)
    backend.name("nodes", engine.PREPARED.format(nodes="nodes_sent"))
    candidates.code(backend)
    newer = None
    if changed is not None:
        newer = "newer"
        backend.load("changed", changed)
        backend.make(newer, "select * from coded where unique_id in (select node from changed)")
    candidates.find(backend, newer)
    backend.make("certain", deterministic.pairs("coded", newer))
    backend.drop("coded")
    backend.name("likely", " union all ".join(f"select * from {name}" for name in _predicted(backend, nodes, model, newer)))
    backend.make("found", _found())
    backend.load("kept", PAIRS.empty_table() if kept is None else kept)
    backend.make("pairs", _ALL_PAIRS.format(alone=_alone()))
    return backend.fetch(_SETTLED).cast(PAIRS)


def linker_of(backend: Backend, table: SplinkDataFrame, model: Model, *, explained: bool = False) -> Linker:
    """Splink's linker with ``model``; ``explained``: its scores say what they are made of."""
    linker = engine.linker(table, engine.settings(model.parameters, model.prior, explained=explained))
    for column in model.frequencies:
        name = f"frequency_of_{column}"
        backend.load(f"{name}_known", model.frequency_table(column))
        backend.make(
            name, _FREQUENCIES.format(column=column, known=f"{name}_known", rarest=model.rarest(column), nodes=table.physical_name)
        )
        linker.table_management.register_term_frequency_lookup(backend.api.register(name, table_name=f"{name}_prepared"), column)
    return linker


# A name that the model does not know is as rare as the rarest that it knows. Which names there are is of the data; how common, never.
_FREQUENCIES = """
    select named.{column}, coalesce({known}.tf_{column}, {rarest}) as tf_{column}
    from (select distinct {column} from {nodes} where {column} is not null) as named
    left join {known} on {known}.{column} = named.{column}
"""


def _predicted(backend: Backend, nodes: pa.Table, model: Model, newer: str | None) -> list[str]:
    """Score the candidates, part by part of the records: the tables that the pairs above the model's floor stand in."""
    name = "nodes"
    if newer is not None:
        # What no change meets is not even read: Arrow picks the others faster than a database that must take every column in.
        met = backend.fetch("select a from candidate union select b from candidate").column(0)
        nodes, name = nodes.filter(compute.is_in(nodes["node"], met.combine_chunks())), "met"
        backend.load("met_sent", nodes)
        backend.name(name, engine.PREPARED.format(nodes="met_sent"))
    linker = linker_of(backend, engine.registered(backend, name), model)
    n_parts = max(1, ceil(len(nodes) / backend.at_once)) if backend.at_once else 1
    return [_scored(backend, linker, model, left, right, n_parts) for left, right in product(range(n_parts), repeat=2)]


def _scored(backend: Backend, linker: Linker, model: Model, left: int, right: int, n_parts: int) -> str:
    piece, likely = f"piece_{left}_{right}", f"likely_{left}_{right}"
    backend.make(piece, candidates.piece(left, right, n_parts))
    linker.table_management.register_blocked_pairs_for_predict(engine.registered(backend, piece))
    predicted = linker.inference.predict(threshold_match_probability=model.floor, warning_mode="never")
    backend.make(likely, _LIKELY.format(predicted=predicted.physical_name))
    backend.drop(piece)
    predicted.drop_table_from_database_and_remove_from_cache()
    return likely


_LIKELY = "select unique_id_l as a, unique_id_r as b, match_probability, cast(match_key as int) as rule from {predicted}"


def _found() -> str:
    bases = " ".join(f"when {number} then '{rule}'" for number, rule in enumerate(deterministic.RULES))
    rules = " ".join(f"when {number} then '{rule.name}'" for number, rule in enumerate(BLOCKING))
    return f"""
        select
            coalesce(likely.a, certain.a) as node_a, coalesce(likely.b, certain.b) as node_b,
            likely.match_probability as model_probability,
            coalesce(case certain.place {bases} end, 'probabilistic') as match_basis,
            case likely.rule {rules} end as blocking_rule
        from likely full outer join certain on likely.a = certain.a and likely.b = certain.b
    """


def _alone() -> str:
    """How sure a pair is by itself: as the deterministic rule says, or the model, whichever is surer."""
    sure = " ".join(f"when '{rule}' then {probability}" for rule, probability in deterministic.PROBABILITY.items())
    return f"greatest(coalesce(case match_basis {sure} end, 0), coalesce(model_probability, 0))"


_ALL_PAIRS = """
    select node_a, node_b, model_probability, match_basis, blocking_rule, cast(null as double) as before, {alone} as alone from found
    union all
    select node_a, node_b, model_probability, match_basis, blocking_rule, match_probability, {alone} from kept
"""

# Of one register at most one record is this person, of the police's at most one with a PNC id: those that fit compete. Each has its odds
# against all the others and against "none of them". Records that may be held twice, without a PNC id, compete with nobody.
_SETTLED = """
    with sides as (
        select node_a as node, node_b as other, least(alone, 0.999999999) / (1 - least(alone, 0.999999999)) as odds from pairs
        union all
        select node_b, node_a, least(alone, 0.999999999) / (1 - least(alone, 0.999999999)) from pairs
    ),
    rivals as (
        select sides.node, sides.other, sides.odds, known.partner_code, case when known.is_register then known.person_ref else known.pnc_id end as rival
        from sides inner join nodes_sent as known on known.node = sides.other
    ),
    best as (
        select node, partner_code, rival, max(odds) as odds from rivals where rival is not null group by node, partner_code, rival
    ),
    contested as (
        select node, partner_code, sum(odds) as odds from best group by node, partner_code having count(*) > 1
    ),
    against as (
        select rivals.node, rivals.other, contested.odds - best.odds as odds
        from rivals
        inner join contested on contested.node = rivals.node and contested.partner_code = rivals.partner_code
        inner join best on best.node = rivals.node and best.partner_code = rivals.partner_code and best.rival = rivals.rival
    ),
    settled as (
        select
            pairs.*,
            case
                when of_a.odds is null and of_b.odds is null then alone
                else round(1 / (1 + (1 + greatest(coalesce(of_a.odds, 0), coalesce(of_b.odds, 0))) * (1 / least(alone, 0.999999999) - 1)), 9)
            end as match_probability
        from pairs
        left join against as of_a on of_a.node = pairs.node_a and of_a.other = pairs.node_b
        left join against as of_b on of_b.node = pairs.node_b and of_b.other = pairs.node_a
    )
    select node_a, node_b, match_probability, model_probability, match_basis, blocking_rule
    from settled
    where before is null or before <> match_probability
"""
