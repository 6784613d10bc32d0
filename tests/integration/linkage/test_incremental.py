"""Clustering what changed gives what clustering everything gives, whatever happened and in whatever steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wholefamily.linkage import affected, cluster, registry
from wholefamily.warehouse import Connection, connect

ACCEPT, REVIEW = 0.9, 0.5
KEYS = [
    *(("dudley", str(n)) for n in range(2)),
    ("solihull", "0"),
    *(("walsall", str(n)) for n in range(2)),
    *(("west_midlands_police", str(n)) for n in range(2)),
]
Key = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """What a record says."""

    given_key: str
    born: date
    nhs_number: str | None
    is_protected: bool


@dataclass
class World:
    """The records, the scores of their pairs, and the decisions, as clustering finds them; and what changed since it was run."""

    records: dict[Key, Said] = field(default_factory=dict)
    scores: dict[tuple[Key, Key], float] = field(default_factory=dict)
    changed: set[Key] = field(default_factory=set)

    def say(self, key: Key, said: Said) -> None:
        """A record is new or says something else; its pairs stay until they are scored."""
        self.records[key] = said
        self.changed.add(key)

    def withdraw(self, key: Key) -> None:
        """A record is gone, and its pairs with it."""
        if self.records.pop(key, None):
            self.changed.add(key)
            for pair in [pair for pair in self.scores if key in pair]:
                self.score(pair, None)

    def score(self, pair: tuple[Key, Key], probability: float | None) -> None:
        """A pair of records that are there is scored, or no longer."""
        if probability is None:
            self.scores.pop(pair, None)
        elif pair[0] in self.records and pair[1] in self.records:
            self.scores[pair] = probability
        self.changed.update(pair)


said = st.builds(
    Said,
    st.sampled_from(["aisha", "aysha", "amina"]),
    st.sampled_from([date(2014, 5, 6)] * 4 + [date(2009, 9, 30)]),
    st.sampled_from([None] * 4 + ["1", "2"]),
    st.sampled_from([False] * 9 + [True]),
)
pairs = st.sampled_from([(a, b) for a in KEYS for b in KEYS if a < b and (a[0] != b[0] or a[0] == "west_midlands_police")])
steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(KEYS), said),
    st.tuples(st.just("withdraw"), st.sampled_from(KEYS)),
    st.tuples(st.just("score"), pairs, st.sampled_from([None, 0.6, 0.91, 0.95, 0.99, 1.0, 1.0])),
    st.tuples(st.just("score"), pairs, st.sampled_from([0.91, 0.95, 0.99, 1.0])),
    st.tuples(st.just("decide"), pairs, st.sampled_from(["same", "different", "withdrawn"]), st.booleans()),
)


@pytest.fixture
def connection(warehouse, monkeypatch) -> Iterator[Connection]:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(affected, "_MOST_FOLLOWED", 1.0)  # nine records are soon all affected
    with connect(warehouse) as connection:
        connection.execute("alter table identity.link_decision disable trigger append_only")
        connection.commit()
        yield connection


everybody = st.tuples(*(st.tuples(st.just("say"), st.just(key), said) for key in KEYS)).map(list)
scored = st.lists(st.tuples(st.just("score"), pairs, st.sampled_from([0.6, 0.91, 0.95, 0.99, 1.0])), min_size=4, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.tuples(everybody, scored).map(lambda both: [*both[0], *both[1]]),
    st.lists(st.lists(steps, min_size=1, max_size=8), min_size=1, max_size=4),
)
def test_what_changed_is_enough(connection: Connection, first: list[Any], later: list[list[Any]]) -> None:
    connection.rollback()  # where an example before has failed
    for table in ("cluster", "link_review", "twin", "score", "link_decision", "person_xref", "person", "merge_log"):
        connection.execute(f"delete from identity.{table}")
    world = World()
    minted: set[Any] = set()
    links: dict[Key, Any] = {}
    for month in [first, *later]:
        for step in month:
            _take(connection, world, step)
        before, changed = links, set(world.changed)
        _link(connection, world, incremental=True)
        outcome = _outcome(connection)
        links = _links(connection)
        ids = set(connection.execute("select person_id from identity.person").fetchall())
        assert minted <= ids, "an id is known for good"
        minted = ids
        assert _partition(links) == _clusters(world, outcome), "persons are the clusters and those who stand alone"
        # The same in one go, on the same data, with nothing known of before.
        _link(connection, world, incremental=False)
        assert _outcome(connection) == outcome
        _restore(connection)
        if not changed and all(step[0] != "decide" for step in month):
            assert links == before


def _take(connection: Connection, world: World, step: tuple[Any, ...]) -> None:
    match step:
        case ("say", key, said):
            world.say(key, replace(said))
        case ("withdraw", key):
            world.withdraw(key)
        case ("score", pair, probability):
            world.score(pair, probability)
        case ("decide", (a, b), verdict, is_despite):
            connection.execute(
                "insert into identity.link_decision (partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision, is_despite_identifiers, "
                "decided_by, role, reason) values (%s, %s, %s, %s, %s, %s, 'Lin Ker', 'linker', 'so it is')",
                [*a, *b, verdict, is_despite and verdict == "same"],
            )


def _link(connection: Connection, world: World, *, incremental: bool) -> None:
    """One run of clustering, and of the registry if incremental; else from nothing, and left uncommitted."""
    connection.execute("savepoint before")
    _tables(connection, world)
    if incremental:
        connection.execute("create temporary table relinked (partner_code text, person_ref text) on commit drop")
        connection.cursor().executemany("insert into relinked values (%s, %s)", list(world.changed))
    else:
        for table in ("cluster", "link_review", "twin"):
            connection.execute(f"delete from identity.{table}")
    cluster.write(connection, accept=ACCEPT, review=REVIEW)
    if incremental:
        registry.write(connection, ["2026-01"])
        world.changed.clear()
        connection.commit()


def _restore(connection: Connection) -> None:
    connection.execute("rollback to savepoint before")
    connection.commit()


def _tables(connection: Connection, world: World) -> None:
    connection.execute(
        "create temporary table node (node bigint, partner_code text, person_ref text, is_register boolean, first_period text, last_period text, "
        "given_name text, middle_names text, family_name text, given_key text, family_key text, date_of_birth date, upn text, nhs_number text, "
        "nino text, pnc_id text, uprn text, address text, postcode text, is_protected boolean) on commit drop"
    )
    connection.cursor().executemany(
        "insert into node (node, partner_code, person_ref, is_register, first_period, last_period, given_key, family_key, date_of_birth, nhs_number, "
        "uprn, is_protected) values (%s, %s, %s, %s, '2026-01', '2026-01', %s, 'begum', %s, %s, '77', %s)",
        [
            (KEYS.index(key), *key, key[0] != "west_midlands_police", said.given_key, said.born, said.nhs_number, said.is_protected)
            for key, said in world.records.items()
        ],
    )
    connection.execute("delete from identity.score")
    connection.cursor().executemany(
        "insert into identity.score (partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, match_basis) "
        "values (%s, %s, %s, %s, %s, 'probabilistic')",
        [(*a, *b, probability) for (a, b), probability in world.scores.items()],
    )


def _outcome(connection: Connection) -> tuple[list[Any], list[Any], list[Any]]:
    return tuple(  # type: ignore[return-value]
        sorted(connection.execute(f"select to_jsonb(t)::text from {table} as t").fetchall())
        for table in ("identity.cluster", "identity.link_review", "identity.twin")
    )


def _links(connection: Connection) -> dict[Key, Any]:
    return {(row[0], row[1]): row[2] for row in connection.execute("select partner_code, person_ref, person_id from identity.person_xref")}


def _partition(links: dict[Key, Any]) -> set[frozenset[Key]]:
    return {frozenset(key for key, other in links.items() if other == person) for person in links.values()}


def _clusters(world: World, outcome: tuple[list[Any], ...]) -> set[frozenset[Key]]:
    import json

    found: dict[str, set[Key]] = {}
    for (text,) in outcome[0]:
        row = json.loads(text)
        found.setdefault(row["cluster_key"], set()).add((row["partner_code"], row["person_ref"]))
    together = {key for members in found.values() for key in members}
    return {frozenset(members) for members in found.values()} | {frozenset({key}) for key in world.records if key not in together}
