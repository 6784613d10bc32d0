"""Which columns a column comes from, in models small enough to say it by hand."""

from typing import Any

import pytest

from wholefamily.catalogue import column_lineage
from wholefamily.catalogue.column_lineage import Lineage, Origins

CATALOG = {
    "sources": {
        "people": {
            "metadata": {"schema": "raw", "name": "people"},
            "columns": {name: {"type": "text"} for name in ("ref", "sex", "born", "sent_on", "town")},
        }
    }
}


def model(name: str, sql: str, *parents: str) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": "work",
        "alias": name,
        "compiled_code": sql,
        "columns": {},
        "depends_on": {"nodes": list(parents)},
    }


def read(**models: str) -> Lineage:
    """Models in the order given, each of which may read those before it."""
    nodes: dict[str, Any] = {}
    for name, sql in models.items():
        nodes[name] = model(name, sql, *nodes)
    return column_lineage.read({"nodes": nodes}, CATALOG)


def people(*columns: str) -> frozenset[tuple[str, str]]:
    return frozenset(("raw.people", column) for column in columns)


def of(sql: str) -> Origins:
    return read(m=f"select {sql} as answer from raw.people group by 1").of(("work.m", "answer"))


@pytest.mark.parametrize(
    ("expression", "values", "order"),
    [
        ("extract(year from born::date)::integer", {"born"}, set()),
        ("'fixed'", set(), set()),
        ("case when town = 'x' then sex else '0' end", {"town", "sex"}, set()),
        ("(array_agg(sex order by sent_on desc, ref) filter (where born is not null))[1]", {"sex"}, {"sent_on", "ref", "born"}),
        ("max(sent_on) over (partition by town)", {"sent_on"}, {"town"}),
        ("lag(sex) over (order by sent_on)", {"sex"}, {"sent_on"}),
    ],
)
def test_the_value_and_what_only_chooses_it(expression: str, values: set[str], order: set[str]) -> None:
    origins = of(expression)
    assert (origins.values, origins.all - origins.values, origins.counted) == (people(*values), people(*order), frozenset())


@pytest.mark.parametrize("count", ["count(*)", "count(distinct ref)", "(count(*) filter (where town = 'x'))::integer"])
def test_a_count_is_of_rows_and_shows_no_value(count: str) -> None:
    origins = of(count)
    assert (origins.values, origins.counted) == (frozenset(), {"raw.people"})


def test_a_count_in_a_part_of_the_query_names_the_table() -> None:
    origins = read(
        m="with counted as (select town, count(*) as n from raw.people group by town) select coalesce(counted.n, 0) as n from counted"
    ).of(("work.m", "n"))
    assert origins.counted == {"raw.people"}


def test_it_is_followed_through_models_and_stars_and_unions() -> None:
    lineage = read(
        first="with sent as (select * from raw.people) select sent.ref as person, sent.born::date as day from sent",
        second="select person, extract(year from day) as year, 'a' as kind from work.first union all select town, null, sex from raw.people",
    )
    assert lineage.of(("work.second", "person")).values == people("ref", "town")
    assert lineage.of(("work.second", "year")).values == people("born")
    assert lineage.of(("work.second", "kind")).values == people("sex")


def test_what_chooses_an_origin_chooses_and_is_no_value() -> None:
    lineage = read(
        first="select (array_agg(sex order by sent_on))[1] as sex from raw.people",
        second="select first.sex as answer from work.first as first",
    )
    origins = lineage.of(("work.second", "answer"))
    assert (origins.values, origins.order) == (people("sex"), people("sent_on"))


def test_what_cannot_be_read_is_said_to_be_unknown_and_not_guessed() -> None:
    nodes = {"m": model("m", "select ((( from", *()) | {"columns": {"answer": {}}}}
    lineage = column_lineage.read({"nodes": nodes}, CATALOG)
    assert lineage.of(("work.m", "answer")) == Origins(unknown=frozenset({"work.m.answer"}))
