"""Stage 1, standardised records: what the senders' snapshots of some months say about persons, kept month by month."""

from collections.abc import Sequence

from wholefamily.linkage.standardise import name_key
from wholefamily.warehouse import Connection

_NAMES = """
    select distinct name from intermediate.int_person_record as record,
        lateral (values (record.given_name), (record.family_name), (record.former_family_name)) as names (name)
    where name is not null
"""

_SENT = """
    insert into sent
    select
        record.period, record.partner_code, record.person_ref,
        record.given_name, record.middle_names, record.family_name,
        given.key as given_key, family.key as family_key, former.key as former_family_key,
        record.date_of_birth, record.upn, record.nhs_number, record.nino, record.pnc_id,
        record.uprn, record.address, record.postcode, record.is_protected, record.sex,
        record.address_class
    from intermediate.int_person_record as record
    left join name_key as given on given.name = record.given_name
    left join name_key as family on family.name = record.family_name
    left join name_key as former on former.name = record.former_family_name
    where record.period = any(%s)
"""

_FORGET_CHANGED = """
    delete from identity.person_record as old
    where old.period = any(%s) and not exists (
        select from sent
        where (sent.partner_code, sent.person_ref, sent.period) = (old.partner_code, old.person_ref, old.period)
            and row(sent.*) is not distinct from row(old.*)
    )
    returning old.partner_code, old.person_ref
"""
_NEW = "insert into identity.person_record select * from sent on conflict do nothing returning partner_code, person_ref"
_SAID_ANEW = "with said as ({}) insert into said_anew select partner_code, person_ref from said"


def store(connection: Connection, periods: Sequence[str]) -> None:
    """Bring ``identity.person_record`` of ``periods`` to what is believed for them; rows that say the same are left alone.

    Leaves the temporary table ``said_anew (partner_code, person_ref)``: whose rows these are.
    """
    _standardise_names(connection)
    connection.execute("create temporary table sent (like identity.person_record including indexes) on commit drop")
    connection.execute(_SENT, [list(periods)])
    connection.execute("analyze sent")
    connection.execute("create temporary table said_anew (partner_code text, person_ref text) on commit drop")
    connection.execute(_SAID_ANEW.format(_FORGET_CHANGED), [list(periods)])
    connection.execute(_SAID_ANEW.format(_NEW))
    connection.execute("drop table sent, name_key")
    connection.execute("analyze identity.person_record")


def _standardise_names(connection: Connection) -> None:
    names = [str(name) for (name,) in connection.execute(_NAMES)]
    connection.execute("create temporary table name_key (name text primary key, key text) on commit drop")
    with connection.cursor() as cursor, cursor.copy("copy name_key from stdin") as copy:
        for name in names:
            copy.write_row((name, name_key(name)))
    connection.execute("analyze name_key")
