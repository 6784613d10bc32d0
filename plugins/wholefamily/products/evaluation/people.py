"""Persons of a release: what is told of each, and who is left out (exchange.md section 7; readings.md 38)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from wholefamily.disclosure import restriction
from wholefamily.disclosure.ladders import AGE_BANDS
from wholefamily.warehouse import Connection

_ETHNIC_GROUPS = {"WHITE", "MIXED", "ASIAN", "BLACK", "OTHER"}
_SEXES = {"0", "1", "2", "9"}


@dataclass(frozen=True)
class Person:
    """What the warehouse knows of a person."""

    sex: str
    ethnic_group: str
    date_of_birth: date | None

    def age_band(self, day: date) -> str:
        """The age band on a day; empty where no date of birth is known, the youngest where birth came later."""
        born = self.date_of_birth
        if born is None:
            return ""
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return next(band for band in reversed(AGE_BANDS) if age >= int(band.rstrip("+").split("-")[0]) or band == AGE_BANDS[0])


def known(connection: Connection, period: str, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Persons by id, as last believed up to ``period``."""
    rows = connection.execute(
        "select distinct on (person_id) person_id, sex::text, upper(ethnic_group), date_of_birth from intermediate.int_person_month "
        "where period <= %s and person_id = any(%s) order by person_id, period desc",
        [period, list(ids)],
    )
    return {
        person_id: Person(
            sex if sex in _SEXES else "0",
            ethnic_group if ethnic_group in _ETHNIC_GROUPS else "",
            cast("date | None", born),
        )
        for person_id, sex, ethnic_group, born in cast("Iterable[tuple[UUID, str, str, object]]", rows)
    }


# Everything is taken as it is known now, not as it was at the release's end: a person who withdrew since, or is protected, restricted
# or dead since, must not leave now. Nothing reads the clock: now is the latest month that is believed.
_LEFT_OUT = """
with person as (
    select distinct on (person_id) person_id, is_protected, deceased_on
    from intermediate.int_person_month order by person_id, period desc
),

now as (select max(period) as period from intermediate.int_person_month),

snapshot as (select max(period) as period from staging.stg_consent),

decision as (
    select distinct on (consent.partner_code, consent.person_ref) xref.person_id, consent.decision
    from staging.stg_consent as consent
    inner join snapshot on consent.period = snapshot.period
    inner join identity.person_xref as xref using (partner_code, person_ref)
    where consent.scope = 'EVALUATION' and consent.effective_from <= quality.as_at(snapshot.period)
    order by consent.partner_code, consent.person_ref, consent.effective_from desc, consent.decision = 'GIVEN'
)

select person_id from decision where decision in ('REFUSED', 'WITHDRAWN')
union
select person_id from person where is_protected
union
select person.person_id from person cross join now where to_char(person.deceased_on, 'YYYY-MM') < now.period
"""


def left_out(connection: Connection) -> set[UUID]:
    """Persons of whom nothing may be told: evaluation refused or withdrawn, protected, restricted, or dead from the month after on.

    A person with records of two senders is left out when either says so. By every id that they had: marts of past months, and what has left,
    have the ids of then.
    """
    gone = restriction.in_force(connection, restriction.known_until(connection))
    gone |= {cast(UUID, person_id) for (person_id,) in connection.execute(_LEFT_OUT)}
    return gone | {old for old, new in successors(connection).items() if new in gone}


def successors(connection: Connection) -> dict[UUID, UUID]:
    """Persons merged into another since a past month was built -> the person they are now (``identity.merge_log``)."""
    rows = connection.execute(
        "select from_id, to_id from identity.merge_log where entity = 'person' and kind = 'merge' "
        "and not exists (select from identity.person_xref where person_id = from_id) order by merge_id"
    )
    into = {cast(UUID, old): cast(UUID, new) for old, new in rows}
    found = {}
    for old in into:
        new, seen = old, {old}
        while new in into and into[new] not in seen:
            new = into[new]
            seen.add(new)
        found[old] = new
    return found
