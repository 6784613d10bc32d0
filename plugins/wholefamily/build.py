"""Building the warehouse month by month: which months changed, and dbt, one layer at a time."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from wholefamily import lineage, roles
from wholefamily.errors import WholefamilyError
from wholefamily.partners import load as load_partners
from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import Connection, connect

PROJECT = REPOSITORY / "dbt_project"

Layer = Literal["staging", "intermediate", "marts"]
_SELECTORS: dict[Layer, tuple[str, ...]] = {
    "staging": ("resource_type:seed", "tag:staging", "tag:linkage"),
    "intermediate": ("tag:household", "tag:criteria", "tag:progress"),
    "marts": ("tag:marts",),
}


def changed_periods(connection: Connection) -> list[str]:
    """The months whose marts do not show what is believed now, oldest first.

    A month's marts depend on the months before it (a family is measured against the criteria it met when it was
    attached), so all months from the first changed one on are built.
    """
    now = fingerprints(connection)
    built: dict[str, str | None] = dict(connection.execute("select period, fingerprint from ops.build").fetchall())
    changed = [period for period, fingerprint in now.items() if built.get(period) != fingerprint]
    return [period for period in now if period >= changed[0]] if changed else []


def plan(settings: Settings) -> list[str]:
    """The months to build, oldest first; what they are believed to hold now is noted, so that what arrives meanwhile is seen.

    None while another drop is being taken: its own end signals again, and eight drops need one build, not eight.
    """
    with connect(settings) as connection, connection.cursor() as cursor:
        if cursor.execute(_DROP_IN_PROGRESS).fetchone():
            return []
        periods = changed_periods(connection)
        now = fingerprints(connection)
        cursor.executemany(
            "insert into ops.build (period, planned) values (%s, %s) on conflict (period) do update set planned = excluded.planned",
            [(period, now[period]) for period in periods],
        )
    return periods


# A drop whose task has failed for good holds nobody up.
_DROP_IN_PROGRESS = """
    select 1 from quality.arrival as arrival
    where arrival.status = 'receiving'
      and length(arrival.period) = 7       -- a daily drop changes no month
      and arrival.decided_at is null       -- one that is replayed has signalled before
      and not exists (
          select from ops.alert as alert
          where alert.dag_id = 'ingest_' || arrival.partner_code and alert.raised_at >= arrival.seen_at
      )
    limit 1
"""


def rebuild(connection: Connection, period: str) -> None:
    """Have a month, and so those after it, built again although nothing else is believed of it."""
    connection.execute("update ops.build set fingerprint = null where period = %s", [period])


def finish(settings: Settings, periods: Sequence[str]) -> bool:
    """Note that the months are built. Returns whether some month has changed meanwhile and wants building again."""
    with connect(settings) as connection:
        connection.execute("update ops.build set fingerprint = planned, built_at = now() where period = any(%s)", [list(periods)])
        return bool(changed_periods(connection))


def fingerprints(connection: Connection) -> dict[str, str]:
    """Each month that anyone has sent, oldest first, and a hash of what is believed for it."""
    rows = connection.execute(
        "select believed.period, string_agg(concat_ws('/', believed.partner_code, believed.feed, believed.delivery_id, file.rows_loaded), "
        "',' order by believed.partner_code, believed.feed) "
        "from quality.believed_file as believed inner join quality.delivery_file as file using (delivery_id, feed) "
        "group by believed.period order by believed.period"
    ).fetchall()
    return {str(period): hashlib.sha256(str(files).encode()).hexdigest() for period, files in rows}


def run_dbt(settings: Settings, layer: Layer, periods: Sequence[str]) -> None:
    """Build and test the models of a layer for ``periods``; each node's outcome is written to ``ops.dbt_node_run``.

    Raises WholefamilyError that names the nodes that failed.
    """
    from dbt.cli.main import dbtRunner

    record_partners(settings)
    place = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--no-use-colors"]
    # What PostgreSQL says of a value that it cannot read quotes the value, and dbt would repeat it in its logs and results.
    place += ["--log-level", "none", "--log-level-file", "none", "--log-path", str(settings.home_dir / "dbt" / "logs")]
    # Parsed without `periods`: dbt parses all anew whenever a variable has changed, and nothing that is parsed depends on it.
    parse = ["parse", *place, "--target-path", str(settings.home_dir / "dbt" / "parsed")]
    target = settings.home_dir / "dbt" / layer
    arguments = ["build", *place, "--no-write-json", "--target-path", str(target), "--select", *_SELECTORS[layer]]
    arguments += ["--exclude-resource-type", "unit_test"]  # they test the rules, not the data: `make test` runs them
    # A test that also reads a later layer's model waits for that layer.
    arguments += ["--indirect-selection", "buildable", "--vars", json.dumps({"periods": list(periods)})]
    with dbt_environment(settings):
        parsed = dbtRunner().invoke(parse)
        if not parsed.success:
            raise WholefamilyError(f"dbt: the project cannot be parsed: {parsed.exception}")
        outcome = dbtRunner(manifest=parsed.result).invoke(arguments)
    failed = _record_nodes(settings, layer, periods, outcome.result) if outcome.result else []
    lineage.emit_models(settings, parsed.result, outcome.result or ())
    if not outcome.success:
        raise WholefamilyError(f"dbt: {layer} failed for {', '.join(periods)}: {', '.join(failed) or type(outcome.exception).__name__}")


def record_partners(settings: Settings) -> None:
    """Bring ``ops.partner``, and the roles of the authorities, up to date with the partner files: models know partners only from there."""
    partners = load_partners(settings.partners_dir).values()
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.partner (partner_code, kind, name, gss, brand, framework_code) values (%s, %s, %s, %s, %s, %s) "
            "on conflict (partner_code) do update set (kind, name, gss, brand, framework_code) = "
            "(excluded.kind, excluded.name, excluded.gss, excluded.brand, excluded.framework_code)",
            [(partner.code, partner.kind, partner.name, partner.gss, partner.brand, partner.framework) for partner in partners],
        )
        roles.make(connection, [partner.code for partner in partners if partner.kind == "authority"])


@contextmanager
def dbt_environment(settings: Settings) -> Iterator[None]:
    """While it lasts, the environment holds what ``profiles.yml`` reads from it, the password among it."""
    host, port = settings.warehouse_address
    wanted = {
        "WAREHOUSE_HOST": host,
        "WAREHOUSE_PORT": str(port),
        "WAREHOUSE_DB": settings.warehouse_db,
        "WAREHOUSE_USER": settings.warehouse_user,
        "DBT_ENV_SECRET_WAREHOUSE_PASSWORD": settings.secret("warehouse_password"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted:
            os.environ.pop(name)
        os.environ.update({name: before[name] for name in wanted if name in before})


def _record_nodes(settings: Settings, layer: Layer, periods: Sequence[str], nodes: Iterable[Any]) -> list[str]:
    """Note what became of each node, without its message; the ids of those that failed."""
    label = ",".join(periods)
    rows = [(layer, label, node.node.unique_id, str(node.status), node.execution_time, node.failures) for node in nodes]
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("delete from ops.dbt_node_run where layer = %s and periods = %s", [layer, label])
        cursor.executemany(
            "insert into ops.dbt_node_run (layer, periods, unique_id, status, seconds, failures) values (%s, %s, %s, %s, %s, %s)", rows
        )
    return [unique_id for _, _, unique_id, status, _, _ in rows if status in {"error", "fail", "runtime error"}]
