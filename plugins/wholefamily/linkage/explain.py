"""Why two records are one person, or not: Splink's waterfall as data and as text, and what became of the pair.

It shows what persons' records say: it is for the terminal of whoever asked, and for nothing that is kept.
"""

from dataclasses import dataclass
from math import log2

import pyarrow as pa
from splink.internals.splink_dataframe import SplinkDataFrame

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import deterministic, engine, model, node_table
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.model import Model
from wholefamily.linkage.scoring import linker_of
from wholefamily.warehouse import Connection

Ref = tuple[str, str]
"""``partner_code, person_ref`` of a record."""


@dataclass(frozen=True)
class Step:
    """A column of the waterfall: a comparison, the level that the two records reach, and its weight in bits; with 0 it says nothing."""

    comparison: str
    level: str
    bits: float


@dataclass(frozen=True)
class Explanation:
    """What the model says of two records, and what linkage made of it."""

    steps: tuple[Step, ...]
    probability: float
    rules: tuple[str, ...]
    blocking_rules: tuple[str, ...]
    outcome: str

    def text(self) -> str:
        """The waterfall, from strangers to this pair, and the outcome."""
        width = max(len(f"{step.comparison} {step.level}") for step in self.steps)
        lines, total = [], 0.0
        for step in self.steps:
            total += step.bits
            sign = "+" if step.bits > 0 else "-"
            bar = sign * min(40, round(abs(step.bits)))
            lines.append(f"{step.comparison} {step.level}".ljust(width) + f" {step.bits:+6.1f}  = {total:+6.1f}  {bar}".rstrip())
        lines += [
            f"the model: {self.probability:.4f}",
            f"deterministic rules: {', '.join(self.rules) or 'none'}",
            f"found by: {', '.join(self.blocking_rules) or 'no blocking rule: the model is never asked'}",
            self.outcome,
        ]
        return "\n".join(lines)


def pair(connection: Connection, a: Ref, b: Ref, version: str = model.CURRENT) -> Explanation:
    """Explain two records of the warehouse, as they are now. Raises WholefamilyError when one of them is not there."""
    nodes = node_table.fetch(connection, [a, b])
    for ref in (a, b):
        if ref not in zip(nodes["partner_code"].to_pylist(), nodes["person_ref"].to_pylist(), strict=True):
            raise WholefamilyError(f"no record {' '.join(ref)} has been linked yet")
    return _explained(nodes, model.load(version), _outcome(connection, a, b))


def of_nodes(nodes: pa.Table, trained: Model) -> Explanation:
    """Explain the two nodes of a table of two (``nodes.SCHEMA``)."""
    return _explained(nodes, trained, "not linked here")


def _explained(nodes: pa.Table, trained: Model, outcome: str) -> Explanation:
    with engine.opened() as backend:
        table = engine.prepare(backend, nodes)
        linker = linker_of(backend, table, trained, explained=True)
        sides: list[SplinkDataFrame] = []
        for side, node in zip(("one", "other"), nodes["node"].to_pylist(), strict=True):
            backend.make(side, f"select * from nodes where unique_id = {int(node)}")
            sides.append(backend.api.register(side, dataset_display_name=side, table_name=f"{side}_prepared"))
        scored = linker.inference.score_pairs(sides[0], sides[1])
        (row,) = backend.fetch(f"select * from {scored.physical_name}").to_pylist()
        found = backend.fetch(deterministic.pairs("nodes")).to_pylist()
        blocked = [rule.name for rule in BLOCKING if backend.fetch(rule.query("nodes")).num_rows]
    steps = [Step("two records of the region", "", log2(trained.prior / (1 - trained.prior)))]
    for comparison in linker._settings_obj.comparisons:
        name = comparison.output_column_name
        level = comparison._get_comparison_level_by_comparison_vector_value(row[f"gamma_{name}"])
        steps.append(Step(name, level.label_for_charts, row[f"mw_{name}"]))
        if row.get(f"mw_tf_adj_{name}"):
            steps.append(Step(name, "how common it is", row[f"mw_tf_adj_{name}"]))
    rules = tuple(deterministic.RULES[one["place"]] for one in found)
    return Explanation(tuple(steps), row["match_probability"], rules, tuple(blocked), outcome)


def _outcome(connection: Connection, a: Ref, b: Ref) -> str:
    first, second = sorted((a, b))
    row = connection.execute(_OUTCOME, [*first, *second]).fetchone()
    is_one, probability, basis, reason = row or (False, None, None, None)
    scored = f"scored {probability:.4f} ({basis})" if probability is not None else "not scored: too little in common"
    verdict = "one person" if is_one else "two persons"
    return f"{scored}; linked as {verdict}" + (f"; to be decided by a person: {reason}" if reason else "")


_OUTCOME = """
    with pair (partner_code_a, person_ref_a, partner_code_b, person_ref_b) as (values (%s::text, %s::text, %s::text, %s::text))
    select of_a.person_id = of_b.person_id, score.match_probability, score.match_basis, review.reason
    from pair
    left join identity.person_xref as of_a on (of_a.partner_code, of_a.person_ref) = (pair.partner_code_a, pair.person_ref_a)
    left join identity.person_xref as of_b on (of_b.partner_code, of_b.person_ref) = (pair.partner_code_b, pair.person_ref_b)
    left join identity.score as score using (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
    left join identity.link_review as review using (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
"""
