"""From bytes to rows: line numbers, quoting, encodings, and what is refused inside fixed memory."""

import gzip
import tracemalloc
from collections.abc import Iterator

import pytest

from wholefamily.door.parse import UnreadableError, gunzipped, lines, read_header, records, translators
from wholefamily.feeds import feed
from wholefamily.partners import CANONICAL, Dialect

ONE_MIB = 1 << 20


def _records(content: bytes, *, encoding: str = "utf-8", delimiter: str = ",", piece: int = 3) -> list[tuple[int, list[str]]]:
    pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
    return list(records(lines(pieces, encoding), delimiter))


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


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", b"a,\0\n"),
        ("utf-8", b"\xff\xfea\0"),
        ("utf-8", "é\n".encode("cp1252")),
        ("utf-8", b"a,\xc3"),
        ("cp1252", b"a,\x81\n"),
        ("utf-8", b'a,"b"c\n'),
        ("utf-8", b'a,"never closed\n'),
        ("utf-8", b"a,b\rc,d\n"),
        ("utf-8", b"x" * (ONE_MIB + 1)),
        ("utf-8", b'a,"' + b"x\n" * ONE_MIB),
        ("utf-8", b"," * 2 * ONE_MIB),
        ("utf-8", b'"\n",' * (ONE_MIB // 2)),
    ],
)
def test_what_is_not_csv_is_unreadable(encoding: str, content: bytes) -> None:
    with pytest.raises(UnreadableError):
        _records(content, encoding=encoding, piece=1 << 15)


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
    with pytest.raises(UnreadableError):
        list(gunzipped([content]))


def test_a_bomb_is_refused_within_fixed_memory() -> None:
    bomb = gzip.compress(b"a\n" * (12 << 20), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(UnreadableError):
        for _ in gunzipped([bomb]):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * ONE_MIB


def test_reading_holds_a_small_part_of_a_file() -> None:
    line = b"P1,Ann,Baker,1980-02-03\n" * 1000

    def pieces() -> Iterator[bytes]:
        for _ in range(100):  # 2.4 MB
            yield line

    tracemalloc.start()
    assert sum(1 for _ in records(lines(pieces(), "utf-8"), ",")) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < ONE_MIB


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
    with pytest.raises(UnreadableError):
        read_header(["x"] * 10_000, feed("people"), "authority", CANONICAL)


def test_a_dialect_is_undone_and_what_does_not_fit_it_stays_as_sent() -> None:
    dialect = Dialect(date_format="%d/%m/%Y", headings={"person_ref": "PersonID"}, codes={"sex": {"M": "1"}})
    header = read_header(["PersonID", "given_name", "family_name", "sex", "resident_from"], feed("people"), "authority", dialect)
    assert header == (("person_ref", "given_name", "family_name", "sex", "resident_from"), [])
    undo = dict(translators(header.columns, feed("people"), dialect))
    assert sorted(undo) == [3, 4]
    assert [undo[3](value) for value in ("M", "X", "")] == ["1", "X", ""]
    assert [undo[4](value) for value in ("03/02/1980", "31/02/1980", "2020-01-01", "")] == ["1980-02-03", "31/02/1980", "2020-01-01", ""]


def test_under_a_dialect_only_its_own_heading_counts() -> None:
    dialect = Dialect(headings={"person_ref": "PersonID"})
    assert read_header(MANDATORY, feed("people"), "authority", dialect).wrong == [
        ("mandatory_column_missing", "person_ref"),
        ("unknown_column", None),
    ]
