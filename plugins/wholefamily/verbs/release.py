"""Verbs about releases: ``attack`` one that stands in a folder, ``destroy-release``."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from wholefamily.disclosure import attacks
from wholefamily.disclosure.attacks import Outcome, ReleaseFolder
from wholefamily.products.recall.order import REASONS_OF_RELEASE, Order
from wholefamily.settings import Settings
from wholefamily.verbs.recall import add_order

NOT_WHOLE = 3
"""The exit code when no attack succeeded, and some could not be run: that is no pass."""


def add_attack(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``attack``."""
    parser.add_argument(
        "folder", type=Path, help="the folder of a release as its recipient has it, decrypted; other releases beside it are used too"
    )


def attack(settings: Settings, options: argparse.Namespace) -> int:
    """Try every attack on the release in a folder. Returns 1 when one succeeded."""
    from wholefamily.products import evaluation, published

    folder = ReleaseFolder.read(options.folder)
    tried = {"evaluation": evaluation.attack, "published_tables": published.attack}[attacks.product_of(folder)]
    outcomes = tried(settings, folder, _neighbours(options.folder, attacks.product_of(folder)))
    print("\n".join(_table(outcomes)))
    if any(outcome.result == "succeeded" for outcome in outcomes):
        return 1
    if n := sum(outcome.result == "not run" for outcome in outcomes):
        print(f"{n} attacks could not be run: that is not a pass")
        return NOT_WHOLE
    return 0


def add_destroy(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``destroy-release``."""
    parser.add_argument("product", choices=["evaluation"])
    parser.add_argument("release", help="such as 2026-Q3")
    add_order(parser, REASONS_OF_RELEASE)


def destroy(settings: Settings, options: argparse.Namespace) -> int:
    """Tell the recipients, destroy the release, its identity file and their keys, and print the certificates."""
    from wholefamily.products import evaluation

    order = Order(options.reason, options.by, options.approved_by, datetime.now(UTC))
    print("\n".join(evaluation.destroy(settings, options.release, order)))
    return 0


def _neighbours(folder: Path, product: str) -> tuple[ReleaseFolder, ...]:
    found = []
    for path in sorted(folder.absolute().parent.iterdir()):
        if path.is_dir() and path != folder.absolute() and any(file.is_file() and file.suffix != ".gpg" for file in path.iterdir()):
            other = ReleaseFolder.read(path)
            if attacks.holds(other, product):
                found.append(other)
    return tuple(found)


def _table(outcomes: list[Outcome]) -> list[str]:
    width = max(len(outcome.attack) for outcome in outcomes)
    lines = [f"{'attack':<{width}}  result     figure  where"]
    for outcome in outcomes:
        figure = "" if outcome.figure is None else f"{outcome.figure:g}"
        where = "; ".join(filter(None, (outcome.found, outcome.unseen and f"not looked through: {outcome.unseen}")))
        lines.append(f"{outcome.attack:<{width}}  {outcome.result:<9}  {figure:>6}  {where}".rstrip())
    return lines
