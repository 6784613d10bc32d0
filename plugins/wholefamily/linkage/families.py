"""The registry of families: one id for each family_ref of each sender, for good (readings.md 37 and 42)."""

from wholefamily.warehouse import Connection

_MINT = """
    with new as materialized (
        select place.partner_code, place.family_ref, min(place.period) as period, gen_random_uuid() as family_id
        from staging.stg_programme as place
        where not exists (
            select from identity.family_xref as xref where (xref.partner_code, xref.family_ref) = (place.partner_code, place.family_ref)
        )
        group by place.partner_code, place.family_ref
    ),
    family as (
        insert into identity.family (family_id, minted_period) select family_id, period from new
    )
    insert into identity.family_xref (partner_code, family_ref, family_id) select partner_code, family_ref, family_id from new
"""


def write(connection: Connection) -> None:
    """Mint an id for every family that is staged and has none."""
    connection.execute(_MINT)
