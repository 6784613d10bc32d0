"""Pairs that need no model: one valid identifier, where it can belong to one person only.

Identifiers are those that the door has found valid; what fits several people of one register tells nobody apart.
"""

RULES = ("nhs_number", "upn", "pnc_id", "nino_and_birth", "nino_and_given_name")
"""From the surest on: the first that holds is a link's basis."""

PROBABILITY = {"nhs_number": 1.0, "upn": 1.0, "pnc_id": 1.0, "nino_and_birth": 0.999, "nino_and_given_name": 0.995}
"""How sure each rule is: not measured; the figures rank them and say which may be wrong."""

_LARGEST_KEY = 50
"""Records that may share a key. More than this are several people in any case."""

# A national insurance number may be a partner's: it needs the birthday or the given name as well.
_COLUMNS = {
    "nhs_number": ("nhs_number",),
    "upn": ("upn",),
    "pnc_id": ("pnc_id",),
    "nino_and_birth": ("nino", "birth"),
    "nino_and_given_name": ("nino", "given"),
}

_PAIRS = """
    select l.unique_id as a, r.unique_id as b, {place} as place
    from (
        select {key}
        from {nodes} inner join (select {key} from {nodes} where {known} group by {key} having count(*) between 2 and {largest}) as shared using ({key})
        group by {key}
        having count(*) = count(distinct register) and count(distinct pnc_id) < 2
    ) as telling
    inner join {nodes} as l on {to_l}
    inner join {nodes} as r on {to_r}
    where l.unique_id < r.unique_id
"""


def pairs(nodes: str, newer: str | None = None) -> str:
    """A query of the pairs that a rule links in the table ``nodes``: ``a``, ``b`` and ``place``, the rule's number in ``RULES``.

    With ``newer``, a part of ``nodes``: only those that one of its records belongs to.
    """
    found = " union all ".join(_pairs(place, _COLUMNS[rule], nodes, newer) for place, rule in enumerate(RULES))
    return f"select a, b, min(place) as place from ({found}) as found group by a, b"


def _pairs(place: int, columns: tuple[str, ...], nodes: str, newer: str | None) -> str:
    known = " and ".join(f"{column} is not null" for column in columns)
    if newer is not None:
        # Who bears a key is asked of all records: it may tell nobody apart.
        known += f" and {columns[0]} in (select {columns[0]} from {newer} where {columns[0]} is not null)"
    to_l, to_r = (" and ".join(f"{side}.{column} = telling.{column}" for column in columns) for side in "lr")
    query = _PAIRS.format(key=", ".join(columns), place=place, nodes=nodes, known=known, largest=_LARGEST_KEY, to_l=to_l, to_r=to_r)
    if newer is not None:
        query += f" and (l.unique_id in (select unique_id from {newer}) or r.unique_id in (select unique_id from {newer}))"
    return query
