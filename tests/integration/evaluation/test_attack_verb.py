"""``make attack``: the same attacks on a folder as its recipient has it."""

import argparse
import shutil
from pathlib import Path

import pytest
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_release import RELEASE, release, twelve_families

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.verbs import release as release_verbs


def attack(settings: Settings, folder: Path) -> int:
    return release_verbs.attack(settings, argparse.Namespace(folder=folder))


def test_each_attack_is_told_with_its_result_and_figure(marts: Marts, evaluator: Evaluator, capsys: pytest.CaptureFixture[str]) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    folder = evaluator.root / "inbound" / "evaluation" / RELEASE
    assert attack(evaluator.settings, folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert all("withstood" in line for line in lines[1:])

    # Somebody puts a copy beside it, with one person less: keys are shared, and a group is too small.
    copy = folder.with_name("2026-Q3-copy")
    shutil.copytree(folder, copy)
    text = (copy / "families.csv").read_text().splitlines(keepends=True)
    (copy / "families.csv").write_text("".join([text[0], text[1].replace(",1-3,", ",6+,"), *text[2:]]))
    assert attack(evaluator.settings, copy) == 1
    told = capsys.readouterr().out
    assert "9 uniqueness" in told
    assert f"keys stand in {RELEASE} too" in told
    assert "families.csv: 2 combinations" not in told


def test_a_folder_alone_is_attacked_as_far_as_can_be_and_that_is_no_pass(
    marts: Marts, evaluator: Evaluator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    alone = tmp_path / "alone" / RELEASE
    shutil.copytree(evaluator.root / "inbound" / "evaluation" / RELEASE, alone)
    (marts.settings.custodian / f"evaluation_{RELEASE}.key").unlink()
    assert attack(evaluator.settings, alone) == release_verbs.NOT_WHOLE
    told = capsys.readouterr().out
    assert "6 attacks could not be run: that is not a pass" in told
    assert "needs the warehouse that the release was built in, and the custodian's key of it" in told


@pytest.mark.parametrize(
    "files", [{}, {"individuals.csv": "a,b\n"}, {"individuals.csv.gpg": "x", "families.csv.gpg": "y", "progress.csv.gpg": "z"}]
)
def test_what_is_no_release_is_told_in_one_line(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "some").mkdir()
    for name, content in files.items():
        (tmp_path / "some" / name).write_text(content)
    with pytest.raises(WholefamilyError, match=r"is not the folder of a release|holds no release that can be attacked"):
        attack(Settings(home_dir=tmp_path), tmp_path / "some")
