"""Stage 2, blocking: the pairs that a rule finds, and the first rule that does.

Splink by itself would join on text and try every rule before on each pair again. Here texts are hashed once, rules are
joined on numbers one after the other, and what several find is sorted out at the end: a fraction of the time and of the memory.
"""

from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.engine import Backend

_COMPARED = ("nhs_number", "upn", "pnc_id", "nino", "birth", "given")
"""What the deterministic rules compare."""


def code(backend: Backend) -> None:
    """Leave the table ``coded``: of each record of ``nodes`` the columns that rules compare, each text as a number of 64 bits.

    That two texts of millions get one number is unlikelier than one in a million; such pairs would be scored by what they say.
    """
    named = {column for rule in BLOCKING for column in (*rule.columns, rule.one_lacks) if column}
    columns = sorted({"register", *_COMPARED, *named})
    hashed = ", ".join(f"case when {column} is not null then {backend.hashed(column)} end as {column}" for column in columns)
    backend.make("coded", f"select unique_id, {hashed} from nodes")


def find(backend: Backend, newer: str | None = None) -> None:
    """Leave ``candidate``: ``a`` < ``b`` and the number of the ``rule``, a row for each that finds the pair; needs ``coded``.

    With ``newer``, a part of ``coded``: the pairs of its records with all, and among themselves.
    """
    found = []
    for number, rule in enumerate(BLOCKING):
        name = f"found_by_{number}"
        # Those who lack something are few: joined from their side, the others' pairs among themselves are never made.
        of = newer or (rule.one_lacks and f"(select * from coded where {rule.one_lacks} is null)")
        backend.make(name, _MEETING.format(of=of, condition=rule.condition().sql_condition) if of else rule.query("coded"))
        found.append(f"select a, b, {number} as rule from {name}")
    backend.name("candidate", " union all ".join(found))


_MEETING = """
    select
        case when l.unique_id < r.unique_id then l.unique_id else r.unique_id end as a,
        case when l.unique_id < r.unique_id then r.unique_id else l.unique_id end as b
    from {of} as l inner join coded as r on {condition}
"""


def piece(left: int, right: int, of: int) -> str:
    """A query of the candidates of one of ``of`` parts of the records with another, as Splink takes them: each pair once, by its first rule."""
    return f"""
        select min(rule) as match_key, a as join_key_l, b as join_key_r
        from candidate where abs(a % {of}) = {left} and abs(b % {of}) = {right}
        group by a, b
    """
