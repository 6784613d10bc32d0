"""Which months are built: those whose believed deliveries have changed, and the months after them."""

from wholefamily import build
from wholefamily.settings import Settings
from wholefamily.warehouse import connect


def accept(settings: Settings, partner: str, period: str, revision: int = 1, feed: str = "people") -> None:
    """A drop with one accepted file."""
    with connect(settings) as connection:
        connection.execute(
            "with delivery as (insert into quality.delivery (partner_code, period, revision) "
            "values (%(partner)s, %(period)s, %(revision)s) returning delivery_id) "
            "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status) "
            "select delivery_id, %(partner)s, %(period)s, %(revision)s, %(feed)s, 'receiving' from delivery",
            {"partner": partner, "period": period, "revision": revision, "feed": feed},
        )
        for table in ("delivery_file", "delivery"):
            connection.execute(f"update quality.{table} set status = 'accepted' where status = 'receiving'")  # type: ignore[call-overload]


def test_a_month_is_built_once(warehouse: Settings) -> None:
    accept(warehouse, "dudley", "2026-08")
    assert build.plan(warehouse) == ["2026-08"]
    assert build.plan(warehouse) == ["2026-08"], "planned, but not finished"
    assert build.finish(warehouse, ["2026-08"]) is False
    assert build.plan(warehouse) == []


def test_a_correction_builds_its_month_and_all_later_ones(warehouse: Settings) -> None:
    for period in ("2026-07", "2026-08", "2026-09"):
        accept(warehouse, "dudley", period)
    build.finish(warehouse, build.plan(warehouse))
    accept(warehouse, "dudley", "2026-08", revision=2)
    assert build.plan(warehouse) == ["2026-08", "2026-09"]


def test_a_late_month_of_one_partner_changes_the_months_that_stood_in_for_it(warehouse: Settings) -> None:
    accept(warehouse, "dudley", "2026-07")
    accept(warehouse, "walsall", "2026-08")
    build.finish(warehouse, build.plan(warehouse))
    with connect(warehouse) as connection:
        stale = connection.execute(
            "select period, source_period from quality.believed_file where partner_code = 'dudley' and is_stale"
        ).fetchall()
    assert stale == [("2026-08", "2026-07")]
    accept(warehouse, "dudley", "2026-08")
    assert build.plan(warehouse) == ["2026-08"]


def test_what_arrives_during_a_build_asks_for_another(warehouse: Settings) -> None:
    accept(warehouse, "dudley", "2026-08")
    periods = build.plan(warehouse)
    accept(warehouse, "walsall", "2026-08")
    assert build.finish(warehouse, periods) is True
    assert build.plan(warehouse) == ["2026-08"]


def test_eight_drops_need_one_build(warehouse: Settings) -> None:
    accept(warehouse, "dudley", "2026-08")
    with connect(warehouse) as connection:
        connection.execute(
            "insert into quality.arrival (partner_code, period, revision, sequence, status, listing_sha256) "
            "values ('walsall', '2026-08', 1, 1, 'receiving', '')"
        )
    assert build.plan(warehouse) == [], "Walsall's drop is being taken, and will signal itself"
    with connect(warehouse) as connection:
        connection.execute("insert into ops.alert (dag_id, run_id, task_id, problem) values ('ingest_walsall', 'run', 'judge', 'torn')")
    assert build.plan(warehouse) == ["2026-08"], "a drop whose task has failed holds nobody up"
