"""The line to the partner's server cut at any byte: it goes on by itself or says one line, and the next run makes it whole."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import pytest
from tests.faults import snapshot
from tests.faults.conftest import Scene, Scenes
from tests.faults.drops import PERIOD
from tests.faults.proxy import Direction, Proxy
from tests.faults.snapshot import State
from tests.integration.door.conftest import SftpHost

from wholefamily import door
from wholefamily.errors import WholefamilyError

ALL = Fraction(1)
DOWN = ("0", "1/1000", "1/200", "1/100", "1/50", "1/10", "1/4", "1/2", "3/4", "9/10", "99/100", "1")
COLLECT: list[tuple[Direction, Fraction, int]] = [
    *(("down", Fraction(share), 1) for share in DOWN),
    *(("up", Fraction(share), 1) for share in ("0", "1/4", "1/2", "3/4", "1")),
    # However often it is tried.
    *(("down", Fraction(share), 50) for share in ("0", "1/2")),
]
RECEIPT: list[tuple[Direction, Fraction]] = [
    *(("up", Fraction(share)) for share in ("0", "1/2", "8/10", "85/100", "9/10", "95/100", "1")),
    *(("down", Fraction(share)) for share in ("1/2", "9/10", "1")),
]


@pytest.fixture(scope="module")
def proxy(sftp_host: SftpHost) -> Iterator[Proxy]:
    with Proxy(sftp_host.port) as proxy:
        yield proxy


@pytest.fixture
def scene(scenes: Scenes, proxy: Proxy) -> Scene:
    """Sandwell's drop, and a line to it that can be cut."""
    scene = scenes.new("sandwell")
    scene.sender.settings = scene.settings.model_copy(update={"sftp_port": proxy.port})
    return scene


@pytest.fixture(scope="module")
def undisturbed(scenes: Scenes, proxy: Proxy) -> tuple[State, dict[str, dict[Direction, int]]]:
    """The state without a cut, and how many bytes pass while a drop is collected and while its receipt is sent."""
    scene = scenes.new("sandwell")
    scene.sender.settings = scene.settings.model_copy(update={"sftp_port": proxy.port})
    arrival = scene.sender.collect(PERIOD)
    passed = {"collect": proxy.passed}
    door.load(scene.settings, arrival)
    door.decide(scene.settings, arrival)
    door.send_receipt(scene.settings, arrival)
    passed["send_receipt"] = proxy.passed
    assert passed["collect"]["down"] > 300_000
    return scene.state(), passed


def _identify(value: object) -> str:
    return str(value).replace("/", "of")


def _offset(n_bytes: int, share: Fraction) -> int:
    """A byte to cut at; all of them: just before the last."""
    return n_bytes - 1 if share == ALL else int(n_bytes * share)


@pytest.mark.parametrize(("way", "share", "n_cuts"), COLLECT, ids=_identify)
def test_cut_while_a_drop_is_collected(
    scene: Scene,
    proxy: Proxy,
    undisturbed: tuple[State, dict[str, dict[Direction, int]]],
    way: Direction,
    share: Fraction,
    n_cuts: int,
) -> None:
    expected, passed = undisturbed
    proxy.cut, proxy.n_cuts = (way, _offset(passed["collect"][way], share)), n_cuts
    told = _collect(scene)
    assert told is None or told.endswith("ask the partner whether it is up, then run again")
    assert proxy.n_cuts < n_cuts, "it was cut"
    proxy.n_cuts = 0
    scene.sender.ingest(PERIOD)
    assert snapshot.differences(expected, scene.state()) == []


def _collect(scene: Scene) -> str | None:
    """Collect, and say what was said where it did not go on by itself."""
    try:
        scene.sender.collect(PERIOD)
    except WholefamilyError as failure:
        return str(failure)
    return None


@pytest.mark.parametrize(("way", "share"), RECEIPT, ids=_identify)
def test_cut_while_a_receipt_is_sent(
    scene: Scene,
    proxy: Proxy,
    undisturbed: tuple[State, dict[str, dict[Direction, int]]],
    way: Direction,
    share: Fraction,
) -> None:
    expected, passed = undisturbed
    arrival = scene.sender.collect(PERIOD)
    door.load(scene.settings, arrival)
    door.decide(scene.settings, arrival)
    proxy.cut, proxy.n_cuts = (way, _offset(passed["send_receipt"][way], share)), 1
    with suppress(WholefamilyError):  # the last bytes only say goodbye
        door.send_receipt(scene.settings, arrival)
    assert proxy.n_cuts == 0, "it was cut"
    told = scene.sender.root / "inbound" / PERIOD / "receipt-r1.json"
    assert not told.exists() or snapshot.of_file(told) == expected["inbound/2026-10/receipt-r1.json"], "whole, or not at all"
    door.send_receipt(scene.settings, arrival)
    assert snapshot.differences(expected, scene.state()) == []


def test_a_server_that_answers_in_small_pieces(
    scene: Scene, proxy: Proxy, undisturbed: tuple[State, dict[str, dict[Direction, int]]]
) -> None:
    proxy.piece = 700
    try:
        scene.sender.ingest(PERIOD)
    finally:
        proxy.piece = 1 << 16
    assert snapshot.differences(undisturbed[0], scene.state()) == []
