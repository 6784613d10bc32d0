"""Why two records are one person, or not: Splink's waterfall as data and as text, and what became of the pair.

It shows what persons' records say: it is for the terminal of whoever asked, and for nothing that is kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from typing import Any

import pyarrow as pa

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import deterministic, engine, grounds, model, node_table, waterfall
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.engine import Backend
from wholefamily.linkage.grounds import Grounds, Ref
from wholefamily.linkage.model import Model
from wholefamily.linkage.scoring import linker_of
from wholefamily.linkage.waterfall import Step
from wholefamily.warehouse import Connection

AT_ONCE = 50
"""Pairs that are scored together: each with each, so a few thousand comparisons."""


@dataclass(frozen=True)
class Explanation:
    """What the model says of two records, and what linkage made of it."""

    steps: tuple[Step, ...]
    probability: float
    rules: tuple[str, ...]
    blocking_rules: tuple[str, ...]
    standing: Grounds
    model: Model

    def text(self) -> str:
        """The waterfall, from strangers to this pair, and the outcome."""
        return "\n".join(
            [
                *waterfall.lines(self.steps),
                "",
                f"{'the model':<14}{grounds.probability(self.probability)} of the two alone (version {self.model.version})",
                f"{'sure rules':<14}{', '.join(self.rules) or 'none'}",
                f"{'found by':<14}{', '.join(self.blocking_rules) or 'no blocking rule: the model is never asked'}",
                *self.standing.lines(self.model),
            ]
        )


class Explainer:
    """A model, loaded once, for some pairs of records. Splink plans a query for seconds, so it scores them together."""

    def __init__(self, backend: Backend, nodes: pa.Table, pairs: Sequence[tuple[Ref, Ref]], trained: Model) -> None:
        """``nodes``: the records, as ``nodes.SCHEMA``; ``pairs``: what will be asked about."""
        self._backend, self._model = backend, trained
        refs = zip(nodes["partner_code"].to_pylist(), nodes["person_ref"].to_pylist(), strict=True)
        self._node_of: dict[Ref, int] = dict(zip(refs, nodes["node"].to_pylist(), strict=True))
        self._waiting = [(self._node_of[a], self._node_of[b]) for a, b in pairs if a in self._node_of and b in self._node_of]
        self._rows: dict[tuple[int, int], dict[str, Any]] = {}
        self._linker = linker_of(backend, engine.prepare(backend, nodes), trained, explained=True)
        rules = " union all ".join(f"select '{rule.name}' as rule, a, b from ({rule.query('nodes')}) as found" for rule in BLOCKING)
        self._found = {(row["rule"], row["a"], row["b"]) for row in backend.fetch(rules).to_pylist()}

    def pair(self, connection: Connection, a: Ref, b: Ref) -> Explanation:
        """Explain one of the pairs. Raises WholefamilyError when linkage does not know one of the records, or when both are one."""
        if a == b:
            raise WholefamilyError("a pair is two records, and this is the same one twice")
        for ref in (a, b):
            if ref not in self._node_of:
                raise WholefamilyError(f"no record {' '.join(ref)} has been linked yet")
        nodes = self._node_of[a], self._node_of[b]
        steps, probability = self._weighed(nodes)
        # Alone: whether an identifier tells apart all who bear it is said by the score.
        self._backend.make("these_two", f"select * from nodes where unique_id in ({nodes[0]}, {nodes[1]})")
        rules = tuple(deterministic.RULES[one["place"]] for one in self._backend.fetch(deterministic.pairs("these_two")).to_pylist())
        blocked = tuple(rule.name for rule in BLOCKING if (rule.name, *sorted(nodes)) in self._found)
        return Explanation(steps, probability, rules, blocked, grounds.of_pair(connection, a, b), self._model)

    def _weighed(self, pair: tuple[int, int]) -> tuple[tuple[Step, ...], float]:
        if pair not in self._rows:
            first = self._waiting.index(pair)
            self._score(self._waiting[first : first + AT_ONCE])
        row = self._rows[pair]
        steps = [Step("two records of the region", "", log2(self._model.prior / (1 - self._model.prior)))]
        for comparison in self._linker._settings_obj.comparisons:
            name = comparison.output_column_name
            level = comparison._get_comparison_level_by_comparison_vector_value(row[f"gamma_{name}"])
            steps.append(Step(name, level.label_for_charts, row[f"mw_{name}"]))
            if row.get(f"mw_tf_adj_{name}"):
                steps.append(Step(name, "how common it is", row[f"mw_tf_adj_{name}"]))
        return tuple(steps), row["match_probability"]

    def _score(self, pairs: Sequence[tuple[int, int]]) -> None:
        sides = []
        for side, of_side in zip(("one", "other"), zip(*pairs, strict=True), strict=True):
            # A name of its own: Splink knows a table by its name.
            name = f"{side}_after_{len(self._rows)}"
            self._backend.make(name, f"select * from nodes where unique_id in ({', '.join(map(str, of_side))})")
            sides.append(self._backend.api.register(name, dataset_display_name=name, table_name=f"{name}_prepared"))
        scored = self._linker.inference.score_pairs(sides[0], sides[1])
        asked = ", ".join(f"({a}, {b})" for a, b in pairs)
        rows = self._backend.fetch(f"select * from {scored.physical_name} where (unique_id_l, unique_id_r) in ({asked})").to_pylist()
        self._rows |= {(row["unique_id_l"], row["unique_id_r"]): row for row in rows}


@contextmanager
def opened(nodes: pa.Table, pairs: Sequence[tuple[Ref, Ref]]) -> Iterator[Explainer]:
    """An explainer of ``pairs`` of the records ``nodes`` (``node_table.fetch``), with the model that links."""
    with engine.opened() as backend:
        yield Explainer(backend, nodes, pairs, model.load())


def pair(connection: Connection, a: Ref, b: Ref) -> Explanation:
    """Explain two records of the warehouse, as they are now. Raises WholefamilyError when one of them is not there."""
    with opened(node_table.fetch(connection, [a, b]), [(a, b)]) as explainer:
        return explainer.pair(connection, a, b)
