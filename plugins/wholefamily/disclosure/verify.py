"""Whether the disclosure ledger is as it was written: every entry, every row, their order, and where it ends.

PostgreSQL works the hashes out anew from what stands in the tables, by the canonical form of docs/disclosure.md, and by no function of
the database's own, which whoever changed the ledger could have changed as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wholefamily.disclosure import anchor
from wholefamily.disclosure.ledger import NOTHING, Head
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

_BATCH = 500_000
"""Entries and rows that are hashed by one statement."""


@dataclass
class Report:
    """What was verified, and each thing that is not as it was written, in words."""

    n_entries: int = 0
    n_rows: int = 0
    head: Head = NOTHING
    n_unanchored: int = 0
    """Entries after the last one that is anchored."""
    findings: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report as text; it names nobody."""
        lines = [f"FOUND: {finding}" for finding in self.findings]
        lines.append(f"{self.n_entries:,} entries with {self.n_rows:,} rows; the last is entry {self.head.sequence}, {self.head.sha256}")
        if self.n_unanchored and not self.findings:
            lines.append(f"{self.n_unanchored} of them not anchored yet: the next push anchors them")
        lines.append("NOT as it was written" if self.findings else "the ledger is as it was written")
        return lines


def verify(settings: Settings, others: Sequence[Head] = (), say: Callable[[int, int], None] = lambda _done, _all: None) -> Report:
    """Verify the whole ledger against itself, its anchor, and ``others``: heads that recipients hold.

    ``say`` gets how many entries and rows are done, and of how many. Raises WholefamilyError when the anchor cannot be read.
    """
    # Read before the ledger: what is entered meanwhile must not make the ledger look short.
    anchored = anchor.read(settings)
    report = Report()
    with connect(settings, login="release", application="wholefamily-verify") as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        # The planner takes tables that were filled since they were last analysed for small, and would compare each with each.
        connection.execute("set local enable_nestloop = off")
        report.findings += _unguarded(connection)
        report.findings += [_of_gap(*gap) for gap in connection.execute(_GAPS)]
        batches = connection.execute(_BATCHES, [_BATCH]).fetchall()
        n_all, n_done = sum(n for _, _, n in batches), 0
        for first, last, n in batches:
            for faults in connection.execute(_FAULTS, {"first": first, "last": last}):
                report.findings += _of_entry(*faults)
            say(n_done := n_done + int(n), int(n_all))
        ((report.n_entries, report.n_rows, n_orphans),) = connection.execute(_TOTALS).fetchall()
        if n_orphans:
            report.findings.append(f"{n_orphans} rows belong to no entry: their entry was deleted, or they were put there")
        report.head = _head(connection)
        for source, heads in (("the anchor", anchored), ("a recipient's manifest", others)):
            report.findings += _not_held(connection, source, heads, report.head)
    report.n_unanchored = max(0, report.head.sequence - (anchored[-1].sequence if anchored else 0))
    return report


def _head(connection: Connection) -> Head:
    row = connection.execute("select sequence, entry_sha256 from exchange.disclosure order by sequence desc limit 1").fetchone()
    return Head(*row) if row else NOTHING


def _unguarded(connection: Connection) -> list[str]:
    found = [f"{what} is not switched on: rows of {table} could be changed" for table, what in connection.execute(_TRIGGERS)]
    return found + [f"the login {name} has the rights of {owner}, who owns the ledger" for name, owner in connection.execute(_LOGINS)]


def _of_gap(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"


def _of_entry(sequence: int, name: str, *found: Any) -> list[str]:
    is_own, is_linked, n_rows, n_entered, is_same = found
    entry = f"entry {sequence} ({name})"
    findings = []
    if not is_own:
        findings.append(f"{entry}: what it says was changed")
    if not is_linked:
        findings.append(f"{entry}: it does not follow from entry {sequence - 1}; one of the two was exchanged")
    if n_rows != n_entered:
        findings.append(f"{entry}: {n_entered} rows were entered, {n_rows} are there")
    elif not is_same:
        findings.append(f"{entry}: its {n_rows} rows, or their order, were changed")
    return findings


def _not_held(connection: Connection, source: str, heads: Sequence[Head], head: Head) -> list[str]:
    sequences = [one.sequence for one in heads]
    held: dict[int, str] = dict(
        connection.execute("select sequence, entry_sha256 from exchange.disclosure where sequence = any(%s)", [sequences]).fetchall()
    )
    findings = []
    for one in heads:
        if one.sequence > head.sequence:
            findings.append(f"{source} holds entry {one.sequence}, and the ledger ends with entry {head.sequence}: it was cut short")
        elif one.sequence in held and held[one.sequence] != one.sha256:
            findings.append(f"{source} holds another entry {one.sequence} than the ledger: it was written anew from there or before")
    return findings


_TRIGGERS = """
    select wanted.name, wanted.trigger
    from (values ('disclosure', 'append_only'), ('disclosure_item', 'append_only')) as wanted (name, trigger)
    where not exists (
        select from pg_catalog.pg_trigger
        where tgrelid = to_regclass('exchange.' || wanted.name) and tgname = wanted.trigger and tgenabled in ('O', 'A')
    )
"""

_LOGINS = """
    select distinct login.rolname, pg_get_userbyid(relation.relowner)
    from pg_catalog.pg_class as relation
    inner join pg_catalog.pg_roles as login on login.rolcanlogin and not login.rolsuper and pg_has_role(login.oid, relation.relowner, 'member')
    where relation.oid in (to_regclass('exchange.disclosure'), to_regclass('exchange.disclosure_item'))
"""

_GAPS = """
    select coalesce(before, 0) + 1, sequence - 1
    from (select sequence, lag(sequence) over (order by sequence) as before from exchange.disclosure) as entry
    where sequence > coalesce(before, 0) + 1
"""

_BATCHES = """
    select min(sequence), max(sequence), sum(1 + item_count)
    from (
        select sequence, item_count, div(sum(1 + item_count) over (order by sequence), %s) as batch from exchange.disclosure
    ) as entry
    group by batch
    order by min(sequence)
"""

_FAULTS = """
    with item as (
        select
            disclosure_id, count(*) as n,
            encode(sha256(convert_to(
                string_agg(concat(row_number, ',', subject_kind, ',', subject_id, e'\\n'), '' order by row_number), 'UTF8'
            )), 'hex') as sha256
        from exchange.disclosure_item
        where disclosure_id in (select disclosure_id from exchange.disclosure where sequence between %(first)s and %(last)s)
        group by disclosure_id
    ),
    verified as (
        select
            entry.sequence, concat_ws(' ', entry.product, entry.release, entry.file, 'to', entry.recipient) as name,
            entry.entry_sha256 = encode(sha256(convert_to(jsonb_build_array(
                entry.sequence, entry.previous_sha256, entry.disclosure_id, entry.product, entry.release, entry.recipient, entry.gateway,
                entry.agreement, entry.approved_by, to_jsonb(entry.fields), entry.file, entry.file_sha256, entry.row_count,
                to_char(entry.disclosed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.item_count, entry.items_sha256
            )::text, 'UTF8')), 'hex') as is_own,
            -- An entry that is missing is told as a gap.
            entry.previous_sha256
                = case when entry.sequence = 1 then repeat('0', 64) else coalesce(before.entry_sha256, entry.previous_sha256) end as is_linked,
            coalesce(item.n, 0) as n, entry.item_count,
            coalesce(item.sha256, encode(sha256(''), 'hex')) = entry.items_sha256 as is_same
        from exchange.disclosure as entry
        left join exchange.disclosure as before on before.sequence = entry.sequence - 1
        left join item on item.disclosure_id = entry.disclosure_id
        where entry.sequence between %(first)s and %(last)s
    )
    select * from verified
    where not (is_own and is_linked and n = item_count and is_same)
    order by sequence
"""

_TOTALS = """
    select
        (select count(*) from exchange.disclosure),
        (select count(*) from exchange.disclosure_item),
        (
            select count(*) from exchange.disclosure_item as item
            where not exists (select from exchange.disclosure where disclosure.disclosure_id = item.disclosure_id)
        )
"""
