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
_KEYS = """
    select 'nhs_number' as rule, nhs_number as match_key, unique_id, register, pnc_id from {nodes} where nhs_number is not null
    union all select 'upn', upn, unique_id, register, pnc_id from {nodes} where upn is not null
    union all select 'pnc_id', pnc_id, unique_id, register, pnc_id from {nodes} where pnc_id is not null
    union all select 'nino_and_birth', concat(nino, ' ', birth), unique_id, register, pnc_id from {nodes}
    where nino is not null and birth is not null
    union all select 'nino_and_given_name', concat(nino, ' ', given), unique_id, register, pnc_id from {nodes}
    where nino is not null and given is not null
"""

_PAIRS = """
    with keyed as ({keys}),
    telling as (
        select rule, match_key from keyed
        group by rule, match_key
        having count(*) between 2 and {largest} and count(*) = count(distinct register) and count(distinct pnc_id) < 2
    ),
    pairs as (
        select a.unique_id as a, b.unique_id as b, {rank} as place
        from telling
        inner join keyed as a on a.rule = telling.rule and a.match_key = telling.match_key
        inner join keyed as b on b.rule = telling.rule and b.match_key = telling.match_key
        where a.unique_id < b.unique_id
    )
    select a, b, min(place) as place from pairs group by a, b
"""


def pairs(nodes: str) -> str:
    """A query of the pairs that a rule links in the table ``nodes``: ``a``, ``b`` and ``place``, the rule's number in ``RULES``."""
    rank = "case " + " ".join(f"when a.rule = '{rule}' then {number}" for number, rule in enumerate(RULES)) + " end"
    return _PAIRS.format(keys=_KEYS.format(nodes=nodes), largest=_LARGEST_KEY, rank=rank)
