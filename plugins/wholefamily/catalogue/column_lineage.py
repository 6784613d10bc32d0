"""Which columns each column of a model comes from, down to what partners sent: sqlglot on the SQL that dbt has compiled.

What is followed is a column's value. Conditions of joins and of ``where`` choose rows, and are not followed.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from wholefamily.catalogue.properties import PROJECT

Ref = tuple[str, str]
"""(schema.table, column)."""
_DIALECT = "postgres"


@dataclass(frozen=True)
class Origins:
    """What a column is made of.

    ``values`` give its value, or decide on it in a ``case`` or a comparison. ``order`` only chooses, orders or tells apart the
    rows that an aggregate or window is over. ``counted`` are tables whose rows are counted. ``unknown`` are
    "schema.table.column" that sqlglot cannot follow further.
    """

    values: frozenset[Ref] = frozenset()
    order: frozenset[Ref] = frozenset()
    counted: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[Ref]:
        """Every column that leaves a trace in this one."""
        return self.values | self.order


@dataclass
class Lineage:
    """Each column's direct origins, model by model, and by them its origins beyond all models."""

    direct: dict[Ref, Origins] = field(default_factory=dict)
    _traced: dict[Ref, Origins] = field(default_factory=dict)

    def of(self, column: Ref) -> Origins:
        """Origins that no model makes: what partners sent, the registry, the ledger, rules."""
        if column not in self._traced:
            self._traced[column] = self._trace(self.direct[column])
        return self._traced[column]

    def _trace(self, direct: Origins) -> Origins:
        values, order, counted, unknown = set[Ref](), set[Ref](), set(direct.counted), set(direct.unknown)
        for ref in direct.all:
            if ref not in self.direct:
                (values if ref in direct.values else order).add(ref)
                continue
            further = self.of(ref)
            # What decides over an origin that itself only decides, decides.
            (values if ref in direct.values else order).update(further.values)
            order |= further.order
            counted |= further.counted
            unknown |= further.unknown
        return Origins(frozenset(values), frozenset(order - values), frozenset(counted), frozenset(unknown))


def read(manifest: Mapping[str, Any], catalog: Mapping[str, Any]) -> Lineage:
    """The lineage of every model of dbt's ``manifest.json``, which holds compiled SQL; sources are described by its ``catalog.json``."""
    found = Lineage()
    # Names as dbt writes them, in small letters: there is nothing to normalise.
    tables = MappingSchema(dialect=_DIALECT, normalize=False)
    for source in catalog["sources"].values():
        tables.add_table("{schema}.{name}".format(**source["metadata"]), dict.fromkeys(source["columns"], "text"))
    for node in _in_order(manifest["nodes"]):
        name = f"{node['schema']}.{node['alias']}"
        columns, direct = _seed(node) if node["resource_type"] == "seed" else _model(node, tables)
        tables.add_table(name, dict.fromkeys(columns, "text"))
        found.direct |= {(name, column): origins for column, origins in direct.items()}
    return found


def _in_order(nodes: Mapping[str, Any]) -> list[Any]:
    """Seeds and models, each after those that it reads."""
    ordered: dict[str, Any] = {}

    def visit(name: str) -> None:
        node = nodes.get(name)
        if node is None or name in ordered or node["resource_type"] not in {"model", "seed"}:
            return
        for parent in node.get("depends_on", {}).get("nodes", []):
            visit(parent)
        ordered[name] = node

    for name in sorted(nodes):
        visit(name)
    return list(ordered.values())


def _seed(node: Mapping[str, Any]) -> tuple[Sequence[str], dict[str, Origins]]:
    with (PROJECT / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file)), {}


def _model(node: Mapping[str, Any], tables: MappingSchema) -> tuple[Sequence[str], dict[str, Origins]]:
    """Columns of a model, and the direct origins of each."""
    described = list(node["columns"])
    name = f"{node['schema']}.{node['alias']}"
    try:
        query = parse_one(node["compiled_code"], dialect=_DIALECT)
        bare = _without_order(query.copy())
        is_bare = bare == query  # what follows changes both
        whole = _nodes(query, tables)
        plain = whole if is_bare else _nodes(bare, tables)
    except SqlglotError:
        return described, {column: Origins(unknown=frozenset({f"{name}.{column}"})) for column in described}
    return list(whole), {column: _origins(plain[column], whole[column]) for column in whole}


def _nodes(query: exp.Expr, tables: MappingSchema) -> dict[str, Node]:
    for table in query.find_all(exp.Table):
        table.set("catalog", None)  # dbt writes the database's name, which sources are not listed by
    qualified = qualify(query, schema=tables, dialect=_DIALECT, validate_qualify_columns=False, identify=False)
    return lineage(None, qualified, schema=tables, dialect=_DIALECT, scope=build_scope(qualified), trim_selects=False)


def _without_order(query: exp.Expr) -> exp.Expr:
    """The query with nothing in its aggregates and windows but what they return: of `array_agg(x order by y) filter (where z)` x."""

    def plain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Filter):
            return plain(node.this)
        if isinstance(node, exp.Count):
            return exp.Count(this=exp.Star())
        if isinstance(node, exp.AggFunc) and isinstance(node.this, exp.Order):
            node.set("this", node.this.this)
        if isinstance(node, exp.Window):
            node.set("partition_by", None)
            if node.this.find(exp.Column):  # a rank is nothing but its order
                node.set("order", None)
        return node

    return query.transform(plain)


def _origins(plain: Node, whole: Node) -> Origins:
    values = frozenset(_columns(plain))
    counted = frozenset(table for node in plain.walk() for table in _counted(node))
    return Origins(values, frozenset(_columns(whole)) - values, counted)


def _columns(node: Node) -> Iterator[Ref]:
    for leaf in node.walk():
        if isinstance(leaf.source, exp.Table):
            yield f"{leaf.source.db}.{leaf.source.name}", leaf.name.rsplit(".", 1)[1]


def _counted(node: Node) -> Iterable[str]:
    """Tables whose rows are counted."""
    if node.expression.find(exp.Count) is None:
        return []
    parts = {part.alias: part.this for part in node.expression.root().find_all(exp.CTE)}
    return _tables(node.source, parts)


def _tables(query: exp.Expr, parts: Mapping[str, exp.Expr]) -> Iterator[str]:
    """Tables that a query reads, through the parts of its `with`."""
    own = query.args.get("with_")
    for table in query.find_all(exp.Table):
        if own is not None and table.find_ancestor(exp.With) is own:
            continue
        if table.db:
            yield f"{table.db}.{table.name}"
        elif table.name in parts:
            yield from _tables(parts[table.name], parts)


__all__ = ["Lineage", "Origins", "Ref", "read"]
