"""Persons whose data may only be stored for now (UK GDPR, Article 18): nothing about them leaves until that is lifted.

Kept of a person by somebody, for a reason, from a day on; what is kept is never changed. A restriction goes with the person's records: where
they are said to be another person later, that one is restricted; where a person turns out to be two, both are, until it is lifted of either.
"""

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from wholefamily import roles
from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection

GROUNDS = ("ACCURACY_CONTESTED", "UNLAWFUL", "LEGAL_CLAIM", "OBJECTION")
"""Why a person is restricted: Article 18(1)(a) to (d)."""
ENDS = ("GROUND_ENDED", "CONSENT_GIVEN", "KEPT_IN_ERROR")
"""Why a restriction is lifted."""


@dataclass(frozen=True)
class Decision:
    """Since when, why, and who says so."""

    effective_from: date
    reason: str
    decided_by: str


def known_until(connection: Connection) -> date | None:
    """The last day of which anything is believed, by which restrictions are judged: nothing reads the clock. None before the first build."""
    if connection.execute("select to_regclass('intermediate.int_person_month')").fetchone() == (None,):
        return None
    row = connection.execute("select quality.as_at(max(period)) from intermediate.int_person_month").fetchone()
    return cast("date | None", row[0]) if row else None


def in_force(connection: Connection, day: date | None) -> set[UUID]:
    """The ids of everybody who is restricted on ``day``; of who has become another person, the other's."""
    return {cast(UUID, person_id) for (person_id,) in connection.execute(_IN_FORCE, {"day": day, "person": None})}


def restrict(connection: Connection, person_id: UUID, decision: Decision) -> bool:
    """Keep a restriction; whether it is new: the same again is a no-op.

    Raises WholefamilyError for an id that is no person's, a reason that is no ground, and a name that is nobody's login.
    """
    _must_be_sound(connection, person_id, decision, GROUNDS)
    known = connection.execute(_NOT_LIFTED, {"person": person_id}).fetchall()
    if any((since, reason) == (decision.effective_from, decision.reason) for _, _, since, reason in known):
        return False
    _keep(connection, person_id, None, decision)
    return True


def lift(connection: Connection, person_id: UUID, decision: Decision) -> int:
    """Lift every restriction of the person from a day on; how many there were: lifting again is a no-op.

    Raises WholefamilyError as ``restrict`` does.
    """
    _must_be_sound(connection, person_id, decision, ENDS)
    known = connection.execute(_NOT_LIFTED, {"person": person_id}).fetchall()
    for restriction_id, now, _, _ in known:
        _keep(connection, now, restriction_id, decision)
    return len({restriction_id for restriction_id, *_ in known})


def _must_be_sound(connection: Connection, person_id: UUID, decision: Decision, reasons: tuple[str, ...]) -> None:
    if decision.reason not in reasons:
        raise WholefamilyError(f"{decision.reason} is no reason for this: give one of {', '.join(reasons)}")
    if connection.execute("select from identity.person where person_id = %s", [person_id]).fetchone() is None:
        raise WholefamilyError(f"{person_id} is no person of the registry: give a person_id")
    roles.must_be_a_person(connection, decision.decided_by)


def _keep(connection: Connection, person_id: UUID, lifts: int | None, decision: Decision) -> None:
    connection.execute(
        "insert into exchange.restriction (person_id, lifts, effective_from, reason, decided_by) values (%s, %s, %s, %s, %s)",
        [person_id, lifts, decision.effective_from, decision.reason, decision.decided_by],
    )


# Whom each event is about by now: the person of whom it was kept, and whomever records of that person have moved to since
# (identity.merge_log); of an id that no record keeps, whenever they moved. Event 0 is whoever is asked about.
_REACHED = """
    with recursive reached (event, person_id, since) as (
        select restriction_id, person_id, decided_at from exchange.restriction
        union all
        select 0, %(person)s::uuid, 'infinity'
        union
        select reached.event, log.to_id, greatest(reached.since, log.logged_at)
        from reached
        inner join identity.merge_log as log on log.entity = 'person' and log.from_id = reached.person_id
        where log.logged_at >= reached.since
            or log.kind = 'merge' and not exists (select from identity.person_xref as xref where xref.person_id = reached.person_id)
    ),
    lifted as (
        select event.lifts as event, reached.person_id, event.effective_from
        from reached inner join exchange.restriction as event on event.restriction_id = reached.event
        where event.lifts is not null
    )
"""

_IN_FORCE = f"""
    {_REACHED}
    select distinct reached.person_id
    from reached
    inner join exchange.restriction as event on event.restriction_id = reached.event
    where event.lifts is null and event.effective_from <= %(day)s::date and not exists (
        select from lifted
        where lifted.event = reached.event and lifted.person_id = reached.person_id and lifted.effective_from <= %(day)s::date
    ) and not (
        not exists (select from identity.person_xref as xref where xref.person_id = reached.person_id)
        and exists (select from identity.merge_log as log where (log.entity, log.kind, log.from_id) = ('person', 'merge', reached.person_id))
    )
"""  # noqa: S608 - the text is ours

_NOT_LIFTED = f"""
    {_REACHED}
    select distinct event.restriction_id, reached.person_id, event.effective_from, event.reason
    from reached
    inner join exchange.restriction as event on event.restriction_id = reached.event
    where event.lifts is null and reached.person_id in (select person_id from reached where event = 0)
        and not exists (select from lifted where lifted.event = reached.event and lifted.person_id = reached.person_id)
    order by 1, 2
"""  # noqa: S608 - the text is ours
