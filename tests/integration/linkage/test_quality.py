"""The gate of the linkage's quality: FEBRL 3 and 4, and the synthetic region at the demo's noise and at four times as much."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.household.village import empty_village
from tests.integration.linkage import febrl, region

from wholefamily import linkage
from wholefamily.linkage.quality import Exactness, Quality
from wholefamily.linkage.quality.figures import against
from wholefamily.linkage.quality.pairs import FEWEST_PAIRS
from wholefamily.warehouse import connect

MONTH = "2026-06"
HOUSEHOLDS = 4_000
"""So many that one pair weighs little in the groups that are compared."""
_UNTESTED = ("--exclude-resource-type", "test", "unit_test")


def _linked(server: Any, template: str, home: Path, households: int, errors: float) -> Iterator[tuple[Quality, Exactness]]:
    with empty_village(server, template, home) as village:
        truth = region.send(village, home / "drops", MONTH, households=households, seed=11, errors=errors)
        village.dbt("resource_type:seed", "tag:staging", "tag:linkage", *_UNTESTED, periods=[MONTH])
        linkage.link(village.settings, [MONTH])
        village.dbt("tag:household", *_UNTESTED, periods=[MONTH])
        with connect(village.settings) as connection:
            quality, exact = against(connection, truth)
        yield quality, exact[MONTH]


@pytest.fixture(scope="module")
def usual(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[tuple[Quality, Exactness]]:  # type: ignore[no-untyped-def]
    """The region with the demo's noise."""
    yield from _linked(postgres_server, warehouse_template, tmp_path_factory.mktemp("usual"), HOUSEHOLDS, 1.0)


@pytest.fixture(scope="module")
def noisy(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[tuple[Quality, Exactness]]:  # type: ignore[no-untyped-def]
    """Four times as much."""
    yield from _linked(postgres_server, warehouse_template, tmp_path_factory.mktemp("noisy"), 2_000, 4.0)


def test_there_is_enough_to_measure(usual: tuple[Quality, Exactness]) -> None:
    quality, households = usual
    assert quality.pairs.n_true > 1_500
    assert quality.n_records_without_truth == 0
    assert households.n_households > HOUSEHOLDS * 0.9
    assert sum(counts.n_true >= FEWEST_PAIRS for group, counts in quality.by_ethnic_group.items() if group != "NOT_KNOWN") >= 2


def test_persons_at_the_demos_noise(usual: tuple[Quality, Exactness]) -> None:
    pairs = usual[0].pairs
    assert pairs.precision is not None
    assert pairs.recall is not None
    assert pairs.precision >= 0.999
    assert pairs.recall >= 0.99


def test_no_ethnic_group_is_linked_worse_than_another(usual: tuple[Quality, Exactness]) -> None:
    gap = usual[0].recall_gap
    assert gap is not None
    assert gap <= 0.005


def test_households_at_the_demos_noise(usual: tuple[Quality, Exactness]) -> None:
    share = usual[1].share
    assert share is not None
    assert share >= 0.97


def test_persons_at_four_times_the_noise(noisy: tuple[Quality, Exactness]) -> None:
    f1 = noisy[0].pairs.f1
    assert f1 is not None
    assert f1 >= 0.95


@pytest.mark.parametrize(
    ("data", "with_identifier", "least"),
    [
        pytest.param(febrl.febrl_4, True, 0.999, id="FEBRL 4 with its identifier"),
        pytest.param(febrl.febrl_4, False, 0.998, id="FEBRL 4 without"),
        pytest.param(febrl.febrl_3, True, 0.998, id="FEBRL 3"),
    ],
)
def test_data_that_others_have_made(data: Callable[..., Quality], with_identifier: bool, least: float) -> None:  # noqa: FBT001
    f1 = data(with_identifier=with_identifier).pairs.f1
    assert f1 is not None
    assert f1 >= least
