"""A recipe through the real door: written to a real SFTP server, collected, judged, loaded, decided on and receipted."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from psycopg import sql
from tests.hostile.recipe import Drop, Fate, Recipe
from tests.hostile.rows import LOST, TAKEN, WITHHELD

from wholefamily import door, partners, validation
from wholefamily.periods import is_period
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

Run = Callable[[Recipe], None]

_OF_A_RECEIPT = ["sender", "period", "revision", "status", "reasons", "files"]


def meets_its_fate(recipe: Recipe, settings: Settings, root: Path) -> dict[str, Any] | None:
    """Send a recipe's drops and assert what becomes of the last. ``root`` holds the accounts' folders. Returns its receipt."""
    settings = _with_partner(settings, recipe)
    account = root / recipe.drop.sender
    try:
        for earlier in recipe.before:
            earlier.put(account / "outbound")
            ingest(settings, earlier, account, is_judged=recipe.are_judged_before)
        recipe.drop.put(account / "outbound")
        if recipe.before:
            _later(account / "outbound" / recipe.drop.period / f"r{recipe.drop.revision}")
        if recipe.fate.status is None:
            _is_not_there(settings, recipe.drop, account)
            return None
        known = _stored_rows(settings)
        _, told = ingest(settings, recipe.drop, account, is_judged=recipe.is_judged)
        shown, expected = _shown(told), _expected(recipe.drop, recipe.fate)
        assert shown == expected, f"\ntold     {_lines(shown)}\nexpected {_lines(expected)}"
        _is_stored(settings, recipe, told, known)
        _is_nowhere(settings, recipe, account)
        return told
    finally:
        for folder in ("outbound", "inbound"):
            _clear(account / folder)


def _later(folder: Path) -> None:
    """Servers tell times in seconds: a drop that is written over at once would look as if it had not been touched."""
    for path in folder.rglob("*"):
        os.utime(path, (1_900_000_000, 1_900_000_000))


def _with_partner(settings: Settings, recipe: Recipe) -> Settings:
    """The settings with the partner's file changed as the recipe says."""
    if not recipe.partner:
        return settings
    folder = settings.home_dir / "partners"
    shutil.copytree(settings.partners_dir, folder)
    path = folder / f"{recipe.drop.sender}.yml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **recipe.partner}))
    return settings.model_copy(update={"partners_dir": folder})


def ingest(settings: Settings, drop: Drop, account: Path, *, is_judged: bool = True) -> tuple[str, dict[str, Any]]:
    """One run of the partner's chain. Returns the receipt's path in the account, and what it says."""
    arrival_id = door.collect(settings, partners.load(settings.partners_dir)[drop.sender], drop.period)
    if is_judged:
        validation.judge(settings, arrival_id)
    door.load(settings, arrival_id)
    door.decide(settings, arrival_id)
    door.send_receipt(settings, arrival_id)
    ((path,),) = _ask(settings, "select receipt_path from quality.arrival where arrival_id = %s", arrival_id)
    return str(path), json.loads((account / str(path)).read_text())


def _is_not_there(settings: Settings, drop: Drop, account: Path) -> None:
    partner = partners.load(settings.partners_dir)[drop.sender]
    assert door.new_drops(settings, partner) == []
    assert not is_period(drop.period) or not door.has_new_drop(settings, partner, drop.period)
    assert list((account / "inbound").rglob("*")) == []
    assert _ask(settings, "select 1 from quality.arrival") == []


def _shown(told: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt with the names of its own reasons only: their text is for people."""
    told = {name: value for name, value in told.items() if name != "data_docs"}
    assert list(told) == _OF_A_RECEIPT
    return {**told, "reasons": [reason["rule"] for reason in told["reasons"]]}


def _lines(told: Mapping[str, Any]) -> str:
    return "\n  ".join([str({**told, "files": ...}), *map(str, told["files"])])


def _expected(drop: Drop, fate: Fate) -> dict[str, Any]:
    return {
        "sender": drop.sender,
        "period": drop.period,
        "revision": drop.revision,
        "status": fate.status,
        "reasons": list(fate.rules),
        "files": sorted((dict(each) for each in fate.files), key=lambda each: str(each["feed"])),
    }


def _is_stored(settings: Settings, recipe: Recipe, told: Mapping[str, Any], known: Mapping[str, int]) -> None:
    """As many rows came to ``raw`` as the receipt says, of the feeds that it names and no other; no more is left behind."""
    loaded = {each["feed"]: each["rows_loaded"] for each in told["files"]}
    now = _stored_rows(settings)
    assert {feed: now[feed] - known[feed] for feed in now} == {feed: loaded.get(feed, 0) for feed in now}
    held = [each["feed"] for each in told["files"] if each["status"] == "held"]
    landed = _ask(
        settings,
        "select regexp_replace(tablename, '^d[0-9]+_', '') from pg_tables, quality.delivery where schemaname = 'landing' "
        "and starts_with(tablename, 'd' || delivery_id || '_') and (partner_code, period, revision) = (%s, %s, %s)",
        recipe.drop.sender,
        recipe.drop.period,
        recipe.drop.revision,
    )
    assert sorted(feed for (feed,) in landed) == sorted(held), "only what waits for a person is kept in landing"
    for name, values in recipe.stored.items():
        feed, column = map(sql.Identifier, name.split("."))
        query = sql.SQL("select _line, {} from raw.{} where _line = any(%s)").format(column, feed)
        assert dict(_ask(settings, query, list(values))) == values


def _stored_rows(settings: Settings) -> dict[str, int]:
    tables = [
        str(name) for (name,) in _ask(settings, "select relname from pg_class where relnamespace = 'raw'::regnamespace and relkind = 'p'")
    ]
    counts = [sql.SQL("select {}, count(*) from raw.{}").format(name, sql.Identifier(name)) for name in tables]
    return dict(_ask(settings, sql.SQL(" union all ").join(counts)))


def _is_nowhere(settings: Settings, recipe: Recipe, account: Path) -> None:
    """No table, receipt, page or file of ours holds a value that may not be kept."""
    assert [
        path.name for path in account.glob("inbound/**/*.json") if any(word in path.read_text() for word in (TAKEN, LOST, WITHHELD))
    ] == []
    stands = {"accepted", "partly_accepted", "held"} & {recipe.fate.status} or recipe.before
    words = [LOST, WITHHELD] if stands else [LOST, WITHHELD, TAKEN]
    assert tables_with(settings, words) == []
    files = [path for path in settings.home_dir.rglob("*") if path.is_file() and "partners" not in path.parts]
    assert [path.name for path in files if any(word.encode() in path.read_bytes() for word in (LOST, WITHHELD, TAKEN))] == []


def tables_with(settings: Settings, words: list[str]) -> list[str]:
    """The tables, of all schemas of the warehouse, that hold one of the words in any column."""
    tables = _ask(
        settings,
        "select nspname, relname from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace "
        "where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')",
    )
    queries = [
        sql.SQL("(select {} from {} as t where t::text ~ {} limit 1)").format(".".join(name), sql.Identifier(*name), "|".join(words))
        for name in tables
    ]
    return [str(name) for (name,) in _ask(settings, sql.SQL(" union all ").join(queries))]


def _ask(settings: Settings, query: str | sql.Composable, *values: object) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.execute(query, values or None).fetchall()  # type: ignore[arg-type]


def _clear(folder: Path) -> None:
    for path in _deepest_first(folder):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _deepest_first(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*"), reverse=True)
