"""One drop given to two workers at the same moment: each step done twice at once is done once."""

import pytest
from tests.faults import snapshot
from tests.faults.conftest import Reference, Scenes
from tests.faults.nursery import STEPS


@pytest.mark.parametrize("first", ["collect", "judge", "load", "send_receipt"])
@pytest.mark.parametrize("code", ["sandwell", "west_midlands_police"])
def test_two_at_once(scenes: Scenes, reference: Reference, code: str, first: str) -> None:
    expected = reference.of(code)
    kept = None if first == "collect" else expected.judged
    scene = scenes.new(code, kept)
    arrival = expected.arrival if kept else None
    if first == "send_receipt":
        assert scene.done(scene.run(("load", "decide"), arrival))
    steps = STEPS[STEPS.index(first) :]
    outcomes = scene.nursery.run([scene.job(steps, arrival), scene.job(steps, arrival)])
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes
    for outcome in outcomes:
        # One of two may be told to wait, which Airflow does; nothing else may go wrong.
        assert outcome.error is None or "run again" in outcome.error, outcome
    scene.run_again(outcomes[0], anew=True)
    assert snapshot.differences(expected.state, scene.state()) == []
