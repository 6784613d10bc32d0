"""Drift: shares of a file's rows against those of the last accepted file of its feed. A warning, without any effect.

The statistic is the change in percentage points of the share of rows that have a value in a column, or one of our codes in it.
Points, because a share of one in a thousand that doubles is no news; two tests of significance would find news in every file,
as snapshots of a hundred thousand rows differ significantly from one month to the next.
"""

from collections.abc import Iterable, Mapping

from wholefamily.feeds import THRESHOLDS
from wholefamily.validation.context import Finding
from wholefamily.validation.landed import LandedFile
from wholefamily.validation.rules import SHARES_RULE, Rule
from wholefamily.warehouse import Connection

Shares = Mapping[str, Mapping[str, float]]
"""Column -> code, or empty for any value -> share of the rows, 0 to 1."""


def last_shares(connection: Connection, file: LandedFile) -> Shares:
    """The shares of the last accepted file of the file's feed and sender (readings.md 13); none where either has too few rows."""
    if file.rows_received < THRESHOLDS.enough_rows:
        return {}
    rows = connection.execute(
        "select share.column_name, share.code, share.share from quality.column_share as share "
        "where share.feed = %(feed)s and share.delivery_id = (select last.delivery_id from ("
        "select delivery_id, rows_received from quality.delivery_file "
        "where partner_code = %(partner)s and feed = %(feed)s and status = 'accepted' and delivery_id <> %(delivery)s "
        "order by accepted_at desc nulls last, delivery_id desc limit 1"
        ") as last where last.rows_received >= %(enough)s)",
        {"feed": file.feed, "partner": file.partner_code, "delivery": file.delivery_id, "enough": THRESHOLDS.enough_rows},
    ).fetchall()
    shares: dict[str, dict[str, float]] = {}
    for column, code, share in rows:
        shares.setdefault(column, {})[code] = share
    return shares


def arguments(rules: Iterable[Rule], last: Shares) -> dict[str, object]:
    """What the rules on shares compare a file with; nothing, where there is nothing to compare with."""
    return {rule.kwargs["last_shares"]["$PARAMETER"]: last.get(rule.column) for rule in rules if rule.name == SHARES_RULE}


def record_shares(connection: Connection, file: LandedFile, findings: Iterable[Finding]) -> None:
    """Keep the shares of a file for the next one, in place of what was kept of it before."""
    connection.execute("delete from quality.column_share where (delivery_id, feed) = (%s, %s)", [file.delivery_id, file.feed])
    rows = [(file.delivery_id, file.feed, finding.column, code, share) for finding in findings for code, share in finding.observed.items()]
    connection.cursor().executemany("insert into quality.column_share values (%s, %s, %s, %s, %s)", rows)


__all__ = ["Shares", "arguments", "last_shares", "record_shares"]
