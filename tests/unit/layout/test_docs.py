"""What the documents name exists: files, verbs, make targets, tables, settings, secrets."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from wholefamily import partners
from wholefamily.catalogue import properties
from wholefamily.feeds import FEEDS
from wholefamily.settings import REPOSITORY

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
ALL = "\n".join(TEXTS.values())
CODED = set(re.findall(r"`([^`\n]+)`", ALL))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", TEXTS[document])
    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


def test_a_document_that_the_code_cites_is_there() -> None:
    sources = [
        path
        for folder in ("dags", "plugins", "dbt_project", "migrations", "tests", "deploy")
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".yml"} and "target" not in path.parts
    ]
    cited: dict[str, set[str]] = {}
    for path in sources:
        for name in re.findall(r"(?<![\w{}/-])(?:docs/)?((?:decisions/)?[a-z0-9-]+\.md)\b", path.read_text(encoding="utf-8")):
            cited.setdefault(name, set()).add(path.relative_to(REPOSITORY).as_posix())
    assert cited
    assert {name: places for name, places in cited.items() if not (REPOSITORY / "docs" / name).exists()} == {}


def test_paths_named_in_the_documents_exist() -> None:
    tops = {path.name for path in REPOSITORY.iterdir() if path.name != ".home"}
    named = {word for word in CODED if "/" in word and word.split("/")[0] in tops and not re.search(r"[<>*…\s]", word)}
    assert named
    assert sorted(word for word in named if not (REPOSITORY / word.split("::")[0]).exists()) == []


def test_verbs_named_in_the_documents_exist() -> None:
    verbs = set(re.findall(r"python -m wholefamily (\w[\w-]*)", ALL)) - {"stands"}
    for verb in verbs:
        done = subprocess.run(
            [sys.executable, "-m", "wholefamily", verb, "--help"],
            check=False,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(REPOSITORY / "plugins")},
        )
        assert done.returncode == 0, verb


def test_make_targets_named_in_the_documents_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", ALL, re.MULTILINE))
    assert {"demo", "test", "down", "check"} <= named
    assert named - targets == set()


def test_tables_named_in_the_documents_exist() -> None:
    defined = set()
    for path in (REPOSITORY / "migrations").glob("*.sql"):
        defined |= set(re.findall(r"create (?:table|view) (?:if not exists )?(\w+\.\w+)", path.read_text(encoding="utf-8")))
    defined |= {f"raw.{name}" for name in FEEDS}
    for layer in ("staging", "intermediate", "marts"):
        defined |= {f"{layer}.{path.stem}" for path in (REPOSITORY / "dbt_project" / "models" / layer).rglob("*.sql")}
    defined |= {f"{mart.schema}.{mart.name}" for mart in properties.read()}
    schemas = {name.split(".")[0] for name in defined}
    named = {
        word for word in re.findall(r"\b([a-z]+\.[a-z_]+)\b", ALL) if word.split(".")[0] in schemas and not word.endswith((".py", ".md"))
    }
    columns = {word for word in named if word.rsplit(".", 1)[0] in {name.split(".")[1] for name in defined}}
    assert sorted(named - defined - columns) == []


def test_marts_named_in_the_documents_exist() -> None:
    marts = {path.stem for path in (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.sql")}
    named = set(re.findall(r"\b((?:dim|fct|bridge)_[a-z_]+)\b", ALL))
    assert named - marts == set()
    assert marts - named == set(), "warehouse.md names every mart"


def test_feeds_named_in_the_exchange_are_all_feeds() -> None:
    text = TEXTS[REPOSITORY / "docs" / "exchange.md"]
    sections = text[text.index("## 3.") : text.index("## 5.")]
    assert set(re.findall(r"`([a-z_]+)`", sections)) - {"person_ref"} == FEEDS.keys()


def test_the_partner_of_the_readme_can_be_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(code: (\w+)\n.*?)```", TEXTS[REPOSITORY / "README.md"], re.DOTALL)
    assert example
    (tmp_path / f"{example[2]}.yml").write_text(example[1], encoding="utf-8")
    partner = partners.load(tmp_path)[example[2]]
    assert partner.sends
    assert partner.sftp.port == 22
