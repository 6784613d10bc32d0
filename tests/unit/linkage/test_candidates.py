"""Blocking on hashes finds what the rules say, whole or in parts, of all records or of the changed ones."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from wholefamily.linkage import candidates, model, nodes, scoring
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.engine import PREPARED, Backend, InDuckDB


def _record(partner: str, ref: str, given: str, family: str, born: date | None, **more: str) -> dict[str, Any]:
    return {
        "partner_code": partner,
        "person_ref": ref,
        "is_register": partner != "police",
        "given_name": given,
        "family_name": family,
        "date_of_birth": born,
        **more,
    }


BORN = date(1990, 3, 12)
SAID = [
    _record("dudley", "0", "Ottoline", "Marsh", BORN, postcode="DY1 1AA"),
    _record("police", "1", "Ottoline", "Marsh", date(1990, 12, 3)),
    _record("police", "2", "Ottoline", "Marsh", None, postcode="DY1 9ZZ"),
    _record("dudley", "3", "Ottoline", "Marsh", BORN, postcode="DY1 1AA"),
    _record("walsall", "4", "Basil", "Marsh", BORN, nino="AB123456C"),
    _record("police", "5", "Gervase", "Tull", date(1950, 1, 5), nino="AB123456D"),
    _record("walsall", "6", "Nuala", "Quigley", None),
    _record("police", "7", "Imogen", "Frost", None),
]
FOUND = {
    (0, 1): "given_and_birth",  # day and month swapped
    (1, 3): "given_and_birth",
    (0, 2): "names_and_district",
    (2, 3): "names_and_district",
    (0, 4): "family_and_birth",
    (1, 4): "family_and_birth",
    (3, 4): "family_and_birth",
    (4, 5): "nino",
}
"""Nobody of dudley's with dudley's own, and nobody by what neither says."""


@pytest.fixture
def backend():  # type: ignore[no-untyped-def]
    backend = InDuckDB()
    yield backend
    backend.close()


def _find(backend: Backend, changed: list[int] | None, n_parts: int) -> dict[tuple[int, int], str]:
    backend.load("nodes_sent", nodes.of_records(SAID))
    backend.name("nodes", PREPARED.format(nodes="nodes_sent"))
    candidates.code(backend)
    if changed is None:
        candidates.find(backend)
    else:
        backend.make("newer", f"select * from coded where unique_id in ({', '.join(map(str, changed))})")
        candidates.find(backend, "newer")
    found = [
        (row["join_key_l"], row["join_key_r"], BLOCKING[row["match_key"]].name)
        for left in range(n_parts)
        for right in range(n_parts)
        for row in backend.fetch(candidates.piece(left, right, n_parts)).to_pylist()
    ]
    assert len({row[:2] for row in found}) == len(found), "no pair twice"
    return {(a, b): rule for a, b, rule in found}


@pytest.mark.parametrize("n_parts", [1, 3])
def test_a_pair_is_found_once_by_its_first_rule(backend: Backend, n_parts: int) -> None:
    assert _find(backend, None, n_parts) == FOUND


@pytest.mark.parametrize("changed", [[1], [4, 5], [0, 2, 4], [7]])
def test_changed_records_meet_all_and_one_another(backend: Backend, changed: list[int]) -> None:
    expected = {pair: rule for pair, rule in FOUND.items() if not set(pair).isdisjoint(changed)}
    assert _find(backend, changed, 2) == expected


def test_scored_part_by_part_is_as_scored_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def scored() -> list[dict[str, Any]]:
        pairs: pa.Table = scoring.score(nodes.of_records(SAID), model.load())
        return sorted(pairs.to_pylist(), key=lambda pair: (pair["node_a"], pair["node_b"]))

    in_one = scored()
    assert {(pair["node_a"], pair["node_b"]) for pair in in_one} >= {(0, 1), (0, 2)}
    monkeypatch.setattr(InDuckDB, "at_once", 3)
    assert scored() == in_one
