"""A synthetic month in a warehouse: the region's drops, read as exchange.md says, in `raw` as the door would have left them."""

from datetime import datetime
from pathlib import Path

from psycopg import sql
from tests.integration.household.village import Village
from tests.unit.region.conftest import PARTNERS, Drops

from wholefamily.demo.region import write_drops
from wholefamily.feeds import FEEDS
from wholefamily.warehouse import connect

LINKED = ("people", "programme")
"""The feeds that say who is who and who lives with whom."""


def send(village: Village, out: Path, period: str, *, households: int, seed: int, errors: float) -> Path:
    """Make a region of one month and send it; returns the folder of its truth."""
    write_drops(out, PARTNERS, households=households, first_period=period, months=1, seed=seed, errors=errors)
    drops = Drops(out)
    for sender, partner in PARTNERS.items():
        if not partner.sends:
            continue
        feeds = [feed for feed in drops.feeds(sender) if feed in LINKED]
        village.send(
            sender, period, **{feed: [_canonical(feed, sender, row) for row in drops.good(sender, period, feed)] for feed in feeds}
        )
    _blank_what_fails_its_check(village)
    return out / "truth"


def _canonical(feed: str, sender: str, row: dict[str, str]) -> dict[str, object]:
    dialect = PARTNERS[sender].dialect_named(None)
    assert dialect is not None
    columns = FEEDS[feed].columns
    return {
        name: datetime.strptime(value, dialect.date_format).date().isoformat() if columns[name].type == "date" else value  # noqa: DTZ007
        for name, value in row.items()
        if value
    }


def _blank_what_fails_its_check(village: Village) -> None:
    """As the door does."""
    with connect(village.settings) as connection:
        for name, column in FEEDS["people"].columns.items():
            if column.type == "identifier" and column.scheme:
                connection.execute(
                    sql.SQL("update raw.people set {0} = null where not quality.{1}({0})").format(
                        sql.Identifier(name), sql.Identifier(f"is_{column.scheme}")
                    )
                )
