"""Encrypted files, through the door."""

import pytest
from tests.hostile.recipe import Recipe
from tests.hostile.recipes import sealed
from tests.hostile.run import Run


@pytest.mark.parametrize("recipe", sealed.RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_meets_its_fate(run: Run, recipe: Recipe) -> None:
    run(recipe)
