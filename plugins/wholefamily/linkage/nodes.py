"""What linkage compares: one node for each sender's record, standardised, as an Arrow table of ``SCHEMA``."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from wholefamily.linkage import standardise

_TEXT = pa.string()
SCHEMA = pa.schema(
    [
        pa.field("node", pa.int64(), nullable=False),
        pa.field("partner_code", _TEXT, nullable=False),
        pa.field("person_ref", _TEXT, nullable=False),
        pa.field("is_register", pa.bool_(), nullable=False),
        *(pa.field(name, _TEXT) for name in ("given", "family")),
        *(pa.field(name, pa.list_(_TEXT)) for name in ("given_keys", "family_keys")),
        *(
            pa.field(name, _TEXT)
            for name in ("birth", "sex", "nhs_number", "upn", "pnc_id", "nino", "uprn", "postcode", "flat", "house", "street", "locality")
        ),
    ]
)
"""A register holds nobody twice. ``given`` … ``street`` are keys of ``standardise``; ``birth`` is ``YYYY-MM-DD``; ``nino`` its first 8 signs."""


def of_records(records: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Nodes of records as senders write them, numbered from 0: data that is not in a warehouse, to train or to measure with.

    Each has ``partner_code``, ``person_ref``, ``is_register`` and what is known of ``given_name``, ``middle_names``, ``family_name``,
    ``former_family_name``, ``date_of_birth`` (a date), ``sex``, ``upn``, ``nhs_number``, ``pnc_id``, ``nino``, ``uprn``, ``address``, ``postcode``.
    """
    return pa.Table.from_pylist([_node(number, record) for number, record in enumerate(records)], schema=SCHEMA)


def _node(number: int, record: Mapping[str, Any]) -> dict[str, Any]:
    given, middle, family = (record.get(name) for name in ("given_name", "middle_names", "family_name"))
    key, family_key = standardise.name_key(given), standardise.name_key(family)
    former = standardise.name_key(record.get("former_family_name"))
    place = standardise.address(record.get("address"))
    sex = record.get("sex")
    return {
        "node": number,
        **{name: record[name] for name in ("partner_code", "person_ref", "is_register")},
        "given": key,
        "family": family_key,
        "given_keys": standardise.given_keys([key], given, middle),
        "family_keys": standardise.family_keys([family_key, former], family, middle),
        "birth": standardise.birth_key(record.get("date_of_birth")),
        "sex": sex if sex in {"1", "2"} else None,
        **{name: standardise.letters_and_digits(record.get(name)) for name in ("nhs_number", "upn", "pnc_id", "postcode")},
        "nino": (standardise.letters_and_digits(record.get("nino")) or "")[:8] or None,
        "uprn": standardise.uprn(record.get("uprn")),
        **place._asdict(),
    }
