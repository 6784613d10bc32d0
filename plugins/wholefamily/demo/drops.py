"""Drops that exist already: copied from a folder to the partners' SFTP accounts, as the partners would put them there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from wholefamily import partners as partner_files
from wholefamily.errors import WholefamilyError
from wholefamily.periods import is_day, is_period
from wholefamily.settings import Settings

_MANIFEST = "manifest.json"


def copy_drops(source: Path, settings: Settings) -> list[str]:
    """Copy ``<source>/<partner>/outbound/<period>/r<n>/…`` and ``…/daily/<day>/…`` to the partners' SFTP roots.

    Returns the months and days found, in order.

    ``source`` is only read. A file that is there with the same size and time of change is left alone, and so is what the
    partners have put there besides. Folders of unknown partners are named in a warning. Raises WholefamilyError when there
    is no drop at all.
    """
    known = partner_files.load(settings.partners_dir)
    if not source.is_dir():
        raise WholefamilyError(f"DROPS={source}: there is no such folder")
    folders = sorted(path for path in source.iterdir() if path.is_dir() and not path.name.startswith("."))
    unknown = [path.name for path in folders if path.name not in known and (path / "outbound").is_dir()]
    if unknown:
        print(f"warning: no partner file for {', '.join(unknown)}: left out; partner files are in {settings.partners_dir}", flush=True)
    periods = set()
    for folder in (path for path in folders if path.name in known):
        for drop in _drops(folder / "outbound"):
            _copy(drop, settings.home_dir / "sftp" / folder.name / drop.relative_to(folder))
            periods |= {name for name in (drop.parent.name, drop.name) if is_period(name) or is_day(name)}
    if not periods:
        raise WholefamilyError(f"DROPS={source} holds no drop: <partner>/outbound/<YYYY-MM>/r<n>/ with a {_MANIFEST} is expected there")
    return sorted(periods)


def _drops(outbound: Path) -> Iterator[Path]:
    """Every folder of a drop, ``<period>/r<n>`` or ``daily/<day>``, in order."""
    return (path for path in sorted(outbound.glob("*/*")) if path.is_dir())


def _copy(drop: Path, target: Path) -> None:
    files = [path for path in sorted(drop.rglob("*")) if path.is_file() and not path.is_symlink()]
    # Who sees the manifest takes the drop: it comes last, and each file whole.
    for path in sorted(files, key=lambda path: path == drop / _MANIFEST):
        copy = target / path.relative_to(drop)
        if not _is_same(path, copy):
            copy.parent.mkdir(parents=True, exist_ok=True)
            part = copy.with_name(f".{copy.name}.part")
            shutil.copyfile(path, part)
            shutil.copystat(path, part)
            part.replace(copy)


def _is_same(path: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    theirs, ours = path.stat(), copy.stat()
    return (theirs.st_size, theirs.st_mtime_ns) == (ours.st_size, ours.st_mtime_ns)
