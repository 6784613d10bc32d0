"""The library and the orchestrator stay apart, modules stay small, and what is imported is declared with a reason."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

from wholefamily.settings import REPOSITORY

LIBRARY = REPOSITORY / "plugins" / "wholefamily"
MODULES = sorted(LIBRARY.rglob("*.py"))
# The demo drives an Airflow of its own: these files are read by Airflow's processes and by nothing else.
READ_BY_AIRFLOW = {"demo/preload/airflow_local_settings.py"}


def imports(path: Path) -> set[str]:
    """First words of all that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def requirements(name: str) -> list[tuple[str, str]]:
    """Each requirement of a ``.in`` file as (distribution, what follows it on the line)."""
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    return [(match[1].lower().replace("_", "-"), match[2]) for line in lines if (match := re.match(r"([A-Za-z][\w.-]*)(.*)", line))]


def test_the_library_imports_no_airflow() -> None:
    modules = [path for path in MODULES if path.relative_to(LIBRARY).as_posix() not in READ_BY_AIRFLOW]
    assert [path.name for path in modules if "airflow" in imports(path)] == []


def test_airflow_does_not_load_the_library_as_plugins() -> None:
    from airflow._shared.module_loading.file_discovery import find_path_from_directory

    found = {Path(path) for path in find_path_from_directory(str(REPOSITORY / "plugins"), ".airflowignore", "glob")}
    assert not {path for path in found if path.is_relative_to(LIBRARY)}


def test_every_module_says_what_it_is_for_and_is_short() -> None:
    texts = {path.relative_to(LIBRARY).as_posix(): path.read_text(encoding="utf-8") for path in MODULES}
    assert [name for name, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []
    assert [name for name, text in texts.items() if len(text.splitlines()) > 250] == []
    assert [name for name in texts if Path(name).stem in {"utils", "helpers", "common"}] == []


def test_dag_files_are_short() -> None:
    assert [path.name for path in (REPOSITORY / "dags").glob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) > 120] == []


def test_what_the_library_and_the_dags_import_is_declared() -> None:
    declared = {name for kind in ("requirements.in", "requirements-spark.in") for name, _ in requirements(kind)}
    distributions = importlib.metadata.packages_distributions()
    own = {"wholefamily", *(path.stem for path in (REPOSITORY / "dags").glob("*.py"))}
    used = set().union(*(imports(path) for path in [*MODULES, *(REPOSITORY / "dags").glob("*.py")]))
    missing = []
    for name in sorted(used - own - set(sys.stdlib_module_names) - {""}):
        offered_by = {distribution.lower().replace("_", "-") for distribution in distributions.get(name, [name])}
        if not offered_by & declared and not (name == "airflow" and "apache-airflow" in declared):
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in", "requirements-spark.in"])
def test_each_requirement_has_its_reason(name: str) -> None:
    assert [requirement for requirement, rest in requirements(name) if not re.search(r"# \S", rest)] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-spark"])
def test_each_requirement_is_locked(name: str) -> None:
    lines = (REPOSITORY / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.split("==")[0].split("[")[0].lower() for line in lines if re.match(r"[\w.-]+(\[.*\])?==\S", line)}
    assert [line for line in lines if line and not line.startswith((" ", "#", "-")) and "==" not in line] == []
    assert [requirement for requirement, _ in requirements(f"{name}.in") if requirement not in pinned] == []


def test_what_is_installed_is_what_is_locked() -> None:
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    locked = dict(match.groups() for line in lines if (match := re.match(r"([\w.-]+)(?:\[.*\])?==([^ ;]+)", line)))
    checked = [name for name, _ in requirements("requirements.in")]
    assert {name: importlib.metadata.version(name) for name in checked} == {name: locked[name] for name in checked}


def test_the_package_is_described() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"
    assert project["dynamic"] == ["dependencies"]
