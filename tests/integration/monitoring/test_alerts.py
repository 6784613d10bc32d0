"""Alerts: raised once, settled once, mailed once each way."""

from datetime import date
from typing import Any

import pytest

from wholefamily import alerts, overdue, partners
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

SIXTH, SEVENTH = date(2026, 11, 6), date(2026, 11, 7)


@pytest.fixture
def dudley(warehouse: Settings) -> Partner:
    return partners.load(warehouse.partners_dir)["dudley"].model_copy(update={"due_day": 5})


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def deliver(settings: Settings, period: str, status: str, revision: int = 1) -> None:
    with connect(settings) as connection:
        key = ["dudley", period, revision]
        connection.execute("insert into quality.delivery (partner_code, period, revision) values (%s, %s, %s)", key)
        if status != "receiving":
            connection.execute(
                "update quality.delivery set status = %s where (partner_code, period, revision) = (%s, %s, %s)", [status, *key]
            )


def sent(settings: Settings) -> list[tuple[str, str]]:
    """What one round of mailing sends."""
    mails: list[tuple[str, str]] = []
    alerts.mail_unsent(settings, lambda subject, text: mails.append((subject, text)))
    return mails


OPEN = "select partner_code, period, problem from ops.alert where kind = 'overdue' and settled_at is null order by period"


def test_an_overdue_month_raises_one_alert_on_however_many_days(warehouse: Settings, dudley: Partner) -> None:
    for today in (date(2026, 11, 5), SIXTH, SIXTH, SEVENTH, date(2026, 12, 1)):
        overdue.watch(warehouse, [dudley], today)
    name = "Dudley Metropolitan Borough Council has not sent"
    assert rows(warehouse, OPEN) == [
        ("dudley", "2026-09", f"{name} 2026-09, which was due on 2026-10-05"),
        ("dudley", "2026-10", f"{name} 2026-10, which was due on 2026-11-05"),
    ]


@pytest.mark.parametrize("status", ["accepted", "partly_accepted", "held", "receiving"])
def test_what_comes_settles_it_for_good(warehouse: Settings, dudley: Partner, status: str) -> None:
    overdue.watch(warehouse, [dudley], SIXTH)
    assert len(rows(warehouse, OPEN)) == 1
    deliver(warehouse, "2026-10", status)
    overdue.watch(warehouse, [dudley], SEVENTH)
    overdue.watch(warehouse, [dudley], SEVENTH)
    assert rows(warehouse, "select kind, period, settled_at is not null from ops.alert") == [("overdue", "2026-10", True)]


def test_a_drop_that_was_refused_whole_has_not_come(warehouse: Settings, dudley: Partner) -> None:
    deliver(warehouse, "2026-10", "refused")
    overdue.watch(warehouse, [dudley], SIXTH)
    assert [period for _, period, _ in rows(warehouse, OPEN)] == ["2026-10"]
    deliver(warehouse, "2026-10", "accepted", revision=2)
    overdue.watch(warehouse, [dudley], SEVENTH)
    assert rows(warehouse, OPEN) == []


def test_an_alert_is_mailed_once_and_its_settlement_once(warehouse: Settings, dudley: Partner) -> None:
    overdue.watch(warehouse, [dudley], SIXTH)
    [(subject, text)] = sent(warehouse)
    assert subject == "Whole family alerts: 1 raised"
    assert "Dudley Metropolitan Borough Council has not sent 2026-10, which was due on 2026-11-05" in text
    assert "What to do: ask the partner for the month&#x27;s drop" in text
    assert sent(warehouse) == []
    deliver(warehouse, "2026-10", "accepted")
    overdue.watch(warehouse, [dudley], SEVENTH)
    [(subject, text)] = sent(warehouse)
    assert subject == "Whole family alerts: 1 settled"
    assert "Settled: Dudley Metropolitan Borough Council has not sent 2026-10" in text
    assert sent(warehouse) == []


def test_what_could_not_be_mailed_is_mailed_later(warehouse: Settings, dudley: Partner) -> None:
    overdue.watch(warehouse, [dudley], SIXTH)

    def down(*_: str) -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        alerts.mail_unsent(warehouse, down)
    assert rows(warehouse, "select mailed_at from ops.alert") == [(None,)]
    assert len(sent(warehouse)) == 1


def test_two_workers_mail_it_once(warehouse: Settings, dudley: Partner) -> None:
    overdue.watch(warehouse, [dudley], SIXTH)
    meanwhile: list[int] = []
    alerts.mail_unsent(warehouse, lambda *_: meanwhile.append(alerts.mail_unsent(warehouse, lambda *_: None)))
    assert meanwhile == [0]


def test_what_is_settled_before_it_was_mailed_needs_no_mail(warehouse: Settings, dudley: Partner) -> None:
    overdue.watch(warehouse, [dudley], SIXTH)
    deliver(warehouse, "2026-10", "accepted")
    overdue.watch(warehouse, [dudley], SEVENTH)
    assert sent(warehouse) == []


def test_a_failed_task_is_an_alert_that_ends_when_its_run_succeeds(warehouse: Settings) -> None:
    alerts.raise_alert(warehouse, "ingest_dudley", "run-1", "collect", "2026-10", WholefamilyError("the server is down"))
    alerts.raise_alert(warehouse, "ingest_dudley", "run-2", "judge", "2026-10", ValueError("Jane Doe"))
    [(subject, text)] = sent(warehouse)
    assert subject == "Whole family alerts: 2 raised"
    assert "collect of ingest_dudley failed for 2026-10: the server is down" in text
    assert "judge of ingest_dudley failed for 2026-10: ValueError" in text
    assert "Jane" not in text
    alerts.settle_tasks(warehouse, lambda dag_id, run_id: (dag_id, run_id) == ("ingest_dudley", "run-1"))
    assert rows(warehouse, "select run_id, settled_at is not null from ops.alert order by run_id") == [("run-1", True), ("run-2", False)]
    alerts.raise_alert(warehouse, "ingest_dudley", "run-1", "collect", "2026-10", WholefamilyError("it is down again"))
    assert rows(warehouse, "select problem, settled_at, mailed_at from ops.alert where run_id = 'run-1'") == [
        ("it is down again", None, None)
    ]


def test_a_text_for_people_is_text_in_the_mail(warehouse: Settings) -> None:
    alerts.raise_alert(warehouse, "d", "r", "t", None, WholefamilyError("<script>"))
    [(_, text)] = sent(warehouse)
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
