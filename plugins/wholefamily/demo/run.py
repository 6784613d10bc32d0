"""`make demo`: months of drops through the real DAGs, one month after the other, with progress and a summary."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wholefamily import build, door, partners
from wholefamily.demo import drops as drop_folders
from wholefamily.demo import stack
from wholefamily.demo.airflow import AirflowApi
from wholefamily.demo.report import month_line, outcome_lines, where_to_look
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.periods import last_period_of, quarter_of
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

_ENDED = {"success", "failed"}


@dataclass(frozen=True)
class Region:
    """What synthetic region to make, when no drops are given."""

    households: int = 2000
    first_period: str = "2026-06"
    months: int = 4
    seed: int = 1


@dataclass
class _Demo:
    settings: Settings
    api: AirflowApi
    approver: AirflowApi
    failed_before: frozenset[str]

    def failed(self) -> list[str]:
        """The DAG runs, of any DAG, that have failed since the demo began."""
        return sorted(_failed_runs(self.api) - self.failed_before)


def _failed_runs(api: AirflowApi) -> frozenset[str]:
    return frozenset(f"{run['dag_id']} {run['dag_run_id']}" for run in api.dag_runs("~", ["failed"]))


def run(settings: Settings, *, drops: Path | None, region: Region) -> int:
    """Start the stack, take every drop that has not been taken, build, release. Returns 0 only if every DAG run succeeded."""
    began = time.monotonic()
    partner_files = partners.load(settings.partners_dir)
    stack.up(settings)
    drop_folders.copy_drops(drops or _synthetic_drops(settings, partner_files, region), settings)
    api = AirflowApi(settings, "engineer")
    demo = _Demo(settings, api, AirflowApi(settings, "approver"), _failed_runs(api))
    waiting = {code: door.new_drops(settings, partner) for code, partner in partner_files.items() if partner.sends}
    periods = sorted({period for drops_of in waiting.values() for period, _ in drops_of})
    days_of = {code: door.new_days(settings, partner) for code, partner in partner_files.items() if partner.sends_daily}
    if not periods and not any(days_of.values()):
        _say("no drop that has not been taken")
    for period in periods:
        month_began = time.monotonic()
        _take_month(demo, period, {code: sum(found == period for found, _ in drops_of) for code, drops_of in waiting.items()})
        _wait_for_build(demo)
        _say(month_line(settings, period, time.monotonic() - month_began))
    for code, days in days_of.items():
        _take_days(demo, code, days)
    for dag_id in _RELEASES:
        _release(demo, dag_id)
    for line in [*outcome_lines(settings), *where_to_look(settings)]:
        _say(line)
    failed = demo.failed()
    for name in failed:
        _say(f"FAILED: {name}; its log is in the Airflow UI, and what it says in ops.alert")
    _say(f"{'not done' if failed else 'done'} in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _synthetic_drops(settings: Settings, partner_files: dict[str, Partner], region: Region) -> Path:
    """The folder of the synthetic region's drops; made once, and kept while the same region is asked for."""
    from wholefamily.demo.region import write_drops
    from wholefamily.demo.sealing import seals

    folder = settings.home_dir / "drops"
    made = folder / "made"
    if made.exists():
        if made.read_text(encoding="utf-8") != repr(region):
            raise WholefamilyError(f"{folder} holds another region ({made.read_text(encoding='utf-8')}): choose another HOME_DIR")
        return folder
    _say(f"making the drops of a synthetic region of {region.households} households")
    write_drops(
        folder,
        partner_files,
        households=region.households,
        first_period=region.first_period,
        months=region.months,
        seed=region.seed,
        seals=seals(settings.secrets, partner_files),
    )
    made.write_text(repr(region), encoding="utf-8")
    return folder


def _take_month(demo: _Demo, period: str, counts: dict[str, int]) -> None:
    """Run each partner's ingest once for each of its drops of the month: partners side by side, revisions in order."""
    left = {code: count for code, count in counts.items() if count}
    _say(f"{period}: {sum(left.values())} drops from {len(left)} partners")
    while left:
        runs = [(f"ingest_{code}", demo.api.trigger(f"ingest_{code}", partition_key=period)) for code in left]
        _wait_for_runs(demo, runs)
        left = {code: count - 1 for code, count in left.items() if count > 1}


def _take_days(demo: _Demo, code: str, days: Sequence[str]) -> None:
    """Run a partner's daily ingest for each of these days, in order."""
    for day in days:
        _say(f"{day}: the daily drop of {code}")
        _wait_for_runs(demo, [(f"ingest_{code}_daily", demo.api.trigger(f"ingest_{code}_daily", partition_key=day))])


def _wait_for_runs(demo: _Demo, runs: Iterable[tuple[str, str]]) -> None:
    pending = set(runs)

    def settled() -> bool:
        for dag_id, run_id in sorted(pending):
            if demo.api.dag_run(dag_id, run_id)["state"] in _ENDED:
                pending.discard((dag_id, run_id))
        return not pending

    _wait(settled, minutes=120, what="the DAG runs")


def _wait_for_build(demo: _Demo) -> None:
    """Wait until the marts show what is believed; the drops' assets start the build, and what they leave is started here."""
    idle = 0

    def settled() -> bool:
        nonlocal idle
        active = demo.api.dag_runs("build_warehouse", ["queued", "running"])
        with connect(demo.settings) as connection:
            changed = build.changed_periods(connection)
        if active or not changed:
            idle = 0
            return not active
        if any(name.startswith("build_warehouse ") for name in demo.failed()):
            return True
        idle += 1
        if idle > 5:
            demo.api.trigger("build_warehouse", partition_key=changed[0])
            idle = 0
        return False

    _wait(settled, minutes=120, what="build_warehouse")


_RELEASES = {
    "release_evaluation": ("evaluation", "evaluation release"),
    "release_published_tables": ("published_tables", "published tables"),
}
"""The DAGs that release something each quarter: what the ledger calls it, and what a reader does."""


def _release(demo: _Demo, dag_id: str) -> None:
    """Release the latest quarter whose last month is built, unless it has left; the demo's own approver says yes."""
    product, called = _RELEASES[dag_id]
    with connect(demo.settings) as connection:
        built = [str(period) for (period,) in connection.execute("select period from ops.build where fingerprint is not null order by 1")]
        left = {
            str(name) for (name,) in connection.execute("select distinct release from exchange.disclosure where product = %s", [product])
        }
    whole = [quarter_of(period) for period in built if last_period_of(quarter_of(period)) == period]
    if demo.failed() or not whole or whole[-1] in left:
        reason = "a run failed" if demo.failed() else f"{whole[-1]} has left already" if whole else "no quarter is complete"
        _say(f"no {called}: {reason}")
        return
    run_id = demo.api.trigger(dag_id, partition_key=last_period_of(whole[-1]))

    def settled() -> bool:
        if task := demo.approver.pending_approval(dag_id, run_id):
            demo.approver.answer(dag_id, run_id, task, ["Approve"], {"reason": "approved by the demo"})
            _say(f"{called} {whole[-1]}: approved by the demo's own user `approver`")
        return demo.api.dag_run(dag_id, run_id)["state"] in _ENDED

    _wait(settled, minutes=30, what=dag_id)
    _wait_for_runs(demo, [(dag_id, run_id)])


def _wait(settled: Callable[[], bool], *, minutes: int, what: str) -> None:
    deadline = time.monotonic() + minutes * 60
    while not settled():
        if time.monotonic() > deadline:
            raise WholefamilyError(f"{what} did not end within {minutes} minutes: look at the Airflow UI")
        time.sleep(1)


def _say(line: str) -> None:
    print(line, flush=True)
