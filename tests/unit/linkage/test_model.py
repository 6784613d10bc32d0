"""Models are data: saved once, read as they were saved, and refused where they would mean something else."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import model
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.comparison import comparisons


def test_the_version_that_links_fits_the_comparisons() -> None:
    current = model.load()
    assert current.version == model.CURRENT
    assert 0 < current.floor < current.review < current.accept < 1
    for name, levels in current.parameters.items():
        assert all(0 < m <= 1 and 0 < u <= 1 for m, u in levels.values()), name


def test_the_version_says_why_its_thresholds_are_where_they_are_and_what_it_was_trained_on() -> None:
    about = json.loads((model.MODELS / model.CURRENT / "about.json").read_text(encoding="utf-8"))
    assert {name for name, threshold in about["thresholds"].items() if threshold["reason"]} == {"accept", "review", "floor"}
    assert {region["errors"] for region in about["trained_on"]["regions"]} == {1.0, 4.0}


def test_a_model_is_read_as_it_was_saved(tmp_path: Path) -> None:
    ours = replace(model.load(), version="other", accept=0.97)
    model.save(ours, {}, tmp_path)
    read = model.load("other", tmp_path)
    assert replace(read, parameters={}, frequencies={}) == replace(ours, parameters={}, frequencies={})
    for name, levels in ours.parameters.items():
        assert read.parameters[name] == {label: pytest.approx(of) for label, of in levels.items()}
    assert read.frequencies["given"].keys() == ours.frequencies["given"].keys()


def test_a_version_is_never_written_over(tmp_path: Path) -> None:
    ours = replace(model.load(), version="other")
    model.save(ours, {}, tmp_path)
    with pytest.raises(WholefamilyError, match="never changes"):
        model.save(ours, {}, tmp_path)


def test_a_model_of_other_comparisons_is_refused(tmp_path: Path) -> None:
    folder = model.save(replace(model.load(), version="other"), {}, tmp_path)
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    level = settings["comparisons"][0]["comparison_levels"][-2]
    level["sql_condition"] += " and 1 = 1"
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(WholefamilyError, match="other comparisons"):
        model.load("other", tmp_path)
    level["label_for_charts"] = "something_else"
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(WholefamilyError, match="knows no level"):
        model.load("other", tmp_path)


def test_a_version_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WholefamilyError, match="no model 2020-1"):
        model.load("2020-1", tmp_path)


def test_comparisons_and_blocking_rules_can_be_told_apart_by_name_and_each_rule_has_a_reason() -> None:
    names = [rule.name for rule in BLOCKING]
    assert len(set(names)) == len(names)
    assert all(rule.reason for rule in BLOCKING)
    assert len({str(one.create_output_column_name()) for one in comparisons()}) == len(comparisons())  # type: ignore[union-attr]
