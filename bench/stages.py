"""What is measured, each in a process of its own: ``python -m bench.stages <what> <size>`` prints its figures as JSON."""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from bench import region
from bench.peer_gx import gx
from wholefamily import door, partners, validation, warehouse
from wholefamily.partners import Partner
from wholefamily.settings import REPOSITORY, Settings

_PIECE = 1 << 18
_MOST_ROWS = 1_000_000  # that a peer is given; its time is scaled to the rows of the others
_ENCODINGS = {"utf-8": "UTF8", "utf-8-sig": "UTF8", "cp1252": "WIN1252", "iso-8859-1": "LATIN1"}

Figures = dict[str, dict[str, float]]
"""Stage -> rows, seconds."""


class _Clock:
    """Adds up what is done under a name."""

    def __init__(self) -> None:
        self.figures: Figures = {}

    @contextmanager
    def time(self, stage: str, n_rows: int) -> Iterator[None]:
        """Count what is done inside as of ``n_rows`` rows of ``stage``."""
        began = time.perf_counter()
        yield
        each = self.figures.setdefault(stage, {"rows": 0, "seconds": 0.0})
        each["rows"] += n_rows
        each["seconds"] += time.perf_counter() - began


def floor(settings: Settings) -> Figures:
    """For each partner in turn: get all files with OpenSSH's sftp, sha256sum them, COPY their bytes into tables of text."""
    clock = _Clock()
    for code, partner in region.senders(settings).items():
        folder, files = region.drop_of(settings, code)
        n_rows = sum(int(str(file["rows"])) for file in files)
        with tempfile.TemporaryDirectory(dir=settings.home_dir) as got, clock.time("load", n_rows):
            _floor_of(settings, partner, folder, Path(got), files)
    return clock.figures


def _floor_of(settings: Settings, partner: Partner, folder: Path, got: Path, files: list[dict[str, object]]) -> None:
    batch = f"get {folder.relative_to(settings.home_dir / 'sftp' / partner.code)}/* {got}\n"
    address = partner.sftp.resolve(settings.sftp_variables())
    known = settings.home_dir / "known_hosts"
    known.write_text(f"[{address.host}]:{address.port} {address.host_key}\n", encoding="utf-8")
    options = ["-o", f"UserKnownHostsFile={known}", "-i", str(settings.secret_path(f"sftp_{partner.code}")), "-P", str(address.port)]
    subprocess.run(
        [_program("sftp"), "-q", "-b", "-", *options, f"{address.username}@{address.host}"],
        input=batch.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    paths = [got / str(file["path"]) for file in files]
    told = subprocess.run([_program("sha256sum"), *paths], check=True, capture_output=True, text=True).stdout
    if [line.split()[0] for line in told.splitlines()] != [file["sha256"] for file in files]:
        raise SystemExit(f"{partner.code}: a file is not what the manifest says")
    with warehouse.connect(settings) as connection:
        for file, path in zip(files, paths, strict=True):
            _copy(connection, partner, str(file["feed"]), region.plain_copy(settings, path) if path.suffix == ".gpg" else path)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is needed and not installed: it is a part of the floor")
    return found


def _copy(connection: warehouse.Connection, partner: Partner, feed: str, path: Path) -> None:
    dialect = partner.dialect_named(None) or partners.CANONICAL
    pieces = _content(path)
    first = next(pieces)
    headings = first.decode(dialect.encoding, "replace").splitlines()[0].split(dialect.delimiter)
    table = sql.Identifier(f"floor_{partner.code}_{feed}")
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(heading)) for heading in headings)
    connection.execute(sql.SQL("create table {} ({})").format(table, columns))
    statement = sql.SQL("copy {} from stdin (format csv, header true, delimiter {}, encoding {}, freeze)").format(
        table, sql.Literal(dialect.delimiter), sql.Literal(_ENCODINGS[dialect.encoding])
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(first)
        for piece in pieces:
            copy.write(piece)


def _content(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def ours(settings: Settings) -> Figures:
    """For each partner in turn: collect, judge, load, decide and tell, as its DAG does; and a scan of what has landed."""
    import great_expectations  # noqa: F401 - some ten seconds, which are nobody's stage

    clock = _Clock()
    for code, partner in region.senders(settings).items():
        n_rows = sum(int(str(file["rows"])) for file in region.drop_of(settings, code)[1])
        with clock.time("load", n_rows):
            arrival = door.collect(settings, partner, region.PERIOD)
        with clock.time("scan", n_rows):
            _scan(settings)
        with clock.time("judge", n_rows):
            validation.judge(settings, arrival)
        with clock.time("load", 0):
            for step in (door.load, door.decide, door.send_receipt):
                step(settings, arrival)
    return clock.figures


def _scan(settings: Settings) -> None:
    """One sequential scan of each file that has landed, which looks at each of its columns."""
    with warehouse.connect(settings) as connection:
        for (table,) in _landed(connection):
            columns = connection.execute(
                "select column_name from information_schema.columns where table_schema = 'landing' and table_name = %s", [table]
            ).fetchall()
            counts = sql.SQL(", ").join(sql.SQL("count({})").format(sql.Identifier(name)) for (name,) in columns)
            connection.execute(sql.SQL("select {} from landing.{}").format(counts, sql.Identifier(table)))


def _landed(connection: warehouse.Connection) -> list[tuple[str]]:
    # Of a drop that was held, tables stay after it.
    query = "select format('d%s_%s', delivery_id, feed) from quality.delivery_file where status = 'receiving' order by 1"
    return [(str(table),) for (table,) in connection.execute(query)]


def dlt(settings: Settings) -> Figures:
    """dlt, in an environment of its own, on the plain files of one sender; on at most a million rows."""
    partner = region.senders(settings)[region.PLAIN_SENDER]
    folder, files = region.drop_of(settings, partner.code)
    address = partner.sftp.resolve(settings.sftp_variables())
    feeds, n_rows = [], 0
    for file in files:
        if n_rows + int(str(file["rows"])) <= _MOST_ROWS:
            feeds.append(file["feed"])
            n_rows += int(str(file["rows"]))
    asked = {
        "host": address.host,
        "port": address.port,
        "username": address.username,
        "key": str(settings.secret_path(f"sftp_{partner.code}")),
        "folder": f"/{folder.relative_to(settings.home_dir / 'sftp' / partner.code)}",
        "feeds": feeds,
        "dsn": settings.dsn(),
    }
    python = REPOSITORY / ".venv-bench" / "bin" / "python"
    command = [python, REPOSITORY / "bench" / "peer_dlt.py"]
    told = subprocess.run(command, input=json.dumps(asked), check=True, stdout=subprocess.PIPE, text=True).stdout
    return {"load": json.loads(told.splitlines()[-1])}


if __name__ == "__main__":
    stages = {"floor": floor, "ours": ours, "dlt": dlt, "gx": gx}
    print(json.dumps(stages[sys.argv[1]](region.settings_of(sys.argv[2]))))
