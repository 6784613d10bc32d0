"""The Airflow DAG that builds the marts of each month whose deliveries have changed."""

from airflow.sdk import dag, task
from partitions import DEFAULTS, REBUILD, any_drop

from wholefamily import settings


@dag(
    dag_id="build_warehouse",
    schedule=any_drop(),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["build"],
    doc_md="Builds the marts of every month whose believed deliveries have changed since it was built last, and of the months after "
    "it. Runs on any decided drop; when nothing has changed it stops after `plan`.",
)
def build_warehouse() -> None:
    @task.short_circuit
    def plan() -> list[str]:
        """Find the months whose marts do not show what is believed now; stop when there are none."""
        from wholefamily import build

        return build.plan(settings.load())

    @task
    def staging(periods: list[str]) -> list[str]:
        """Type and select what is believed for these months (dbt)."""
        from wholefamily import build

        build.run_dbt(settings.load(), "staging", periods)
        return periods

    @task
    def link(periods: list[str]) -> list[str]:
        """Find out who is who and who lives with whom; keep the registry of ids."""
        from wholefamily import linkage

        linkage.link(settings.load(), periods)
        return periods

    @task
    def intermediate(periods: list[str]) -> list[str]:
        """Households, evidence and progress of these months (dbt)."""
        from wholefamily import build

        build.run_dbt(settings.load(), "intermediate", periods)
        return periods

    @task
    def marts(periods: list[str]) -> list[str]:
        """The marts of these months; other months are left alone (dbt)."""
        from wholefamily import build

        build.run_dbt(settings.load(), "marts", periods)
        return periods

    @task.short_circuit
    def finish(periods: list[str]) -> bool:
        """Note what was built; go on only when something has changed meanwhile."""
        from wholefamily import build

        return build.finish(settings.load(), periods)

    @task(outlets=[REBUILD])
    def build_again() -> None:
        """Signal that a further build is wanted."""

    finish(marts(intermediate(link(staging(plan()))))) >> build_again()


build_warehouse()
