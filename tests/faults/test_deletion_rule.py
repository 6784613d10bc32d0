"""Rows that may not be disclosed leave no trace: every byte of what we keep is searched, after a success and after each kind of failure.

What may leave one, and for how long, is tested too: docs/decisions/0009-what-leaves-no-trace.md.
"""

import base64
import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pysequoia import Tsk, encrypt
from tests.faults.conftest import Nursery, Outcome, Scene, Scenes
from tests.faults.drops import PERIOD
from tests.faults.events import Fault, Kind
from tests.faults.nursery import STEPS
from tests.faults.servers import DurableServer
from tests.integration.door.conftest import SftpHost, _empty

from wholefamily import certificates
from wholefamily.demo import postgres

NEVER = "Zqcanary"  # in every row that may not be stored
QUARANTINED = "Zqquarantine"  # in every row that is quarantined
KEPT = "Zqkept"  # in rows that are stored: what shows that the search finds what is there
POLICE = "west_midlands_police"
N_ROWS = 4000

_WITHHELD = (
    "O{n},N{m},VICTIM,{never}a,2026-08-01,CAUTION\n",
    "O{n},N{m},WITNESS,{never}b,2026-08-01,CAUTION\n",
    "O{n},N{m},COMPLAINANT,{never}c,2026-08-01,CAUTION\n",
    "O{n},N{m},,{never}d,2026-08-01,CAUTION\n",
    "O{n},N{m},BYSTANDER,{never}e,2026-08-01,CAUTION\n",
    "O{n},N{k},OFFENDER,{never}f,2026-08-01,COMMUNITY_RESOLUTION\n",
    "O{n},N{k},OFFENDER,{never}g,2026-08-01,cannabis warning\n",
    "O{n},N{m},VICTIM,{never}h\n",  # too few fields
    "O{n},N{m},VICTIM,{never}i,2026-08-01,CAUTION,2026-08-02,{never},{never}\n",  # too many
    '"O{n}","N{m}","VICTIM","{never}j, with a comma\nand a line, and ""quotes""","2026-08-01","CAUTION"\n',
)


def _offences(header: str = "offence_ref,person_ref,role,offence_class,offence_date,disposal\n") -> str:
    # Persons of even number are offenders, those of odd number never are.
    kept = (f"O{n},N{2 * n},OFFENDER,{KEPT},2026-08-01,CAUTION\n" for n in range(N_ROWS))
    never = (_WITHHELD[n % len(_WITHHELD)].format(n=n, m=2 * n + 1, k=2 * n, never=NEVER) for n in range(N_ROWS))
    quarantined = f"O{N_ROWS},N0,OFFENDER,{QUARANTINED},2099-08-01,CAUTION\n"
    return header + quarantined + "".join(row for pair in zip(kept, never, strict=True) for row in pair)


PEOPLE = "person_ref,given_name,family_name,date_of_birth,resident_from\n" + "".join(
    f"N{n},Given,{NEVER if n % 2 else KEPT}{n},1990-01-12,2020-01-01\n" for n in range(2 * N_ROWS)
)
INCIDENTS = "incident_ref,person_ref,role,occurred_on\n" + "".join(
    f"D{n},N{n},{'VICTIM' if n % 2 else 'PERPETRATOR'},2026-08-01\n".replace(f"D{n},", f"{NEVER if n % 2 else KEPT}D{n},")
    for n in range(400)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DurableServer]:
    server = DurableServer(tmp_path_factory.mktemp("searched"))
    yield server
    postgres.stop(server.data)


@pytest.fixture(scope="module")
def scenes(nursery: Nursery, server: DurableServer, sftp_host: SftpHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    scenes = Scenes(nursery, server, server.template, sftp_host, tmp_path_factory)
    yield scenes
    scenes.strike()


@pytest.fixture
def scene(scenes: Scenes) -> Scene:
    """The police's drop: a file plain, one packed, one encrypted and signed."""
    scene = scenes.new(POLICE)
    _empty(scene.sender.root / "outbound")
    us, police = Tsk.generate("us"), Tsk.generate("police")
    keys = scene.settings.home_dir / "secrets"
    (keys / certificates.PRIVATE_KEY).write_text(str(us))
    (keys / f"openpgp_{POLICE}.pub").write_text(str(police.extract_certificate()))
    sealed = encrypt(INCIDENTS.encode(), [us.extract_certificate()], police.signer(), armor=False)
    files = {"people.csv": PEOPLE, "offences.csv.gz": gzip.compress(_offences().encode()), "domestic_abuse.csv.gpg": sealed}
    rows = {"offences.csv.gz": 2 * N_ROWS + 1, "domestic_abuse.csv.gpg": 400}
    scene.sender.send(files, period=PERIOD, rows=rows)
    return scene


def _forms(text: str) -> list[bytes]:
    """A text in UTF-8, UTF-16, hexadecimal, and base64 at each of its three offsets."""
    plain = text.encode()
    forms = [plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode(), plain.hex().upper().encode()]
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + plain)
        forms.append(encoded[4 if offset else 0 : -4])
    return forms


def _files_with(text: str, folders: list[Path]) -> set[str]:
    forms, found = _forms(text), set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                if path.suffix == ".gz":
                    content += gzip.decompress(content)
                if any(form in content for form in forms):
                    found.add(str(path.relative_to(folder)))
    return found


def _dump(server: DurableServer, scene: Scene) -> str:
    dsn = server.admin_dsn.removesuffix("postgres") + scene.settings.warehouse_db
    program = postgres.binaries() / "pg_dump"
    return subprocess.run([program, "--inserts", dsn], capture_output=True, check=True, text=True).stdout


def _search(scene: Scene, server: DurableServer, outcomes: list[Outcome], text: str) -> set[str]:
    """Where a text stands: data and WAL of PostgreSQL and its log, a dump, the home folder, and what the processes said."""
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    # The scratch folder has what tasks said and raised; the server's folder its log too.
    found = _files_with(text, [server.data.parent, scene.settings.home_dir, scene.scratch, scene.sender.root / "inbound"])
    if text in _dump(server, scene):
        found.add("pg_dump")
    if any(text in outcome.traceback + outcome.printed + str(outcome.error) for outcome in outcomes):
        found.add("what was said")
    return found


def test_nothing_is_left_by_a_drop_that_is_taken(scene: Scene, server: DurableServer) -> None:
    outcome = scene.run()
    assert scene.done(outcome)
    assert _search(scene, server, [outcome], NEVER) == set()
    receipt = scene.sender.receipt()
    told = {file["feed"]: (file["status"], file["rows_loaded"], file["rows_not_for_disclosure"]) for file in receipt["files"]}
    assert told == {
        "people": ("accepted", N_ROWS, N_ROWS),
        "offences": ("accepted", N_ROWS, N_ROWS),
        "domestic_abuse": ("accepted", 200, 200),
    }
    assert "pg_dump" in _search(scene, server, [outcome], KEPT), "the search finds what is there"


FAULTS: dict[str, tuple[str, Kind, int, bool]] = {
    "killed-in-the-middle-of-copy": ("collect", "copy", 4, False),
    "killed-once-a-piece-was-sent": ("collect", "copy", 5, False),
    "server-stopped-in-the-middle-of-copy": ("collect", "copy", 4, True),
    "killed-while-judging": ("judge", "sql", 40, False),
    "server-stopped-while-judging": ("judge", "sql", 40, True),
    "server-stopped-while-loading": ("load", "sql", 10, True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_left_by_a_run_that_fails(scene: Scene, server: DurableServer, fault: str) -> None:
    step, kind, nth, is_stopped = FAULTS[fault]
    died = scene.run(fault=Fault(step, kind, nth, is_sent=nth % 2 == 1, command=server.stop_at_once if is_stopped else ()))
    assert died.code == -9 or died.error, died
    server.start()
    assert _search(scene, server, [died], NEVER) == set()
    again = scene.run()
    assert scene.done(again)
    assert _search(scene, server, [died, again], NEVER) == set()


# What follows a row that may not be stored, and makes the door or PostgreSQL stumble right there.
_STUMBLES = {
    "nul": "O9,N0,OFFENDER,x\0y,2026-08-01,CAUTION\n",
    "open-quote": f'O9,N1,VICTIM,"{NEVER},2026-08-01,CAUTION\n',
    "bytes-of-no-encoding": "O9,N0,OFFENDER,\udcff\udcfe,2026-08-01,CAUTION\n",
    "line-without-end": f"O9,N1,VICTIM,{NEVER}{'x' * (2 << 20)},2026-08-01,CAUTION\n",
}


@pytest.mark.parametrize("stumble", _STUMBLES)
def test_nothing_is_left_by_a_file_that_cannot_be_read(scene: Scene, server: DurableServer, stumble: str) -> None:
    _empty(scene.sender.root / "outbound")
    offences = (_offences() + _WITHHELD[0].format(n=8, m=1, never=NEVER) + _STUMBLES[stumble]).encode("utf-8", "surrogateescape")
    scene.sender.send({"people.csv": PEOPLE, "offences.csv": offences}, period=PERIOD)
    outcome = scene.run()
    assert scene.done(outcome)
    assert scene.sender.receipt()["status"] != "accepted"
    assert _search(scene, server, [outcome], NEVER) == set()


def test_nothing_is_told_by_an_error_of_postgresql_that_quotes_a_row(scene: Scene, server: DurableServer) -> None:
    """A table that refuses a row of the middle of a COPY: PostgreSQL's error names the line, and quotes it."""
    with psycopg.connect(server.admin_dsn.removesuffix("postgres") + scene.settings.warehouse_db) as admin:
        admin.execute(
            "create function refuse() returns event_trigger language plpgsql as $$ declare made record; begin "
            "for made in select * from pg_event_trigger_ddl_commands() where object_identity ~ '^landing.d[0-9]+_offences$' loop "
            f"execute format('alter table %s add check (offence_class <> ''{QUARANTINED}'')', made.object_identity); end loop; end $$"
        )
        admin.execute("create event trigger refuse on ddl_command_end when tag in ('CREATE TABLE') execute function refuse()")
    died = scene.run()
    assert died.error is not None
    assert "SQLSTATE 23514" in died.error
    assert _search(scene, server, [died], NEVER) == set()
    said = died.traceback + died.printed + Path(f"{server.data}.log").read_text()
    assert QUARANTINED not in said
    assert KEPT not in said


def _send(scene: Scene, offences: str) -> None:
    _empty(scene.sender.root / "outbound")
    scene.sender.send({"people.csv": PEOPLE, "offences.csv": offences}, period=PERIOD, rows={"offences.csv": 2 * N_ROWS + 1})


def test_quarantined_rows_are_gone_once_the_drop_is_loaded(scene: Scene, server: DurableServer) -> None:
    gone = "Zqgone"  # in no other test of this server
    _send(scene, _offences().replace(QUARANTINED, gone))
    collected = scene.run(("collect",))
    assert any(path.startswith("data/base/") for path in _search(scene, server, [], gone)), "it stands in its landing table"
    ended = scene.run(STEPS[1:], collected.arrival)
    assert scene.done(ended)
    assert scene.sender.rows("select count(*) from quality.quarantined_row") == [(1,)]
    assert _search(scene, server, [collected, ended], gone) == set()


def test_no_wal_is_kept(server: DurableServer) -> None:
    with psycopg.connect(server.admin_dsn) as admin:
        held = dict(
            admin.execute(
                "select name, setting from pg_settings "
                "where name in ('archive_mode', 'wal_level', 'max_wal_senders', 'wal_skip_threshold', 'wal_keep_size')"
            ).fetchall()
        )
    assert held == {"archive_mode": "off", "wal_level": "minimal", "max_wal_senders": "0", "wal_skip_threshold": "0", "wal_keep_size": "0"}


def test_rows_that_land_write_no_wal_and_no_statistics(scene: Scene, server: DurableServer) -> None:
    """Statistics of a column are samples of its values: those of raw are of accepted rows only."""
    landed = "Zqlanded"
    _send(scene, _offences().replace(KEPT, landed))
    judged = scene.run(STEPS[:2])
    assert scene.done(judged)
    found = _search(scene, server, [judged], landed)
    assert any(path.startswith("data/base/") for path in found), "it stands in its landing table"
    assert [path for path in found if path.startswith("data/pg_wal/")] == []
    settings = "select relname, reloptions from pg_class where relnamespace = %s::regnamespace and relname ~ %s order by 1"
    off = ["autovacuum_enabled=false"]
    assert scene.sender.rows(settings, "landing", "^d[0-9]+_") == [("d1_offences", off), ("d1_people", off)]
    assert scene.done(scene.run(STEPS[2:], judged.arrival))
    assert scene.sender.rows(settings, "raw", "_d[0-9]+$") == [("offences_d1", None), ("people_d1", None)]
