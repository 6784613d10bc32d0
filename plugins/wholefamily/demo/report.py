"""What `make demo` says: a line for each month, the outcomes of drops, and where to look."""

from collections.abc import Iterator

from wholefamily.settings import Settings
from wholefamily.warehouse import connect


def month_line(settings: Settings, period: str, seconds: float) -> str:
    """One line on what a month brought and what its marts hold."""
    with connect(settings) as connection:
        rows = connection.execute(
            "select coalesce(sum(rows_received), 0), coalesce(sum(rows_loaded), 0), coalesce(sum(rows_quarantined), 0), "
            "coalesce(sum(rows_not_for_disclosure), 0) from quality.delivery_file where period = %s",
            [period],
        ).fetchone()
        marts = connection.execute(
            "select count(*), count(*) filter (where is_eligible), "
            "(select count(distinct family_id) from marts.bridge_family_member where period = %(period)s) "
            "from marts.fct_household_eligibility where period = %(period)s and framework_code = 'tf_2012'",
            {"period": period},
        ).fetchone()
    received, loaded, quarantined, dropped = rows or (0, 0, 0, 0)
    households, eligible, families = marts or (0, 0, 0)
    return (
        f"{period}: {received:,} rows received, {loaded:,} loaded, {quarantined:,} quarantined, {dropped:,} not for disclosure; "
        f"{households:,} households, {eligible:,} eligible (tf_2012), {families:,} families on the programme; {seconds:.0f} s"
    )


def outcome_lines(settings: Settings) -> Iterator[str]:
    """How many drops there are of each fate, and which were not simply accepted."""
    with connect(settings) as connection:
        counts = connection.execute("select status, count(*) from quality.delivery group by status order by status").fetchall()
        others = connection.execute(
            "select partner_code, period, revision, status from quality.delivery where status <> 'accepted' order by 2, 1, 3"
        ).fetchall()
    yield "drops: " + (", ".join(f"{n} {status}" for status, n in counts) or "none")
    for partner, period, revision, status in others:
        yield f"  {partner} {period} r{revision}: {status} (its receipt says why: python -m wholefamily receipts {partner} {period})"
    n_held = dict(counts).get("held")
    if n_held:
        page = f"http://127.0.0.1:{settings.port_base + 1}/required_actions?response_received=false"
        yield f"  {n_held} held: nothing waits for them; engineer or approver decides in DAG decide_held_drop, {page}"


def where_to_look(settings: Settings) -> Iterator[str]:
    """Where a person finds what was built."""
    yield f"Airflow:    http://127.0.0.1:{settings.port_base + 1} (user engineer, password in {settings.home_dir}/secrets/engineer_password)"
    yield "warehouse:  make psql, or python -m wholefamily dsn"
    yield f"Data Docs:  {settings.data_docs}"
    yield f"partners:   {settings.home_dir}/sftp/<partner>/inbound has what we sent them"
    yield f"anyone:     {settings.home_dir}/published/<quarter>/index.html, the published tables"
    yield "stop:       make down"
