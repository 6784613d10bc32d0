"""What the fuzzers start from: the manifests and files of the recipes, as they are sent."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.recipe import Recipe
from tests.hostile.recipes import again, contents, identifiers, manifests, police, promises, row_rules

MAX_BYTES = 4096
RECIPES: list[Recipe] = [
    *manifests.RECIPES,
    *promises.RECIPES,
    *contents.RECIPES,
    *row_rules.RECIPES,
    *police.RECIPES,
    *identifiers.RECIPES,
    *again.RECIPES,
]


def manifests_and_files() -> Iterator[tuple[str, bytes]]:
    """Name and content of each small file that a recipe sends."""
    for recipe in RECIPES:
        with tempfile.TemporaryDirectory() as outbound:
            recipe.drop.put(Path(outbound))
            for path in Path(outbound).rglob("*"):
                if path.is_file() and not path.is_symlink():
                    yield path.name, path.read_bytes()[:MAX_BYTES]


def write(folder: Path, suffixes: tuple[str, ...]) -> None:
    """Write the seeds whose names end so into a corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    contents_of = {content for name, content in manifests_and_files() if name.endswith(suffixes)}
    for number, content in enumerate(sorted(contents_of)):
        (folder / f"seed-{number}").write_bytes(content)
