"""The ledger is a chain that an auditor can work out with other tools, and into which the release's login can enter and do nothing else."""

import hashlib
import json
import threading
from datetime import UTC, datetime

import psycopg
import pytest
from tests.integration.ledger.conftest import FILES, Ledger

from wholefamily.disclosure import anchor, ledger, verify
from wholefamily.settings import LOGINS, Login
from wholefamily.warehouse import connect


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_an_auditor_can_work_out_every_hash_from_the_tables(kept: Ledger) -> None:
    with connect(kept.settings) as connection:
        entries = connection.execute(
            "select sequence, disclosure_id, product, release, recipient, gateway, agreement, approved_by, fields, file, file_sha256, row_count, "
            "disclosed_at, entry_sha256 from exchange.disclosure order by sequence"
        ).fetchall()
        previous = "0" * 64
        for sequence, id_, *texts, fields, file, file_sha256, row_count, disclosed_at, entry_sha256 in entries:
            items = connection.execute(
                "select row_number, subject_kind, subject_id from exchange.disclosure_item where disclosure_id = %s order by row_number",
                [id_],
            ).fetchall()
            csv = "".join(f"{number},{kind},{subject}\n" for number, kind, subject in items)
            at = f"{disclosed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            array = [sequence, previous, str(id_), *texts, fields, file, file_sha256, row_count, at, len(items), sha256(csv)]
            previous = sha256(json.dumps(array, ensure_ascii=False))
            assert entry_sha256 == previous
    assert len(entries) == 2 * len(FILES)
    assert anchor.read(kept.settings)[-1] == (len(entries), previous)


@pytest.mark.parametrize("login", LOGINS)
def test_of_the_pipeline_the_release_enters_and_nobody_can_do_anything_else(kept: Ledger, login: Login) -> None:
    with connect(kept.settings, login=login) as connection:
        may_enter = connection.execute(
            "select has_schema_privilege('exchange', 'usage') and has_function_privilege(oid, 'execute') from pg_proc "
            "where proname = 'enter_disclosure'"
        ).fetchone()
    assert may_enter == (login == "release",)

    for statement in (
        "insert into exchange.disclosure select * from exchange.disclosure",
        "insert into exchange.disclosure_item select disclosure_id, 99, subject_kind, subject_id from exchange.disclosure_item limit 1",
        "update exchange.disclosure set recipient = 'nobody'",
        "delete from exchange.disclosure_item",
        "truncate exchange.disclosure, exchange.disclosure_item",
        "delete from exchange.approval",
        "alter table exchange.disclosure disable trigger append_only",
        "drop trigger append_only on exchange.disclosure",
        "create or replace function exchange.refuse_change() returns trigger language plpgsql as 'begin return null; end'",
        "create or replace function exchange.entry_text(entry exchange.disclosure) returns text language sql return ''",
        "create function exchange.mine() returns integer language sql return 1",
        "drop table exchange.disclosure_item",
        "drop schema exchange cascade",
        "set role ledger_owner",
        "grant ledger_owner to current_user",
        "set session_replication_role = replica",
    ):
        with connect(kept.settings, login=login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[call-overload]
    assert kept.found() == []


def test_its_owner_cannot_change_a_row_either(kept: Ledger) -> None:
    kept.superuser.execute("set role ledger_owner")
    for statement in (
        "update exchange.disclosure set recipient = 'x'",
        "delete from exchange.disclosure_item",
        "truncate exchange.approval",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="is append-only"):
            kept.superuser.execute(statement)  # type: ignore[call-overload]


def test_who_enters_at_once_waits_and_the_chain_holds(kept: Ledger) -> None:
    pushes = [threading.Thread(target=kept.enter, args=(f"2027-Q{n}", *FILES)) for n in range(4)]
    for push in pushes:
        push.start()
    for push in pushes:
        push.join(60)
    report = verify.verify(kept.settings)
    assert (report.findings, report.n_entries, report.n_unanchored) == ([], 6 * len(FILES), 4 * len(FILES))


def test_a_push_that_broke_off_finds_the_same_head_again(kept: Ledger) -> None:
    """Whatever else has left since it was approved: its manifest must be the same to the byte."""
    approved_at = datetime.now(UTC)
    mine = ledger.Disclosure("evaluation", "2026-Q4", "evaluator", "DEA2017-S35", "WM-TF-ISA", "Ann")
    with connect(kept.settings, login="release") as connection:
        ledger.enter(connection, mine, ledger.File("families.csv", b""))
        head = ledger.head(connection, mine, approved_at)
        connection.rollback()
    assert head == anchor.read(kept.settings)[-1]
    kept.enter("2027-Q1", *FILES)
    with connect(kept.settings, login="release") as connection:
        ledger.enter(connection, mine, ledger.File("families.csv", b""))
        assert ledger.head(connection, mine, approved_at) == head


def test_what_left_before_there_was_a_chain_is_chained_by_the_migration(kept: Ledger) -> None:
    from wholefamily.warehouse import MIGRATIONS

    chained = kept.superuser.execute("select entry_sha256 from exchange.disclosure order by sequence").fetchall()
    names = "sequence, item_count, items_sha256, previous_sha256, entry_sha256"
    kept.superuser.execute("drop function exchange.enter_disclosure, exchange.items_text, exchange.entry_text")
    kept.superuser.execute(f"alter table exchange.disclosure {', '.join(f'drop column {name}' for name in names.split(', '))}")
    kept.superuser.execute((MIGRATIONS / "0020_ledger_chain.sql").read_bytes())
    assert kept.superuser.execute("select entry_sha256 from exchange.disclosure order by sequence").fetchall() == chained
    assert kept.superuser.execute("select count(distinct entry_sha256) from exchange.disclosure").fetchone() == (2 * len(FILES),)
