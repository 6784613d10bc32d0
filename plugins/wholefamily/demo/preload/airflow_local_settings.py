"""What tasks import that takes long to import. Only the scheduler finds this module: the embedded stack puts its folder on the
scheduler's path alone.

LocalExecutor forks its workers, and they their tasks, from the scheduler. Great Expectations takes about ten seconds to
import and dbt five, so the scheduler imports them once and each task has them at once. Nothing here opens a connection or
starts a thread, which a fork would not survive (Polars does). The project's own modules stay out: tasks see their latest version.
"""

from importlib import import_module

for _module in ("great_expectations", "dbt.cli.main", "dbt.adapters.postgres", "openlineage.client", "pandas", "paramiko", "psycopg"):
    import_module(_module)

__all__: list[str] = []
