"""The life of a drop: every step that is not legal is refused by the warehouse itself, and every legal one is logged."""

from itertools import product

import psycopg
import pytest

from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

DROP = ["receiving", "accepted", "partly_accepted", "held", "refused"]
STATUSES = {"delivery": DROP, "arrival": [*DROP, "duplicate"], "delivery_file": ["receiving", "accepted", "held", "refused"]}
ALWAYS = {
    "delivery": {
        ("receiving", "accepted"),
        ("receiving", "partly_accepted"),
        ("receiving", "held"),
        ("receiving", "refused"),
        ("held", "accepted"),
        ("held", "partly_accepted"),
        ("held", "refused"),
    },
    "delivery_file": {
        ("receiving", "accepted"),
        ("receiving", "held"),
        ("receiving", "refused"),
        ("held", "accepted"),
        ("held", "refused"),
    },
}
ALWAYS["arrival"] = {*ALWAYS["delivery"], ("receiving", "duplicate")}
REPLAYED = {
    "delivery": {("refused", "receiving"), ("held", "receiving"), ("partly_accepted", "receiving")},
    "arrival": {("refused", "receiving"), ("held", "receiving"), ("partly_accepted", "receiving")},
    "delivery_file": {("refused", "receiving"), ("held", "receiving")},
}
BEGINS = {"delivery": {"receiving"}, "arrival": {"receiving"}, "delivery_file": {"receiving", "refused"}}
ENDS = {"delivery": set(), "arrival": set(), "delivery_file": {"receiving"}}


def _begin(connection: Connection, what: str, status: str) -> None:
    """One row of ``what`` in ``status``, however it came by that."""
    connection.execute("insert into quality.delivery (partner_code, period, revision) values ('dudley', '2026-10', 7)")
    if what == "delivery":
        connection.execute("update quality.delivery set status = %s", [status])
    elif what == "arrival":
        connection.execute(
            "insert into quality.arrival (partner_code, period, revision, sequence, status, listing_sha256) "
            "values ('dudley', '2026-10', 7, 1, %s, '')",
            [status],
        )
    else:
        connection.execute(
            "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status) "
            "select delivery_id, partner_code, period, revision, 'people', %s from quality.delivery",
            [status],
        )


def _begin_unchecked(connection: Connection, what: str, status: str) -> None:
    connection.execute(f"alter table quality.{what} disable trigger legal_only")  # type: ignore[call-overload]
    _begin(connection, what, status)
    connection.execute(f"alter table quality.{what} enable trigger legal_only")  # type: ignore[call-overload]


def _is_allowed(connection: Connection, statement: str, *values: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(statement, values)  # type: ignore[call-overload]
    except psycopg.errors.CheckViolation:
        return False
    return True


@pytest.mark.parametrize("what", list(STATUSES))
def test_only_legal_steps_are_let_through(warehouse: Settings, what: str) -> None:
    for reason, legal in (("", ALWAYS[what]), ("decision", ALWAYS[what]), ("replay", ALWAYS[what] | REPLAYED[what])):
        for before, after in product(STATUSES[what], repeat=2):
            with connect(warehouse) as connection:
                _begin_unchecked(connection, what, before)
                connection.execute("select set_config('wholefamily.reason', %s, true)", [reason])
                allowed = _is_allowed(connection, f"update quality.{what} set status = %s", after)
                assert allowed == ((before, after) in legal or before == after), (reason, before, after)
                connection.rollback()


@pytest.mark.parametrize("what", list(STATUSES))
def test_how_a_row_begins_and_ends(warehouse: Settings, what: str) -> None:
    for status in STATUSES[what]:
        with connect(warehouse) as connection:
            _begin_unchecked(connection, what, status)
            assert _is_allowed(connection, f"delete from quality.{what}") == (status in ENDS[what]), status
            connection.rollback()
        with connect(warehouse) as connection:
            try:
                _begin(connection, what, status)
            except psycopg.errors.CheckViolation:
                assert status not in BEGINS[what], status
            else:
                assert what == "delivery" or status in BEGINS[what], status
            connection.rollback()


def test_each_step_is_logged_with_its_reason_and_the_log_is_append_only(warehouse: Settings) -> None:
    with connect(warehouse) as connection:
        _begin(connection, "delivery_file", "receiving")
        connection.execute("update quality.delivery_file set status = 'refused'")
        connection.execute("select set_config('wholefamily.reason', 'replay', true)")
        connection.execute("update quality.delivery_file set status = 'receiving'")
        connection.execute("update quality.delivery_file set rows_loaded = 5")
        connection.commit()
        connection.execute("delete from quality.delivery_file")
        connection.commit()
        logged = connection.execute(
            "select what, partner_code, period, revision, feed, from_status, to_status, reason from quality.transition order by transition_id"
        ).fetchall()
        file = ("delivery_file", "dudley", "2026-10", 7, "people")
        assert logged == [
            ("delivery", "dudley", "2026-10", 7, None, None, "receiving", None),
            (*file, None, "receiving", None),
            (*file, "receiving", "refused", None),
            (*file, "refused", "receiving", "replay"),
            (*file, "receiving", None, None),
        ]
        for change in ("update quality.transition set reason = 'x'", "delete from quality.transition", "truncate quality.transition"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"), connection.transaction():
                connection.execute(change)
