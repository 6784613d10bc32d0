"""What a model is trained on: several synthetic regions, with few slips and with many, side by side in one table of nodes."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from wholefamily.demo.region import people_sent
from wholefamily.linkage import nodes, standardise
from wholefamily.partners import Partner

REGIONS = ((11, 1.0), (12, 4.0), (13, 1.0), (14, 4.0))
"""Seed and noise of each region: a model that has seen one noise only would be right for that one."""

HOUSEHOLDS = 1_500
HOUSEHOLDS_NAMED = 20_000
_NAMED_SEED = 15
RECORDS_OF_REGION = 3_000_000
"""What the model will link: the seven authorities' people, once each, and the police's."""

_PERIOD = "2026-06"
_OF_A_PLACE = ("uprn", "postcode", "nhs_number", "upn", "nino", "pnc_id")
"""What is given out once in a region, and would be given out again in the next."""


def regions(partners: Mapping[str, Partner]) -> pa.Table:
    """The people that the senders of all ``REGIONS`` send, as ``nodes.SCHEMA``. No region knows of another."""
    return nodes.of_records(_records({code: partner for code, partner in partners.items() if partner.sends}))


def names(partners: Mapping[str, Partner]) -> pa.Table:
    """``given`` and ``family`` of the authorities' people of a larger region: how common names are takes more people to tell."""
    authorities = {code for code, partner in partners.items() if partner.kind == "authority"}
    sent = people_sent(dict(partners), households=HOUSEHOLDS_NAMED, period=_PERIOD, seed=_NAMED_SEED)
    named = pl.concat(
        [people.select("person_ref", "given_name", "family_name").unique("person_ref") for sender, people in sent if sender in authorities]
    )
    columns = (("given", "given_name"), ("family", "family_name"))
    return pa.table({key: pa.array(map(standardise.name_key, named[name].to_list()), pa.string()) for key, name in columns})


def described() -> dict[str, Any]:
    """What this is, to be kept with a model."""
    return {
        "regions": [{"seed": seed, "errors": errors, "households": HOUSEHOLDS} for seed, errors in REGIONS],
        "names": {"seed": _NAMED_SEED, "households": HOUSEHOLDS_NAMED},
        "scaled_to_records": RECORDS_OF_REGION,
    }


def _records(partners: dict[str, Partner]) -> Iterator[dict[str, Any]]:
    for seed, errors in REGIONS:
        for sender, people in people_sent(partners, households=HOUSEHOLDS, period=_PERIOD, seed=seed, errors=errors):
            latest = people.sort("resident_from", maintain_order=True).unique("person_ref", keep="last", maintain_order=True)
            for row in latest.with_columns(pl.exclude(pl.Date).cast(pl.String)).iter_rows(named=True):
                own = {name: f"{seed}{row[name]}" for name in _OF_A_PLACE if row.get(name)}
                known = {"partner_code": f"{sender} {seed}", "is_register": partners[sender].kind == "authority"}
                yield {**row, **own, **known}
