"""Killed while a person's decision is carried out, or a drop is replayed: done again, the state is the same as without."""

from typing import NamedTuple

import pytest
from tests.faults import snapshot
from tests.faults.conftest import Kept, Scenes, nth_event
from tests.faults.events import Fault, Kind
from tests.faults.snapshot import State

CODE = "dudley"
POINTS: list[tuple[str, Kind, int]] = [
    ("settle_held", "sql", 4),
    ("settle_held", "returned", 1),
    ("replay", "sql", 8),
    ("replay", "copy", 1),
    ("replay", "sftp", 4),
]
AFTER = {"settle_held": ("settle_held", "send_receipt"), "replay": ("replay",)}
PARAMETERS = [pytest.param(step, kind, nth, of, id=f"{step}-{kind}-{nth}of{of}") for step, kind, of in POINTS for nth in range(1, of + 1)]


class Held(NamedTuple):
    """A warehouse in which a file waits for a decision, and what each way on from there leads to, and in how many events."""

    kept: Kept
    arrival: int | None
    states: dict[str, State]
    counts: dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def held(scenes: Scenes) -> Held:
    scene = scenes.new(CODE)
    taken = scene.run()
    assert scene.done(taken)
    assert scene.sender.rows("select feed, status from quality.delivery_file order by 1") == [("consent", "held"), ("people", "accepted")]
    kept, states, counts = scenes.keep(scene), {}, {}
    for step, chain in AFTER.items():
        scene = scenes.new(CODE, kept)
        ended = scene.run(chain, taken.arrival)
        assert scene.done(ended)
        states[step] = scene.state()
        counts.update(ended.counts)
    return Held(kept, taken.arrival, states, counts)


@pytest.mark.parametrize(("step", "kind", "nth", "of"), PARAMETERS)
def test_killed_and_done_again(scenes: Scenes, held: Held, step: str, kind: Kind, nth: int, of: int) -> None:
    n_events = held.counts[step, kind]
    assert n_events >= of, f"{step} has only {n_events} events of kind {kind}"
    scene = scenes.new(CODE, held.kept)
    died = scene.run(AFTER[step], held.arrival, fault=Fault(step, kind, nth_event(n_events, nth, of), is_sent=nth % 2 == 0))
    assert (died.code, died.step) == (-9, step), died
    assert scene.done(scene.run(AFTER[step], held.arrival))
    assert snapshot.differences(held.states[step], scene.state()) == []


def test_what_was_held_is_loaded_by_the_decision_and_held_again_by_the_replay(held: Held) -> None:
    assert held.states["settle_held"]["raw.consent_d#"][1] == 270
    assert "raw.consent_d#" not in held.states["replay"]
