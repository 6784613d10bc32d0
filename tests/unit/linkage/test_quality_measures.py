"""Precision, recall and exact persons against a count by hand, and against one pair at a time for any links and truth."""

import re
from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wholefamily import svg
from wholefamily.linkage.model import Model
from wholefamily.linkage.quality import Counts, cells, exact_households, measure
from wholefamily.linkage.quality.report import weights

REFS = [(partner, str(n)) for partner in ("dudley", "walsall", "police") for n in range(4)]


def _links(rows: list[tuple[str, str, str, str | None]]) -> pa.Table:
    return pa.table(dict(zip(("partner_code", "person_ref", "person_id", "ethnic_group"), map(list, zip(*rows, strict=True)), strict=True)))


def _truth(rows: list[tuple[str, str, str]]) -> pa.Table:
    return pa.table(dict(zip(("partner_code", "person_ref", "true_person_id"), map(list, zip(*rows, strict=True)), strict=True)))


def test_by_hand() -> None:
    found = measure(
        _links(
            [
                ("dudley", "1", "x", "WHITE"),
                ("walsall", "1", "x", "ASIAN"),
                ("police", "1", "y", None),
                ("dudley", "2", "z", "WHITE"),
                ("walsall", "2", "x", None),
                ("police", "9", "q", None),
            ]
        ),
        _truth([("dudley", "1", "P"), ("walsall", "1", "P"), ("police", "1", "P"), ("dudley", "2", "Q"), ("walsall", "2", "Q")]),
    )
    assert found.pairs == Counts(n_true=4, n_found=3, n_right=1)
    assert (found.pairs.precision, found.pairs.recall) == (pytest.approx(1 / 3), 0.25)
    assert found.by_partner_pair["dudley + walsall"] == Counts(2, 2, 1)
    assert found.by_ethnic_group["ASIAN"] == Counts(2, 2, 1)
    assert (found.n_records, found.n_records_without_truth, found.n_persons, found.n_persons_exact, found.n_wrong_persons) == (
        5,
        1,
        2,
        0,
        1,
    )
    assert found.recall_gap is None, "no group is large enough to compare"


def test_the_gap_is_between_the_best_and_the_worst_group_of_enough_pairs() -> None:
    links, truth = [], []
    for group, n, n_missed in (("WHITE", 400, 4), ("ASIAN", 200, 8), ("BLACK", 199, 199), (None, 300, 300)):
        for number in range(n):
            person = f"{group}{number}"
            links += [("dudley", person, person, group), ("walsall", person, person + "x" * (number < n_missed), group)]
            truth += [("dudley", person, person), ("walsall", person, person)]
    assert measure(_links(links), _truth(truth)).recall_gap == pytest.approx(0.03)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=12, max_size=12), st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_as_one_pair_at_a_time(ids: list[int], persons: list[int]) -> None:
    found = measure(
        _links([(*ref, str(id_), None) for ref, id_ in zip(REFS, ids, strict=True)]),
        _truth([(*ref, str(person)) for ref, person in zip(REFS, persons, strict=True)]),
    )
    pairs = [(persons[a] == persons[b], ids[a] == ids[b]) for a, b in combinations(range(12), 2)]
    assert found.pairs == Counts(
        sum(is_true for is_true, _ in pairs), sum(is_found for _, is_found in pairs), sum(both == (True, True) for both in pairs)
    )
    members = [{n for n in range(12) if persons[n] == person} for person in set(persons)]
    assert found.n_persons_exact == sum(any({n for n in range(12) if ids[n] == id_} == records for id_ in set(ids)) for records in members)


def test_a_household_is_exact_when_nobody_is_too_many_missing_or_twice() -> None:
    residence = [("A", "one"), ("B", "one"), ("C", "two"), ("D", "three"), ("E", "three"), ("F", "four"), ("G", None)]
    members = [
        *(("A", "dudley", "a", "1", "H1"), ("B", "dudley", "b", "2", "H1"), ("B", "police", "b", "2", "H1")),
        *(("C", "dudley", "c", "3", "H2"), ("D", "dudley", "d", "4", "H2")),
        ("E", "dudley", "e", "5", "H3"),
        *(("F", "dudley", "f", "6", "H4"), ("F", "police", "f", "7", "H4")),
    ]
    found = exact_households(
        pa.table(
            {
                "period": ["2026-01"] * len(members),
                "partner_code": [row[1] for row in members],
                "person_ref": [row[2] for row in members],
                "person_id": [row[3] for row in members],
                "household_id": [row[4] for row in members],
            }
        ),
        _truth([(row[1], row[2], row[0]) for row in members]),
        pa.table(
            {
                "period": ["2026-01"] * 7 + ["2026-02"],
                "true_person_id": [person for person, _ in residence] + ["A"],
                "true_household_id": [home for _, home in residence] + ["one"],
            }
        ),
    )
    assert {period: (each.n_households, each.n_exact) for period, each in found.items()} == {"2026-01": (4, 1)}


def test_what_an_agreement_weighs_is_log2_of_m_by_u() -> None:
    found = weights(Model("test-1", 1e-4, {"sex": {"same": (0.8, 0.1), "else": (0.2, 0.8)}}, {}))
    assert [(each["comparison"], each["level"], each["bits"]) for each in found] == [("sex", "same", 3.0), ("sex", "else", -2.0)]


def test_charts_of_nothing_and_of_awkward_labels_are_drawn() -> None:
    for nothing in (svg.dots({}, ("a", "b"), "t"), svg.bars([], "t"), svg.histogram([], ("a",), {}, ("bits", "pairs"))):
        assert nothing == "<p>Nothing to show.</p>", "no empty axes"
    assert "a &lt; b" in svg.bars([("a < b", 3.0)], "t")
    assert svg.dots({"x": (None, 1.0)}, ("precision", "recall"), "t").count("<circle") == 2 + 1, "the legend's, and one value"


def test_two_counts_of_one_bin_stand_beside_each_other_on_one_scale() -> None:
    chart = svg.histogram([(0.0, {"rules": 9, "model": 9}), (1.0, {"model": 99})], ("rules", "model"), {"accept": 0.5}, ("bits", "pairs"))
    columns = {
        title: (float(x), float(height))
        for x, height, title in re.findall(r'<rect x="([\d.]+)"[^>]* height="([\d.]+)"[^>]*><title>(.*?)</title>', chart)
    }
    rules, model, more = (
        columns[f"{name}, {low} to {low + 1} bits: {count}"] for name, low, count in (("rules", 0, 9), ("model", 0, 9), ("model", 1, 99))
    )
    assert rules[0] < model[0]
    assert rules[1] == model[1]
    assert more[1] == pytest.approx(2 * model[1], abs=0.2), "logarithmic: ten times as many"
    assert [tick for tick in ("1", "10", "100") if f">{tick}</text>" in chart] == ["1", "10"]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 262, "0%"),
        (4, 262, "under 10"),
        (258, 262, "all but under 10"),
        (262, 262, "100%"),
        (51, 262, "20%"),
        (55, 262, "20%"),
        (11, 900, "under 5%"),
        (2_468, 20_000, "12.3%"),
        (3, 9, "–"),
        (0, 0, "–"),
    ],
)
def test_few_people_are_not_shown_nor_told_by_a_difference(part: int, whole: int, shown: str) -> None:
    assert cells.rate(part, whole) == shown


def test_few_records_are_counted_as_few() -> None:
    assert [cells.count(number) for number in (0, 1, 9, 10, 1_234)] == ["0", "under 10", "under 10", "10", "1,234"]
