"""The verb ``evidence``: the rows that a claim rests on, so that an auditor can work out its hash again."""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from psycopg.rows import class_row

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

EVIDENCE, CLAIM = "evidence.txt", "claim.json"


@dataclass(frozen=True)
class Claim:
    """A claim as ``marts.fct_result_claim`` has it."""

    family_id: UUID
    framework_code: str
    period: str
    partner_code: str
    route: str
    amount_gbp: int | None
    status: str
    evidence_hash: str | None


@dataclass(frozen=True)
class Measure:
    """A measure of the family in the month of the claim, as ``marts.fct_family_progress`` has it."""

    measure_code: str
    baseline_value: int | None
    current_value: int | None
    result: str
    reason: str


@dataclass(frozen=True)
class Pack:
    """A claim, the measures of its month, and its rows ``measure|partner|month/revision/feed:line``, sorted by their bytes."""

    claim: Claim
    measures: Sequence[Measure]
    rows: Sequence[str]

    @property
    def content(self) -> bytes:
        """What the hash is over: the rows, a newline between two of them and none at the end."""
        return "\n".join(self.rows).encode()

    @property
    def sha256(self) -> str:
        """The hash of the rows, as ``sha256sum evidence.txt`` prints it."""
        return hashlib.sha256(self.content).hexdigest()


def add(parser: argparse.ArgumentParser) -> None:
    """``evidence <family_id> <framework>``."""
    parser.add_argument("family_id", help="a family_id of marts.fct_result_claim")
    parser.add_argument("framework", help="the framework of the claim, such as tf_2012")
    parser.add_argument("--out", type=Path, help=f"write {EVIDENCE} and {CLAIM} to this folder")
    parser.add_argument("--against", type=Path, help=f"compare an {EVIDENCE} written earlier with what the marts hold now")


def evidence(settings: Settings, options: argparse.Namespace) -> int:
    """Print a claim and its rows, and whether they give its hash. Exit code 1 where they, or an earlier pack, do not."""
    pack = read(settings, _id(options.family_id), options.framework)
    claim = pack.claim
    amount = "amount not known" if claim.amount_gbp is None else f"£{claim.amount_gbp:,}"
    print(f"family {claim.family_id}, {claim.framework_code}, claimed {claim.period} by {claim.partner_code}")
    print(f"{claim.route}: {claim.status}, {amount}")
    for measure in pack.measures:
        values = f"before {_value(measure.baseline_value)}, now {_value(measure.current_value)}"
        print(f"  {measure.measure_code}: {measure.result}, {measure.reason} ({values})")
    print(f"{len(pack.rows)} rows: measure|partner|line of file")
    for row in pack.rows:
        print(f"  {row}")
    print(f"sha256 of the rows  {pack.sha256}")
    print(f"evidence_hash       {claim.evidence_hash or 'none'}")
    if options.out:
        _write(pack, options.out)
    if pack.sha256 != claim.evidence_hash:
        raise WholefamilyError("the rows do not give the claim's hash: the marts were changed by hand; have the month built again")
    if options.against:
        _compare(pack, options.against)
    return 0


def read(settings: Settings, family_id: UUID, framework: str) -> Pack:
    """The one claim of a family under a framework. Raises WholefamilyError when there is none."""
    of = {"family": family_id, "framework": framework}
    with connect(settings, application="wholefamily-evidence") as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        with connection.cursor(row_factory=class_row(Claim)) as cursor:
            claim = cursor.execute(_CLAIM, of).fetchone()
        if claim is None:
            raise WholefamilyError(_no_claim(connection, family_id, framework))
        with connection.cursor(row_factory=class_row(Measure)) as cursor:
            measures = cursor.execute(_MEASURES, of | {"period": claim.period}).fetchall()
        rows = [row for (row,) in connection.execute(_ROWS, of | {"period": claim.period})]
    return Pack(claim, measures, rows)


def _write(pack: Pack, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EVIDENCE).write_bytes(pack.content)
    told = asdict(pack.claim) | {"measures": [asdict(measure) for measure in pack.measures], "n_rows": len(pack.rows)}
    (folder / CLAIM).write_text(json.dumps(told, default=str, indent=2) + "\n", encoding="utf-8")
    print(f"written: {folder / EVIDENCE}, {folder / CLAIM}")


def _compare(pack: Pack, path: Path) -> None:
    try:
        earlier = path.read_bytes()
    except OSError as error:
        raise WholefamilyError(f"{path}: {error.strerror}; name an {EVIDENCE} that was written with --out") from None
    if earlier == pack.content:
        print(f"{path}: still what the claim rests on")
        return
    before, now = set(earlier.decode(errors="replace").splitlines()), set(pack.rows)
    for sign, rows in (("-", before - now), ("+", now - before)):
        for row in sorted(rows):
            print(f"{sign} {row}")
    raise WholefamilyError(f"{path} is not what the claim rests on now: a file was corrected, or the month built from others")


def _no_claim(connection: Connection, family_id: UUID, framework: str) -> str:
    said = connection.execute(
        "select period, status from marts.fct_result_claim where family_id = %s and framework_code = %s order by period desc limit 1",
        [family_id, framework],
    ).fetchone()
    if said is None:
        return f"no result of {family_id} under {framework}: take both from marts.fct_result_claim"
    return f"{family_id} has claimed nothing under {framework}: in {said[0]} its result is {said[1]}"


def _value(value: int | None) -> str:
    return "not known" if value is None else str(value)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WholefamilyError(f"{text!r} is not an id: take a family_id from marts.fct_result_claim") from None


_CLAIM = """
    select family_id, framework_code, period, partner_code, route, amount_gbp, status, evidence_hash from marts.fct_result_claim
    where family_id = %(family)s and framework_code = %(framework)s and status in ('valid', 'review')
"""
_MEASURES = """
    select measure_code, baseline_value, current_value, result, reason from marts.fct_family_progress
    where family_id = %(family)s and framework_code = %(framework)s and period = %(period)s order by measure_code
"""
_ROWS = """
    select concat_ws('|', measure_code, source_partner, source_record) from marts.fct_claim_evidence
    where family_id = %(family)s and framework_code = %(framework)s and period = %(period)s
    order by measure_code collate "C", source_partner collate "C", source_record collate "C"
"""
