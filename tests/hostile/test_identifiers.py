"""Identifiers that fail their check, through the door."""

import pytest
from tests.hostile.recipe import Recipe
from tests.hostile.recipes import identifiers
from tests.hostile.run import Run


@pytest.mark.parametrize("recipe", identifiers.RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_meets_its_fate(run: Run, recipe: Recipe) -> None:
    run(recipe)
