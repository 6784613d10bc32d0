"""Who decides is who has signed in: a linker under a login of their own, or a name given to the warehouse's own login."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from wholefamily import cli
from wholefamily.errors import WholefamilyError
from wholefamily.linkage import review
from wholefamily.linkage.decisions import Decider, Ref
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

NHS, OTHER_NHS = "9434765919", "4010232137"
DUDLEY, WALSALL = Ref("dudley", "1"), Ref("walsall", "1")


@pytest.fixture
def login(postgres_server, senders) -> Iterator[Callable[..., Settings]]:  # type: ignore[no-untyped-def]
    """Settings of somebody who signs in with a login of their own, a member of the named roles."""
    made: list[str] = []

    def make(name: str, *roles: str) -> Settings:
        made.append(f"{name}_{secrets.token_hex(4)}")
        admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(made[-1]), sql.Literal(postgres_server.password)))
        for role in roles:
            admin.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(made[-1])))
        settings: Settings = senders.village.settings.model_copy(update={"warehouse_user": made[-1]})
        return settings

    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        yield make
        for name in made:
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture
def asked(senders) -> Any:  # type: ignore[no-untyped-def]
    """Two namesakes whose numbers contradict wait for a decision."""
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=OTHER_NHS)
    senders.link("2026-01")
    return senders


def test_a_linker_decides_under_their_own_login(asked, login) -> None:  # type: ignore[no-untyped-def]
    ana = login("ana", "linker")
    with connect(asked.village.settings) as connection:
        connection.execute("insert into ops.build (period, planned, fingerprint) values ('2026-01', 'x', 'x')")
    (question,) = review.questions(ana)
    answers = iter(["different", "two cousins"])
    assert review.work(ana, [question], None, "linker", lambda _: None, lambda _: next(answers)) == 1
    assert asked.rows("select decided_by, login, role, reason from identity.link_decision") == [
        (ana.warehouse_user, ana.warehouse_user, "linker", "two cousins")
    ]
    assert review.questions(ana) == []
    assert asked.rows("select fingerprint is null from ops.build") == [True], "the month is built again"
    review.record(ana, DUDLEY, WALSALL, "withdrawn", Decider(ana.warehouse_user, "linker", "a mistake"))
    assert len(review.questions(ana)) == 1


def test_nobody_decides_under_anothers_name(asked, login) -> None:  # type: ignore[no-untyped-def]
    ana = login("ana", "linker")
    with pytest.raises(WholefamilyError, match=f"signed in as {ana.warehouse_user}"):
        review.record(ana, DUDLEY, WALSALL, "different", Decider("Lin Ker", "linker", "two cousins"))
    with connect(ana) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute(
            "insert into identity.link_decision (partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision, decided_by, role, reason, login) "
            "values ('dudley', '1', 'walsall', '1', 'different', 'Lin Ker', 'linker', 'x', 'somebody')"
        )
    with connect(ana) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute("update identity.link_review set comparison = '{}'")
    assert asked.rows("select count(*) from identity.link_decision") == [0]


def test_who_is_no_linker_is_told_so_in_one_line(asked, login, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    bo = login("bo", "analyst")
    monkeypatch.setattr("wholefamily.settings.load", lambda: bo)
    pair = ("dudley/1", "walsall/1")
    for words in (
        ("review",),
        ("review", "show", *pair),
        ("review", "work"),
        ("review", "decide", *pair, "different", "--reason", "x"),
        ("explain", *pair),
        ("unmerge", "dudley", "1", "walsall", "1", "--reason", "x"),
    ):
        assert cli.main(words) == 1, words
        out, err = capsys.readouterr()
        assert (out, err) == (
            "",
            f"error: {bo.warehouse_user} is no linker: have the warehouse's owner run `grant linker to {bo.warehouse_user}`\n",
        )


def test_the_warehouses_own_login_must_name_who_decides(asked) -> None:  # type: ignore[no-untyped-def]
    settings = asked.village.settings
    for nobody in (None, " "):
        with pytest.raises(WholefamilyError, match="give --decided-by"):
            review.record(settings, DUDLEY, WALSALL, "different", Decider(nobody, "linker", "two cousins"))
        with pytest.raises(WholefamilyError, match="give --decided-by"):
            review.work(settings, review.questions(settings), nobody, "linker", pytest.fail, pytest.fail)
    review.record(settings, DUDLEY, WALSALL, "different", Decider("Lin Ker", "linker", "two cousins"))
    assert asked.rows("select decided_by, login from identity.link_decision") == [("Lin Ker", settings.warehouse_user)]


def test_a_linker_is_told_who_can_unmerge(asked, login, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    ana = login("ana", "linker")
    monkeypatch.setattr("wholefamily.settings.load", lambda: ana)
    assert cli.main(("unmerge", "dudley", "1", "walsall", "1", "--reason", "x")) == 1
    assert "decide `different`" in capsys.readouterr().err
