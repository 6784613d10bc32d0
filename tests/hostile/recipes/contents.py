"""Files that are not the CSV that they should be: encodings, quoting, line ends, compression, size, headers, dialects."""

import gzip
import zlib
from dataclasses import replace

from tests.hostile.recipe import Drop, Fate, Recipe, held, needs_judging, no_file_taken, partly, refused_file, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import LOST, kept, table

CONSENT = table("consent", n=3)
PEOPLE = table("people", n=3)
HEADER = "person_ref,given_name,family_name,resident_from\n"
ROW = "P1,Ann,Thistlewick,2020-01-01\n"
MANDATORY = ("person_ref", "given_name", "family_name", "resident_from")


def _alone(
    content: str | bytes, n_rows: int = 3, *, path: str = "people.csv", sender: str = "sandwell", dialect: str = "canonical"
) -> Drop:
    return Drop(files={path: content}, rows={path: n_rows}, sender=sender, manifest={"dialect": dialect})


def _refused(*reasons: str | dict[str, object], received: int = 0) -> Fate:
    return no_file_taken(refused_file("people", *reasons, received=received))


def _missing(*names: str) -> list[dict[str, object]]:
    return [why("mandatory_column_missing", name, [1]) for name in names]


def _lost(text: str) -> str:
    return text.replace("Baker", LOST)


def _packed(content: str | bytes) -> bytes:
    return gzip.compress(content.encode() if isinstance(content, str) else content, mtime=0)


def _swollen(n_bytes: int, piece: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(HEADER.encode())]
    block = piece * ((1 << 20) // len(piece))
    parts += [packer.compress(block) for _ in range(n_bytes >> 20)]
    return b"".join([*parts, packer.flush()])


def _damaged(packed: bytes) -> bytes:
    return packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]


ENCODINGS = [
    Recipe(
        "byte_order_mark_not_declared",
        _alone(_lost(PEOPLE).encode("utf-8-sig")),
        _refused(*_missing("person_ref"), why("unknown_column", None, [1]), received=3),
    ),
    Recipe(
        "byte_order_mark_in_the_second_row",
        _alone(PEOPLE.replace("P2", "\ufeffP2", 1)),
        taken(one("people", 3, 3)),
        stored={"people.person_ref": {3: "\ufeffP2"}},
    ),
    Recipe("utf16_with_a_mark", _alone(_lost(PEOPLE).encode("utf-16")), _refused("holds_nul")),
    Recipe("utf16_without_a_mark", _alone(_lost(PEOPLE).encode("utf-16-le")), _refused("holds_nul")),
    Recipe("utf32", _alone(_lost(PEOPLE).encode("utf-32")), _refused("holds_nul")),
    Recipe(
        "utf7_is_ascii",
        _alone(PEOPLE.replace("Ann", "Ren+AOk-e")),
        taken(one("people", 3, 3)),
        stored={"people.given_name": {2: "Ren+AOk-e"}},
    ),
    Recipe("cp1252_in_place_of_utf8", _alone(_lost(PEOPLE).replace("Ann", "Renée").encode("cp1252")), _refused("not_in_its_encoding")),
    Recipe(
        "cp1252_quotation_marks_in_utf8",
        _alone(HEADER.encode() + b"P1,Ann \x93Nan\x94,Thistlewick,2020-01-01\n", 1),
        _refused("not_in_its_encoding"),
    ),
    Recipe(
        "utf8_in_place_of_cp1252",
        _alone(
            table("people", n=3).replace("person_ref,given_name", "PersonID,Forename").replace("Ann", "Łucja"),
            sender="solihull",
            dialect="case_system",
        ),
        _refused("not_in_its_encoding"),
    ),
    Recipe("half_a_character_at_the_end", _alone((_lost(PEOPLE) + "P4,Ren").encode() + b"\xc3", 4), _refused("not_in_its_encoding")),
    Recipe(
        "half_a_character_in_the_middle",
        _alone(HEADER.encode() + b"P1,Ren\xc3,Thistlewick,2020-01-01\n", 1),
        _refused("not_in_its_encoding"),
    ),
    Recipe("surrogates_in_utf8", _alone(HEADER.encode() + b"P1,\xed\xa0\x80,Thistlewick,2020-01-01\n", 1), _refused("not_in_its_encoding")),
    Recipe(
        "longer_forms_of_utf8", _alone(HEADER.encode() + b"P1,\xc0\xafetc,Thistlewick,2020-01-01\n", 1), _refused("not_in_its_encoding")
    ),
    Recipe(
        "characters_beyond_unicode",
        _alone(HEADER.encode() + b"P1,\xf4\x90\x80\x80,Thistlewick,2020-01-01\n", 1),
        _refused("not_in_its_encoding"),
    ),
    Recipe("bytes_of_no_encoding", _alone(bytes(range(1, 256)) * 40, 3), _refused("not_in_its_encoding")),
    Recipe(
        "wrong_encoding_in_the_last_of_5000_rows",
        _alone(HEADER.encode() + ROW.encode() * 5000 + b"P1,\xe9,Thistlewick,2020-01-01\n", 5001),
        _refused("not_in_its_encoding"),
    ),
]

BYTES = [
    Recipe("nul_in_a_value", _alone(HEADER + ROW + "P2,An\0n,Thistlewick,2020-01-01\n", 2), _refused("holds_nul")),
    Recipe("nul_at_the_end", _alone(HEADER + ROW + "\0", 1), _refused("holds_nul")),
    Recipe("nothing_but_nul", _alone(b"\0" * 4096, 3), _refused("holds_nul")),
    Recipe(
        "other_control_characters_are_data",
        _alone(HEADER + "P1,A\x01\x07\x1b[31mnn,Baker,2020-01-01\n", 1),
        taken(one("people", 1, 1)),
        stored={"people.given_name": {2: "A\x01\x07\x1b[31mnn"}},
    ),
    Recipe(
        "line_ends_of_unicode_are_data",
        _alone(HEADER + "P1,A\u2028n\x85n\x0b\x0c\x1c,Baker,2020-01-01\nP2,Ann,Baker,2020-01-01\n", 2),
        taken(one("people", 2, 2)),
        stored={"people.given_name": {2: "A\u2028n\x85n\x0b\x0c\x1c", 3: "Ann"}},
    ),
    Recipe(
        "what_copy_would_read_is_data",
        _alone(HEADER + "P1,\\N,\\.,2020-01-01\nP2,\\t\\n,a\tb,2020-01-01\n", 2),
        taken(one("people", 2, 2)),
        stored={"people.given_name": {2: "\\N", 3: "\\t\\n"}, "people.family_name": {2: "\\.", 3: "a\tb"}},
    ),
]

FORM = [
    Recipe("empty_file", _alone("", 0), _refused(*_missing(*MANDATORY))),
    Recipe("only_line_ends", _alone("\n\n\n", 0), _refused(*_missing(*MANDATORY))),
    Recipe("header_only", _alone(HEADER, 0), taken(one("people", 0, 0))),
    Recipe("header_only_without_a_line_end", _alone(HEADER[:-1], 0), taken(one("people", 0, 0))),
    Recipe("no_header", _alone(ROW * 3, 2), _refused(*_missing(*MANDATORY), why("unknown_column", None, [1], count=4), received=2)),
    Recipe(
        "header_twice",
        _alone(HEADER + HEADER, 1),
        held(one("people", 1, 0, why("too_many_quarantined"), why("not_a_date", "resident_from", [2]), status="held", quarantined=1)),
    ),
    Recipe(
        "header_in_capitals",
        _alone(HEADER.upper() + ROW, 1),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1], count=4), received=1),
    ),
    Recipe(
        "header_with_blanks",
        _alone(HEADER.replace(",", ", ") + ROW, 1),
        _refused(*_missing(*MANDATORY[1:]), why("unknown_column", None, [1], count=3), received=1),
    ),
    Recipe(
        "header_in_quotes",
        _alone('"person_ref","given_name","family_name","resident_from"\n' + ROW.replace(LOST, "Baker"), 1),
        taken(one("people", 1, 1)),
    ),
    Recipe(
        "mandatory_column_missing",
        _alone(HEADER.replace("family_name,", "") + "P1,Thistlewick,2020-01-01\n", 1),
        _refused(*_missing("family_name"), received=1),
    ),
    Recipe(
        "column_that_the_feed_does_not_have",
        _alone(HEADER.replace("\n", ",religion\n") + ROW.replace("\n", ",none\n"), 1),
        _refused(why("unknown_column", "religion", [1]), received=1),
    ),
    Recipe(
        "column_without_a_heading",
        _alone(HEADER.replace("\n", ",\n") + ROW.replace("\n", ",x\n"), 1),
        _refused(why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "column_of_the_police_from_an_authority",
        _alone(HEADER.replace("\n", ",pnc_id\n") + ROW.replace("\n", ",\n"), 1),
        _refused(why("unknown_column", "pnc_id", [1]), received=1),
    ),
    Recipe(
        "column_of_ours_from_a_sender",
        _alone(HEADER.replace("\n", ",_line\n") + ROW.replace("\n", ",7\n"), 1),
        _refused(why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "column_that_is_a_query",
        _alone(HEADER.replace("\n", ',"a"") text); drop table x; --"\n') + ROW.replace("\n", ",7\n"), 1),
        _refused(why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "column_twice",
        _alone(HEADER.replace("\n", ",given_name\n") + ROW.replace("\n", ",Anna\n"), 1),
        _refused(why("unknown_column", "given_name", [1]), received=1),
    ),
    Recipe(
        "columns_in_another_order",
        _alone("resident_from,family_name,person_ref,given_name\n2020-01-01,Baker,P1,Ann\n", 1),
        taken(one("people", 1, 1)),
        stored={"people.person_ref": {2: "P1"}},
    ),
    Recipe(
        "10000_columns",
        _alone(HEADER.replace("\n", "".join(f",c{n}" for n in range(10_000)) + "\n") + ROW, 1),
        _refused("too_many_columns"),
    ),
    Recipe(
        "rows_of_too_many_and_too_few_fields",
        _alone(table("people", n=40) + f"P41,Ann,{LOST}\nP42" + f",{LOST}" * 9_999 + "\n", 42),
        taken(one("people", 42, 40, why("wrong_number_of_fields", None, [42, 43]), quarantined=2)),
    ),
    Recipe("a_line_of_10_megabytes", _alone(HEADER + "P1,Ann," + LOST * 1_000_000 + ",2020-01-01\n", 1), _refused("line_too_long")),
    Recipe("10_megabytes_without_a_line_end", _alone(b"x" * (10 << 20), 0), _refused("line_too_long")),
    Recipe(
        "a_value_of_10_megabytes_on_many_lines",
        _alone(HEADER + 'P1,Ann,"' + f"{LOST}\n" * 900_000 + '",2020-01-01\n', 1),
        _refused("record_too_long"),
    ),
    Recipe("a_value_of_100_kilobytes", _alone(HEADER + "P1,Ann," + "B" * 100_000 + ",2020-01-01\n", 1), taken(one("people", 1, 1))),
]

QUOTES = [
    Recipe("quote_never_closed", _alone(HEADER + ROW + f'P2,"Ann,{LOST},2020-01-01\n' + ROW, 3), _refused("not_csv")),
    Recipe("quote_never_closed_in_the_header", _alone('"' + HEADER + ROW, 1), _refused("not_csv")),
    Recipe("text_after_a_closing_quote", _alone(HEADER + f'P1,"Ann"ie,{LOST},2020-01-01\n', 1), _refused("not_csv")),
    Recipe("blank_after_a_closing_quote", _alone(HEADER + f'P1,"Ann" ,{LOST},2020-01-01\n', 1), _refused("not_csv")),
    Recipe("quotes_escaped_by_backslashes", _alone(HEADER + f'P1,"Ann \\"Nan\\"",{LOST},2020-01-01\n', 1), _refused("not_csv")),
    Recipe(
        "quotes_inside_values_are_data",
        _alone(HEADER + 'P1,Ann "Nan",Baker,2020-01-01\nP2,"Ann ""Nan""","O""Baker, jr",2020-01-01\n', 2),
        taken(one("people", 2, 2)),
        stored={"people.given_name": {2: 'Ann "Nan"', 3: 'Ann "Nan"'}, "people.family_name": {3: 'O"Baker, jr'}},
    ),
    Recipe(
        "line_ends_inside_quotes_are_data",
        _alone(HEADER + 'P1,"An\nn","Ba\r\nker",2020-01-01\nP2,Ann,Baker,2020-01-01\n', 2),
        taken(one("people", 2, 2)),
        stored={"people.given_name": {2: "An\nn", 5: "Ann"}, "people.family_name": {2: "Ba\r\nker"}},
    ),
    Recipe(
        "single_quotes_are_data",
        _alone(HEADER + "'P1','Ann','Baker',2020-01-01\n", 1),
        taken(one("people", 1, 1)),
        stored={"people.given_name": {2: "'Ann'"}},
    ),
]

LINES = [
    Recipe("carriage_returns_only", _alone((HEADER + ROW * 2).replace("\n", "\r"), 0), _refused("not_csv")),
    Recipe("a_carriage_return_in_a_value", _alone(HEADER + f"P1,An\rn,{LOST},2020-01-01\n", 1), _refused("not_csv")),
    Recipe(
        "line_ends_of_both_kinds",
        _alone("person_ref,given_name,family_name,resident_from\r\nP1,Ann,Baker,2020-01-01\nP2,Ann,Baker,2020-01-01\r\n", 2),
        taken(one("people", 2, 2)),
        stored={"people.resident_from": {2: "2020-01-01", 3: "2020-01-01"}},
    ),
    Recipe("no_line_end_at_the_end", _alone(HEADER + "P1,Ann,Baker,2020-01-01", 1), taken(one("people", 1, 1))),
    Recipe(
        "empty_lines_are_no_rows",
        _alone(HEADER + "\n\nP1,Ann,Baker,2020-01-01\n\n\nP2,Ann,Baker,2020-01-01\n\n", 2),
        taken(one("people", 2, 2)),
        stored={"people.person_ref": {4: "P1", 7: "P2"}},
    ),
    Recipe(
        "a_line_of_blanks_is_a_row",
        _alone(table("people", n=40) + "   \n", 41),
        taken(one("people", 41, 40, why("wrong_number_of_fields", None, [42]), quarantined=1)),
    ),
    Recipe(
        "a_total_at_the_end",
        _alone(table("people", n=40) + "40 rows\n", 41),
        taken(one("people", 41, 40, why("wrong_number_of_fields", None, [42]), quarantined=1)),
    ),
    Recipe(
        "a_comment_at_the_top",
        _alone("# October\n" + HEADER + ROW, 2),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1]), received=2),
    ),
    Recipe(
        "a_separator_line_of_a_spreadsheet",
        _alone("sep=;\n" + HEADER + ROW, 2),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1]), received=2),
    ),
]

SEMICOLONS = (HEADER + ROW).replace(",", ";")
DIALECTS = [
    Recipe(
        "semicolons_in_the_canonical_dialect",
        _alone(SEMICOLONS, 1),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "tabs_in_the_canonical_dialect",
        _alone((HEADER + ROW).replace(",", "\t"), 1),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "commas_in_a_dialect_of_semicolons",
        _alone(HEADER + ROW, 1, sender="birmingham", dialect="semicolon"),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1]), received=1),
    ),
    Recipe(
        "days_first_in_the_canonical_dialect",
        _alone(HEADER + "P1,Ann,Thistlewick,31/01/2020\nP2,Ann,Thistlewick,01/02/2020\n", 2),
        held(
            one(
                "people",
                2,
                0,
                why("too_many_quarantined", count=2),
                why("not_a_date", "resident_from", [2, 3]),
                status="held",
                quarantined=2,
            )
        ),
    ),
    Recipe(
        "months_first_in_a_dialect_of_days_first",
        _alone(
            table("people", kept(date_of_birth="29/02/2000"), kept(date_of_birth="02/29/2000", family_name=LOST), n=40, delimiter=";")
            .replace("2020-01-01", "31/12/2020")
            .replace("1990-05-17", "17/05/1990"),
            42,
            sender="birmingham",
            dialect="semicolon",
        ),
        taken(one("people", 42, 41, why("not_a_date", "date_of_birth", [43]), quarantined=1)),
        stored={"people.date_of_birth": {42: "2000-02-29"}, "people.resident_from": {2: "2020-12-31"}},
    ),
    Recipe(
        "canonical_dates_in_a_dialect_of_days_first",
        _alone(table("people", n=3, delimiter=";"), sender="birmingham", dialect="semicolon"),
        taken(one("people", 3, 3)),
        stored={"people.date_of_birth": {2: "1990-05-17"}},
    ),
    Recipe(
        "canonical_headings_in_a_dialect_of_others",
        _alone(HEADER + ROW, 1, sender="solihull", dialect="case_system"),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1], count=4), received=1),
    ),
    Recipe(
        "headings_of_a_dialect_in_the_canonical_one",
        _alone("PersonID,Forename,Surname,MovedIn\n" + ROW, 1, sender="solihull"),
        _refused(*_missing(*MANDATORY), why("unknown_column", None, [1], count=4), received=1),
    ),
    Recipe(
        "codes_that_a_dialect_does_not_map",
        _alone(
            "PersonID,Forename,Surname,MovedIn,Gender\n"
            + "".join(f"P{n},Ann,Baker,2020-01-01,M\n" for n in range(1, 41))
            + f"P41,Ann,{LOST},2020-01-01,X\nP42,Ann,{LOST},2020-01-01,m\n",
            42,
            sender="solihull",
            dialect="case_system",
        ),
        taken(one("people", 42, 40, why("unknown_code", "sex", [42, 43]), quarantined=2)),
    ),
    Recipe(
        "a_declared_byte_order_mark_that_is_not_there", _alone(PEOPLE, sender="walsall", dialect="spreadsheet"), taken(one("people", 3, 3))
    ),
    Recipe(
        "two_byte_order_marks_where_one_is_declared",
        _alone(b"\xef\xbb\xbf" + _lost(PEOPLE).encode("utf-8-sig"), sender="walsall", dialect="spreadsheet"),
        _refused(*_missing("person_ref"), why("unknown_column", None, [1]), received=3),
    ),
    Recipe("the_canonical_dialect_of_a_partner_with_another", _alone(PEOPLE, sender="birmingham"), taken(one("people", 3, 3))),
]

PACKED = [
    Recipe("gzip_torn", _alone(_packed(_lost(PEOPLE))[:-20], path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_with_a_false_checksum", _alone(_damaged(_packed(_lost(PEOPLE))), path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_without_its_checksum", _alone(_packed(_lost(PEOPLE))[:-8], path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_with_garbage_behind", _alone(_packed(_lost(PEOPLE)) + b"garbage", path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_of_gzip", _alone(_packed(_packed(_lost(PEOPLE))), path="people.csv.gz"), _refused("holds_nul")),
    Recipe("gzip_of_nothing", _alone(_packed(""), 0, path="people.csv.gz"), _refused(*_missing(*MANDATORY))),
    Recipe("gzip_of_no_bytes", _alone(b"", 0, path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_named_csv", _alone(_packed(_lost(PEOPLE))), _refused("holds_nul")),
    Recipe("csv_named_gzip", _alone(_lost(PEOPLE), path="people.csv.gz"), _refused("not_gzip")),
    Recipe("zlib_named_gzip", _alone(zlib.compress(_lost(PEOPLE).encode()), path="people.csv.gz"), _refused("not_gzip")),
    Recipe("zip_named_gzip", _alone(b"PK\3\4" + b"x" * 400, path="people.csv.gz"), _refused("not_gzip")),
    Recipe("gzip_bomb_of_rows", _alone(_swollen(64 << 20, ROW.encode()), path="people.csv.gz"), _refused("expands_to_too_much")),
    Recipe("gzip_bomb_of_one_line", _alone(_swollen(64 << 20, b"x"), path="people.csv.gz"), _refused("line_too_long")),
    Recipe("gzip_bomb_of_empty_lines", _alone(_swollen(64 << 20, b"\n"), path="people.csv.gz"), _refused("expands_to_too_much")),
    Recipe("gzip_bomb_of_nul", _alone(_swollen(64 << 20, b"\0"), path="people.csv.gz"), _refused("holds_nul")),
    Recipe("gzip_bomb_of_gzip_bombs", _alone(_packed(_swollen(64 << 20, b"\n")), path="people.csv.gz"), _refused("holds_nul")),
    Recipe("gzip_of_300000_empty_members", _alone(_packed("") * 300_000, path="people.csv.gz"), _refused("expands_to_too_much")),
    Recipe(
        "gzip_in_two_members",
        _alone(_packed(HEADER) + _packed("P1,Ann,Baker,2020-01-01\n"), 1, path="people.csv.gz"),
        taken(one("people", 1, 1)),
    ),
    Recipe("gzip_from_a_partner_that_never_packs", _alone(_packed(PEOPLE), path="people.csv.gz"), taken(one("people", 3, 3))),
    Recipe("plain_from_a_partner_that_packs", _alone(PEOPLE, sender="coventry", dialect="packed"), taken(one("people", 3, 3))),
    Recipe(
        "one_unreadable_file_beside_a_good_one",
        Drop(files={"people.csv": PEOPLE, "consent.csv.gz": _packed(CONSENT)[:-20]}, rows={"consent.csv.gz": 3}),
        partly(refused_file("consent", "not_gzip"), one("people", 3, 3)),
    ),
]

RECIPES = [
    replace(recipe, is_judged=needs_judging(recipe.fate)) for recipe in [*ENCODINGS, *BYTES, *FORM, *QUOTES, *LINES, *DIALECTS, *PACKED]
]
