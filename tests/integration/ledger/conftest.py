"""A ledger of a few entries, and a superuser who can do to it what nobody else can."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest

from wholefamily.disclosure import anchor, ledger, verify
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

FILES = ("families.csv", "individuals.csv", "progress.csv")


@dataclass
class Ledger:
    """Enters files, and is tampered with."""

    settings: Settings
    superuser: psycopg.Connection[tuple[object, ...]]
    people: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(4)])

    def enter(self, release: str, *files: str, subjects: list[tuple[ledger.SubjectKind, UUID]] | None = None) -> ledger.Disclosure:
        """A push of a release to the evaluator: each file has a row about each subject, by default four persons. Anchored by the caller."""
        what = ledger.Disclosure("evaluation", release, "evaluator", "DEA2017-S35", "WM-TF-ISA", 'Ann "Approver" Müller\n')
        told = tuple(subjects or [("person", person) for person in self.people])
        with connect(self.settings, login="release") as connection:
            for name in files:
                ledger.enter(connection, what, ledger.File(name, name.encode(), len(told), ("person_key", "sex"), told))
        return what

    def tamper(self, *statements: str) -> None:
        """As superuser, without triggers and foreign keys."""
        with self.superuser.transaction():
            self.superuser.execute("set local session_replication_role = replica")
            for statement in statements:
                self.superuser.execute(statement)  # type: ignore[call-overload]

    def found(self) -> list[str]:
        """What is found to be wrong."""
        return verify.verify(self.settings).findings


@pytest.fixture
def kept(warehouse: Settings, postgres_server) -> Iterator[Ledger]:  # type: ignore[no-untyped-def]
    """Two releases that have left, of three files each; both are anchored."""
    with psycopg.connect(postgres_server.admin_dsn, dbname=warehouse.warehouse_db, autocommit=True) as superuser:
        kept = Ledger(warehouse, superuser)
        for release in ("2026-Q2", "2026-Q3"):
            kept.enter(release, *FILES)
            anchor.write(warehouse)
        yield kept
