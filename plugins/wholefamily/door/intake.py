"""The files of a drop, one after the other: each lands whole or not at all, and what has landed is not taken again."""

from collections.abc import Iterator
from typing import NamedTuple

from wholefamily.door import landed, ledger, manifest, persons
from wholefamily.door.arrivals import Drop
from wholefamily.door.landing import Landing, Received
from wholefamily.door.ledger import Arrival
from wholefamily.door.manifest import Manifest, Refusal
from wholefamily.door.sftp import Account, Entry

MAX_TRANSFERRED = 8 << 30


class _NotLandedError(Exception):
    """Undoes what was stored of a file."""


class Intake(NamedTuple):
    """A drop whose manifest is in order, and where its files go."""

    account: Account
    drop: Drop
    arrival: Arrival
    stated: Manifest
    landing: Landing

    def receive(self) -> None:
        """Take every file that has not landed yet. Afterwards the drop is collected, or refused for a file that is not as stated.

        A drop that is refused leaves no landing table behind.
        """
        landing = self.landing
        known = landed.files(landing.connection, landing.delivery_id)
        for feed in {feed for feed, file in known.items() if file.status == "receiving"} - {file.feed for file in self.stated.files}:
            landed.forget(landing, feed)  # its sender has changed the drop before we had all of it
        not_landed: list[Received] = []
        refusals: list[Refusal] = []
        n_taken = 0
        # Whether a person of the police may be stored depends on the rows of the other files.
        for file in sorted(self.stated.files, key=lambda file: file.feed == "people"):
            before = known.get(file.feed)
            if before is not None and self._is_done(file, before, n_taken):
                continue
            n_taken += 1
            received, problems = self._take(file)
            refusals += [self._about(file.feed, problem) for problem in problems]
            if problems or received.is_refused:
                not_landed.append(received)
        self._settle(not_landed, refusals)

    def _is_done(self, file: manifest.File, before: landed.Landed, n_taken: int) -> bool:
        if before.status == "accepted":
            return True
        entry = self.drop.entries.get(file.path)
        are_their_persons_others = n_taken > 0 and file.feed == "people" and self.landing.partner.sender_kind == "police"
        return entry is not None and before.is_as(file, _listing(entry)) and not are_their_persons_others

    def _take(self, file: manifest.File) -> tuple[Received, list[Refusal]]:
        if problem := missing(self.drop, file.path):
            landed.forget(self.landing, file.feed)
            return Received(file.feed), [problem]
        entry = self.drop.entries[file.path]
        referred = persons.referred(self.landing) if file.feed == "people" else frozenset()
        try:
            with self.landing.connection.transaction():
                landed.clear(self.landing, file.feed)
                received = self.landing.receive(file, self.account.chunks(f"{self.drop.folder}/{file.path}", entry.size), referred)
                problems = list(_differences(file, received))
                if problems or received.is_refused:
                    raise _NotLandedError
                landed.record(self.landing, received, "receiving", _listing(entry))
                self._take_people_again(file.feed)
        except _NotLandedError:
            landed.forget(self.landing, file.feed)
        return received, problems

    def _about(self, feed: str, problem: Refusal) -> Refusal:
        chance = manifest.next_chance(self.drop.period, self.drop.revision)
        return Refusal(problem.rule, f"{feed}: {problem.text}; nothing of the drop was taken: {chance}")

    def _take_people_again(self, feed: str) -> None:
        if self.landing.partner.sender_kind == "police" and feed != "people":
            self.landing.connection.execute(
                "update quality.delivery_file set listing = null where delivery_id = %s and feed = 'people' and status = 'receiving'",
                [self.landing.delivery_id],
            )

    def _settle(self, not_landed: list[Received], refusals: list[Refusal]) -> None:
        connection, delivery_id = self.landing.connection, self.landing.delivery_id
        with connection.transaction():
            for received in not_landed:
                landed.clear(self.landing, received.feed)
                landed.record(self.landing, received, "refused", None)
            if refusals:
                status = landed.refuse_all(connection, delivery_id)
                ledger.settle(connection, self.arrival.arrival_id, status, refusals)
            else:
                connection.execute("update quality.delivery set collected_at = now() where delivery_id = %s", [delivery_id])


def missing(drop: Drop, path: str) -> Refusal | None:
    """Why a file that the manifest names cannot be read."""
    entry = drop.entries.get(path)
    if entry is None or entry.is_folder:
        return Refusal("file_missing", "is not there")
    if not entry.is_file:
        return Refusal("path_leaves_folder", "is a link, not a file")
    return Refusal("file_missing", "is larger than we take") if entry.size > MAX_TRANSFERRED else None


def _listing(entry: Entry) -> str:
    return f"{entry.name}\t{entry.size}\t{entry.modified}"


def _differences(file: manifest.File, received: Received) -> Iterator[Refusal]:
    if received.sha256 is not None and received.sha256 != file.sha256.lower():
        yield Refusal("sha256_differs", "is not the file that the manifest describes")
    elif received.n_rows is not None and received.n_rows != file.rows:
        yield Refusal("row_count_differs", f"has {received.n_rows} rows, and {file.rows} in the manifest")


__all__ = ["Intake", "missing"]
