"""The marts' promise of privacy, column by column: nothing that names a person reaches a mart, but for what is declared there.

A column of a mart that comes from something that identifies says so in the property file, with what of it the column shows::

    config: {meta: {shows: {raw.people.date_of_birth: the year only}}}

What identifies: columns of feeds that their definition calls ``direct``, and everything in ``identity`` that its description as a
source does not call an ``attribute``, however they leave a trace, unless all they do is to choose the rows that are counted; and
columns called ``reference``, a sender's own ids, where they are the value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wholefamily.catalogue.column_lineage import Lineage, Origins, Ref
from wholefamily.catalogue.properties import Mart
from wholefamily.feeds import FEEDS


def broken(marts: Sequence[Mart], lineage: Lineage, manifest: Mapping[str, Any]) -> list[str]:
    """Every column that shows what it does not declare, declares what it does not show, or cannot be followed: one a line."""
    identity = _identity(manifest)
    found = []
    for mart in marts:
        table = f"{mart.schema}.{mart.name}"
        for column in mart.columns:
            ref = (table, column.name)
            if ref not in lineage.direct:
                found.append(f"{table}.{column.name}: is described, and no model makes it")
                continue
            origins = lineage.of(ref)
            shown = set(_identifying(origins, identity))
            found += [f"{table}.{column.name}: comes from {name}, and does not declare it" for name in sorted(shown - column.shows.keys())]
            found += [f"{table}.{column.name}: declares {name}, and does not come from it" for name in sorted(column.shows.keys() - shown)]
            found += [f"{table}.{column.name}: cannot be followed beyond {name}" for name in sorted(origins.unknown)]
    return found


def _identity(manifest: Mapping[str, Any]) -> dict[Ref, str]:
    """What the columns of the registry hold, as far as ``_sources.yml`` says."""
    tables = [source for source in manifest["sources"].values() if source["schema"] == "identity"]
    return {
        (f"identity.{table['identifier']}", name): column["config"]["meta"].get("personal", "direct")
        for table in tables
        for name, column in table["columns"].items()
    }


def _identifying(origins: Origins, identity: Mapping[Ref, str]) -> Iterator[str]:
    traces = origins.values if origins.counted else origins.all
    for ref in traces:
        personal = _personal(ref, identity)
        if personal == "direct" or (personal == "reference" and ref in origins.values):
            yield ".".join(ref)


def _personal(ref: Ref, identity: Mapping[Ref, str]) -> str:
    schema, table = ref[0].split(".", 1)
    if schema == "identity":
        return identity.get(ref, "direct")
    if schema == "raw" and ref[1] in FEEDS[table].columns:
        return FEEDS[table].columns[ref[1]].personal
    return "attribute"


__all__ = ["broken"]
