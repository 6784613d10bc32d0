"""PostgreSQL on a disk of its own that can be filled: a tmpfs in a private mount namespace, which ends with this process.

Run under ``unshare --user --map-root-user --mount`` (as root, ``--mount`` is enough): ``small_disk.py <folder> <port> <password file>``.
Reads ``fill`` and ``free`` from standard input, and stops at its end.
"""

import os
import subprocess
import sys
from pathlib import Path

from wholefamily.demo import postgres

ROOM = 256 << 10
"""Enough for a session to begin, and for no file of a drop."""


def fill(folder: Path, ballast: Path) -> None:
    """Leave ``ROOM`` bytes of the disk."""
    left = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_bsize - ROOM)


def main() -> None:
    """Serve until standard input ends."""
    folder, port, password_file = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", str(folder)], check=True)
    data, ballast = folder / "data", folder / "ballast"
    postgres.start(data, port, password_file)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        if line == "fill\n":
            fill(folder, ballast)
        else:
            ballast.unlink()
        left = os.statvfs(folder)
        print(left.f_bavail * left.f_bsize, flush=True)  # noqa: T201
    postgres.stop(data)


if __name__ == "__main__":
    main()
