"""What a drop measured, as names and numbers; the DAGs send them by Airflow's own StatsD or OpenTelemetry (docs/monitoring.md)."""

from typing import Literal, NamedTuple

from wholefamily.settings import Settings
from wholefamily.warehouse import connect


class Metric(NamedTuple):
    """A counter's increase, or a duration in milliseconds."""

    kind: Literal["count", "milliseconds"]
    name: str
    value: int


def of_arrival(settings: Settings, arrival_id: int) -> list[Metric]:
    """The fate of an arrival, how long it took from being seen to being decided, and the rows of each of its files."""
    with connect(settings, login="door", application="wholefamily-metrics") as connection:
        arrival = connection.execute(
            "select partner_code, status, delivery_id, (extract(epoch from decided_at - seen_at) * 1000)::integer "
            "from quality.arrival where arrival_id = %s and decided_at is not null",
            [arrival_id],
        ).fetchone()
        if arrival is None:
            return []
        partner, status, delivery_id, milliseconds = arrival
        files = connection.execute(
            "select feed, status, rows_received, rows_loaded, rows_quarantined, rows_not_for_disclosure "
            "from quality.delivery_file where delivery_id = %s order by feed",
            [delivery_id],  # None of a duplicate, which brings nothing
        ).fetchall()
    found = [
        Metric("count", f"door.drops.{partner}.{status}", 1),
        Metric("milliseconds", f"door.drop_duration.{partner}", milliseconds),
    ]
    for feed, fate, received, loaded, quarantined, withheld in files:
        found.append(Metric("count", f"door.files.{partner}.{feed}.{fate}", 1))
        counts = {"received": received, "loaded": loaded, "quarantined": quarantined, "withheld": withheld}
        found += [Metric("count", f"door.rows_{name}.{partner}.{feed}", n) for name, n in counts.items() if n]
    return found


__all__ = ["Metric", "of_arrival"]
