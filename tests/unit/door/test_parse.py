"""From bytes to rows: line numbers, quoting, encodings, and what is refused inside fixed memory."""

import csv
import gzip
import io
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wholefamily.door.parse import UnreadableError, blocks, gunzipped, read_header, translators
from wholefamily.door.records import Plain, Records
from wholefamily.feeds import feed
from wholefamily.partners import CANONICAL, Dialect

ONE_MIB = 1 << 20
Lines = list[tuple[int, list[str]]]


def _pieces(content: bytes, piece: int) -> list[bytes]:
    return [content[start : start + piece] for start in range(0, len(content), piece)]


def _records(content: bytes, *, encoding: str = "utf-8", delimiter: str = ",", piece: int = 3) -> Lines:
    """All records, the header too, as the door reads them in blocks."""
    return _read(blocks(_pieces(content, piece), encoding), delimiter)


def _read(text: Iterable[bytes], delimiter: str) -> Lines:
    records = Records(text, delimiter)
    header = records.header()
    found = [(1, header)] if header else []
    for batch in records.batches(len(header)):
        if isinstance(batch, Plain):
            found += [(line, text.decode().split("\t")) for line, text in enumerate(batch.texts, start=batch.first_line)]
        else:
            found += batch
    return found


def test_a_record_is_known_by_the_line_on_which_it_starts() -> None:
    content = b'a,b\r\n1,"two\nlines"\r\n\r\n3,4\n5,"x""y"'
    assert _records(content) == [(1, ["a", "b"]), (2, ["1", "two\nlines"]), (5, ["3", "4"]), (6, ["5", 'x"y'])]


def test_values_that_a_spreadsheet_would_run_are_kept_as_they_are() -> None:
    content = b'=1+1,+1,-1,@x,\tx,"\rx"\n'
    assert _records(content) == [(1, ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [("utf-8", "é,ł\n".encode()), ("utf-8-sig", "é,ł\n".encode("utf-8-sig")), ("cp1252", "é,€\n".encode("cp1252"))],
)
def test_characters_may_stand_across_two_pieces(encoding: str, content: bytes) -> None:
    expected = ["é", "€"] if encoding == "cp1252" else ["é", "ł"]
    assert _records(content, encoding=encoding, piece=1) == [(1, expected)]


def test_only_the_first_bytes_of_a_file_are_a_byte_order_mark() -> None:
    rows = "\ufeffa,b\n" * 60_000  # more than one block
    assert _records(("\ufeff" + "a,b\n" + rows).encode(), encoding="utf-8-sig", piece=1 << 15)[0] == (1, ["a", "b"])
    found = _records(("\ufeff" + "a,b\n" + rows).encode(), encoding="utf-8-sig", piece=1 << 15)[1:]
    assert {row[0] for _, row in found} == {"\ufeffa"}


def test_what_is_plain_is_taken_apart_in_bulk_and_nothing_else() -> None:
    def kinds(content: bytes) -> list[bool]:
        records = Records([b"a,b\n", content], ",")
        records.header()
        return [isinstance(batch, Plain) or bool(list(batch) and False) for batch in records.batches(2)]

    plain = [b"1,2\n", b"1,2\r\n", b'"1",2\n', b'"1, 1","2"', b'1,""\n', b",\n", "é,ł\n".encode()]
    others = [b"1\n", b"1,2,3\n", b"\n", b'"1\n",2\n', b'"1""",2\n', b'1"1",2\n', b"1,\\N\n", b"1,\t\n"]
    assert [kinds(content) for content in plain] == [[True]] * len(plain)
    assert [kinds(content) for content in others] == [[False]] * len(others)


# What separates, quotes and escapes, and letters of one, two and three bytes; any of them anywhere.
_TOKENS = ["a", "é", "ł", ",", ";", '"', '""', "\n", "\r\n", "\r", "\t", "\\", " ", "\u2028", "\x1c"]
_ANY = st.lists(st.sampled_from(_TOKENS), max_size=40).map("".join)
_VALUES = st.text(st.sampled_from("aé,;\"\n\t\\'"), max_size=4)  # csv itself writes a lone CR bare
_DELIMITERS = st.sampled_from([",", ";", "\t", "|"])


def _by_csv(text: str, delimiter: str) -> Lines | None:
    """What csv itself reads, and None where it finds a fault."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    found, start = [], 1
    try:
        for row in reader:
            if row:
                found.append((start, row))
            start = reader.line_num + 1
    except csv.Error:
        return None
    return found


def _or_none(text: str, delimiter: str, cut: int) -> Lines | None:
    """The same as the door reads it, in two blocks, the second of which starts after line ``cut``."""
    lines = [line.encode() for line in io.StringIO(text, newline="\n")]
    blocks_of_lines = [b"".join(part) for part in (lines[:cut], lines[cut:]) if part]
    try:
        return _read(blocks_of_lines, delimiter)
    except UnreadableError:
        return None


@settings(max_examples=400, deadline=None)
@given(text=_ANY, delimiter=_DELIMITERS, cut=st.integers(0, 5))
def test_whatever_stands_in_a_file_is_read_as_csv_reads_it(text: str, delimiter: str, cut: int) -> None:
    text = "h1" + delimiter + "h2\n" + text
    assert _or_none(text, delimiter, cut) == _by_csv(text, delimiter)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(_VALUES, min_size=3, max_size=3), max_size=8),
    delimiter=_DELIMITERS,
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    cut=st.integers(0, 9),
)
def test_what_is_written_is_read_back(rows: list[list[str]], delimiter: str, ending: str, quoting: int, cut: int) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows([["h1", "h2", "h3"], *rows])  # type: ignore[arg-type]
    found = _or_none(written.getvalue(), delimiter, cut)
    assert found is not None
    assert [row for _, row in found] == [["h1", "h2", "h3"], *rows]


@pytest.mark.parametrize(
    ("rule", "encoding", "content"),
    [
        ("holds_nul", "utf-8", b"a,\0\n"),
        ("holds_nul", "utf-8", b"\xff\xfea\0"),
        ("not_in_its_encoding", "utf-8", "é\n".encode("cp1252")),
        ("not_in_its_encoding", "utf-8", b"a,\xc3"),
        ("not_in_its_encoding", "cp1252", b"a,\x81\n"),
        ("not_csv", "utf-8", b'a,"b"c\n'),
        ("not_csv", "utf-8", b'a,"never closed\n'),
        ("not_csv", "utf-8", b"a,b\rc,d\n"),
        ("line_too_long", "utf-8", b"x" * (ONE_MIB + 1)),
        ("line_too_long", "utf-8", b"a\n" + b"x" * 140_000 + b"\nb\n"),
        ("line_too_long", "utf-8", b"," * 2 * ONE_MIB),
        ("record_too_long", "utf-8", b'a,"' + b"x\n" * ONE_MIB),
        ("record_too_long", "utf-8", b'"\n",' * (ONE_MIB // 2)),
    ],
    ids=["nul", "utf-16", "cp1252", "torn", "undefined", "quoting", "open", "return", "line", "line-within", "commas", "endless", "quotes"],
)
def test_what_is_not_csv_is_unreadable(rule: str, encoding: str, content: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        _records(content, encoding=encoding, piece=1 << 15)
    assert caught.value.rule == rule


def test_gzip_of_several_members_is_one_content() -> None:
    content = gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")
    assert b"".join(gunzipped([content[:9], content[9:]])) == b"a,b\n1,2\n"


# Named by hand: gzip writes the time, and pytest would name the tests after it.
@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n", gzip.compress(b"a,b\n" * 100)[:-9], gzip.compress(b"a") + b"tail"],
    ids=["empty", "not gzip", "torn", "with a tail"],
)
def test_torn_or_false_gzip_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="not_gzip"):
        list(gunzipped([content]))


def test_gzip_of_nothing_over_and_over_is_unreadable() -> None:
    nothing = gzip.compress(b"") * 1000
    with pytest.raises(UnreadableError, match="expands_to_too_much"):
        for _ in gunzipped(nothing for _ in range(300)):
            pass


def test_a_bomb_is_refused_within_fixed_memory() -> None:
    bomb = gzip.compress(b"a\n" * (12 << 20), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="expands_to_too_much"):
        for _ in gunzipped([bomb]):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * ONE_MIB


def test_reading_holds_a_small_part_of_a_file() -> None:
    line = b'P1,Ann,"Baker, Jr",1980-02-03\n'
    tracemalloc.start()
    records = Records(blocks((line * 1000 for _ in range(400)), "utf-8"), ",")  # 12 MB
    records.header()
    assert records.count(4) == 399_999
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 7 * ONE_MIB


MANDATORY = ["person_ref", "given_name", "family_name", "resident_from"]


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_absent() -> None:
    header = read_header(["sex", *reversed(MANDATORY)], feed("people"), "authority", CANONICAL)
    assert header.columns == ("sex", "resident_from", "family_name", "given_name", "person_ref")
    assert header.wrong == []


@pytest.mark.parametrize(
    ("headings", "wrong"),
    [
        ([*MANDATORY, "shoe_size"], [("unknown_column", "shoe_size")]),
        ([*MANDATORY, "pnc_id"], [("unknown_column", "pnc_id")]),
        ([*MANDATORY, "Sex"], [("unknown_column", "Sex")]),
        ([*MANDATORY, ""], [("unknown_column", None)]),
        ([*MANDATORY, "sex", "sex"], [("unknown_column", "sex")]),
        (MANDATORY[1:], [("mandatory_column_missing", "person_ref")]),
        (["\ufeffperson_ref", *MANDATORY[1:]], [("mandatory_column_missing", "person_ref"), ("unknown_column", None)]),
    ],
)
def test_a_wrong_header_is_told_column_by_column(headings: list[str], wrong: list[tuple[str, str | None]]) -> None:
    assert read_header(headings, feed("people"), "authority", CANONICAL).wrong == wrong


def test_a_first_row_of_data_is_not_repeated_to_the_sender() -> None:
    header = read_header(["P1", "Quillfeather", "Zebedee", "1980-01-01"], feed("people"), "authority", CANONICAL)
    assert {rule for rule, _ in header.wrong} == {"mandatory_column_missing", "unknown_column"}
    assert "Quillfeather" not in str(header.wrong)


def test_ten_thousand_columns_are_unreadable() -> None:
    with pytest.raises(UnreadableError, match="too_many_columns"):
        read_header(["x"] * 10_000, feed("people"), "authority", CANONICAL)


def test_a_dialect_is_undone_and_what_does_not_fit_it_stays_as_sent() -> None:
    dialect = Dialect(date_format="%d/%m/%Y", headings={"person_ref": "PersonID"}, codes={"sex": {"M": "1"}})
    header = read_header(["PersonID", "given_name", "family_name", "sex", "resident_from"], feed("people"), "authority", dialect)
    assert header == (("person_ref", "given_name", "family_name", "sex", "resident_from"), [])
    undo = dict(translators(header.columns, feed("people"), dialect))
    assert sorted(undo) == [3, 4]
    assert [undo[3](value) for value in ("M", "X", "")] == ["1", "X", ""]
    assert [undo[4](value) for value in ("03/02/1980", "31/02/1980", "2020-01-01", "")] == ["1980-02-03", "31/02/1980", "2020-01-01", ""]


@pytest.mark.parametrize(
    ("date_format", "sent", "read"),
    [
        (
            "%d/%m/%Y",
            ["03/02/1980", "3/2/1980", "29/02/2023", "03/02/80", "٠٣/02/1980"],
            ["1980-02-03", "1980-02-03", "29/02/2023", "03/02/80", "٠٣/02/1980"],
        ),
        ("%d.%m.%Y", ["03.02.1980", "03/02/1980"], ["1980-02-03", "03/02/1980"]),
        ("%Y%m%d", ["19800203", "19801303"], ["1980-02-03", "19801303"]),
        ("%d %b %Y", ["03 Feb 1980", "03 02 1980"], ["1980-02-03", "03 02 1980"]),
        ("%d/%m/%y", ["03/02/80", "03/02/1980"], ["1980-02-03", "03/02/1980"]),
    ],
    ids=["slashes", "dots", "digits", "name of the month", "short year"],
)
def test_dates_are_read_in_every_format(date_format: str, sent: list[str], read: list[str]) -> None:
    ((_, undo),) = translators(("resident_from",), feed("people"), Dialect(date_format=date_format))
    assert [undo(value) for value in sent] == read


def test_under_a_dialect_only_its_own_heading_counts() -> None:
    dialect = Dialect(headings={"person_ref": "PersonID"})
    assert read_header(MANDATORY, feed("people"), "authority", dialect).wrong == [
        ("mandatory_column_missing", "person_ref"),
        ("unknown_column", None),
    ]
