"""The gate withstands a clean release, and each of its checks fails on a release that leaks in its own way."""

import csv
import io
from collections.abc import Callable, Sequence

import pytest

from wholefamily.disclosure import checks
from wholefamily.errors import WholefamilyError

Files = dict[str, list[dict[str, str]]]
FAMILY = {
    "authority": "E08000025",
    "framework": "tf_2012",
    "attached_quarter": "2026-H1",
    "closed_quarter": "",
    "size_band": "1-3",
    "n_children_band": "0-3",
    "met_work": "Y",
    "met_health": "",
    "comparison": "N",
}
PERSON = {"authority": "E11000005", "role": "ADULT", "age_band": "18+", "sex": "2", "ethnic_group": "*", "comparison": "N"}
MEASURE = {"quarter": "2026-Q2", "measure": "asb", "baseline": "10+", "current": "3", "result": "pass", "claimed": "Y", "evidenced": "Y"}


def key(number: int) -> str:
    return f"{number:032x}"


def release() -> Files:
    """Twelve families, four without a job, each of one adult."""
    families = [{"family_key": key(n), **FAMILY, "met_work": "N" if n < 4 else "Y"} for n in range(12)]
    individuals = [{"person_key": key(100 + n), "family_key": key(n), **PERSON} for n in range(12)]
    return {"individuals": individuals, "families": families, "progress": [{"family_key": key(n), **MEASURE} for n in range(12)]}


def run(files: Files, found: Callable[[Sequence[str]], int] = lambda _: 0, **others: bytes) -> list[checks.Attack]:
    written = {f"{name}.csv": as_csv(rows) for name, rows in files.items()}
    written |= {"data_dictionary.csv": b"file,column\n", "disclosure_control.json": b'{"utility_lost": 0.123456}\n', **others}
    return checks.run(written, checks.Known(frozenset({"E08000025", "E08000028", "E11000005"}), found))


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0] if rows else ["family_key"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def test_a_clean_release_withstands_every_attack() -> None:
    assert {attack.attack: attack.figure for attack in run(release())} == {
        "1 identifiers": 0,
        "9 uniqueness": 12,
        "10 homogeneity": 0.6667,
        "13 household composition": 12,
        "16 text, dates, geography": 0,
        "order of rows": 0,
    }


def test_an_empty_release_withstands_every_attack() -> None:
    assert len(run({"individuals": [], "families": [], "progress": []})) == 6


@pytest.mark.parametrize(
    "value",
    [
        "1999-12-31",
        "31/12/1999",
        "B70 7EL",
        "B707EL",
        "100012345678",
        "943 476 5919",
        "9434765919",
        "A123456789012",
        "AB123456C",
        "12/345678X",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_the_shape_of_an_identifier_in_any_file_stops_it(value: str) -> None:
    files = release()
    files["families"][0]["size_band"] = value
    with pytest.raises(WholefamilyError, match="identifiers") as refusal:
        run(files)
    assert value not in str(refusal.value)
    with pytest.raises(WholefamilyError, match=r"identifiers.*data_dictionary\.csv"):
        run(release(), **{"data_dictionary.csv": f"file,column\nfamilies.csv,{value}\n".encode()})
    with pytest.raises(WholefamilyError, match=r"identifiers.*disclosure_control\.json"):
        run(release(), **{"disclosure_control.json": f'{{"note": "{value}"}}'.encode()})


@pytest.mark.parametrize(("file", "column"), [("individuals", "role"), ("individuals", "person_key"), ("families", "met_work")])
def test_a_word_that_names_somebody_stops_it(file: str, column: str) -> None:
    files = release()
    files[file][0][column] = "zebedee"
    with pytest.raises(WholefamilyError, match="identifiers") as refusal:
        run(files, found=lambda words: words.count("zebedee"))
    assert "zebedee" not in str(refusal.value)


def test_the_words_of_a_column_name_nobody() -> None:
    """WHITE, BLACK and others are surnames too: what may stand in its column is not looked for, keys are."""
    looked_for: list[str] = []
    run(release(), found=lambda words: looked_for.extend(words) or 0)
    assert len(looked_for) == 24
    assert all(len(word) == 32 for word in looked_for)


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("families", "n_children_band", "4+"),
        ("families", "closed_quarter", "2026-Q2"),
        ("individuals", "sex", "1"),
        ("individuals", "age_band", "0-17"),
    ],
)
def test_a_record_unlike_all_others_stops_it(file: str, column: str, value: str) -> None:
    files = release()
    files[file][5][column] = value
    with pytest.raises(WholefamilyError, match=rf"uniqueness: {file}\.csv has fewer than 10 .*{column}"):
        run(files)


def test_a_group_of_nine_stops_it_and_one_of_ten_does_not() -> None:
    files = release()
    del files["individuals"][:2]
    assert run(files)
    del files["individuals"][:1]
    with pytest.raises(WholefamilyError, match="uniqueness"):
        run(files)


def test_a_history_unlike_all_others_stops_it() -> None:
    files = release()
    del files["progress"][0]
    with pytest.raises(WholefamilyError, match=r"uniqueness.*quarters of progress"):
        run(files)


def test_progress_of_a_family_that_was_left_out_stops_it() -> None:
    files = release()
    files["progress"].append({"family_key": key(99), **MEASURE})
    with pytest.raises(WholefamilyError, match="1 families that are not in"):
        run(files)


@pytest.mark.parametrize("values", ["YYYYYYYYYYYY", "NNNNNNNNNNNN", "YYYYYYYYYYYN", "YYYYYYYYYYY*", "YNYNYNYNYNY "])
def test_a_flag_that_tells_too_much_of_a_group_stops_it(values: str) -> None:
    files = release()
    for row, value in zip(files["families"], values, strict=True):
        row["met_work"] = value.strip()
    with pytest.raises(WholefamilyError, match="homogeneity: met_work"):
        run(files)


def test_a_family_known_by_its_members_stops_it() -> None:
    files = release()
    for row in files["individuals"][:3]:
        row["family_key"] = ""
    with pytest.raises(WholefamilyError, match="composition: fewer than 10"):
        run(files)


def test_a_family_of_which_only_the_members_are_told_stops_it() -> None:
    files = release()
    for row in files["individuals"]:
        row["family_key"] = row["family_key"].replace("0", "f")
    with pytest.raises(WholefamilyError, match=r"composition: individuals\.csv has a family_key that"):
        run(files)


def test_one_key_for_a_person_and_a_family_stops_it() -> None:
    files = release()
    for number, row in enumerate(files["individuals"]):
        row["person_key"] = key(number)
    with pytest.raises(WholefamilyError, match="derived apart"):
        run(files)


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("families", "attached_quarter", "2026-02"),
        ("families", "framework", "tf_2013"),
        ("families", "size_band", "7"),
        ("families", "authority", "E01000001"),
        ("families", "authority", "E08000025+E05000001"),
        ("individuals", "age_band", "37"),
        ("individuals", "ethnic_group", "WIRT"),
        ("individuals", "family_key", "F-1"),
        ("progress", "baseline", "11"),
        ("progress", "quarter", "2026-H1"),
        ("progress", "result", "moved away after the fire"),
    ],
)
def test_a_value_finer_than_allowed_stops_it(file: str, column: str, value: str) -> None:
    files = release()
    for row in files[file]:
        row[column] = value
    with pytest.raises(WholefamilyError, match=r"granularity|composition: individuals"):
        run(files)


def test_a_column_that_the_interface_does_not_name_stops_it() -> None:
    files = release()
    for row in files["families"]:
        row["lead_practitioner"] = "*"
    with pytest.raises(WholefamilyError, match=r"granularity: families\.csv has a column"):
        run(files)


@pytest.mark.parametrize("file", ["individuals", "families", "progress"])
def test_rows_that_do_not_ascend_by_key_stop_it(file: str) -> None:
    files = release()
    files[file][0], files[file][1] = files[file][1], files[file][0]
    with pytest.raises(WholefamilyError, match=rf"order: the rows of {file}\.csv"):
        run(files)


def test_a_person_told_twice_stops_it() -> None:
    files = release()
    files["individuals"].insert(0, dict(files["individuals"][0]))
    with pytest.raises(WholefamilyError, match=r"order|composition"):
        run(files)
