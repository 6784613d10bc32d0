"""Drops that come again, through the door."""

import pytest
from tests.hostile.recipe import Recipe
from tests.hostile.recipes import again
from tests.hostile.run import Run


@pytest.mark.parametrize("recipe", again.RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_meets_its_fate(run: Run, recipe: Recipe) -> None:
    run(recipe)
