"""What was found about a file, into ``quality``: counts, rules and line numbers."""

from collections.abc import Iterable, Sequence

import psycopg
from psycopg import sql

from wholefamily.errors import WholefamilyError
from wholefamily.validation.context import Finding
from wholefamily.validation.drift import record_shares
from wholefamily.validation.landed import OF_FILE, LandedFile
from wholefamily.warehouse import Connection

_LINES_TOLD = 100  # of a warning, as of any reason in a receipt


def record(connection: Connection, file: LandedFile, findings: Sequence[Finding]) -> None:
    """Write what was found about a file, in one transaction. Raises WholefamilyError when the warehouse cannot."""
    broken = [each for each in findings if not each.is_met]
    try:
        connection.execute("set local search_path = landing")  # where GX's queries find the file's table
        _quarantine(connection, file, [each for each in broken if each.severity == "quarantine"])
        for each in findings:
            if each.severity == "blank":
                _blank(connection, file, each)
        connection.execute(sql.SQL("delete from quality.check_result where {}").format(OF_FILE.format(*file.key)))
        _results(connection, file, findings)
        record_shares(connection, file, findings)
    except psycopg.Error as error:  # its text may quote a row
        raise WholefamilyError(f"what was found in landing.{file.table} could not be recorded: SQLSTATE {error.sqlstate}") from None


def record_holds(connection: Connection, files: Iterable[LandedFile], findings: Sequence[Finding]) -> None:
    """Write which files a person must decide about; ``files`` are all that were judged. A rule counts all rows it is about."""
    for finding in findings:
        held = {str(feed) for (feed,) in connection.execute(sql.SQL("select feed from ({}) as held").format(sql.SQL(finding.query)))}
        for file in files:
            n_failed = 0
            if file.feed in held:
                n_failed = n_quarantined(connection, file) if finding.rule == "too_many_quarantined" else file.rows_received
            _result(connection, file, Finding(finding.rule, "", "hold", file.feed not in held, n_failed), [])


def n_quarantined(connection: Connection, file: LandedFile) -> int:
    """How many rows of a file are quarantined, by the door or here."""
    query = sql.SQL("select count(*) from quality.quarantined_row where {}").format(OF_FILE.format(*file.key))
    return sum(int(n) for (n,) in connection.execute(query))


def _results(connection: Connection, file: LandedFile, findings: Sequence[Finding]) -> None:
    for each in findings:
        lines: list[int] = []
        if each.query and not each.is_met and each.severity == "warn":
            query = sql.SQL("select _line from ({}) as warned order by _line limit {}").format(sql.SQL(each.query), _LINES_TOLD)
            lines = [int(line) for (line,) in connection.execute(query)]
        _result(connection, file, each, lines)


def _result(connection: Connection, file: LandedFile, finding: Finding, lines: list[int]) -> None:
    # A rule on the whole file that is not met is about all its rows.
    n_failed = 0 if finding.is_met else finding.n_failed or file.rows_received
    connection.execute(
        "insert into quality.check_result "
        "(partner_code, period, revision, feed, expectation, column_name, severity, is_met, n_failed, lines) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [*file.key, finding.rule, finding.column, finding.severity, finding.is_met, n_failed, lines],
    )


def _quarantine(connection: Connection, file: LandedFile, broken: list[Finding]) -> None:
    """One row a line: the first rule that it breaks. GX itself lists at most 20 lines, so its queries are run here, whole."""
    # A line that is not there was found before: ragged, by the door, or by an earlier judgement whose load broke off.
    connection.execute(
        sql.SQL("delete from quality.quarantined_row where {} and line in (select _line from landing.{})").format(
            OF_FILE.format(*file.key), sql.Identifier(file.table)
        )
    )
    if not broken:
        return
    lines = [
        sql.SQL("select _line, {}::integer as nth, {}::text as rule from ({}) as failed").format(nth, each.rule, sql.SQL(each.query))
        for nth, each in enumerate(broken)
    ]
    # A table that is made from a query is read by several processes at once, and rows that are inserted are not.
    connection.execute(
        sql.SQL(
            "create temporary table broken on commit drop as select distinct on (_line) _line, rule from ({}) as found order by _line, nth"
        ).format(sql.SQL(" union all ").join(lines))
    )
    connection.execute(
        sql.SQL(
            "insert into quality.quarantined_row (partner_code, period, revision, feed, line, rule) select {}, {}, {}, {}, _line, rule from broken"
        ).format(*file.key)
    )


def _blank(connection: Connection, file: LandedFile, finding: Finding) -> None:
    """Note which rows that stay lose the identifier in the finding's column."""
    connection.execute(
        # One that is empty now was blanked by a load that broke off.
        sql.SQL(
            "delete from landing.blank where delivery_id = {} and feed = {} and column_name = {} "
            "and line in (select _line from landing.{} where {} is not null)"
        ).format(file.delivery_id, file.feed, finding.column, sql.Identifier(file.table), sql.Identifier(finding.column))
    )
    if not finding.is_met:
        connection.execute(
            sql.SQL(
                "insert into landing.blank (delivery_id, feed, line, column_name) select {}, {}, _line, {} from ({}) as failed "
                "where _line not in (select line from quality.quarantined_row where {})"
            ).format(file.delivery_id, file.feed, finding.column, sql.SQL(finding.query), OF_FILE.format(*file.key))
        )


__all__ = ["n_quarantined", "record", "record_holds"]
