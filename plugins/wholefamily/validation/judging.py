"""Judging a drop: each file that has landed against its suite, people first, and what was found into ``quality``."""

from typing import NamedTuple

import psycopg
from psycopg import sql

from wholefamily import feeds, partners
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.validation import checkpoint
from wholefamily.validation.checkpoint import Finding
from wholefamily.validation.suites import EXPECTATIONS, suite_name
from wholefamily.warehouse import Connection, connect


class _File(NamedTuple):
    partner_code: str
    period: str
    revision: int
    feed: str
    delivery_id: int
    rows_received: int

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.partner_code, self.period, self.revision, self.feed

    @property
    def drop(self) -> str:
        return f"{self.period}-r{self.revision}"

    @property
    def table(self) -> str:
        return f"d{self.delivery_id}_{self.feed}"


_OF_FILE = sql.SQL("(partner_code, period, revision, feed) = ({}, {}, {}, {})")


def judge(settings: Settings, arrival_id: int) -> None:
    """Judge the files of an arrival that have landed; a drop that was refused, or is settled, has none.

    Writes ``quality.check_result``, ``quality.quarantined_row``, ``landing.blank`` and the drop's Data Docs, in place of what
    was found of the same rows before; changes no row of a file. Raises WholefamilyError when a file could not be judged.
    """
    with connect(settings) as connection:
        files = _landed(connection, arrival_id)
    if not files:
        return
    partner_code, drop = files[0].partner_code, files[0].drop
    partner = partners.load(settings.partners_dir).get(partner_code)
    if partner is None:
        raise WholefamilyError(f"{partner_code} has no file in {settings.partners_dir}: put it back, then judge again")
    site = settings.data_docs / partner_code / drop
    with checkpoint.open_context(settings, site, f"{partner_code} {drop}") as context:
        for file in files:
            suite = EXPECTATIONS / f"{suite_name(feeds.feed(file.feed), partner.sender_kind)}.json"
            findings = checkpoint.run(context, suite, file.table, drop)
            with connect(settings) as connection:
                _record(connection, file, findings)
        checkpoint.build_docs(context, site)


def _landed(connection: Connection, arrival_id: int) -> list[_File]:
    """The landed files of an arrival, ``people`` first: the others refer to the persons that it leaves."""
    if connection.execute("select from quality.arrival where arrival_id = %s", [arrival_id]).fetchone() is None:
        raise WholefamilyError(f"there is no arrival {arrival_id} in quality.arrival: collect a drop first")
    rows = connection.execute(
        "select file.partner_code, file.period, file.revision, file.feed, file.delivery_id, file.rows_received "
        "from quality.arrival as arrival "
        "inner join quality.delivery as delivery on delivery.delivery_id = arrival.delivery_id and delivery.status = 'receiving' "
        "inner join quality.delivery_file as file on file.delivery_id = delivery.delivery_id and file.status = 'receiving' "
        "where arrival.arrival_id = %s order by file.feed <> 'people', file.feed",
        [arrival_id],
    ).fetchall()
    return [_File(*row) for row in rows]


def _record(connection: Connection, file: _File, findings: list[Finding]) -> None:
    """Write what was found about a file, in one transaction."""
    broken = [each for each in findings if each.n_failed]
    try:
        _quarantine(connection, file, [each for each in broken if each.severity == "quarantine"])
        for each in findings:
            if each.severity == "blank":
                _blank(connection, file, each)
        checked: list[tuple[str, str, str, int]] = [(each.rule, each.column, each.severity, each.n_failed) for each in findings]
        checked += [(rule, "", "hold", n_failed) for rule, n_failed in _holds(connection, file).items()]
        connection.execute(sql.SQL("delete from quality.check_result where {}").format(_OF_FILE.format(*file.key)))
        connection.cursor().executemany(
            "insert into quality.check_result (partner_code, period, revision, feed, expectation, column_name, severity, n_failed, is_met) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(*file.key, *each, each[-1] == 0) for each in checked],
        )
    except psycopg.Error as error:  # its text may quote a row
        raise WholefamilyError(f"what was found in landing.{file.table} could not be recorded: SQLSTATE {error.sqlstate}") from None


def _quarantine(connection: Connection, file: _File, broken: list[Finding]) -> None:
    """One row a line: the first rule that it breaks. GX itself lists at most 20 lines, so its queries are run here, whole."""
    # A line that is not there was found before: ragged, by the door, or by an earlier judgement whose load broke off.
    connection.execute(
        sql.SQL("delete from quality.quarantined_row where {} and line in (select _line from landing.{})").format(
            _OF_FILE.format(*file.key), sql.Identifier(file.table)
        )
    )
    if not broken:
        return
    lines = [
        sql.SQL("select _line, {}::integer as nth, {}::text as rule from ({}) as failed").format(nth, each.rule, sql.SQL(each.query))
        for nth, each in enumerate(broken)
    ]
    connection.execute(
        sql.SQL(
            "insert into quality.quarantined_row (partner_code, period, revision, feed, line, rule) "
            "select distinct on (_line) {}, {}, {}, {}, _line, rule from ({}) as broken order by _line, nth"
        ).format(*file.key, sql.SQL(" union all ").join(lines))
    )


def _blank(connection: Connection, file: _File, finding: Finding) -> None:
    """Note which rows that stay lose the identifier in the finding's column."""
    connection.execute(
        # One that is empty now was blanked by a load that broke off.
        sql.SQL(
            "delete from landing.blank where delivery_id = {} and feed = {} and column_name = {} "
            "and line in (select _line from landing.{} where {} is not null)"
        ).format(file.delivery_id, file.feed, finding.column, sql.Identifier(file.table), sql.Identifier(finding.column))
    )
    if finding.n_failed:
        connection.execute(
            sql.SQL(
                "insert into landing.blank (delivery_id, feed, line, column_name) select {}, {}, _line, {} from ({}) as failed "
                "where _line not in (select line from quality.quarantined_row where {})"
            ).format(file.delivery_id, file.feed, finding.column, sql.SQL(finding.query), _OF_FILE.format(*file.key))
        )


def _holds(connection: Connection, file: _File) -> dict[str, int]:
    """What makes the door hold the whole file, which decides whether other files may refer to its persons; 0 is met."""
    from wholefamily.door.decide import hold_rules
    from wholefamily.door.ledger import last_accepted_rows

    query = sql.SQL("select count(*) from quality.quarantined_row where {}").format(_OF_FILE.format(*file.key))
    n_quarantined = sum(n for (n,) in connection.execute(query) if isinstance(n, int))
    broken = hold_rules(file.rows_received, n_quarantined, last_accepted_rows(connection, file.delivery_id, file.feed))
    return {
        "too_many_quarantined": n_quarantined if "too_many_quarantined" in broken else 0,
        "volume_changed": file.rows_received if "volume_changed" in broken else 0,
    }
