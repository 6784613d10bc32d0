"""Replay: a drop that came before goes through the chain again, as far as there is anything left to do.

What was accepted stands and is never loaded twice. What was refused or held is taken again from the sender's server under the
partner file as it is now, if it is still the same to the byte. What broke off is continued, and a receipt that is missing is sent.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from wholefamily import build, validation
from wholefamily.door import arrivals, landed, ledger, manifest, sftp
from wholefamily.door.collect import REPLAY, collect, sha256_of, sha256_of_manifest, take
from wholefamily.door.decide import decide
from wholefamily.door.ledger import Arrival
from wholefamily.door.load import load
from wholefamily.door.receipt import send_receipt
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS
from wholefamily.partners import Partner
from wholefamily.partners import load as load_partners
from wholefamily.periods import is_day
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

Tell = Callable[[str], None]


class Replayed(NamedTuple):
    """What a replay came to: the drop's arrivals, its status now, and the months that are to be built, oldest first."""

    arrival_ids: tuple[int, ...]
    revision: int
    status: str
    months: tuple[str, ...]


def replay(settings: Settings, partner_code: str, period: str, revision: int | None = None, tell: Tell | None = None) -> Replayed:
    """Replay a drop of a month or a day; without ``revision`` the highest one that was seen. ``tell`` is given lines of progress.

    May be broken off at any time, and run again. Raises WholefamilyError when nothing of the drop is known, when what is to be
    taken again is not on the server as it was, or as the steps of the chain do.
    """
    say = tell or (lambda _: None)
    partner = load_partners(settings.partners_dir).get(partner_code)
    if partner is None or not partner.sends:
        raise WholefamilyError(f"{partner_code} is no partner that sends: the partner files are in {settings.partners_dir}")
    with ledger.session(settings) as connection:
        revision = revision or _highest(connection, partner, period)
        found = _arrivals(connection, partner, period, revision)
    if not found:
        raise WholefamilyError(f"no revision {revision} of {period} has come from {partner_code}: `receipts` lists what has")
    for arrival in found:
        if not arrival.is_receipted:
            say(f"continuing arrival {arrival.arrival_id}, which is {arrival.status}")
            _go_on(settings, partner, arrival, say)
    is_continued = any(arrival.status == "receiving" for arrival in found)
    reopened = None if is_continued else _reopened(settings, partner, period, revision, say)
    if reopened is not None:
        _go_on(settings, partner, reopened, say)
    with ledger.session(settings) as connection:
        build.rebuild(connection, period)
        months = tuple(build.changed_periods(connection))
        status = _delivery(connection, partner, period, revision)[1]
    return Replayed(tuple(arrival.arrival_id for arrival in found), revision, status, months)


def has_come(settings: Settings, partner: Partner, period: str) -> bool:
    """Whether anything of ``period`` has ever come from the partner."""
    with ledger.session(settings) as connection:
        query = "select 1 from quality.arrival where partner_code = %s and period = %s limit 1"
        return connection.execute(query, [partner.code, period]).fetchone() is not None


def collect_again(settings: Settings, partner: Partner, period: str) -> int:
    """As ``collect`` where there is a new drop; else what `replay` does of it for the highest revision. Returns the arrival's id.

    The steps that follow do what is left to do, and the month is built anew. Raises WholefamilyError as `replay` does.
    """
    with ledger.session(settings) as connection:
        build.rebuild(connection, period)
    if arrivals.has_new_drop(settings, partner, period):
        return collect(settings, partner, period)
    with ledger.session(settings) as connection:
        revision = _highest(connection, partner, period)
        latest = _arrivals(connection, partner, period, revision)[-1]
    reopened = _reopened(settings, partner, period, revision, lambda _: None)
    if reopened is None:
        return latest.arrival_id
    _collect(settings, partner, reopened)
    return reopened.arrival_id


def _highest(connection: Connection, partner: Partner, period: str) -> int:
    query = "select max(revision) from quality.arrival where partner_code = %s and period = %s"
    row = connection.execute(query, [partner.code, period]).fetchone()
    if row is None or row[0] is None:
        raise WholefamilyError(
            f"nothing of {period} has come from {partner.code}: there is nothing to replay; the ingest DAG takes it when it is there"
        )
    return int(str(row[0]))


def _arrivals(connection: Connection, partner: Partner, period: str, revision: int) -> list[Arrival]:
    query = "select arrival_id from quality.arrival where (partner_code, period, revision) = (%s, %s, %s) order by sequence"
    ids = connection.execute(query, [partner.code, period, revision]).fetchall()
    return [ledger.arrival(connection, int(str(arrival_id))) for (arrival_id,) in ids]


def _delivery(connection: Connection, partner: Partner, period: str, revision: int) -> tuple[int, str, str | None]:
    row = connection.execute(
        "select delivery_id, status, manifest_sha256 from quality.delivery where (partner_code, period, revision) = (%s, %s, %s)",
        [partner.code, period, revision],
    ).fetchone()
    return (int(str(row[0])), str(row[1]), None if row[2] is None else str(row[2])) if row else (0, "refused", None)


def _go_on(settings: Settings, partner: Partner, arrival: Arrival, say: Tell) -> None:
    """The chain for an arrival, from wherever it stands."""
    if _collect(settings, partner, arrival):
        say("collected")
    validation.judge(settings, arrival.arrival_id)
    say("judged")
    load(settings, arrival.arrival_id)
    say(f"decided: {decide(settings, arrival.arrival_id)}")
    send_receipt(settings, arrival.arrival_id)
    with ledger.session(settings) as connection:
        say(f"receipt: {ledger.arrival(connection, arrival.arrival_id).receipt_path}")


def _collect(settings: Settings, partner: Partner, arrival: Arrival) -> bool:
    """Take what has not landed yet; whether there was anything to take."""
    with ledger.session(settings, only_one=partner.code) as connection:
        if ledger.is_collected(connection, arrival):
            return False
        with sftp.connect(settings, partner) as account:
            take(settings, connection, account, partner, arrivals.drop_of(account, arrival))
        return True


def _reopened(settings: Settings, partner: Partner, period: str, revision: int, say: Tell) -> Arrival | None:
    """The arrival that brought the drop, to be taken again; None if all of it is accepted."""
    with ledger.session(settings, only_one=partner.code) as connection, sftp.connect(settings, partner) as account:
        ledger.because(connection, REPLAY)
        delivery_id, status, manifest_sha256 = _delivery(connection, partner, period, revision)
        brought = [found for found in _arrivals(connection, partner, period, revision) if found.delivery_id is not None]
        if status == "accepted":
            say("all of it is accepted, and stands")
            ledger.note_replay(connection, delivery_id)
            return None
        if not brought:
            raise WholefamilyError(f"revision {revision} of {period} was taken away before it was read: ask for revision {revision + 1}")
        again = [file for file in landed.files(connection, delivery_id).values() if file.status != "accepted"]
        say(f"{status}; comparing what stands on the server with what came: {', '.join(file.feed for file in again) or 'the manifest'}")
        _check_persons(connection, partner, delivery_id, revision, again)
        _check_same(account, brought[0], manifest_sha256, again)
        ledger.reopen(connection, delivery_id)
        say("it is the same: taking it again")
        return ledger.arrival(connection, brought[0].arrival_id)


def _check_same(account: Account, arrival: Arrival, manifest_sha256: str | None, again: Iterable[landed.Landed]) -> None:
    """Raise unless the manifest and what is to be taken again are as they came, to the byte."""
    drop = arrivals.drop_of(account, arrival)
    ask = f"ask {arrival.partner_code} for revision {arrival.revision + 1}"
    if not drop.is_there:
        raise WholefamilyError(f"revision {arrival.revision} of {arrival.period} is not on the server any more: {ask}")
    content = account.read(f"{drop.folder}/{arrivals.MANIFEST}", manifest.MAX_BYTES)
    if manifest_sha256 is None or sha256_of_manifest(content) != manifest_sha256:
        raise WholefamilyError(f"the manifest on the server is not the one that came: {ask}")
    stated, _ = manifest.read(content, daily=is_day(arrival.period))
    paths = {file.feed: file.path for file in stated.files} if stated else {}
    changed = [file.feed for file in again if sha256_of(account, drop, paths.get(file.feed, "")) != file.sha256]
    if changed:
        raise WholefamilyError(f"{', '.join(changed)} on the server: not what came with revision {arrival.revision}; {ask}")


def _check_persons(connection: Connection, partner: Partner, delivery_id: int, revision: int, again: Iterable[landed.Landed]) -> None:
    """Raise where the police's accepted ``people`` lack the persons of a file that was refused: they were never stored."""
    people = landed.files(connection, delivery_id).get("people")
    lacking = [file.feed for file in again if file.status == "refused" and FEEDS[file.feed].references_people]
    if partner.sender_kind == "police" and people is not None and people.status == "accepted" and lacking:
        raise WholefamilyError(
            f"people were taken without those to whom only {', '.join(lacking)} refers: ask {partner.code} for revision {revision + 1}"
        )


__all__ = ["Replayed", "collect_again", "has_come", "replay"]
