"""The DAGs that watch the partners."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from tests.dags.test_dags import import_dag_files

from wholefamily import corrections, door


@pytest.mark.parametrize("paused", [False, True], ids=["in-service", "beside-the-demo"])
def test_the_watch_starts_switched_on_except_beside_the_demo(monkeypatch: pytest.MonkeyPatch, paused: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv("WATCH_PAUSED", str(paused))
    dags = import_dag_files(monkeypatch)
    watching = {name: dag.is_paused_upon_creation for name, dag in dags.items() if "watch" in dag.tags}
    assert watching == {"watch_partners": paused, "watch_for_drops": paused}


def test_mail_goes_out_whatever_became_of_the_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    dags = import_dag_files(monkeypatch)
    for name in ("watch_partners", "watch_for_drops"):
        assert dags[name].get_task("mail").trigger_rule == "all_done"


def test_a_drop_is_left_to_the_monthly_run_for_as_long_as_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = import_dag_files(monkeypatch)["ingest_dudley"].get_task("wait_for_manifest")
    assert wait.timeout == corrections.PATIENCE.total_seconds()


def test_two_months_may_be_waited_for_and_a_correction_taken_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert import_dag_files(monkeypatch)["ingest_dudley"].max_active_runs == 3


@pytest.mark.parametrize(
    ("run_after", "expected"),
    [
        pytest.param(datetime(2026, 11, 5, 7, tzinfo=UTC), date(2026, 11, 5), id="winter"),
        pytest.param(datetime(2026, 7, 5, 22, 59, tzinfo=UTC), date(2026, 7, 5), id="before-midnight-in-london"),
        pytest.param(datetime(2026, 7, 5, 23, tzinfo=UTC), date(2026, 7, 6), id="midnight-in-london"),
    ],
)
def test_the_day_is_that_of_the_run_in_london(monkeypatch: pytest.MonkeyPatch, run_after: datetime, expected: date) -> None:
    import_dag_files(monkeypatch)
    from watch import day_of  # the folder of the DAGs is on the path

    assert day_of(SimpleNamespace(run_after=run_after)) == expected


@pytest.mark.parametrize(("partition_key", "is_skipped"), [("2026-10", False), (None, True)], ids=["monthly", "started-for-a-drop"])
def test_only_a_run_that_was_started_for_a_drop_ends_when_the_drop_is_gone(
    monkeypatch: pytest.MonkeyPatch,
    partition_key: str | None,
    is_skipped: bool,  # noqa: FBT001
) -> None:
    import_dag_files(monkeypatch)
    from ingest import PARTNERS, is_there

    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(door, "has_new_drop", lambda _settings, _partner, period, run_id: asked.append((period, run_id)))
    run: Any = SimpleNamespace(run_id="run", run_type="manual", partition_key=partition_key, conf={"period": "2026-10"})
    if is_skipped:
        with pytest.raises(AirflowSkipException, match="another run has taken the drop"):
            is_there(PARTNERS["dudley"], run)
    else:
        assert not is_there(PARTNERS["dudley"], run)
    assert asked == [("2026-10", "run")]
