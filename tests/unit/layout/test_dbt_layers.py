"""Each dbt layer reads the one before it, the columns of marts are explained, and no model reads the clock."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wholefamily.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
MODELS = PROJECT / "models"


@dataclass
class Model:
    layer: str
    sql: str
    refs: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)


def without_comments(sql: str) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.DOTALL)


def read_models() -> dict[str, Model]:
    models = {}
    for path in sorted(MODELS.rglob("*.sql")):
        sql = without_comments(path.read_text(encoding="utf-8"))
        model = Model(path.relative_to(MODELS).parts[0], sql)
        model.refs = set(re.findall(r"\bref\(\s*['\"](\w+)['\"]\s*\)", sql))
        model.prefixes = set(re.findall(r"\bref\(\s*['\"](\w+)['\"]\s*~", sql))
        model.sources = set(re.findall(r"\bsource\(\s*['\"](\w+)['\"]", sql))
        models[path.stem] = model
    for model in models.values():
        # A loop over models of one kind: ref('int_evidence_' ~ kind).
        model.refs |= {name for name in models for prefix in model.prefixes if name.startswith(prefix)}
    return models


def read_properties(key: str) -> dict[str, dict[str, Any]]:
    """Everything under ``key`` (models, seeds) of all property files, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in [*MODELS.rglob("*.yml"), *(PROJECT / "seeds").rglob("*.yml")]:
        for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(key, []):
            assert entry["name"] not in found, f"{entry['name']} is described twice"
            found[entry["name"]] = entry
    return found


ALL = read_models()
DESCRIBED = read_properties("models")
SEEDS = {path.stem for path in (PROJECT / "seeds").rglob("*.csv")}


def of(layer: str) -> dict[str, Model]:
    return {name: model for name, model in ALL.items() if model.layer == layer}


def layers_read(model: Model) -> set[str]:
    return {"seeds" if name in SEEDS else ALL[name].layer for name in model.refs if name in SEEDS or name in ALL}


def test_there_are_models_of_every_layer() -> None:
    assert {model.layer for model in ALL.values()} == {"staging", "intermediate", "marts"}


def test_staging_reads_what_partners_sent_and_nothing_else() -> None:
    assert {name: model.refs for name, model in of("staging").items() if layers_read(model) - {"seeds"}} == {}
    assert {name: model.sources for name, model in of("staging").items() if model.sources - {"raw", "quality"}} == {}


def test_intermediate_reads_staging_and_the_registry() -> None:
    assert {name for name, model in of("intermediate").items() if layers_read(model) - {"staging", "intermediate", "seeds"}} == set()
    assert {name: model.sources for name, model in of("intermediate").items() if "raw" in model.sources} == {}


def test_marts_read_intermediate_models_and_never_what_partners_sent() -> None:
    assert {name: model.refs for name, model in of("marts").items() if "staging" in layers_read(model)} == {}
    # The pipeline's own records, which dbt does not shape: partners and the ledger. Never what partners sent, nor names.
    assert {name: model.sources for name, model in of("marts").items() if model.sources - {"ops", "quality"}} == {}


def test_a_name_says_the_layer() -> None:
    prefixes = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_", "bridge_")}
    assert [name for name, model in ALL.items() if not name.startswith(prefixes[model.layer])] == []


def test_what_is_referred_to_exists() -> None:
    assert {name: model.refs - ALL.keys() - SEEDS for name, model in ALL.items() if model.refs - ALL.keys() - SEEDS} == {}


def test_every_model_and_seed_is_described() -> None:
    assert sorted(ALL.keys() - {name for name, entry in DESCRIBED.items() if entry.get("description")}) == []
    assert sorted(DESCRIBED.keys() - ALL.keys()) == []
    assert sorted(SEEDS - {name for name, entry in read_properties("seeds").items() if entry.get("description")}) == []


def test_every_column_is_described_and_those_of_marts_have_a_type() -> None:
    columns = [(name, column) for name in ALL for column in DESCRIBED.get(name, {}).get("columns", [])]
    assert [f"{name}.{column['name']}" for name, column in columns if not column.get("description")] == []
    assert [name for name in ALL if not DESCRIBED.get(name, {}).get("columns")] == []
    assert [f"{name}.{column['name']}" for name, column in columns if ALL[name].layer == "marts" and not column.get("data_type")] == []


def test_no_sql_reads_the_clock() -> None:
    clock = re.compile(
        r"\b(now\s*\(|current_date|current_timestamp|localtimestamp|clock_timestamp|statement_timestamp|timeofday)", re.IGNORECASE
    )
    texts = {path.relative_to(PROJECT).as_posix(): without_comments(path.read_text(encoding="utf-8")) for path in PROJECT.rglob("*.sql")}
    assert [name for name, sql in texts.items() if not name.startswith("target/") and clock.search(sql)] == []


def test_a_join_on_a_senders_id_also_joins_the_sender() -> None:
    """A person_ref or family_ref means nothing without its sender."""
    offenders = []
    for name, model in ALL.items():
        for condition in re.findall(
            r"\bon\b(.*?)(?=\b(?:inner|left|cross|full|where|group|order|union|select)\b|\)\s*,|\Z)", model.sql, re.DOTALL
        ):
            if re.search(r"\.(person_ref|family_ref)\s*=", condition) and "partner" not in condition:
                offenders.append(name)
    assert offenders == []


def test_models_are_short() -> None:
    lengths = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in MODELS.rglob("*.sql")}
    assert {name: lines for name, lines in lengths.items() if lines > 120} == {}


def test_models_are_where_the_layer_is_tagged() -> None:
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["wholefamily"]
    folders = {path.name for path in MODELS.iterdir() if path.is_dir()}
    assert folders == {"staging", "intermediate", "marts"} <= settings.keys()
    intermediate = {Path(path).name for path in (MODELS / "intermediate").iterdir() if path.is_dir()}
    assert intermediate <= settings["intermediate"].keys()
