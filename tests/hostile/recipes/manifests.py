"""Manifests that do not parse, or say what cannot be: the drop is refused, and its files are not read."""

import json
import re
from dataclasses import replace

from tests.hostile.recipe import ABSENT, UNSEEN, Drop, Recipe, needs_judging, refused, taken
from tests.hostile.recipe import file as one
from tests.hostile.rows import LOST

UNREADABLE = refused("manifest_unreadable")
WELL = taken(one("people", 3, 3))


def _without_comma(text: str) -> str:
    return text.replace(",", "", 1)


def _said_twice(text: str) -> str:
    return text.replace('"sender": "sandwell",', f'"sender": "{LOST}", "sender": "sandwell",')


def _of_version_two_and_one(text: str) -> str:
    return text.replace('"schema_version": 1,', '"schema_version": 2, "schema_version": 1,')


def _with_a_file_said_twice(text: str) -> str:
    return text.replace('"rows": 3', '"rows": 4, "rows": 3')


def _deep(text: str) -> str:
    return text[:-1].rstrip("\n}") + ', "more": ' + "[" * 100_000 + "]" * 100_000 + "}"


def _large(text: str) -> str:
    return text[:-1].rstrip("\n}") + ', "more": "' + "x" * (1 << 20) + '"}'


def _says(name: str, value: object) -> Drop:
    return Drop(manifest={name: value})


def _says_of_the_file(name: str, value: object) -> Drop:
    return Drop(entries={"people.csv": {name: value}})


UNPARSED = [
    Recipe("manifest_empty", Drop(write=lambda _: ""), UNREADABLE),
    Recipe("manifest_torn", Drop(write=lambda text: text[: len(text) // 2]), UNREADABLE),
    Recipe("manifest_without_a_comma", Drop(write=_without_comma), UNREADABLE),
    Recipe("manifest_with_a_comma_too_many", Drop(write=lambda text: text[:-1] + ",}"), UNREADABLE),
    Recipe("manifest_with_more_after_its_end", Drop(write=lambda text: text + text), UNREADABLE),
    Recipe("manifest_with_single_quotes", Drop(write=lambda text: text.replace('"', "'")), UNREADABLE),
    Recipe("manifest_with_a_comment", Drop(write=lambda text: "// October\n" + text), UNREADABLE),
    Recipe("manifest_with_a_byte_order_mark", Drop(write=lambda text: text.encode("utf-8-sig")), UNREADABLE),
    Recipe("manifest_in_utf16", Drop(write=lambda text: text.encode("utf-16")), UNREADABLE),
    Recipe(
        "manifest_in_cp1252",
        Drop(manifest={"note": "Renée"}, write=lambda text: json.loads(f'"{_escaped(text)}"').encode("cp1252")),
        UNREADABLE,
    ),
    Recipe("manifest_of_nul_bytes", Drop(write=lambda _: b"\0" * 512), UNREADABLE),
    Recipe("manifest_is_a_list", Drop(write=lambda text: f"[{text}]"), UNREADABLE),
    Recipe("manifest_is_a_word", Drop(write=lambda _: '"manifest"'), UNREADABLE),
    Recipe("manifest_is_null", Drop(write=lambda _: "null"), UNREADABLE),
    Recipe("manifest_is_yaml", Drop(write=lambda _: "schema_version: 1\nsender: sandwell\n"), UNREADABLE),
    Recipe("manifest_is_a_web_page", Drop(write=lambda _: "<html><body>Not found</body></html>"), UNREADABLE),
    Recipe("manifest_nested_100000_deep", Drop(write=_deep), UNREADABLE),
    Recipe("manifest_larger_than_a_mebibyte", Drop(write=_large), UNREADABLE),
    Recipe("manifest_with_nan", _says("produced_at", float("nan")), UNREADABLE),
    Recipe("manifest_with_infinity_beside_what_we_read", _says("note", float("inf")), UNREADABLE),
    Recipe("manifest_with_half_a_character", Drop(write=lambda text: text.replace('"CDA1998-S115"', '"\\ud800"')), UNREADABLE),
    Recipe("manifest_names_its_sender_twice", Drop(write=_said_twice), UNREADABLE),
    Recipe("manifest_names_its_version_twice", Drop(write=_of_version_two_and_one), UNREADABLE),
    Recipe("manifest_counts_a_file_twice", Drop(write=_with_a_file_said_twice), UNREADABLE),
]


def _escaped(text: str) -> str:
    return re.sub(r'(["\n])', lambda found: {'"': '\\"', "\n": "\\n"}[found[1]], text)


SHAPES = [
    Recipe("manifest_without_a_sender", _says("sender", ABSENT), UNREADABLE),
    Recipe("manifest_without_a_marking", _says("marking", ABSENT), UNREADABLE),
    Recipe("manifest_without_a_gateway", _says("gateway", ABSENT), UNREADABLE),
    Recipe("manifest_without_files", _says("files", ABSENT), UNREADABLE),
    Recipe("manifest_with_no_file_in_its_list", _says("files", []), UNREADABLE),
    Recipe("manifest_with_files_by_name", _says("files", {"people": "people.csv"}), UNREADABLE),
    Recipe(
        "manifest_with_101_files", Drop(more_entries=[{"feed": "people", "path": "p.csv", "rows": 0, "sha256": "0" * 64}] * 100), UNREADABLE
    ),
    Recipe("manifest_with_a_file_that_is_a_word", Drop(more_entries=["consent.csv"]), UNREADABLE),
    Recipe("manifest_with_a_sender_that_is_a_list", _says("sender", ["sandwell"]), UNREADABLE),
    Recipe("manifest_with_an_agreement_that_is_null", _says("agreement", None), UNREADABLE),
    Recipe("manifest_produced_at_no_time_zone", _says("produced_at", "2026-11-02T03:10:00"), UNREADABLE),
    Recipe("manifest_produced_on_31_february", _says("produced_at", "2026-02-31T03:10:00Z"), UNREADABLE),
    Recipe("revision_is_text", _says("revision", "1"), UNREADABLE),
    Recipe("revision_is_a_fraction", _says("revision", 1.5), UNREADABLE),
    Recipe("revision_is_true", _says("revision", True), UNREADABLE),
    Recipe("revision_is_01", Drop(write=lambda text: text.replace('"revision": 1,', '"revision": 01,')), UNREADABLE),
    Recipe("revision_of_5000_digits", Drop(write=lambda text: text.replace('"revision": 1,', f'"revision": {"9" * 5000},')), UNREADABLE),
    Recipe("rows_below_zero", _says_of_the_file("rows", -3), UNREADABLE),
    Recipe("rows_are_text", _says_of_the_file("rows", "3"), UNREADABLE),
    Recipe("rows_are_true", _says_of_the_file("rows", True), UNREADABLE),
    Recipe("rows_beyond_any_file", _says_of_the_file("rows", 10**30), UNREADABLE),
    Recipe("sha256_too_short", _says_of_the_file("sha256", "ab12"), UNREADABLE),
    Recipe("sha256_is_an_md5", _says_of_the_file("sha256", "d41d8cd98f00b204e9800998ecf8427e"), UNREADABLE),
    Recipe("sha256_with_a_line_end", _says_of_the_file("sha256", "0" * 64 + "\n"), UNREADABLE),
    Recipe("sha256_is_missing", _says_of_the_file("sha256", ABSENT), UNREADABLE),
]

VERSIONS = [
    Recipe("schema_version_2", _says("schema_version", 2), refused("unknown_schema_version")),
    Recipe("schema_version_0", _says("schema_version", 0), refused("unknown_schema_version")),
    Recipe("schema_version_is_text", _says("schema_version", "1"), refused("unknown_schema_version")),
    Recipe("schema_version_is_a_fraction", _says("schema_version", 1.0), refused("unknown_schema_version")),
    Recipe("schema_version_is_true", _says("schema_version", True), refused("unknown_schema_version")),
    Recipe("schema_version_is_null", _says("schema_version", None), refused("unknown_schema_version")),
    Recipe("schema_version_is_missing", _says("schema_version", ABSENT), UNREADABLE),
    Recipe("schema_version_2_in_another_shape", Drop(manifest={"schema_version": 2, "files": "all"}), refused("unknown_schema_version")),
]

NOT_THERE = [
    Recipe("no_manifest_yet", Drop(spoil=lambda folder: (folder / "manifest.json").unlink()), UNSEEN),
    Recipe(
        "manifest_under_its_temporary_name",
        Drop(spoil=lambda folder: (folder / "manifest.json").rename(folder / "manifest.json.part")),
        UNSEEN,
    ),
    Recipe("manifest_in_capitals", Drop(spoil=lambda folder: (folder / "manifest.json").rename(folder / "MANIFEST.JSON")), UNSEEN),
    Recipe(
        "manifest_is_a_folder", Drop(spoil=lambda folder: ((folder / "manifest.json").unlink(), (folder / "manifest.json").mkdir())), UNSEEN
    ),
    Recipe(
        "manifest_is_a_link",
        Drop(spoil=lambda folder: (folder / "manifest.json").rename(folder / "m") and (folder / "manifest.json").symlink_to("m")),
        UNSEEN,
    ),
    Recipe("revision_0", Drop(revision=0), UNSEEN),
    Recipe("revision_below_0", Drop(revision=-1), UNSEEN),
    Recipe("revision_folder_r01", Drop(folder="2026-10/r01"), UNSEEN),
    Recipe("revision_folder_in_capitals", Drop(folder="2026-10/R1"), UNSEEN),
    Recipe(
        "revision_folder_is_a_link", Drop(spoil=lambda folder: folder.rename(folder.parent / "kept") and folder.symlink_to("kept")), UNSEEN
    ),
    Recipe("period_13", Drop(period="2026-13"), UNSEEN),
    Recipe("period_without_a_month", Drop(period="2026"), UNSEEN),
    Recipe(
        "period_folder_is_a_link",
        Drop(spoil=lambda folder: folder.parent.rename(folder.parents[1] / "october") and folder.parent.symlink_to("october")),
        UNSEEN,
    ),
    Recipe("drop_outside_of_a_revision", Drop(folder="2026-10"), UNSEEN),
]

GOOD = [
    Recipe("manifest_says_more_than_we_need", Drop(manifest={"comment": "€ 'x' <b>", "contact": {"phone": None}}), WELL),
    Recipe("manifest_on_one_line_in_another_order", Drop(write=lambda text: json.dumps(dict(reversed(json.loads(text).items())))), WELL),
    Recipe("manifest_with_carriage_returns", Drop(write=lambda text: text.replace("\n", "\r\n")), WELL),
    Recipe("manifest_without_a_dialect", _says("dialect", ABSENT), WELL),
    Recipe("manifest_of_a_dialect_that_is_null", _says("dialect", None), WELL),
    Recipe("manifest_produced_in_another_time_zone", _says("produced_at", "2026-11-02T05:10:00+02:00"), WELL),
    Recipe("sha256_in_capitals", Drop(write=lambda text: re.sub(r"[0-9a-f]{64}", lambda found: found[0].upper(), text)), WELL),
    Recipe("a_period_of_years_ahead", Drop(period="2031-01"), WELL),
]

RECIPES = [replace(recipe, is_judged=needs_judging(recipe.fate)) for recipe in [*UNPARSED, *SHAPES, *VERSIONS, *NOT_THERE, *GOOD]]
