"""A task killed at any point of any step, and run again: the state is the same as without."""

import pytest
from tests.faults import snapshot
from tests.faults.conftest import Reference, Scenes, nth_event
from tests.faults.events import Fault, Kind
from tests.faults.nursery import STEPS

# How many points are taken of a step's events of a kind, spread evenly over them.
POINTS: dict[str, list[tuple[str, Kind, int]]] = {
    "sandwell": [
        ("collect", "sql", 6),
        ("collect", "copy", 3),
        ("collect", "sftp", 5),
        ("collect", "returned", 1),
        ("judge", "sql", 4),
        ("judge", "file", 2),
        ("judge", "returned", 1),
        ("load", "sql", 6),
        ("load", "returned", 1),
        ("decide", "sql", 3),
        ("send_receipt", "sql", 3),
        ("send_receipt", "sftp", 4),
        ("send_receipt", "returned", 1),
    ],
    "west_midlands_police": [
        ("collect", "sql", 4),
        ("collect", "copy", 2),
        ("collect", "sftp", 2),
        ("judge", "sql", 2),
        ("load", "sql", 3),
        ("send_receipt", "sftp", 1),
    ],
}
PARAMETERS = [
    pytest.param(code, step, kind, nth, of, id=f"{code}-{step}-{kind}-{nth}of{of}")
    for code, points in POINTS.items()
    for step, kind, of in points
    for nth in range(1, of + 1)
]


@pytest.mark.parametrize(("code", "step", "kind", "nth", "of"), PARAMETERS)
def test_killed_and_run_again(scenes: Scenes, reference: Reference, code: str, step: str, kind: Kind, nth: int, of: int) -> None:
    expected = reference.of(code)
    n_events = expected.counts[step, kind]
    assert n_events >= of, f"{step} has only {n_events} events of kind {kind}"
    # By turns: before a request and once it is sent; the same task again, and a run from the start.
    fault = Fault(step, kind, nth_event(n_events, nth, of), is_sent=nth % 2 == 0)
    if step in STEPS[:2]:
        scene = scenes.new(code)
        died = scene.run(fault=fault)
    else:
        scene = scenes.new(code, expected.judged)
        died = scene.run(STEPS[2:], expected.arrival, fault=fault)
        died.arrival = expected.arrival
    assert (died.code, died.step) == (-9, step), died
    is_anew = (nth + STEPS.index(step)) % 3 == 0
    if step == "collect" and not is_anew:  # the judging takes its time; what it is given is all that it depends on
        assert scene.done(scene.run(("collect",)))
        assert snapshot.differences(expected.collected, scene.state()) == []
        return
    scene.run_again(died, anew=is_anew)
    assert snapshot.differences(expected.state, scene.state()) == []


def test_the_points_are_forty_or_more() -> None:
    assert len({str(parameter.id) for parameter in PARAMETERS}) >= 40


def test_the_undisturbed_state_is_what_the_drops_say(reference: Reference) -> None:
    """What all points are compared with is not empty, and of the drops' own figures."""
    sandwell, police = (reference.of(code).state for code in POINTS)
    assert [sandwell[f"raw.{feed}_d#"][1] for feed in ("people", "support_needs")] == [3001, 200]
    assert sandwell["quality.quarantined_row"][1] == 2
    assert [name for name in sandwell if name.startswith("inbound/")] == ["inbound/2026-10/receipt-r1.json"]
    # Of every four offences two are by a role that may be disclosed; a fifth of those is informal.
    assert [police[f"raw.{feed}_d#"][1] for feed in ("people", "offences")] == [801, 800]
