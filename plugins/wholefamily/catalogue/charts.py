"""A page of charts, for people who would rather look than read: each metric, month by month, a line for each authority."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from wholefamily import svg
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

_WRITTEN = {"count": "{:,.0f}", "share": "{:.1%}", "gbp": "£{:,.0f}"}


class Chart(NamedTuple):
    """A metric: what it is, and each authority's value in each month, None where there is none."""

    name: str
    unit: str
    description: str
    months: Sequence[str]
    values: Mapping[str, Sequence[float | None]]


def write(settings: Settings) -> Path:
    """Write ``metrics.html`` to ``HOME_DIR/reports``; returns its path."""
    page = settings.home_dir / "reports" / "metrics.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html(read(settings)), encoding="utf-8")
    return page


def read(settings: Settings) -> list[Chart]:
    """Every metric of every month, of each authority by the framework in force there."""
    with connect(settings, application="wholefamily-charts") as connection:
        described = connection.execute("select metric_code, name, unit, description from marts.dim_metric order by name").fetchall()
        rows = connection.execute(
            "select metric.metric_code, authority.name, metric.period, metric.value::double precision from marts.fct_metric_month as metric "
            "inner join marts.dim_authority as authority "
            "on metric.authority_code = authority.authority_code and metric.framework_code = authority.framework_code "
            "order by authority.name, metric.period"
        ).fetchall()
    months = sorted({period for _, _, period, _ in rows})
    values = {(code, authority, period): value for code, authority, period, value in rows}
    authorities = list(dict.fromkeys(authority for _, authority, _, _ in rows))
    return [
        Chart(name, unit, text, months, {place: [values.get((code, place, month)) for month in months] for place in authorities})
        for code, name, unit, text in described
    ]


def html(charts: Sequence[Chart]) -> str:
    """The page."""
    body = "\n".join(
        f"<h2>{escape(chart.name)}</h2>\n<p>{escape(chart.description)}.</p>\n"
        f"{svg.trends(chart.months, chart.values, chart.name, _WRITTEN[chart.unit])}"
        for chart in charts
    )
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Metrics</title>\n'
        f"<style>\n{svg.STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<h1>The programme, month by month</h1>\n"
        "<p>Each authority by the framework in force there; all of a chart on one scale. For analysts, not for publication: small numbers stand "
        f"as they are.</p>\n{body}\n</body>\n</html>\n"
    )


__all__ = ["Chart", "html", "read", "write"]
