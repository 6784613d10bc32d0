"""A warehouse of two authorities, built from raw rows to marts, and somebody of every role who can sign in to it."""

import secrets
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.conftest import OWNER
from tests.integration.household.village import Village, person, place

from wholefamily import build, linkage, partners, roles
from wholefamily import warehouse as schemas
from wholefamily.demo import postgres
from wholefamily.settings import Settings

PERIOD = "2026-09"
AUTHORITIES = [code for code, partner in partners.load(Settings().partners_dir).items() if partner.kind == "authority"]
ONE, OTHER = AUTHORITIES[:2]
REGIONAL = ("engineer", "linker", "analyst", "governance", "evaluation_preparer", "public_reader")
EVERY_ROLE = (*REGIONAL, f"analyst_{ONE}", f"caseworker_{ONE}")
LATER = {
    **dict.fromkeys(("fct_correction", "fct_eligibility_change", "fct_comparison_household", "fct_comparison_progress"), "authority_code"),
    **dict.fromkeys(("fct_result_claim", "fct_result_evidenced", "fct_claim_standing", "fct_claim_evidence"), "partner_code"),
}
PASSWORD = secrets.token_hex(16)

Rows = list[tuple[Any, ...]]


class Warehouse:
    """The warehouse, its owner's rows, and logins."""

    def __init__(self, settings: Settings, superuser_dsn: str) -> None:
        self.settings = settings
        self.superuser_dsn = superuser_dsn
        self.suffix = secrets.token_hex(4)
        self.made: list[str] = []

    def login(self, role: str, database: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
        """A session of somebody with this role and no other, of which nothing stays."""
        name = f"{role}_{self.suffix}_login"
        if name not in self.made:
            roles.give_login(self.settings, name, role, PASSWORD)
            self.made.append(name)
        host, port = self.settings.warehouse_address
        return psycopg.connect(
            host=host, port=port, user=name, password=PASSWORD, dbname=database or self.settings.warehouse_db, autocommit=True
        )

    def rows(self, query: str, role: str | None = None) -> Rows:
        """What somebody of this role, else the owner, gets."""
        with self.login(role) if role else psycopg.connect(self.settings.dsn(), autocommit=True) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]

    def add_later_rows(self) -> None:
        """What only a second build of a month, or a result, would write: a row of each authority."""
        for authority in (ONE, OTHER):
            for mart, column in LATER.items():
                self.run(f"insert into marts.{mart} (period, framework_code, {column}) values ('{PERIOD}', 'tf_2012', '{authority}')")

    def remove_later_rows(self) -> None:
        """Before a build, whose tests would find them."""
        for mart in LATER:
            self.run(f"delete from marts.{mart}")

    def run(self, statement: str) -> None:
        """As the owner."""
        with psycopg.connect(self.settings.dsn(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def relations(self, kinds: str = "rpvm") -> list[str]:
        """Every table and view that is not PostgreSQL's own; of these kinds (``pg_class.relkind``)."""
        return [
            name
            for (name,) in self.rows(
                "select format('%I.%I', nspname, relname) from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace "
                f"where strpos('{kinds}', relkind::text) > 0 and nspname !~ '^(pg_|information_schema)' order by 1"
            )
        ]


def send(village: Village, authority: str, number: int) -> None:
    """A mother and her son, who was absent too often, on the programme; and a woman who is protected, on a benefit that was last matched long ago."""
    home = {"uprn": f"10007123456{number}", "address": f"{number} Quarry Lane", "postcode": f"WS1 {number}AA"}
    hidden = {"uprn": f"10007123457{number}", "address": f"{number} Hidden Lane", "postcode": f"WS2 {number}AA", "protected": "Y"}
    absent = {"school_urn": "104000", "academic_year": "2025/26", "term": "SUM", "sessions_possible": "100"}
    absent |= {"sessions_authorised_absence": "0", "sessions_unauthorised_absence": "20"}
    village.send(
        authority,
        PERIOD,
        people=[
            person("a1", f"Oriel{number}", f"Tams{number}worth", "1988-02-03", **home),
            person("a2", f"Perrin{number}", f"Tams{number}worth", "2013-05-06", **home),
            person("a3", f"Quenby{number}", f"Rud{number}dock", "1979-11-30", **hidden),
        ],
        attendance=[{"person_ref": "a2", **absent}],
        programme=[place("f1", ref, role, attached_on="2026-04-20") for ref, role in (("a1", "ADULT"), ("a2", "CHILD"))],
        asb_interventions=[{"intervention_ref": "i1", "person_ref": "a1", "intervention": "ABC", "start_date": "2026-03-01"}],
        support_needs=[{"person_ref": "a3", "need": "SUBSTANCE_MISUSE", "from_date": "2026-02-01"}],
        benefits=[{"person_ref": "a3", "benefit": "JSA", "start_date": "2026-02-01", "matched_on": "2026-04-01"}],
    )


@pytest.fixture(scope="module")
def warehouse_of_two(postgres_server, tmp_path_factory) -> Iterator[Warehouse]:  # type: ignore[no-untyped-def]
    """Made as a deployment's is, not copied: a copy has not the original's rules of who may connect."""
    name = f"roles_{secrets.token_hex(6)}"
    settings = postgres_server.settings(name, tmp_path_factory.mktemp("roles"))
    postgres.create_warehouse(postgres_server.admin_dsn, settings)
    schemas.migrate(settings)
    postgres.withdraw_ledger(postgres_server.admin_dsn, OWNER)
    village, made = Village(settings), Warehouse(settings, postgres_server.admin_dsn)
    for number, authority in enumerate((ONE, OTHER)):
        send(village, authority, number)
    build.run_dbt(settings, "staging", [PERIOD])
    linkage.link(settings, [PERIOD])
    build.run_dbt(settings, "intermediate", [PERIOD])
    build.run_dbt(settings, "marts", [PERIOD])
    made.add_later_rows()
    yield made
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        for login in made.made:
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(login)))
