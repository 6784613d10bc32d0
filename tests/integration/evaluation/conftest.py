"""A warehouse with marts made by hand, and the evaluator's SFTP account."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncssh
import psycopg
import pytest
import yaml
from psycopg import sql
from pysequoia import Tsk
from tests.conftest import free_port

from wholefamily import partners
from wholefamily.demo.sftp import SftpServer
from wholefamily.disclosure import custodian
from wholefamily.partners import Partner
from wholefamily.settings import Settings

# Columns as warehouse.md and the intermediate layer name them; only those that a release reads.
TABLES = """
create schema if not exists staging; create schema if not exists intermediate; create schema if not exists marts;
create table staging.stg_consent (period text, partner_code text, person_ref text, scope text, decision text, effective_from date);
create table intermediate.int_person_month (period text, person_id uuid, sex text, date_of_birth date, ethnic_group text,
    deceased_on date, authority_code text, is_protected boolean);
create table marts.dim_family (family_id uuid, partner_code text, framework_code text, attached_date date, closed_date date,
    lead_practitioner text, household_id uuid);
create table marts.bridge_family_member (period text, family_id uuid, person_id uuid, role text, is_consenting boolean);
create table marts.bridge_household_member (period text, household_id uuid, person_id uuid, basis text, evidence_grade text,
    is_minor boolean, is_main_residence boolean, valid_from date, valid_to date);
create table marts.fct_household_eligibility (period text, framework_code text, household_id uuid, authority_code text,
    n_criteria_met integer, n_required integer, is_eligible boolean, is_on_programme boolean, is_stale boolean);
create table marts.fct_household_criterion (period text, framework_code text, household_id uuid, criterion_code text, is_met boolean,
    n_evidence integer);
create table marts.fct_criterion_evidence (period text, framework_code text, household_id uuid, person_id uuid, criterion_code text);
create table marts.fct_family_progress (period text, framework_code text, family_id uuid, measure_code text, baseline_value numeric,
    current_value numeric, result text, reason text);
create table marts.fct_result_claim (period text, framework_code text, family_id uuid, route text, amount_gbp integer, status text,
    evidence_hash text);
-- As dbt_project grants them.
grant usage on schema marts to analyst; grant select on all tables in schema marts to analyst;
grant usage on schema staging, intermediate to wholefamily_release; grant select on staging.stg_consent, intermediate.int_person_month to wholefamily_release;
"""
PERIODS = ("2026-03", "2026-06", "2026-09")
CRITERIA = ("crime_asb", "education", "work", "local")


class Marts:
    """Writes families into the marts, one at a time. Ids are minted by the registry."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._n = 0
        self._connection = psycopg.connect(settings.dsn(), autocommit=True)
        self._connection.execute(TABLES)
        for period in PERIODS:
            self.run("insert into ops.build (period, planned, fingerprint) values (%s, 'as is', 'as is')", period)

    def close(self) -> None:
        self._connection.close()

    def run(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(sql.SQL(query), values)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    def mint(self, kind: str) -> UUID:
        found: UUID = self.run(f"insert into identity.{kind} (minted_period) values ('2026-03') returning {kind}_id")[0][0]
        return found

    def person(self, *, born: date, sex: str = "2", ethnic_group: str = "WHITE", partner: str = "birmingham", **other: Any) -> UUID:
        """A person known in all periods; ``other`` replaces ``deceased_on`` and ``is_protected``."""
        id_, self._n = self.mint("person"), self._n + 1
        self.run("update identity.person set given_name = 'Zebedee', family_name = 'Quincetree' where person_id = %s", id_)
        self.run("insert into identity.person_xref values (%s, %s, %s, 1, 'identifier', '2026-03')", partner, f"REF-{self._n}", id_)
        for period in PERIODS:
            self.run(
                "insert into intermediate.int_person_month values (%s, %s, %s, %s, %s, %s, %s, %s)",
                *(period, id_, sex, born, ethnic_group, other.get("deceased_on"), partner, other.get("is_protected", False)),
            )
        return id_

    def consent(self, person: UUID, decision: str, effective_from: date, scope: str = "EVALUATION") -> None:
        self.run(
            "insert into staging.stg_consent select '2026-09', partner_code, person_ref, %s, %s, %s "
            "from identity.person_xref where person_id = %s",
            *(scope, decision, effective_from, person),
        )

    def household(self, members: dict[UUID, str], *, met: dict[str, UUID], periods: tuple[str, ...], framework: str = "tf_2012") -> UUID:
        """A household that meets the criteria ``met``, each through one person."""
        id_ = self.mint("household")
        for period in periods:
            for person, role in members.items():
                self.run(
                    "insert into marts.bridge_household_member values (%s, %s, %s, 'both', 'high', %s, true, '2020-01-01', null)",
                    *(period, id_, person, role == "CHILD"),
                )
            for criterion in CRITERIA:
                self.run(
                    "insert into marts.fct_household_criterion values (%s, %s, %s, %s, %s, %s)",
                    *(period, framework, id_, criterion, criterion in met, int(criterion in met)),
                )
                if criterion in met:
                    self.run(
                        "insert into marts.fct_criterion_evidence values (%s, %s, %s, %s, %s)",
                        *(period, framework, id_, met[criterion], criterion),
                    )
        return id_

    def family(
        self, members: dict[UUID, str], *, met: dict[str, UUID], attached: date, partner: str = "birmingham", closed: date | None = None
    ) -> UUID:
        """A family on the programme from the month of ``attached`` on, living together, with one measure a quarter."""
        id_ = self.mint("family")
        periods = tuple(period for period in PERIODS if period >= f"{attached:%Y-%m}")
        household = self.household(members, met=met, periods=periods)
        self.run(
            "insert into marts.dim_family values (%s, %s, 'tf_2012', %s, %s, 'W. Orker', %s)", id_, partner, attached, closed, household
        )
        for period in periods:
            for person, role in members.items():
                self.run("insert into marts.bridge_family_member values (%s, %s, %s, %s, true)", period, id_, person, role)
            self.run(
                "insert into marts.fct_family_progress values (%s, 'tf_2012', %s, 'asb', 12, 4.8, 'pass', 'reduced_enough')", period, id_
            )
        return id_

    def eligible(self, members: dict[UUID, str], *, met: dict[str, UUID], partner: str = "birmingham", framework: str = "tf_2012") -> UUID:
        """A household that meets enough criteria in the last period and is not on the programme."""
        id_ = self.household(members, met=met, periods=PERIODS[-1:], framework=framework)
        self.run(
            "insert into marts.fct_household_eligibility values ('2026-09', %s, %s, %s, 3, 3, true, false, false)", framework, id_, partner
        )
        return id_


@pytest.fixture
def marts(warehouse: Settings) -> Iterator[Marts]:
    custodian.make_folder(warehouse.custodian)
    made = Marts(warehouse)
    yield made
    made.close()


class Evaluator:
    """The evaluator's account, served from ``root`` in a thread of its own, and beside it one of a trusted third party."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.home_dir / "sftp" / "evaluator"
        secrets = settings.home_dir / "secrets"
        port = free_port()
        public = {name: self._key(secrets, name) for name in ("sftp_host_key", "sftp_evaluator", "sftp_ons")}
        self.settings = settings.model_copy(update={"sftp_port": port})
        self.partner: Partner = partners.load(settings.partners_dir)["evaluator"]
        self._server = SftpServer(
            self.root.parent, secrets / "sftp_host_key", {code: public[f"sftp_{code}"] for code in ("evaluator", "ons")}, port
        )
        self._loop, self._ready, self._stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()], daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    @staticmethod
    def _key(folder: Path, name: str) -> str:
        key = asyncssh.generate_private_key("ssh-ed25519")
        (folder / name).write_bytes(key.export_private_key())
        public = key.export_public_key().decode().strip()
        (folder / f"{name}.pub").write_text(public)
        return public

    async def _serve(self) -> None:
        async with self._server:
            self._ready.set()
            await self._stop.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def received(self, release: str = "2026-Q3") -> dict[str, bytes]:
        """What stands in the folder of a release, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.root / "inbound" / "evaluation" / release).glob("*"))}


@pytest.fixture
def evaluator(warehouse: Settings) -> Iterator[Evaluator]:
    account = Evaluator(warehouse)
    yield account
    account.stop()


@pytest.fixture
def their_key(evaluator: Evaluator) -> Tsk:
    """The third party's; we have one to sign with."""
    (evaluator.settings.home_dir / "secrets" / "openpgp_private_key").write_text(str(Tsk.generate("the programme")))
    return Tsk.generate("the third party")


@pytest.fixture
def ons(evaluator: Evaluator, their_key: Tsk) -> Partner:
    """A trusted third party with an account, a key, an agreement and a partner file of its own."""
    folder = evaluator.settings.home_dir / "partners"
    shutil.copytree(evaluator.settings.partners_dir, folder)
    file = yaml.safe_load((folder / "evaluator.yml").read_text())
    file |= {"code": "ons", "name": "Office for National Statistics", "kind": "third_party", "products": ["identity_file"]}
    file |= {"sftp": {**file["sftp"], "username": "ons"}, "certificate": str(their_key.extract_certificate())}
    agreement = {
        "code": "ONS-LINK",
        "valid_from": date(2026, 1, 1),
        "gateways": ["DEA2017-S64"],
        "feeds": [],
        "products": ["identity_file"],
    }
    (folder / "ons.yml").write_text(yaml.safe_dump(file | {"agreements": [agreement]}))
    evaluator.settings = evaluator.settings.model_copy(update={"partners_dir": folder})
    return partners.load(folder)["ons"]
