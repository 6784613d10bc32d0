"""A hostile month: what each partner sent for October 2026, and what its receipts said. Written to ``docs/receipts`` by

``python -m tests.hostile.month``
"""

import gzip
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PostgresServer
from tests.hostile.recipe import Drop
from tests.hostile.rows import Bad, Withheld, kept, table
from tests.hostile.run import ingest
from tests.integration.door.conftest import SENDERS, SftpHost

from wholefamily import warehouse
from wholefamily.demo import postgres
from wholefamily.settings import REPOSITORY, Settings

FOLDER = REPOSITORY / "docs" / "receipts"
_FIVE = [Bad(sex="F")] * 5
_WELL_PACKED = gzip.compress(table("people", n=3).encode(), mtime=0)


@dataclass(frozen=True)
class Sent:
    """A drop of the month, and in a sentence what is wrong with it."""

    says: str
    drop: Drop


MONTH = [
    Sent(
        "Commas, in a drop that says that it has semicolons: no column is found.",
        Drop(sender="birmingham", manifest={"dialect": "semicolon"}),
    ),
    Sent("The same drop again, mended and with its revision raised: taken.", Drop(sender="birmingham", revision=2)),
    Sent(
        "One of two gzip files lacks its end: that file is refused, the other one taken.",
        Drop(
            sender="coventry",
            files={"people.csv.gz": _WELL_PACKED, "consent.csv.gz": gzip.compress(table("consent", n=3).encode(), mtime=0)[:-20]},
            rows={"people.csv.gz": 3, "consent.csv.gz": 3},
        ),
    ),
    Sent(
        "Marked too high, and without an agreement in force: nothing is read.",
        Drop(sender="dudley", manifest={"marking": "SECRET", "agreement": "WM-TF-ISA-2"}),
    ),
    Sent(
        "Rows that break rules, and identifiers that fail their check: the rows are left out, the identifiers blanked, the rest is taken.",
        Drop(
            sender="sandwell",
            files={
                "people.csv": table(
                    "people", Bad(date_of_birth="31/02/1990"), Bad(family_name=""), kept(nino="QQ123456A"), kept(upn="A801200005001"), n=60
                ),
                "consent.csv": table("consent", Bad(person_ref="P900"), Bad(decision="MAYBE")),
            },
        ),
    ),
    Sent(
        "A transfer that broke off: the drop is refused whole, as the file is not the one that its manifest describes.",
        Drop(sender="solihull", spoil=lambda folder: (folder / "people.csv").write_text("person_ref\n")),
    ),
    Sent("September, as usual.", Drop(sender="walsall", period="2026-09", files={"people.csv": table("people", n=100)})),
    Sent(
        "Half of September's rows, and too many bad ones: held until a person decides.",
        Drop(sender="walsall", files={"people.csv": table("people", *_FIVE, n=45)}),
    ),
    Sent("A good drop.", Drop(sender="wolverhampton")),
    Sent(
        "The same revision once more, with a file beside it that nobody asked for: a duplicate, and nothing changes.",
        Drop(sender="wolverhampton", spoil=lambda folder: (folder / "note.txt").touch()),
    ),
    Sent(
        "The same revision with other content: refused, and what stands stays.",
        Drop(sender="wolverhampton", files={"people.csv": table("people", n=4)}),
    ),
    Sent(
        "Victims, witnesses and informal disposals: not stored, and only counted; nor are the people to whom nothing else refers.",
        Drop(
            sender="west_midlands_police",
            files={
                "people.csv": table("people", Withheld(), Withheld(), n=40, kind="police"),
                "offences.csv": table(
                    "offences", Withheld(role="VICTIM"), Withheld(role="WITNESS"), Withheld(disposal="community resolution")
                ),
            },
        ),
    ),
]


def receipts(settings: Settings, root: Path) -> dict[str, str]:
    """Send the month, and return each receipt by its name, ``<partner>/<name>``."""
    told: dict[str, str] = {}
    for sent in MONTH:
        account = root / sent.drop.sender
        sent.drop.put(account / "outbound")
        path, receipt = ingest(settings, sent.drop, account)
        told[f"{sent.drop.sender}/{sent.drop.period}-{Path(path).name}"] = json.dumps(receipt, indent=2) + "\n"
    return told


def page(told: Mapping[str, str]) -> str:
    """The page that leads to the receipts."""
    lines = [
        "# The receipts of a hostile month",
        "",
        "What eight partners sent for October 2026, none of it as it should be, and the receipt that each found in its `inbound` folder. Written by",
        "`python -m tests.hostile.month`; a test sends the month again and compares. What each rule means: [at the door](../door.md).",
        "",
        "| from | what was sent | receipt |",
        "|---|---|---|",
    ]
    for sent, name in zip(MONTH, told, strict=True):
        lines.append(f"| {sent.drop.sender} | {sent.says} | [{json.loads(told[name])['status']}]({name}) |")
    return "\n".join(lines) + "\n"


def write(folder: Path, told: Mapping[str, str]) -> None:
    """Write the receipts and their page."""
    for name, text in {"README.md": page(told), **told}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Send the month through a PostgreSQL and an SFTP server of its own, and write what was told."""
    with tempfile.TemporaryDirectory() as home:
        server, host = PostgresServer(Path(home)), SftpHost(Path(home))
        try:
            settings = server.settings("month", Path(home)).model_copy(update={"sftp_port": host.port})
            postgres.create_warehouse(server.admin_dsn, settings)
            for name in ("sftp_host_key.pub", *(f"sftp_{code}" for code in SENDERS)):
                (settings.home_dir / "secrets" / name).write_bytes((host.secrets / name).read_bytes())
            warehouse.migrate(settings)
            write(FOLDER, receipts(settings, host.root))
        finally:
            host.stop()
            postgres.stop(server.data)


if __name__ == "__main__":
    main()
