"""The embedded Airflow: how its processes are configured, and a small client of its API."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from wholefamily.demo.processes import Service
from wholefamily.demo.secrets import USERS
from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY, Settings

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
DAGS = REPOSITORY / "dags"
_PLUGINS = REPOSITORY / "plugins"
_TIME_TO_READ = timedelta(seconds=12)  # the task's supervisor may notice its end 5 seconds late
_PRELOAD = _PLUGINS / "wholefamily" / "demo" / "preload"


_PASSED_ON = ("AIRFLOW_CONN_SMTP_DEFAULT", *(f"AIRFLOW__METRICS__STATSD_{name}" for name in ("ON", "HOST", "PORT", "PREFIX")))
"""What of the caller's Airflow settings holds here too: where mail and metrics go (docs/monitoring.md)."""


def inherited() -> dict[str, str]:
    """This process's environment less any other Airflow's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}


def url(settings: Settings) -> str:
    """Where the embedded Airflow's UI and API are."""
    return f"http://127.0.0.1:{settings.port_base + 1}"


def database_dsn(settings: Settings) -> str:
    """The libpq URI of Airflow's metadata database."""
    return f"postgresql://airflow:{settings.secret('airflow_db_password')}@127.0.0.1:{settings.port_base}/airflow"


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The environment of every Airflow process and therefore of every task; it holds secrets, and is never written down."""
    options = {**_core(settings), **_timing(), **_logging(settings)}
    return {
        "AIRFLOW_HOME": str(settings.home_dir / "airflow"),
        **{f"AIRFLOW__{name.upper()}": value for name, value in options.items()},
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        # A run of theirs beside the driver's could take a drop that the driver waits for.
        "WATCH_PAUSED": "true",
        "HOME_DIR": str(settings.home_dir),
        "PORT_BASE": str(settings.port_base),
        "PARTNERS_DIR": str(settings.partners_dir),
        "PYTHONPATH": str(_PLUGINS),
        "PYTHONUNBUFFERED": "1",
        # Two cores: a library that starts a thread for each task's arithmetic only gets in the way, and threads do not survive a fork.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "DO_NOT_TRACK": "1",
        "SCARF_ANALYTICS": "false",
        "GX_ANALYTICS_ENABLED": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _core(settings: Settings) -> dict[str, str]:
    return {
        "core__dags_folder": str(DAGS),
        "core__plugins_folder": str(_PLUGINS),
        "core__executor": "LocalExecutor",
        "core__parallelism": "3",  # two cores, and ingest tasks wait for the partner now and then
        "core__load_examples": "False",
        "core__dags_are_paused_at_creation": "False",
        "core__hostname_callable": "socket.gethostname",  # the default asks the network
        "core__fernet_key": settings.secret("airflow_fernet_key"),
        "core__execution_api_server_url": f"{url(settings)}/execution/",
        "core__simple_auth_manager_users": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "core__simple_auth_manager_passwords_file": str(settings.secret_path("airflow_passwords.json")),
        "database__sql_alchemy_conn": database_dsn(settings).replace("postgresql://", "postgresql+psycopg2://", 1),
        "api__host": "127.0.0.1",
        "api__port": str(settings.port_base + 1),
        "api__base_url": url(settings),
        "api__workers": "1",
        "api__secret_key": settings.secret("airflow_secret_key"),
        "api__instance_name": "Whole family",
        "api_auth__jwt_secret": settings.secret("airflow_jwt_secret"),
    }


def _timing() -> dict[str, str]:
    """Short waits between a task and the next; a slow machine must not look like a broken one."""
    return {
        "scheduler__scheduler_idle_sleep_time": "0.3",
        "scheduler__orphaned_tasks_check_interval": "60",
        "scheduler__task_instance_heartbeat_timeout": "120",
        "dag_processor__parsing_processes": "1",
        "dag_processor__min_file_process_interval": "300",  # a file that has changed is parsed at once
        "dag_processor__dag_file_processor_timeout": "120",
        "dag_processor__print_stats_interval": "0",
        "core__dagbag_import_timeout": "60",
        "workers__execution_api_timeout": "30",
    }


def _logging(settings: Settings) -> dict[str, str]:
    return {
        "logging__base_log_folder": str(settings.home_dir / "airflow" / "logs"),
        "logging__dag_processor_child_process_log_directory": str(settings.home_dir / "airflow" / "logs" / "dag_processor"),
        "logging__colored_console_log": "False",
        "logging__namespace_levels": "http.access=WARNING great_expectations=WARNING",  # it logs each default that it looks up
        "logging__uvicorn_logging_level": "WARNING",
        "logging__file_task_handler_new_folder_permissions": "0o700",
        "logging__file_task_handler_new_file_permissions": "0o600",
    }


def command(*arguments: str) -> list[str]:
    """The command line of ``airflow …``."""
    return [sys.executable, "-m", "airflow", *arguments]


def services(settings: Settings) -> list[Service]:
    """Airflow's four processes. Task logs are read from disk, so that the servers of logs, open to all, stay away."""
    environment = airflow_environment(settings)
    quiet = {**environment, "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING"}
    environments = {
        # Tasks are forked from the scheduler, and what they log at level INFO is wanted.
        "scheduler": {**environment, "PYTHONPATH": f"{environment['PYTHONPATH']}:{_PRELOAD}"},
        "triggerer": environment,
    }
    return [
        Service(
            name=name,
            command=command(name, *(["--skip-serve-logs"] if name in {"scheduler", "triggerer"} else [])),
            environment=environments.get(name, quiet),
            log=settings.home_dir / "logs" / f"{name}.log",
            port=settings.port_base + 1 if name == "api-server" else None,
        )
        for name in COMPONENTS
    ]


def _is_later(state: Mapping[str, str | None], part: str, since: datetime | None) -> bool:
    heartbeat = state.get(f"latest_{part}_heartbeat")
    return since is None or part == "metadatabase" or (heartbeat is not None and datetime.fromisoformat(heartbeat) >= since)


class AirflowApi:
    """Airflow's API as one of its users, ``engineer`` or ``approver``.

    Each method raises WholefamilyError when Airflow cannot be reached or refuses.
    """

    def __init__(self, settings: Settings, user: str) -> None:
        self._settings = settings
        self._user = user
        self._client = httpx.Client(base_url=url(settings), timeout=60, transport=httpx.HTTPTransport(retries=3), trust_env=False)

    def _ask(self, method: str, path: str, *, json: object = None, params: Mapping[str, object] | None = None) -> dict[str, Any]:
        if "Authorization" not in self._client.headers:
            self._log_in()
        return self._send(method, f"/api/v2{path}", json=json, params=params)

    def _log_in(self) -> None:
        answer = self._send(
            "POST", "/auth/token", json={"username": self._user, "password": self._settings.secret(f"{self._user}_password")}
        )
        self._client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def _send(self, method: str, path: str, *, json: object = None, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, json=json, params=params)
        except httpx.TransportError as error:
            raise WholefamilyError(f"Airflow does not answer at {url(self._settings)} ({type(error).__name__}): run `make demo`") from None
        if response.is_error:
            raise WholefamilyError(f"Airflow refused {method} {path} of user {self._user}: {response.status_code} {response.text[:300]}")
        answer: dict[str, Any] = response.json()
        return answer

    def unhealthy(self, since: datetime | None = None) -> list[str]:
        """The parts of Airflow that are not healthy, or have given no sign of life since ``since``."""
        parts = self._send("GET", "/api/v2/monitor/health")
        return [part for part, state in parts.items() if state["status"] != "healthy" or not _is_later(state, part, since)]

    def dag_ids(self) -> set[str]:
        """The DAGs that have been parsed."""
        return {dag["dag_id"] for dag in self._ask("GET", "/dags", params={"limit": 100})["dags"]}

    def import_errors(self) -> list[dict[str, Any]]:
        """DAG files that failed to import: ``filename``, ``timestamp`` and ``stack_trace`` of each."""
        errors: list[dict[str, Any]] = self._ask("GET", "/importErrors")["import_errors"]
        return errors

    def unpause(self, dag_id: str, *, is_paused: bool = False) -> None:
        """Let a DAG run, or no longer."""
        self._ask("PATCH", f"/dags/{dag_id}", json={"is_paused": is_paused}, params={"update_mask": "is_paused"})

    def trigger(
        self, dag_id: str, *, partition_key: str | None = None, run_id: str | None = None, conf: dict[str, object] | None = None
    ) -> str:
        """Start a run; returns its id."""
        body = {"dag_run_id": run_id, "logical_date": None, "partition_key": partition_key, "conf": conf or {}}
        return str(self._ask("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def dag_run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run: ``state``, ``partition_key``, ``start_date`` …"""
        return self._ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def dag_runs(self, dag_id: str, states: Sequence[str] = ()) -> list[dict[str, Any]]:
        """The latest hundred runs of a DAG in these states (all, if none is given), latest first."""
        runs: list[dict[str, Any]] = self._ask(
            "GET", f"/dags/{dag_id}/dagRuns", params={"state": list(states), "order_by": "-id", "limit": 100}
        )["dag_runs"]
        return runs

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """The state of each task of a run."""
        tasks = self._ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 100})["task_instances"]
        return {task["task_id"]: task["state"] for task in tasks}

    def pending_approval(self, dag_id: str, run_id: str) -> str | None:
        """The task of a run that waits for a person's answer and has done so for some seconds, if one does.

        Airflow 3.3 fails a task that is answered before its scheduler has read that the process which asked has ended: the end
        of the first part is then taken for the end of the second. A person is never that fast, this client is.
        """
        found = self._ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails", params={"response_received": False})["hitl_details"]
        asked_before = datetime.now(UTC) - _TIME_TO_READ
        parked = [
            detail["task_instance"]["task_id"]
            for detail in found
            if detail["task_instance"]["state"] == "awaiting_input" and datetime.fromisoformat(detail["created_at"]) < asked_before
        ]
        return str(parked[0]) if parked else None

    def answer(self, dag_id: str, run_id: str, task_id: str, options: Sequence[str], params: Mapping[str, object] | None = None) -> None:
        """Answer a task that waits for a person; Airflow notes who answered and when."""
        self._ask(
            "PATCH",
            f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails",
            json={"chosen_options": list(options), "params_input": dict(params or {})},
        )
