"""What came of the drops, as tables for a person: the delivery ledger by feed and month, and the receipts."""

from collections.abc import Iterable, Sequence

from wholefamily.settings import Settings
from wholefamily.warehouse import connect

_MONTHS_SHOWN = 6


def status_lines(settings: Settings) -> list[str]:
    """Each partner's feeds and what became of them, month by month, the latest six months.

    A cell is the fate of the latest revision, such as ``held r2``; ``stale 2026-06`` says that this earlier month stands in.
    """
    with connect(settings) as connection:
        fates = connection.execute(
            "select distinct on (partner_code, feed, period) partner_code, feed, period, status, revision "
            "from quality.delivery_file order by partner_code, feed, period, revision desc"
        ).fetchall()
        stale = connection.execute("select partner_code, feed, period, source_period from quality.believed_file where is_stale").fetchall()
        refused = connection.execute(
            "select partner_code, period, revision from quality.delivery where status = 'refused' order by 2, 1, 3"
        ).fetchall()
    cells: dict[tuple[str, str, str], str] = {}
    for partner, feed, period, status, revision in fates:
        cells[str(partner), str(feed), str(period)] = str(status) if revision == 1 else f"{status} r{revision}"
    for partner, feed, period, source in stale:
        key = (str(partner), str(feed), str(period))
        cells[key] = f"{cells[key]}, stale {source}" if key in cells else f"stale {source}"
    periods = sorted({period for _, _, period in cells})[-_MONTHS_SHOWN:]
    feeds = sorted({(partner, feed) for partner, feed, _ in cells})
    rows = [[partner, feed, *(cells.get((partner, feed, period), "-") for period in periods)] for partner, feed in feeds]
    lines = table(["partner", "feed", *periods], rows) if rows else ["no drop has arrived yet"]
    return lines + [f"refused whole: {partner} {period} r{revision}" for partner, period, revision in refused]


def receipt_lines(settings: Settings, partner: str | None, period: str | None) -> list[str]:
    """Every arrival of a drop, oldest first, its fate, its rows, and where its receipt is; of one partner and month if given."""
    with connect(settings) as connection:
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
