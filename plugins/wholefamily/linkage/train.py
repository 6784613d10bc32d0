"""Training of a model: u from a seeded sample of pairs, m by expectation maximisation on blocks that are no addresses.

The same nodes, seed and version give the same model.
"""

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from splink import Linker
from splink.internals.comparison_level import ComparisonLevel

from wholefamily.linkage import engine, scoring
from wholefamily.linkage.blocking import TRAINING_BLOCKS, training_block
from wholefamily.linkage.comparison import NEIGHBOURS, SET, TAKEN_BACK, Parameters
from wholefamily.linkage.engine import Backend
from wholefamily.linkage.model import FREQUENT, Model

_PAIRS = 1e6
_EVEN = (0.5, 0.5)
_MOVERS = 0.1
"""Share of true pairs that are of two registers, at least: people move between authorities oftener than synthetic ones do."""
_LEAST_U = {"place": 1e-9}
_LEAST = 1e-6
"""For what no two strangers of the sample shared, by comparison: possible all the same. A whole address is several rare things at once."""
_UNSEEN_SLIPS = 0.04
"""Share of m that is spread evenly over all levels: senders make other slips than those whose data a model was trained on."""
_ENOUGH = 3_000
"""Records of one register that are enough for a sample of strangers."""
_OF_ANY_REGION = {
    "place": {"same_street": 3e-4, "similar_street_or_postcode": 5e-3, "same_district": 5e-3},
    "birth": {"same_year_only": 2e-3},
    "locality": {"same": 1e-2, "similar": 1e-3},
}
"""That two strangers share these, at least, whatever the training data has: each town has a High Street, a region of two million some 130
postcode districts, and of some communities every fifth person is recorded with 1 January."""
_RECALL = 0.9
"""Share of true pairs that agree in both names and birthday, or in an identifier: where the estimate of how many there are starts."""


def train(nodes: pa.Table, version: str = "trained", *, seed: int = 1, records: int | None = None, names: pa.Table | None = None) -> Model:
    """A model of ``nodes`` (``nodes.SCHEMA``).

    ``records``: of how many records the region that it will link consists; strangers share a home the more seldom, the more there
    are. None: of as many as ``nodes``. ``names``: ``given`` and ``family`` of more people, to tell how common names are.
    """
    frequencies = _frequencies(nodes if names is None else names)
    with engine.opened() as backend:
        linker = engine.linker(engine.prepare(backend, nodes), engine.settings())
        linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=seed, min_count_per_level=None)
        prior = _certain_prior(linker)
        first = Model(version, prior, _with_m(linker, backend), frequencies)
    with engine.opened() as backend:
        # A sample of pairs holds a few true ones, which are most of what agrees in rare things: u again, of one record a person.
        strangers = _strangers(nodes, first)
        linker = engine.linker(engine.prepare(backend, strangers), engine.settings())
        linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=seed, min_count_per_level=None)
        of_strangers = _m_and_u(first.parameters, _parameters(linker))
    with engine.opened() as backend:
        linker = engine.linker(engine.prepare(backend, nodes), engine.settings(of_strangers, prior))
        parameters = _with_m(linker, backend)
    prior, parameters["senders"] = _prior(Model(version, prior, parameters, frequencies), nodes)
    if records is None:
        return Model(version, prior, parameters, frequencies)
    in_region = _of_region(parameters, strangers.num_rows / records, records)
    return Model(version, prior * nodes.num_rows / records, in_region, frequencies)


def _m_and_u(of_m: Parameters, of_u: Parameters) -> Parameters:
    return {name: {label: (m, of_u.get(name, levels)[label][1]) for label, (m, _) in levels.items()} for name, levels in of_m.items()}


def _with_m(linker: Linker, backend: Backend) -> Parameters:
    for columns in TRAINING_BLOCKS:
        linker.training.estimate_parameters_using_expectation_maximisation(training_block(columns))
    parameters = _parameters(linker)
    return {**parameters, "relatives": _relatives(backend, parameters), "senders": {"two_registers": _EVEN, "not_both_registers": _EVEN}}


def _strangers(nodes: pa.Table, model: Model) -> pa.Table:
    """Records of which no two are one person: those of the largest register, if it is large enough, else one of each person found."""
    registers = nodes.filter(nodes["is_register"])
    sizes = registers.group_by("partner_code").aggregate([("node", "count")]).sort_by("node_count").to_pylist()
    if sizes and sizes[-1]["node_count"] >= _ENOUGH:
        return nodes.filter(pc.equal(nodes["partner_code"], sizes[-1]["partner_code"]))
    pairs = scoring.score(nodes, model)
    # Whoever may be somebody else's double is left out: a few strangers fewer change nothing, a few doubles more would.
    return nodes.filter(pc.invert(pc.is_in(nodes["node"], pairs["node_b"])))


def _certain_prior(linker: Linker) -> float:
    certain = [training_block(columns) for columns in (("given", "family", "birth"), ("nhs_number",), ("upn",), ("nino", "birth"))]
    linker.training.estimate_probability_two_random_records_match([*certain], recall=_RECALL)
    return float(linker._settings_obj._probability_two_random_records_match)


def _prior(model: Model, nodes: pa.Table) -> tuple[float, dict[str, tuple[float, float]]]:
    """How probable it is that two records are one person, and (m, u) of whether both are of registers.

    Of all pairs of two registers, what the pairs that may be one person add up to.
    """
    pairs = scoring.score(nodes, model)
    registers = nodes.filter(nodes["is_register"])
    sizes = registers.group_by("partner_code").aggregate([("node", "count")])["node_count"].to_pylist()
    others = nodes.num_rows - sum(sizes)
    of_registers = (sum(sizes) ** 2 - sum(size**2 for size in sizes)) / 2
    of_all = of_registers + sum(sizes) * others + others * (others - 1) / 2
    both = pc.and_(pc.is_in(pairs["node_a"], registers["node"]), pc.is_in(pairs["node_b"], registers["node"]))
    likely = float(pc.sum(pairs["match_probability"]).as_py())
    likely_of_registers = float(pc.sum(pairs.filter(both)["match_probability"]).as_py() or 0)
    m, u = max(_MOVERS, likely_of_registers / likely), of_registers / of_all
    is_telling = 0 < u < 1 and 0 < m < 1
    return likely / of_all, {
        "two_registers": (m, u) if is_telling else _EVEN,
        "not_both_registers": (1 - m, 1 - u) if is_telling else _EVEN,
    }


# Of pairs that are two people for sure: who lives together, who nearby, and what they share.
_KNOWN_STRANGERS = """
    with known as (
        select
            unique_id, register, family, given, birth, postcode,
            coalesce(uprn, case when house is not null then concat(postcode, ' ', house, ' ', coalesce(flat, '')) end) as home
        from nodes where family is not null and register in (select partner_code from nodes_sent where is_register)
    )
    select
        count(*) as pairs,
        sum(case when a.family = b.family then 1 else 0 end) as same_family,
        sum(case when a.family = b.family and a.birth = b.birth and a.given <> b.given then 1 else 0 end) as twins
    from known as a
    inner join known as b on a.register = b.register and {together}
    where a.unique_id < b.unique_id
"""
_COUSINS = 32.0
"""Where there are families, names and a neighbourhood are what cousins share: without a birthday they must be so much rarer. Set, for
nothing measures it."""
_HOUSEMATES = 64.0
"""Those who share a house, and neither a family name nor a birthday, are often of one community and generation: four called Mohammed.
And a son is named after his father, however rare the name. Set; nothing measures it."""
_FEWEST = 10
"""Seldom things seen this often are measured; else comparisons are left as they are."""


def _relatives(backend: Backend, parameters: Parameters) -> dict[str, tuple[float, float]]:
    """How much oftener those who live together share a name than strangers do, and twins a birthday too: that is no evidence."""
    _, name = parameters["family_name"]["same"]
    _, birthday = parameters["birth"]["same"]
    (home,) = backend.fetch(_KNOWN_STRANGERS.format(together="a.home = b.home")).to_pylist()
    (near,) = backend.fetch(_KNOWN_STRANGERS.format(together="a.postcode = b.postcode and a.home <> b.home")).to_pylist()
    oftener = {
        "as_twins_do": _oftener(home["twins"], home["pairs"], name * birthday),
        "as_a_family_does": _oftener(home["same_family"], home["pairs"], name),
        "as_relatives_nearby_do": _oftener(near["same_family"], near["pairs"], name),
        "nothing": 1.0,
    }
    family = oftener["as_a_family_does"]
    if family > 1:
        oftener |= {"no_birthday": _COUSINS, "as_housemates_do": _HOUSEMATES, "as_father_and_son_do": family * _HOUSEMATES}
    return {label: (0.5 / oftener.get(label, 1.0), 0.5) for label in TAKEN_BACK}


def _oftener(seen: Any, pairs: int, expected: float) -> float:
    return max(1.0, int(seen or 0) / pairs / expected) if int(seen or 0) >= _FEWEST else 1.0


def _parameters(linker: Linker) -> Parameters:
    """What was estimated: comparison -> level -> (m, u), each adding up to one."""
    found: Parameters = {}
    for comparison in linker._settings_obj.comparisons:
        if comparison.output_column_name in {"relatives", "senders"}:
            continue
        if comparison.output_column_name in SET:
            found[comparison.output_column_name] = SET[comparison.output_column_name]
            continue
        levels = comparison._comparison_levels_excluding_null
        labels = [level.label_for_charts for level in levels]
        learnt = [_told(level, "m") for level in levels]
        m = _normalised([share / (sum(learnt) or 1) * (1 - _UNSEEN_SLIPS) + _UNSEEN_SLIPS / len(levels) for share in learnt])
        u = _normalised([max(_LEAST_U.get(comparison.output_column_name, _LEAST), _told(level, "u")) for level in levels])
        if not any(_told(level, "m") for level in levels):
            m = u  # the training data says nothing of it: neither will the model
        found[comparison.output_column_name] = dict(zip(labels, zip(m, u, strict=True), strict=True))
    return found


def _told(level: ComparisonLevel, letter: str) -> float:
    """What was estimated in this run or came with the settings; not Splink's own first guess."""
    told: object = getattr(level, f"_{letter}_probability")
    return told if isinstance(told, float) else 0.0


def _normalised(shares: list[float]) -> list[float]:
    return [share / sum(shares) for share in shares]


def _of_region(parameters: Parameters, share: float, records: int) -> Parameters:
    """u of the levels that depend on how many people there are, in a region of ``records``, of which ``share`` was measured."""
    scaled = {name: dict(levels) for name, levels in parameters.items()}
    for label, neighbours in NEIGHBOURS.items():
        m, u = scaled["place"][label]
        scaled["place"][label] = (m, max(neighbours / records, u * share))
    for name, levels in _OF_ANY_REGION.items():
        for label, least in levels.items():
            m, u = scaled[name][label]
            scaled[name][label] = (m, max(least, u))
        *others, last = scaled[name]
        scaled[name][last] = (scaled[name][last][0], 1 - sum(scaled[name][label][1] for label in others))
    return scaled


def _frequencies(nodes: pa.Table) -> dict[str, dict[str, float]]:
    frequencies = {}
    for column in ("given", "family"):
        names = Counter(name for name in nodes[column].to_pylist() if name is not None)
        total = names.total()
        frequencies[column] = {name: count / total for name, count in sorted(names.items()) if count >= FREQUENT}
    return frequencies
