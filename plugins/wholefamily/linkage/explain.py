"""Why two records are one person, or not: Splink's waterfall as data and as text, and what became of the pair.

It shows what persons' records say: it is for the terminal of whoever asked, and for nothing that is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2

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
    """A model, loaded once, for all pairs of some records."""

    def __init__(self, backend: Backend, nodes: pa.Table, trained: Model) -> None:
        """``nodes``: the records, as ``nodes.SCHEMA``."""
        self._backend, self._model = backend, trained
        refs = zip(nodes["partner_code"].to_pylist(), nodes["person_ref"].to_pylist(), strict=True)
        self._node_of: dict[Ref, int] = dict(zip(refs, nodes["node"].to_pylist(), strict=True))
        self._linker = linker_of(backend, engine.prepare(backend, nodes), trained, explained=True)
        self._n_explained = 0

    def pair(self, connection: Connection, a: Ref, b: Ref) -> Explanation:
        """Explain two of the records. Raises WholefamilyError when linkage does not know one of them, or when both are one."""
        if a == b:
            raise WholefamilyError("a pair is two records, and this is the same one twice")
        for ref in (a, b):
            if ref not in self._node_of:
                raise WholefamilyError(f"no record {' '.join(ref)} has been linked yet")
        node_a, node_b = self._node_of[a], self._node_of[b]
        self._backend.make("these_two", f"select * from nodes where unique_id in ({node_a}, {node_b})")
        steps, probability = self._weighed(node_a, node_b)
        rules = tuple(deterministic.RULES[one["place"]] for one in self._backend.fetch(deterministic.pairs("these_two")).to_pylist())
        blocked = tuple(rule.name for rule in BLOCKING if self._backend.fetch(rule.query("these_two")).num_rows)
        return Explanation(steps, probability, rules, blocked, grounds.of_pair(connection, a, b), self._model)

    def _weighed(self, node_a: int, node_b: int) -> tuple[tuple[Step, ...], float]:
        sides = []
        # Names of their own: what Splink has worked out of a table it keeps by the table's name.
        self._n_explained += 1
        for side, node in (("one", node_a), ("other", node_b)):
            name = f"{side}_{self._n_explained}"
            self._backend.make(name, f"select * from these_two where unique_id = {node}")
            sides.append(self._backend.api.register(name, dataset_display_name=name, table_name=f"{name}_prepared"))
        scored = self._linker.inference.score_pairs(sides[0], sides[1])
        (row,) = self._backend.fetch(f"select * from {scored.physical_name}").to_pylist()
        steps = [Step("two records of the region", "", log2(self._model.prior / (1 - self._model.prior)))]
        for comparison in self._linker._settings_obj.comparisons:
            name = comparison.output_column_name
            level = comparison._get_comparison_level_by_comparison_vector_value(row[f"gamma_{name}"])
            steps.append(Step(name, level.label_for_charts, row[f"mw_{name}"]))
            if row.get(f"mw_tf_adj_{name}"):
                steps.append(Step(name, "how common it is", row[f"mw_tf_adj_{name}"]))
        return tuple(steps), row["match_probability"]


@contextmanager
def opened(nodes: pa.Table) -> Iterator[Explainer]:
    """An explainer of the records ``nodes`` (``node_table.fetch``), with the model that links; what is not among them, it cannot explain."""
    with engine.opened() as backend:
        yield Explainer(backend, nodes, model.load())


def pair(connection: Connection, a: Ref, b: Ref) -> Explanation:
    """Explain two records of the warehouse, as they are now. Raises WholefamilyError when one of them is not there."""
    with opened(node_table.fetch(connection, [a, b])) as explainer:
        return explainer.pair(connection, a, b)
