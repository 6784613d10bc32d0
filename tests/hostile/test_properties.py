"""What holds for any manifest and any bytes: nothing raises, nothing of a sender's is repeated, and what is read is what is there."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile import oracle
from tests.hostile.rows import table

from wholefamily import partners
from wholefamily.door import manifest, parse
from wholefamily.door.disclosure_rule import is_informal
from wholefamily.feeds import DISCLOSURE, FEEDS
from wholefamily.settings import REPOSITORY

settings.register_profile("hostile", max_examples=200, deadline=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("hostile")

PARTNERS = partners.load(REPOSITORY / "dags" / "partners")
MARK = "Zanderquist"
FIELDS = [*manifest.Manifest.model_fields, "date", "more"]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12).map(lambda text: MARK + text),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*FIELDS, *manifest.File.model_fields, MARK]), inner, max_size=6)
    ),
    max_leaves=20,
)
a_file = st.fixed_dictionaries(
    {
        "feed": st.sampled_from(sorted(FEEDS)),
        "path": st.text("Az09_.-", max_size=12).map("p".__add__),
        "rows": st.integers(0, 2_000_000_000),
        "sha256": st.binary(min_size=32, max_size=32).map(bytes.hex),
    }
)
valid = st.fixed_dictionaries(
    {
        "schema_version": st.just(1),
        "sender": st.just("sandwell"),
        "period": st.just("2026-10"),
        "revision": st.just(3),
        "produced_at": st.builds(
            lambda day, zone: f"{day}T03:10:00{zone}",
            st.dates(),
            st.sampled_from(["Z", "+00:00", "-05:30"]),
        ),
        "marking": st.sampled_from(["OFFICIAL", "OFFICIAL-SENSITIVE", "PROTECT", "RESTRICTED"]),
        "agreement": st.just("WM-TF-ISA"),
        "gateway": st.sampled_from(["CDA1998-S115", "DEA2017-S35"]),
        "files": st.lists(a_file, min_size=1, max_size=8, unique_by=lambda file: file["feed"]),
    },
    optional={
        "dialect": st.none() | st.just("canonical"),
        "note": st.text() | st.lists(st.integers()),
    },
)


DROPS = st.sampled_from(["monthly", "daily"])


def _told(content: bytes, drop: str = "monthly") -> list[manifest.Refusal]:
    stated, refusals = manifest.read(content, daily=drop == "daily")
    return refusals if stated is None else manifest.refusals(stated, PARTNERS["sandwell"], "2026-10", 3)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode), DROPS)
def test_bytes_that_are_no_manifest_are_refused_without_a_word_of_theirs(content: bytes, drop: str) -> None:
    told = _told(content, drop)
    assert told
    assert all(refusal.text.isascii() for refusal in told)


@given(anything, DROPS)
def test_no_json_raises_or_is_repeated(value: Any, drop: str) -> None:
    told = _told(json.dumps(value).encode(), drop)
    assert told, "nothing of this kind is a manifest"
    assert MARK not in str(told)


@given(valid, st.sampled_from(FIELDS), anything)
def test_a_manifest_with_a_field_spoilt_raises_nothing_and_is_not_repeated(stated: dict[str, Any], field: str, value: Any) -> None:
    assert MARK not in str(_told(json.dumps({**stated, field: value}).encode()))


@given(valid)
def test_a_valid_manifest_is_not_refused(stated: dict[str, Any]) -> None:
    assert _told(json.dumps(stated).encode()) == []


csv_like = st.lists(
    st.sampled_from(['"', ",", ";", "\t", "\n", "\r\n", "\r", "a", "", '""', "\\", "é", "\u2028", " ", "P1"]), max_size=60
).map("".join)
of_a_dialect = st.sampled_from(sorted(oracle.DIALECTS))


@given(st.binary(max_size=300) | csv_like.map(str.encode), of_a_dialect, st.integers(1, 64), st.sampled_from([1, 16, 1 << 18]))
def test_any_bytes_are_read_as_they_are_or_refused(
    monkeypatch: pytest.MonkeyPatch, content: bytes, dialect: str, size: int, block: int
) -> None:
    monkeypatch.setattr(parse, "_BLOCK", block)
    oracle.same_rows(content, oracle.DIALECTS[dialect], size)


def test_a_last_line_of_nothing_but_quotes_is_a_row() -> None:
    """Found by ``make fuzz``."""
    oracle.same_rows(b'a,b\n1,2\n""', oracle.DIALECTS["canonical"], 1)


value = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
EFFECTIVE = ["person_ref", "scope", "decision", "effective_from"]


@given(
    st.lists(st.lists(value, min_size=4, max_size=4), max_size=8),
    st.sampled_from(["canonical", "semicolon", "spreadsheet"]),
    st.sampled_from(["quoted", "plain"]),
)
def test_rows_that_were_written_come_back(rows: list[list[str]], dialect: str, quotes: str) -> None:
    """All values, to the last control character, by way of COPY's text."""
    chosen = oracle.DIALECTS[dialect]

    def line(values: list[str]) -> str:
        plain = quotes == "plain" and not any(set(text) & {'"', chosen.delimiter, "\r", "\n"} for text in values) and any(values)
        return chosen.delimiter.join(values if plain else ['"' + text.replace('"', '""') + '"' for text in values])

    content = "\n".join(map(line, [EFFECTIVE, *rows])).encode(chosen.encoding)
    stored = oracle.copied(content, "consent", "authority", chosen)
    assert stored is not None
    translated = [[*row[:3], _iso(row[3]) if dialect == "semicolon" else row[3]] for row in rows]
    assert [row for _, row in stored[0]] == translated


def _iso(text: str) -> str:
    return parse._iso_date("%d/%m/%Y")(text)


@given(
    st.lists(
        st.tuples(st.sampled_from(["OFFENDER", "VICTIM", "", "offender"]), st.sampled_from(["CAUTION", "OUTCOME_22", "outcome-22"])),
        max_size=30,
    ),
    st.sampled_from(['"', ""]),
)
def test_rows_not_for_disclosure_never_come_out(parts: list[tuple[str, str]], quote: str) -> None:
    header = table("offences", n=0)
    lines = [f"O{n},P{n},{quote}{role}{quote},THEFT,2026-05-01,{disposal},," for n, (role, disposal) in enumerate(parts)]
    stored = oracle.copied((header + "\n".join(lines)).encode(), "offences", "police", oracle.DIALECTS["canonical"])
    assert stored is not None
    disclosable = [n for n, part in enumerate(parts) if part == ("OFFENDER", "CAUTION")]
    assert [row[0] for _, row in stored[0]] == [f"O{n}" for n in disclosable]
    assert stored[1].withheld.total() == len(parts) - len(disclosable)


@given(st.binary(max_size=200), st.integers(1, 64))
def test_bytes_that_are_not_gzip_are_refused(content: bytes, size: int) -> None:
    unpacked = oracle.unpacked_at_the_door(content, size)
    assert unpacked is None or unpacked == oracle.unpacked_plainly(content)


spelt = st.tuples(
    st.sampled_from(DISCLOSURE.informal_disposals),
    st.randoms(use_true_random=False),
    st.sampled_from(["_", " ", "-", "", "  ", "/", "\u00a0", "."]),
)


@given(spelt, st.sampled_from(["", " ", "10: ", "("]), st.sampled_from(["", " ", ")", " (drugs)"]))
def test_an_informal_disposal_is_known_however_it_is_spelt(written: tuple[str, Any, str], before: str, after: str) -> None:
    disposal, random, sign = written
    mixed = "".join(letter.lower() if random.random() < 0.5 else letter for letter in disposal.replace("_", sign))
    assert is_informal(before + mixed + after)
