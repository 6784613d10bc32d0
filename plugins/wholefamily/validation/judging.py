"""Judging a drop: each file that has landed against its suite, people first, and what was found into ``quality``."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from wholefamily import feeds, partners
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.validation import checkpoint
from wholefamily.validation.checkpoint import Finding
from wholefamily.validation.suites import EXPECTATIONS, suite_name
from wholefamily.warehouse import Connection, connect


@dataclass(frozen=True)
class _Drop:
    delivery_id: int
    partner_code: str
    period: str
    revision: int

    @property
    def name(self) -> str:
        return f"{self.period}-r{self.revision}"

    def table(self, feed: str) -> str:
        return f"d{self.delivery_id}_{feed}"


def judge(settings: Settings, arrival_id: int) -> None:
    """Judge the files of an arrival that have landed; a drop that was refused, or is settled, has none. Judging again replaces.

    Writes ``quality.check_result``, ``quality.quarantined_row``, ``landing.blank`` and the drop's Data Docs. Changes no row
    of a file. Raises WholefamilyError when a file could not be judged.
    """
    with connect(settings) as connection:
        drop, names = _landed(connection, arrival_id)
    if drop is None or not names:
        return
    kind = partners.load(settings.partners_dir)[drop.partner_code].sender_kind
    site = settings.data_docs / drop.partner_code / drop.name
    with checkpoint.open_context(settings, site, f"{drop.partner_code} {drop.name}") as context:
        for name in names:
            suite = EXPECTATIONS / f"{suite_name(feeds.feed(name), kind)}.json"
            findings = checkpoint.run(context, suite, drop.table(name), drop.name)
            with connect(settings) as connection:
                _record(connection, drop, name, findings)
        checkpoint.build_docs(context, site)


def _landed(connection: Connection, arrival_id: int) -> tuple[_Drop | None, list[str]]:
    """The drop of an arrival and its landed feeds, ``people`` first: other files refer to the persons that it leaves."""
    arrival = connection.execute("select delivery_id from quality.arrival where arrival_id = %s", [arrival_id]).fetchone()
    if arrival is None:
        raise WholefamilyError(f"there is no arrival {arrival_id}: collect a drop first")
    delivery = connection.execute(
        "select delivery_id, partner_code, period, revision from quality.delivery where delivery_id = %s and status = 'receiving'", arrival
    ).fetchone()
    if delivery is None:
        return None, []
    files = connection.execute(
        "select feed from quality.delivery_file where delivery_id = %s and status = 'receiving' order by feed <> 'people', feed", arrival
    ).fetchall()
    return _Drop(*delivery), [str(feed) for (feed,) in files]  # type: ignore[arg-type]


def _record(connection: Connection, drop: _Drop, feed: str, findings: list[Finding]) -> None:
    """Write what was found about a file, in place of what was found before, in one transaction."""
    file = (drop.partner_code, drop.period, drop.revision, feed)
    try:
        connection.execute("delete from quality.check_result where (partner_code, period, revision, feed) = (%s, %s, %s, %s)", file)
        connection.execute(
            # Rows without the right number of fields were found, and are kept, by the door: they never landed.
            "delete from quality.quarantined_row where (partner_code, period, revision, feed) = (%s, %s, %s, %s) "
            "and rule <> 'wrong_number_of_fields'",
            file,
        )
        connection.execute("delete from landing.blank where delivery_id = %s and feed = %s", [drop.delivery_id, feed])
        connection.cursor().executemany(
            "insert into quality.check_result (partner_code, period, revision, feed, expectation, column_name, severity, is_met, n_failed) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(*file, each.rule, each.column, each.severity, each.n_failed == 0, each.n_failed) for each in findings],
        )
        broken = [each for each in findings if each.n_failed]
        _quarantine(connection, file, [each for each in broken if each.severity == "quarantine"])
        for each in broken:
            if each.severity == "blank":
                _blank(connection, drop.delivery_id, file, each)
    except psycopg.Error as error:  # its text may quote a row
        raise WholefamilyError(f"what was found in {drop.table(feed)} could not be recorded: SQLSTATE {error.sqlstate}") from None


_File = tuple[str, str, int, str]


def _quarantine(connection: Connection, file: _File, broken: list[Finding]) -> None:
    """One row a line: the first rule that it breaks. GX itself lists at most 20 lines, so its queries are run here, whole."""
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
        ).format(*file, sql.SQL(" union all ").join(lines))
    )


def _blank(connection: Connection, delivery_id: int, file: _File, finding: Finding) -> None:
    """Note which rows that stay lose the identifier in the finding's column."""
    connection.execute(
        sql.SQL(
            "insert into landing.blank (delivery_id, feed, line, column_name) select {}, {}, _line, {} from ({}) as failed where _line not in "
            "(select line from quality.quarantined_row where (partner_code, period, revision, feed) = ({}, {}, {}, {}))"
        ).format(delivery_id, file[3], finding.column, sql.SQL(finding.query), *file)
    )
