"""The registry of families: one id for each family_ref of each sender, for good (readings.md 37 and 42)."""

from wholefamily.warehouse import Connection

_NEW = """
    create temporary table new_family on commit drop as
    select place.partner_code, place.family_ref, min(place.period) as period, gen_random_uuid() as family_id
    from staging.stg_programme as place
    left join identity.family_xref as xref using (partner_code, family_ref)
    where xref.family_id is null
    group by place.partner_code, place.family_ref
"""
_MINT = "insert into identity.family (family_id, minted_period) select family_id, period from new_family"
_NAME = """
    insert into identity.family_xref (partner_code, family_ref, family_id) select partner_code, family_ref, family_id from new_family
"""


def write(connection: Connection) -> None:
    """Mint an id for every family that is staged and has none."""
    for statement in (_NEW, _MINT, _NAME):
        connection.execute(statement)
