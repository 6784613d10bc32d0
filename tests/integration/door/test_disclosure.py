"""Rows that may not be disclosed to the programme are never stored: not in a table, not in a file, not for a moment."""

import subprocess
from pathlib import Path

import psycopg
from tests.conftest import PostgresServer
from tests.integration.door.conftest import Sender

from wholefamily.demo import postgres

CANARY = "Quillmonger"  # in no other test: they share a server
PEOPLE = f"""person_ref,given_name,family_name,resident_from
N1,Ann,Baker,2020-01-01
N2,Zebedee,{CANARY}v,2020-01-01
N3,Zebedee,{CANARY}n,2020-01-01
N4,Zebedee,{CANARY}i,2020-01-01
N5,Zebedee,{CANARY}r,2020-01-01
N6,Cara,Dean,2020-01-01
"""
OFFENCES = f"""offence_ref,person_ref,role,offence_class,offence_date,disposal
O1,N1,OFFENDER,THEFT,2026-09-01,CAUTION
O1,N2,VICTIM,{CANARY}a,2026-09-01,CAUTION
O2,N4,OFFENDER,{CANARY}b,2026-09-01,community resolution
O3,N2,,{CANARY}c,2026-09-01,CAUTION
O4,N5,VICTIM,{CANARY}d,2026-09-01
O5,N5,OFFENDER,{CANARY}e,2026-09-01,CAUTION,extra
"""
INCIDENTS = f"""incident_ref,person_ref,role,incident_type,occurred_on
I1,N6,SUBJECT,NUISANCE,2026-09-02
I1,N2,COMPLAINANT,{CANARY}f,2026-09-02
"""


def test_what_may_not_be_disclosed_is_found_nowhere(police: Sender, postgres_server: PostgresServer, tmp_path: Path) -> None:
    # people stands first in the manifest: it is read last all the same.
    police.send({"people.csv": PEOPLE, "offences.csv": OFFENCES, "asb_incidents.csv": INCIDENTS})
    arrival = police.collect()
    assert police.rows("select family_name from landing.d1_people order by _line") == [("Baker",), ("Dean",)]
    assert police.collect() == arrival, "a retry takes it in again"
    receipt = police.ingest()
    counts = {
        file["feed"]: (file["rows_received"], file["rows_loaded"], file["rows_quarantined"], file["rows_not_for_disclosure"])
        for file in receipt["files"]
    }
    assert counts == {"people": (6, 2, 0, 4), "offences": (6, 0, 1, 4), "asb_incidents": (2, 1, 0, 1)}
    assert {file["feed"]: file["status"] for file in receipt["files"]}["offences"] == "held", "one of six rows has a field too many"
    assert police.rows("select feed, reason, n from quality.dropped_count order by 1, 2") == [
        ("asb_incidents", "role", 1),
        ("offences", "informal_disposal", 1),
        ("offences", "role", 3),
        ("people", "no_kept_row", 4),
    ]
    assert police.rows("select feed, line, rule from quality.quarantined_row") == [("offences", 7, "wrong_number_of_fields")]
    assert _dump(police, postgres_server).count(CANARY) == 0
    assert _files_with(CANARY.encode(), postgres_server, tmp_path) == []
    assert CANARY not in str(receipt)


def test_a_refused_drop_leaves_no_row_either(police: Sender, postgres_server: PostgresServer, tmp_path: Path) -> None:
    police.send({"people.csv": PEOPLE, "offences.csv": OFFENCES}, rows={"people.csv": 7})
    assert police.ingest()["status"] == "refused"
    assert _dump(police, postgres_server).count(CANARY) == 0
    assert _files_with(CANARY.encode(), postgres_server, tmp_path) == []


def test_rows_that_stand_refer_to_people_while_their_feed_is_not_sent_again(police: Sender) -> None:
    kept = "\n".join(line for line in OFFENCES.splitlines()[:3]) + "\n"
    police.send({"people.csv": PEOPLE, "offences.csv": kept}, period="2026-09")
    police.ingest("2026-09")
    police.send({"people.csv": PEOPLE, "asb_incidents.csv": INCIDENTS})
    police.ingest()
    october = "select person_ref from raw.people where _period = '2026-10' order by 1"
    assert police.rows(october) == [("N1",), ("N6",)], "N1 by September's offence, N6 by October's incident"
    withdrawn = OFFENCES.splitlines()[0] + "\n"
    police.send({"people.csv": PEOPLE, "offences.csv": withdrawn}, period="2026-11")
    police.ingest("2026-11")
    assert police.rows("select person_ref from raw.people where _period = '2026-11'") == [("N6",)], (
        "the offence was withdrawn by its sender"
    )


def _dump(sender: Sender, server: PostgresServer) -> str:
    program = postgres.binaries() / "pg_dump"
    dsn = f"postgresql://postgres:{server.password}@127.0.0.1:{server.port}/{sender.settings.warehouse_db}"
    return subprocess.run([program, "--inserts", dsn], capture_output=True, check=True, text=True).stdout


def _files_with(needle: bytes, server: PostgresServer, home: Path) -> list[str]:
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    paths = [path for root in (server.data, home) for path in root.rglob("*") if path.is_file()]
    log = server.data.with_name(server.data.name + ".log")
    return [path.name for path in [*paths, log] if needle in path.read_bytes()]


def test_a_feed_without_roles_keeps_the_people_to_whom_it_refers(police: Sender) -> None:
    missing = "person_ref,from_date,to_date\nN6,2026-10-02,2026-10-03\n"
    police.send({"people.csv": PEOPLE, "missing_episodes.csv": missing})
    police.ingest()
    assert police.rows("select person_ref from raw.people") == [("N6",)]
