"""The verbs ``verify-ledger`` and ``disclosures``: whether the disclosure ledger is as it was written, and what it says of somebody."""

import argparse
import sys
import time
from pathlib import Path
from uuid import UUID

from wholefamily.settings import Settings
from wholefamily.warehouse import connect

_SECONDS = 2.0
"""Between two lines of progress."""


def add_verify(parser: argparse.ArgumentParser) -> None:
    """``verify-ledger [--manifest <file>]…``."""
    parser.add_argument(
        "--manifest", type=Path, action="append", default=[], help="a product's manifest as its recipient holds it; may be given again"
    )


def add_disclosures(parser: argparse.ArgumentParser) -> None:
    """``disclosures <id>``."""
    parser.add_argument("id", type=UUID, help="a person_id, family_id or household_id")


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Verify the ledger; 1 when anything is not as it was written."""
    from wholefamily.disclosure import anchor
    from wholefamily.disclosure.verify import verify as verified

    others = anchor.of_manifests(options.manifest)
    told = [time.monotonic()]

    def say(done: int, of: int) -> None:
        if time.monotonic() - told[-1] >= _SECONDS:
            told.append(time.monotonic())
            print(f"{done:,} of {of:,} entries and rows", file=sys.stderr, flush=True)

    report = verified(settings, others, say)
    print("\n".join(report.lines()))
    return 1 if report.findings else 0


def disclosures(settings: Settings, options: argparse.Namespace) -> int:
    """Say who was told what about a person, family or household."""
    from wholefamily.disclosure import told

    with connect(settings, login="release") as connection:
        print("\n".join(told.lines(connection, options.id)))
    return 0
