"""A warehouse on the eve of its marts: the region's month taken in by the door, staged, and everybody known to the registry.

Made once and kept. Who is who comes from the synthetic truth, not from linkage, which is a stage of its own and takes half an hour for
the whole region: every record of a person is given their id. Households, families and all that is built on them are the real ones.
"""

from psycopg import sql

from bench import region
from bench.stages import ours as take_in
from wholefamily import build
from wholefamily.linkage import families, households
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

DATABASE = "bench_marts"

_IDENTITY = """
    create temporary table everyone on commit drop as
        select true_person_id, gen_random_uuid() as person_id from truth group by true_person_id;
    insert into identity.person (person_id, minted_period) select person_id, {period} from everyone;
    insert into identity.person_xref (partner_code, person_ref, person_id, match_probability, match_basis, linked_period)
        select truth.partner_code, truth.person_ref, everyone.person_id, 1, 'single_record', {period}
        from truth
        inner join everyone using (true_person_id)
        inner join (select distinct partner_code, person_ref from staging.stg_people) as sent using (partner_code, person_ref);
    analyze identity.person, identity.person_xref
"""

_WHERE_RECORDS_LIVE = """
    insert into identity.household_xref (period, partner_code, person_ref, household_id)
    select member.period, xref.partner_code, xref.person_ref, member.household_id
    from identity.household_member as member inner join identity.person_xref as xref using (person_id);
    analyze identity.household_xref
"""


def make(settings: Settings) -> None:
    """Make the warehouse unless it is there: its servers run."""
    done = settings.home_dir / "marts-can-be-built"
    if done.exists():
        return
    region.new_warehouse(settings)
    take_in(settings)
    build.run_dbt(settings, "staging", [region.PERIOD])
    with connect(settings) as connection:
        _copy_truth(connection, settings)
        connection.execute(sql.SQL(_IDENTITY).format(period=sql.Literal(region.PERIOD)))
    with connect(settings) as connection:
        families.write(connection)
        households.write(connection, [region.PERIOD])
        connection.execute(_WHERE_RECORDS_LIVE)
    done.touch()


def _copy_truth(connection: Connection, settings: Settings) -> None:
    path = settings.home_dir / "sftp" / "truth" / "persons.csv"
    connection.execute(
        "create temporary table truth (true_person_id text, partner_code text, person_ref text, born text, sex text, hard text) on commit drop"
    )
    with path.open("rb") as file, connection.cursor().copy("copy truth from stdin (format csv, header)") as copy:
        while piece := file.read(1 << 20):
            copy.write(piece)
