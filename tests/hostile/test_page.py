"""``docs/door.md`` names every rule that a receipt may name, and what it says proves each of them is there."""

import ast
import re
from itertools import chain
from typing import get_args

import pytest
from tests.hostile import fuzz
from tests.hostile.fuzz.seeds import RECIPES
from tests.hostile.recipes import sealed

from wholefamily.door import parse
from wholefamily.feeds import FEEDS
from wholefamily.settings import REPOSITORY
from wholefamily.validation.rules import hold_rules, rules

assert fuzz
ALL = [*RECIPES, *sealed.RECIPES]
PAGE = (REPOSITORY / "docs" / "door.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
RULES = {rule for row in ROWS for rule in re.findall(r"`([a-z0-9_]+)`", row[1])} - {"rows_not_for_disclosure"}
PROOFS = [*(row[2] for row in ROWS), *(line for line in PAGE.splitlines() if not line.startswith("|"))]
DOOR = sorted((REPOSITORY / "plugins" / "wholefamily" / "door").glob("*.py"))


def _said_in_code() -> set[str]:
    """First words of each ``Refusal("…")`` and ``Reason("…")``, and what ``_refused_unread`` returns."""
    found: set[str] = set()
    for node in chain.from_iterable(ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in DOOR):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Refusal", "Reason"} and node.args:
            found |= _words(node.args[0])
        if isinstance(node, ast.FunctionDef) and node.name == "_refused_unread":
            returned = (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None)
            found |= set().union(*map(_words, returned))
    return found


def _words(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    return _words(node.body) | _words(node.orelse) if isinstance(node, ast.IfExp) else set()


def _of_feeds() -> set[str]:
    judged = [rule for feed in FEEDS.values() for kind in feed.sent_by for rule in rules(feed, kind)]
    return {rule.name for rule in [*judged, *hold_rules()]}


def test_every_rule_of_the_code_is_on_the_page() -> None:
    header = {"mandatory_column_missing", "unknown_column", "wrong_number_of_fields"}
    assert {*_said_in_code(), *get_args(parse.Unreadable), *_of_feeds(), *header} == RULES


def test_every_rule_of_a_recipe_is_on_the_page() -> None:
    of_files = {reason["rule"] for recipe in ALL for file in recipe.fate.files for reason in file["reasons"]}
    assert {*of_files, *(rule for recipe in ALL for rule in recipe.fate.rules)} - RULES == set()


def test_every_proof_is_there() -> None:
    named = set(re.findall(r"`([a-z0-9_]{4,})`", "\n".join(PROOFS)))
    recipes = {recipe.name for recipe in ALL}
    words = {"effective_from", "people", "person_ref"}
    assert named - recipes - words == set()
    for path, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE):
        assert (REPOSITORY / path).exists(), path
        assert not test or f"def {test}(" in (REPOSITORY / path).read_text(encoding="utf-8"), test


def test_every_row_has_a_proof() -> None:
    assert [row[0] for row in ROWS if len(row) != 3 or not ("proven by" in row[2] or "`" in row[2])] == []


def test_there_are_enough_recipes_each_of_a_name_of_its_own() -> None:
    names = [recipe.name for recipe in ALL]
    assert len(names) == len(set(names))
    assert sum(recipe.fate.status != "accepted" or bool(recipe.fate.files[0]["reasons"]) for recipe in ALL) >= 150


@pytest.mark.parametrize(
    "rule",
    sorted(RULES - {"too_many_rows", "too_many_persons", "openpgp_compression", "withdrawn", "accepted_by_person", "refused_by_person"}),
)
def test_every_rule_has_a_recipe(rule: str) -> None:
    told = {reason["rule"] for recipe in ALL for file in recipe.fate.files for reason in file["reasons"]}
    assert rule.startswith("warning_") or rule in told | {rule for recipe in ALL for rule in recipe.fate.rules}
