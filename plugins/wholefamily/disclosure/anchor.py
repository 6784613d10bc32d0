"""The ledger's head, written outside the database: whoever could change the ledger cannot change what was anchored of it.

``<ledger>/head.jsonl`` has a line for each head that was anchored; lines are only ever added. Recipients' manifests hold heads too.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path

from wholefamily.disclosure.ledger import NOTHING, Head
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

FILE = "head.jsonl"


def write(settings: Settings) -> None:
    """Anchor the head of what is committed; the same head again is a no-op.

    What a push that was killed had committed is anchored by the next one. Raises WholefamilyError when the ledger does not hold what
    was anchored last: then nothing is anchored, and somebody must look.
    """
    settings.ledger.mkdir(parents=True, exist_ok=True)
    with (settings.ledger / FILE).open("ab+") as file:
        # Held while the head is read: heads stand in the file in their order.
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read()
        if not content.endswith(b"\n"):  # a line that was being written when the machine went down
            content = content[: content.rfind(b"\n") + 1]
            file.truncate(len(content))
        anchored = _heads(content.splitlines(), settings.ledger / FILE)
        last = anchored[-1] if anchored else NOTHING
        with connect(settings, login="release") as connection:
            row = connection.execute(_HEAD, [last.sequence]).fetchone()
        sequence, sha256, disclosed_at, sha256_at_last = row or (*NOTHING, None, None)
        if last != NOTHING and sha256_at_last != last.sha256:
            raise WholefamilyError(
                f"the disclosure ledger does not hold its entry {last.sequence} as it was anchored: run `python -m wholefamily verify-ledger`"
            )
        if sequence > last.sequence:
            line = {"sequence": sequence, "sha256": sha256, "disclosed_at": disclosed_at}
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read(settings: Settings) -> list[Head]:
    """What was anchored, in its order; empty when nothing ever was."""
    path = settings.ledger / FILE
    if not path.exists():
        return []
    return _heads(path.read_bytes().splitlines(), path)


def of_manifests(paths: Iterable[Path]) -> list[Head]:
    """The heads that recipients' manifests hold. Raises WholefamilyError for a file that holds none."""
    found = []
    for path in paths:
        try:
            found.append(Head(**json.loads(path.read_bytes())["ledger"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise WholefamilyError(f"{path} is no manifest of a product with the ledger's head: give one as the recipient got it") from None
    return [head for head in found if head != NOTHING]


def _heads(lines: Iterable[bytes], path: Path) -> list[Head]:
    heads = []
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
            heads.append(Head(int(content["sequence"]), str(content["sha256"])))
        except (ValueError, KeyError, TypeError):
            raise WholefamilyError(f"{path}, line {number} is not a head of the ledger: somebody has changed the file") from None
    return heads


_HEAD = """
    select
        last.sequence, last.entry_sha256, to_char(last.disclosed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        (select entry_sha256 from exchange.disclosure where sequence = %s)
    from exchange.disclosure as last
    order by last.sequence desc
    limit 1
"""
