"""PostgreSQL stopped at once in the middle of a step, and started again: one line, and the next run makes the same of it.

It is a server of these tests' own that keeps what it has committed, as the stack's does.
"""

from collections.abc import Iterator

import pytest
from tests.faults import snapshot
from tests.faults.conftest import Nursery, Reference, Scenes, nth_event
from tests.faults.events import Fault, Kind
from tests.faults.nursery import STEPS
from tests.faults.servers import DurableServer
from tests.integration.door.conftest import SftpHost

from wholefamily.demo import postgres

POINTS: list[tuple[str, Kind, int]] = [
    ("collect", "sql", 3),
    ("collect", "copy", 2),
    ("judge", "sql", 2),
    ("load", "sql", 3),
    ("send_receipt", "sql", 2),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DurableServer]:
    server = DurableServer(tmp_path_factory.mktemp("durable"))
    yield server
    postgres.stop(server.data)


@pytest.fixture(scope="module")
def scenes(nursery: Nursery, server: DurableServer, sftp_host: SftpHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    scenes = Scenes(nursery, server, server.template, sftp_host, tmp_path_factory)
    yield scenes
    scenes.strike()


PARAMETERS = [pytest.param(step, kind, nth, of, id=f"{step}-{kind}-{nth}of{of}") for step, kind, of in POINTS for nth in range(1, of + 1)]


@pytest.mark.parametrize(("step", "kind", "nth", "of"), PARAMETERS)
def test_stopped_and_started_again(
    scenes: Scenes, reference: Reference, server: DurableServer, step: str, kind: Kind, nth: int, of: int
) -> None:
    expected = reference.of("sandwell")
    fault = Fault(step, kind, nth_event(expected.counts[step, kind], nth, of), is_sent=nth % 2 == 0, command=server.stop_at_once)
    is_judged = step not in STEPS[:2]
    scene = scenes.new("sandwell", expected.judged if is_judged else None)
    died = scene.run(STEPS[2:], expected.arrival, fault=fault) if is_judged else scene.run(fault=fault)
    server.start()
    assert died.code == 0, died
    # Of what a step says at its very end nobody may hear before the next step; of the last one's, nobody.
    assert died.error or step == "send_receipt", died
    assert "\n" not in (died.error or "")
    died.arrival = died.arrival or (expected.arrival if is_judged else None)
    scene.run_again(died)
    assert snapshot.differences(expected.state, scene.state()) == []
