"""Drops that someone made are put where the partners would have put them."""

import os
from pathlib import Path

import pytest

from wholefamily.demo.drops import copy_drops
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home_dir=tmp_path / "home")


def put(folder: Path, path: str, text: str = "x", changed: int = 1_700_000_000) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (changed, changed))
    return file


def test_each_file_arrives_with_its_time_of_change(tmp_path: Path, settings: Settings) -> None:
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json", "{}", changed=1_700_000_500)
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/people.csv", "person_ref\n", changed=1_700_000_000)
    put(tmp_path / "drops", "walsall/outbound/2026-09/r2/manifest.json")
    assert copy_drops(tmp_path / "drops", settings) == ["2026-09", "2026-10"]
    drop = tmp_path / "home/sftp/dudley/outbound/2026-10/r1"
    assert {path.name: (path.read_text(), path.stat().st_mtime) for path in drop.iterdir()} == {
        "manifest.json": ("{}", 1_700_000_500),
        "people.csv": ("person_ref\n", 1_700_000_000),
    }
    assert (tmp_path / "home/sftp/walsall/outbound/2026-09/r2/manifest.json").exists()


def test_a_second_time_copies_only_what_has_changed(tmp_path: Path, settings: Settings) -> None:
    same = put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json")
    changed = put(tmp_path / "drops", "dudley/outbound/2026-10/r1/people.csv", "before")
    copy_drops(tmp_path / "drops", settings)
    copies = [tmp_path / "home/sftp" / path.relative_to(tmp_path / "drops") for path in (same, changed)]
    first = [copy.stat().st_ino for copy in copies]
    changed.write_text("after")
    copy_drops(tmp_path / "drops", settings)
    assert copies[0].stat().st_ino == first[0]
    assert copies[1].read_text() == "after"


def test_what_the_partner_has_put_there_since_stays(tmp_path: Path, settings: Settings) -> None:
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json")
    later = put(tmp_path / "home/sftp", "dudley/outbound/2026-11/r1/manifest.json")
    copy_drops(tmp_path / "drops", settings)
    assert later.exists()


def test_the_folder_itself_is_only_read(tmp_path: Path, settings: Settings) -> None:
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json")
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "drops").rglob("*"))
    copy_drops(tmp_path / "drops", settings)
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "drops").rglob("*")) == before


def test_a_link_is_not_followed(tmp_path: Path, settings: Settings) -> None:
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json")
    outside = put(tmp_path, "outside.csv", "not theirs")
    (tmp_path / "drops/dudley/outbound/2026-10/r1/people.csv").symlink_to(outside)
    copy_drops(tmp_path / "drops", settings)
    assert [path.name for path in (tmp_path / "home/sftp/dudley/outbound/2026-10/r1").iterdir()] == ["manifest.json"]


def test_a_partner_that_nobody_knows_is_named_and_left_out(tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "drops", "dudley/outbound/2026-10/r1/manifest.json")
    put(tmp_path / "drops", "telford/outbound/2026-10/r1/manifest.json")
    put(tmp_path / "drops", "truth/people.csv")
    copy_drops(tmp_path / "drops", settings)
    warnings = capsys.readouterr().out.splitlines()
    assert len(warnings) == 1
    assert "telford" in warnings[0]
    assert "truth" not in warnings[0]
    assert not (tmp_path / "home/sftp/telford").exists()


@pytest.mark.parametrize("missing", ["folder", "drop"])
def test_nothing_to_take_is_an_error(tmp_path: Path, settings: Settings, missing: str) -> None:
    if missing == "drop":
        put(tmp_path / "drops", "dudley/README.txt")
    with pytest.raises(WholefamilyError, match="DROPS="):
        copy_drops(tmp_path / "drops", settings)
