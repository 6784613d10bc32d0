"""The attacks on published tables that are not on figures: 1, 16 and 17, on all that is published and was written on the way."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.disclosure import leaky
from tests.unit.tables.invented import AUTHORITIES, Series, counted, family

from wholefamily import cli
from wholefamily.disclosure import attacks, canaries
from wholefamily.disclosure.attacks import Known, KnownPerson, Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.attacks.granularity import of_tables
from wholefamily.disclosure.attacks.identifiers import identifiers
from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, RESULTS
from wholefamily.products.published import page
from wholefamily.verbs.release import NOT_WHOLE

Files = dict[str, bytes]
CONTROL, PAGE = "disclosure_control.json", "index.html"
SECRET = b"correct horse battery staple"


def published(series: Series, families: int, times: int = 1) -> Files:
    draw = random.Random(families)  # noqa: S311 - made-up families
    counts = {
        file: {cell: n * times for cell, n in cells.items()} for file, cells in counted([family(draw) for _ in range(families)]).items()
    }
    release = series.add(counts)
    files = series.files(release)
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    return {**files, PAGE: page.html(release.name, tables, {code: code.title() for code in AUTHORITIES}).encode()}


@pytest.fixture(scope="module")
def clean() -> Files:
    return published(Series(), 300)


def known(**of: Any) -> Known:
    people = [KnownPerson(("9434765919", "A123456789012"))]
    return Known(**{"areas": frozenset(AUTHORITIES), "are_identifying": lambda _: 0, "people": people, "key_material": [SECRET]} | of)


def tried(files: Files, its_known: Known | None = None) -> dict[str, Outcome]:
    """Outcomes by the number, or first word, of the attack."""
    outcomes = attacks.run("published_tables", Scene(ReleaseFolder("2026-Q1", files), its_known or known()))
    return {outcome.attack.split()[0]: outcome for outcome in outcomes}


def test_a_clean_release_withstands_every_attack(clean: Files) -> None:
    outcomes = tried(clean)
    assert set(outcomes) == {"1", "5", "6", "7", "8", "10", "11", "15", "16", "17", "hidden"}
    assert attacks.withstood([*outcomes.values()])
    # Figures of the size of the region's are no identifiers.
    assert attacks.withstood([*tried(published(Series(), 300, times=1001)).values()])


def test_each_of_the_seventeen_attacks_is_tried_on_a_product(clean: Files) -> None:
    on_records = attacks.run("evaluation", Scene(leaky.folder(leaky.release()), leaky.known()))
    numbers = {*tried(clean), *(outcome.attack.split()[0] for outcome in on_records)} - {"hidden"}
    assert numbers == {str(number) for number in range(1, 18)}


def test_without_the_warehouse_what_needs_it_is_not_run(clean: Files) -> None:
    outcomes = attacks.run("published_tables", Scene(ReleaseFolder("2026-Q1", clean), None))
    assert {outcome.attack.split()[0] for outcome in outcomes if outcome.result == "not run"} == {"1", "17"}
    assert {outcome.result for outcome in outcomes} == {"not run", "withstood"}


def put(file: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def leak(files: Files) -> Files:
        assert old in files[file]
        return {**files, file: files[file].replace(old, new)}

    return leak


def listed(**more: object) -> Callable[[Files], Files]:
    def leak(files: Files) -> Files:
        told = json.loads(files[CONTROL])
        told["hidden"][0] |= more
        return {**files, CONTROL: json.dumps(told).encode()}

    return leak


@pytest.mark.parametrize(
    "leak",
    [
        put(PAGE, b"</main>", b"<p>Seen: 943 476 5919</p></main>"),
        put(PAGE, b"</main>", b"<p title='B70 7EL'>one</p></main>"),
        put(PAGE, b"</main>", b"<!-- 1999-12-31 --></main>"),
        put(PAGE, b"</main>", b"<i data-part='9434765919'></i></main>"),
        put(PAGE, b"<style>", b"<style>/* A123456789012 */"),
        put(PAGE, b"</main>", f"<p>{canaries.NAME}</p></main>".encode()),
        put(FAMILIES, b"eastham", b"12/345678X"),
        listed(note="AB123456C"),
        listed(nhs_number=9434765919),
    ],
)
def test_1_whatever_names_somebody_in_any_file(clean: Files, leak: Callable[[Files], Files]) -> None:
    assert identifiers(Scene(ReleaseFolder("2026-Q1", leak(clean)), known())).result == "succeeded"


def test_1_somebodys_identifier_or_a_canary_in_what_was_written_on_the_way(clean: Files) -> None:
    for written in (b"row of A123456789012", f"x{canaries.NAME}x".encode()):
        outcome = tried(clean, known(traces=lambda w=written: [("logs: task.log", w)]))["1"]
        assert outcome.result == "succeeded"
        assert outcome.found.endswith("logs: task.log")
    assert tried(clean, known(unseen="XComs"))["1"].unseen == "XComs"


@pytest.mark.parametrize(
    "leak",
    [
        put(PAGE, b"<svg ", b"<svg onload='x()' "),
        put(PAGE, b"</svg>", b"<metadata><rdf:RDF></rdf:RDF></metadata></svg>"),
        put(PAGE, b"</svg>", b"<!-- Created with matplotlib --></svg>"),
        put(PAGE, b"<head>", b'<head><meta name="generator" content="software 1.2">'),
        put(PAGE, b"</main>", b"<script>1</script></main>"),
        put(PAGE, b"</main>", b"<img src='chart.png'></main>"),
        put(PAGE, b"</main>", b"<p>made at 09:30</p></main>"),
        put(PAGE, b"</main>", b"<p>as of 2026-09</p></main>"),
        put(PAGE, b"</main>", b"<p>from /srv/jane/out</p></main>"),
        put(PAGE, b"</main>", b"<p>by jane@host-7</p></main>"),
        put(PAGE, b"</main>", b"<p>see https://example.org</p></main>"),
        put(FAMILIES, b"eastham", b"E01000001"),
        put(FAMILIES, b"eastham", b"eastham_ward_seven"),
        put(FAMILIES, b"closed", b"closed_after_the_fire"),
        put(CRITERIA, b"housing", b"homeless"),
        put(RESULTS, b"neutral", b"moved"),
        put(RESULTS, b"measure", b"school"),
        lambda files: {**files, "chart.png": b"\x89PNG tEXtSoftware"},
        listed(note="a word"),
    ],
)
def test_16_text_dates_places_and_what_files_say_of_themselves(clean: Files, leak: Callable[[Files], Files]) -> None:
    assert of_tables(Scene(ReleaseFolder("2026-Q1", leak(clean)), known())).result == "succeeded"


def test_17_a_key_in_any_file_or_in_what_was_written_on_the_way(clean: Files) -> None:
    assert tried(put(PAGE, b"</main>", SECRET + b"</main>")(clean))["17"].result == "succeeded"
    assert tried(clean, known(traces=lambda: [("logs: task.log", b"-" + SECRET)]))["17"].found == "a secret stands in logs: task.log"


def test_make_attack_tries_a_folder_with_the_earlier_releases_beside_it(
    clean: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_DIR", str(tmp_path / "no deployment"))
    for name, files in {"2026-Q1": clean, "2026-Q2": clean, ".2026-Q0.unfinished": {"t.csv": b"half a"}}.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
    assert cli.main(["attack", str(tmp_path / "2026-Q1")]) == NOT_WHOLE
    (tmp_path / "2026-Q2" / PAGE).write_text("<p>7%</p>")
    assert cli.main(["attack", str(tmp_path / "2026-Q2")]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "succeeded" in line]
    assert line.startswith("5 small cells")
