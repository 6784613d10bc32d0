"""What came of the drops, as tables for a person: the delivery ledger by feed and month, what is wrong, and the receipts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from wholefamily import alerts, overdue
from wholefamily import partners as partner_files
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

_MONTHS_SHOWN = 6
_ALERTS_SHOWN = 10
_ALIKE = 3
"""So many feeds of a partner that fared alike are one line."""


class _Ledger(NamedTuple):
    """What the warehouse knows, by month; (partner, feed, month) or (partner, month) are the keys."""

    fates: Mapping[tuple[str, str, str], str]
    stale: Mapping[tuple[str, str, str], str]
    drops: Mapping[tuple[str, str], str]
    overdue: set[tuple[str, str]]

    def months(self) -> list[str]:
        """The months to show."""
        return sorted({period for _, period in self.drops} | {period for _, period in self.overdue})[-_MONTHS_SHOWN:]

    def cell(self, partner: str, feed: str, period: str) -> str:
        """What became of a feed in a month, and what stands in for it."""
        if fate := self.fates.get((partner, feed, period)):
            parts = [fate]
        elif drop := self.drops.get((partner, period)):
            parts = ["refused whole" if drop == "refused" else "not sent"]
        else:
            parts = ["overdue"] if (partner, period) in self.overdue else []
        if source := self.stale.get((partner, feed, period)):
            parts.append(f"stale {source}")
        return ", ".join(parts) or "-"


def status_lines(settings: Settings) -> list[str]:
    """Each partner's feeds and what became of them in the latest six months, then what is wrong and where to act.

    A cell is the fate of the latest revision that had the feed, such as ``held r2``; ``not sent``: the month's drop came without
    it; ``overdue``: no drop came in time; ``stale 2026-06``: this earlier month stands in; ``-``: nothing came, and nothing is due.
    Most feeds of a partner fare alike, and are one line.
    """
    partners = {code: partner for code, partner in partner_files.load(settings.partners_dir).items() if partner.sends}
    with connect(settings, login="door") as connection:
        ledger = _read(connection)
        below = [*_daily(connection), *_refused_whole(connection), *_alerts(connection)]
    months = ledger.months()
    if not months:
        return ["no drop has arrived yet", *below]
    rows = []
    for code in sorted({*partners, *(code for code, _ in ledger.drops)}):
        expected = [feed.feed for feed in partners[code].expected_feeds()] if code in partners else []
        feeds = sorted({*expected, *(feed for partner, feed, _ in ledger.fates if partner == code)})
        rows += _alike({feed: [ledger.cell(code, feed, month) for month in months] for feed in feeds}, code)
    act = "held drops: decide them in Airflow, Required Actions; why: python -m wholefamily receipts <partner> <month>; docs/runbook.md"
    return [*table(["partner", "feed", *months], rows), *below, act]


def _read(connection: Connection) -> _Ledger:
    fates = connection.execute(
        "select distinct on (partner_code, feed, period) partner_code, feed, period, status, revision from quality.delivery_file "
        "where length(period) = 7 order by partner_code, feed, period, revision desc"
    ).fetchall()
    stale = connection.execute("select partner_code, feed, period, source_period from quality.believed_file where is_stale").fetchall()
    drops = connection.execute(
        "select distinct on (partner_code, period) partner_code, period, status from quality.delivery "
        "where length(period) = 7 order by partner_code, period, (status = 'refused'), revision desc"
    ).fetchall()
    return _Ledger(
        {
            (partner, feed, period): status if revision == 1 else f"{status} r{revision}"
            for partner, feed, period, status, revision in fates
        },
        {(partner, feed, period): source for partner, feed, period, source in stale},
        {(partner, period): status for partner, period, status in drops},
        overdue.overdue_now(connection),
    )


def _alike(cells: Mapping[str, Sequence[str]], partner: str) -> list[list[str]]:
    """Rows of one partner: those that most of its feeds share are one row, and the first."""
    shared, n = Counter(map(tuple, cells.values())).most_common(1)[0] if cells else ((), 0)
    if n < _ALIKE:
        return [[partner, feed, *row] for feed, row in cells.items()]
    label = f"all {n} feeds" if n == len(cells) else f"the other {n} feeds"
    return [[partner, feed, *row] for feed, row in cells.items() if tuple(row) != shared] + [[partner, label, *shared]]


def _daily(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select partner_code, status, count(*), max(period) from quality.delivery where length(period) > 7 group by 1, 2 order by 1, 2"
    ).fetchall()
    return [f"daily drops of {partner}: {n} {status}, the last of {last}" for partner, status, n, last in rows]


def _refused_whole(connection: Connection) -> list[str]:
    """Drops that were refused and not followed by a revision that was not."""
    rows = connection.execute(
        "select partner_code, period, revision from quality.delivery as refused where status = 'refused' and not exists ("
        "select 1 from quality.delivery as later where later.partner_code = refused.partner_code and later.period = refused.period "
        "and later.revision > refused.revision and later.status <> 'refused') order by 2, 1, 3"
    ).fetchall()
    return [f"refused whole: {partner} {period} r{revision}" for partner, period, revision in rows]


def _alerts(connection: Connection) -> list[str]:
    found = alerts.open_alerts(connection)
    if not found:
        return []
    counts = Counter(alert.kind for alert in found)
    lines = [f"open alerts: {', '.join(f'{n} {kind}' for kind, n in sorted(counts.items()))}"]
    lines += [f"  {alerts.sentence(alert)}" for alert in found[:_ALERTS_SHOWN]]
    more = len(found) - _ALERTS_SHOWN
    lines += [f"  and {more} more: table ops.alert"] if more > 0 else []
    return lines + [f"  {kind}: {alerts.WHAT_TO_DO[kind]}" for kind in sorted(counts)]


def receipt_lines(settings: Settings, partner: str | None, period: str | None) -> list[str]:
    """Every arrival of a drop, oldest first, its fate, its rows, and where its receipt is; of one partner and month if given."""
    with connect(settings, login="door") as connection:
        rows = connection.execute(
            "select partner_code, period, 'r' || revision, arrival.status, "
            "coalesce(sum(file.rows_received), 0), coalesce(sum(file.rows_loaded), 0), coalesce(sum(file.rows_quarantined), 0), "
            "coalesce(sum(file.rows_not_for_disclosure), 0), coalesce(arrival.receipt_path, '-') "
            "from quality.arrival as arrival left join quality.delivery_file as file using (delivery_id, partner_code, period, revision) "
            "where partner_code = coalesce(%(partner)s, partner_code) and period = coalesce(%(period)s, period) "
            "group by arrival.arrival_id, partner_code, period, revision order by arrival.arrival_id",
            {"partner": partner, "period": period},
        ).fetchall()
    headings = ["partner", "period", "revision", "status", "received", "loaded", "quarantined", "not for disclosure", "receipt"]
    return table(headings, rows) if rows else ["no drop has arrived" + (f" from {partner}" if partner else "")]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table whose columns stand under each other."""
    cells = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
