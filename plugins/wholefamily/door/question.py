"""What a person is told who must decide about a held drop: counts, rules and line numbers, as Markdown."""

from collections.abc import Iterator
from typing import Any

from psycopg.rows import dict_row

from wholefamily.door import ledger
from wholefamily.door.held import ACCEPT, REFUSE, superseded
from wholefamily.door.ledger import Arrival
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

_LINES_SHOWN = 10

_FILES = """
    select file.feed, file.status, file.rows_received, file.rows_quarantined, file.rows_not_for_disclosure, file.reasons,
        last.rows_received as last_rows, last.period as last_period, last.revision as last_revision
    from quality.delivery_file as file
    left join lateral (
        select rows_received, period, revision from quality.delivery_file as accepted
        where (accepted.partner_code, accepted.feed, accepted.status) = (file.partner_code, file.feed, 'accepted')
        order by accepted.accepted_at desc nulls last, accepted.delivery_id desc limit 1
    ) as last on true
    where file.delivery_id = %s order by file.feed
"""


def question(settings: Settings, arrival_id: int) -> dict[str, str]:
    """The ``subject`` and the ``body`` of the question about a held arrival. Raises WholefamilyError when it is not held."""
    with ledger.session(settings) as connection:
        arrival = ledger.arrival(connection, arrival_id)
        if arrival.status != "held":
            raise WholefamilyError(f"arrival {arrival_id} is {arrival.status}, not held: there is nothing to decide")
        return {
            "subject": f"{_name(arrival)}: take the files that are held?",
            "body": "\n".join(_lines(settings, connection, arrival)),
        }


def _name(arrival: Arrival) -> str:
    return f"{arrival.partner_code} {arrival.period} r{arrival.revision}"


def _lines(settings: Settings, connection: Connection, arrival: Arrival) -> Iterator[str]:
    with connection.cursor(row_factory=dict_row) as cursor:
        files = cursor.execute(_FILES, [arrival.delivery_id]).fetchall()
    held = [file for file in files if file["status"] == "held"]
    others = [f"{sum(file['status'] == status for file in files)} {status}" for status in ("accepted", "refused")]
    yield f"**{_name(arrival)}**: {len(held)} of {len(files)} files held, {', '.join(others)}."
    yield ""
    yield "| feed | why it is held | rows received | last accepted | quarantined | not for disclosure |"
    yield "|---|---|---:|---|---:|---:|"
    for file in held:
        counts = f"{file['rows_received']:,} | {_last(file)} | {_quarantined(file)} | {file['rows_not_for_disclosure']:,}"
        yield f"| {file['feed']} | {_why(file)} | {counts} |"
    yield ""
    yield from _rules(held)
    yield from _consequences(connection, arrival, held)
    docs = connection.execute("select data_docs from quality.delivery where delivery_id = %s", [arrival.delivery_id]).fetchone()
    if docs and docs[0]:
        yield f"\nAll that was checked: Data Docs `{settings.data_docs / str(docs[0])}`"


def _last(file: dict[str, Any]) -> str:
    return "none" if file["last_rows"] is None else f"{file['last_rows']:,} rows ({file['last_period']} r{file['last_revision']})"


def _quarantined(file: dict[str, Any]) -> str:
    n_rows, n_quarantined = file["rows_received"], file["rows_quarantined"]
    return f"{n_quarantined:,} ({n_quarantined / n_rows:.1%})" if n_rows else f"{n_quarantined:,}"


def _why(file: dict[str, Any]) -> str:
    """The rules that hold the file: they name no lines, as the other reasons do."""
    texts = {
        "too_many_quarantined": "more than 5 % of its rows are quarantined",
        "volume_changed": "it is smaller than 70 % or larger than 150 % of the last accepted one",
    }
    return "; ".join(texts.get(reason["rule"], reason["rule"]) for reason in file["reasons"] if not reason["lines"])


def _rules(held: list[dict[str, Any]]) -> Iterator[str]:
    """A row for each rule that rows or identifiers of the held files break."""
    broken = [(file["feed"], reason) for file in held for reason in file["reasons"] if reason["lines"]]
    if not broken:
        return
    yield "| feed | rule | column | rows | lines |"
    yield "|---|---|---|---:|---|"
    for feed, reason in broken:
        more = " …" if reason["count"] > _LINES_SHOWN else ""
        lines = ", ".join(map(str, reason["lines"][:_LINES_SHOWN])) + more
        yield f"| {feed} | {reason['rule']} | {reason['column'] or ''} | {reason['count']:,} | {lines} |"
    yield ""


def _consequences(connection: Connection, arrival: Arrival, held: list[dict[str, Any]]) -> Iterator[str]:
    """What each answer does."""
    yield f"**{ACCEPT}** takes the held files as they are. What is quarantined stays out: its values were not kept."
    yield (
        f"**{REFUSE}** deletes the rows of the held files. The last accepted ones stand, "
        f"and {arrival.partner_code} is asked for revision {arrival.revision + 1}."
    )
    yield "Either is final. The sender is told which it was, but not by whom or why. Name nobody in the reason."
    if any(file["feed"] == "people" for file in held):
        yield (
            "\nThe other files were judged by the `people` accepted before: what was quarantined in them for referring to somebody new "
            "does not come back when `people` is accepted. Only a new revision brings it."
        )
    for feed, revision in superseded(connection, arrival.delivery_id):
        yield f"\nRevision {revision} of `{feed}` is accepted already and stands, whatever you decide about this one."


__all__ = ["question"]
