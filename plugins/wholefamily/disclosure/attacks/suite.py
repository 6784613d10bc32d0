"""Which attacks are tried on which product, and what comes of one that succeeds."""

from collections.abc import Mapping, Sequence

from wholefamily.disclosure.attacks import dictionary, granularity, groups, identifiers, intruder, keys, recipients, tables
from wholefamily.disclosure.attacks.model import Attack, Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.tables.facts import FILES
from wholefamily.errors import WholefamilyError

ATTACKS: Mapping[str, Sequence[Attack]] = {
    "evaluation": (
        identifiers.identifiers,
        dictionary.dictionary,
        recipients.shared_keys,
        recipients.trajectories,
        groups.uniqueness,
        groups.homogeneity,
        groups.special_uniques,
        groups.composition,
        intruder.motivated_intruder,
        granularity.granularity,
        keys.key_material,
    ),
    "published_tables": (identifiers.identifiers, granularity.of_tables, keys.key_material),
}
"""By product; beside these, published tables have those of ``attacks.tables``, which are given the releases before as tables."""

_SIGNS = {"evaluation": {"individuals.csv", "families.csv", "progress.csv"}, "published_tables": set(FILES)}
"""The files by which a folder is known to hold a product."""


def product_of(release: ReleaseFolder) -> str:
    """The product that a folder holds. Raises WholefamilyError when it is none that can be attacked."""
    for product in _SIGNS:
        if holds(release, product):
            return product
    expected = " or ".join(", ".join(sorted(files)) for files in _SIGNS.values())
    raise WholefamilyError(f"{release.name} holds no release that can be attacked: it should have {expected}, in clear")


def holds(release: ReleaseFolder, product: str) -> bool:
    """Whether a folder holds a release of the product, in clear; of tables, one is enough."""
    there = _SIGNS[product] & release.files.keys()
    return there == _SIGNS[product] or (product == "published_tables" and bool(there))


def run(product: str, scene: Scene) -> list[Outcome]:
    """Try every attack on a release of the product; all of them, whatever becomes of the first."""
    beside = {other.name: other.files for other in scene.neighbours}
    of_tables = tables.run(scene.release.name, scene.release.files, beside) if product == "published_tables" else []
    return [*of_tables, *(attack(scene) for attack in ATTACKS[product])]


def withstood(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """What ``disclosure_control.json`` tells of attacks that all failed.

    Raises WholefamilyError that names each that succeeded, or could not be run, and where; nothing may leave then.
    """
    if bad := [f"attack {outcome.attack} {outcome.result}: {outcome.found}" for outcome in outcomes if outcome.result != "withstood"]:
        raise WholefamilyError(f"disclosure gate: {'. '.join(bad)}. Nothing leaves")
    return [
        {
            "attack": outcome.attack,
            "result": outcome.result,
            "figure": outcome.figure,
            **({"not_looked_through": outcome.unseen} if outcome.unseen else {}),
        }
        for outcome in outcomes
    ]
