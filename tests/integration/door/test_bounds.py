"""Hostile files: each is refused by its own rule, in a process that stays small; most of them in a moment."""

import json
import os
import subprocess
import sys

import pytest

from wholefamily.door import landing
from wholefamily.door.landing import _Transfer
from wholefamily.settings import REPOSITORY

MOST_MIB = 512

# Run in a process of its own, whose peak is its own. Each stream is made as it is read: nothing of it stands anywhere whole.
READ = """
import gzip, io, itertools, json, pathlib, sys, zlib
from wholefamily.door import parse, records
from wholefamily.door.received import Received
from wholefamily.door.records import Records
from wholefamily.door.sieve import Sieve
from wholefamily.feeds import FEEDS
from wholefamily.partners import CANONICAL

HEAD = b"person_ref,from_date,to_date\\n"
ROW = b"P1,2026-10-01,2026-10-02\\n"

def pieces(*contents):
    for content in contents:
        for start in range(0, len(content), 32768):
            yield content[start:start + 32768]

def endless(piece, times):
    return itertools.chain([HEAD], itertools.repeat(piece, times))

def deflated(chunks):
    packer = zlib.compressobj(9, wbits=31)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()

def distinct():
    yield HEAD
    for start in range(0, 2_000_000, 1000):
        yield b"".join(b"P%d,2026-10-01,\\n" % number for number in range(start, start + 1000))

bomb = lambda: parse.gunzipped(deflated(itertools.repeat(bytes(1 << 20), 2048)))
rows = lambda n: endless(ROW * 1000, n)
STREAMS = {
    "two gigabytes of nothing": bomb,
    "gzip in gzip": lambda: parse.gunzipped(deflated(deflated([HEAD, ROW]))),
    "rows that expand": lambda: parse.gunzipped(deflated(rows(40_000))),
    "empty members": lambda: parse.gunzipped(itertools.repeat(gzip.compress(b"") * 1000, 1_000)),
    "line of 10 MB": lambda: endless(b"x" * 32768, 320),
    "record that never ends": lambda: itertools.chain([HEAD, b'"'], itertools.repeat(b"x\\n" * 16384, 100_000)),
    "columns": lambda: pieces(b",".join([b"x"] * 10_000) + b"\\n"),
    "columns without end": lambda: itertools.repeat(b"x," * 16384, 100_000),
    "nul": lambda: endless(b"P1,\\0\\n", 1),
    "not utf-8": lambda: endless(b"P\\xe9,2026-10-01,\\n", 1),
    "not csv": lambda: endless(b'P1,"a"b,\\n', 1),
    "empty lines": lambda: itertools.chain([HEAD], itertools.repeat(b"\\n" * 32768, 100_000)),
    "persons": distinct,
    "rows": lambda: rows(1_001),
    "wide rows": lambda: itertools.chain(endless(b"," * 100_000 + b"\\n", 100), [b'"']),
}
records.MAX_LINES = 1_000_000  # twenty million take ten seconds
FOUND = {}
for name, stream in STREAMS.items():
    received = Received("missing_episodes")
    try:
        found = Records(parse.blocks(stream(), "utf-8"), ",")
        header = parse.read_header(found.header(), FEEDS["missing_episodes"], "police", CANONICAL)
        kind = "authority" if name == "rows" else "police"
        for _ in Sieve(header.columns, FEEDS["missing_episodes"], kind, CANONICAL, frozenset(), received).copy_text(found):
            pass
        FOUND[name] = "taken"
    except parse.UnreadableError as error:
        FOUND[name] = error.rule
status = pathlib.Path("/proc/self/status").read_text()
FOUND["peak"] = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
print(json.dumps(FOUND))
"""

FATES = {
    "two gigabytes of nothing": "holds_nul",
    "gzip in gzip": "holds_nul",
    "rows that expand": "expands_to_too_much",
    "empty members": "expands_to_too_much",
    "line of 10 MB": "line_too_long",
    "record that never ends": "record_too_long",
    "columns": "too_many_columns",
    "columns without end": "line_too_long",
    "nul": "holds_nul",
    "not utf-8": "not_in_its_encoding",
    "not csv": "not_csv",
    "empty lines": "too_many_rows",
    "persons": "too_many_persons",
    "rows": "too_many_rows",
    "wide rows": "not_csv",
}


def test_hostile_files_are_refused_in_fixed_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")},
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    found = json.loads(done.stdout)
    peak = found.pop("peak")
    assert found == FATES
    assert peak < MOST_MIB


@pytest.mark.parametrize(("left", "is_known"), [(10, True), (11, False)])
def test_of_a_refused_file_only_so_much_is_read_for_its_hash(left: int, *, is_known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "READ_ON", 10)
    chunks = iter([b"x"] * left + [b"y"])
    transfer = _Transfer(chunk for chunk in chunks if chunk != b"y")
    assert (transfer.sha256_of_all() is not None) == is_known
