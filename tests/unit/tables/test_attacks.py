"""Each attack on published tables succeeds on a release that leaks in its way, from the files alone, and fails on a sound one."""

import json

import pytest

from wholefamily.disclosure.attacks import tables as attacks
from wholefamily.disclosure.attacks import withstood
from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, RESULTS
from wholefamily.errors import WholefamilyError

Files = dict[str, bytes]


def written(dimensions: str, *rows: str) -> bytes:
    return "\n".join((f"{dimensions},value", *rows, "")).encode()


def grid(first: str, second: str, cells: dict[str, list[object]], columns: list[str]) -> bytes:
    """A two-dimensional table: rows of values under columns, margins given."""
    rows = [f"{row},{column},{value}" for row, values in cells.items() for column, value in zip(columns, values, strict=True)]
    return written(f"{first},{second}", *rows)


def control(files: Files, *, carried: list[dict[str, object]] | None = None, structural: list[dict[str, object]] | None = None) -> Files:
    """The files with a disclosure_control.json that lists what is hidden in them."""
    hidden = []
    for file, content in files.items():
        heading, *rows = content.decode().splitlines()
        for row in rows:
            *labels, value = row.split(",")
            if value == "c":
                hidden.append({"file": file, "cell": dict(zip(heading.split(","), labels, strict=False)), "interval": [0, None]})
    told = {"hidden": hidden, "structural": structural or [], "carried_forward": carried or []}
    return {**files, "disclosure_control.json": json.dumps(told).encode()}


def attacked(files: Files, earlier: dict[str, Files] | None = None) -> dict[str, attacks.Outcome]:
    """Outcomes by the number, or first word, of the attack."""
    return {outcome.attack.split()[0]: outcome for outcome in attacks.run("2026-Q3", files, earlier or {})}


COLUMNS = ["on", "off", "ALL"]
SOUND = control(
    {
        "t.csv": grid(
            "authority",
            "status",
            {"a": ["c", "c", 40], "b": ["c", "c", 60], "d": [30, 50, 80], "ALL": [100, 80, 180]},
            COLUMNS,
        )
    }
)


def leaky(**cells: list[object]) -> Files:
    rows = {"a": ["c", "c", 40], "b": ["c", "c", 60], "d": [30, 50, 80], "ALL": [100, 80, 180]}
    return control({"t.csv": grid("authority", "status", {**rows, **cells}, COLUMNS)})


def test_a_sound_release_withstands_every_attack() -> None:
    outcomes = withstood(attacks.run("2026-Q3", SOUND, {}))
    assert [str(outcome["attack"]).split()[0] for outcome in outcomes] == ["hidden", "5", "6", "7", "8", "10", "11", "15"]


def test_5_a_small_figure_is_found() -> None:
    outcome = attacked(leaky(a=[36, 4, 40], b=["c", "c", 60]))["5"]
    assert (outcome.result, outcome.figure) == ("succeeded", 4)
    assert "t.csv a/off" in outcome.found


@pytest.mark.parametrize("cell", ['data-part="4" data-whole="40">10%', 'data-part="14" data-whole="40">35%</td><td>7%'])
def test_5_a_percentage_of_few_or_of_nobody_knows_what_is_found(cell: str) -> None:
    assert attacked({**SOUND, "index.html": f"<td {cell}</td>".encode()})["5"].result == "succeeded"
    assert attacked({**SOUND, "index.html": b'<td data-part="14" data-whole="40">35%</td>'})["5"].result == "withstood"


def test_6_hiding_only_the_small_cells_hides_nothing() -> None:
    """A 10 x 10 table with 13 small cells, no two of them alone in a row and a column together: all are found exactly."""
    small = {(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (0, 5), (1, 6), (2, 7)}
    value = {(row, column): 3 if (row, column) in small else 20 + row + column for row in range(10) for column in range(10)}
    rows: dict[str, list[object]] = {}
    for row in range(10):
        inner = ["c" if (row, column) in small else value[(row, column)] for column in range(10)]
        rows[f"r{row}"] = [*inner, sum(value[(row, column)] for column in range(10))]
    totals = [sum(value[(row, column)] for row in range(10)) for column in range(10)]
    rows["ALL"] = [*totals, sum(totals)]
    columns = [*(f"k{n}" for n in range(10)), "ALL"]
    release = attacks.read("2026-Q3", control({"t.csv": grid("row", "column", rows, columns)}))
    knowledge = attacks.Knowledge([release])
    exact = [knowledge.interval(leak.asked) for leak in attacks.audit.hidden(knowledge, [release])]
    assert exact == [(3, 3)] * 13
    assert attacked(control({"t.csv": grid("row", "column", rows, columns)}))["6"].result == "succeeded"


def test_6_a_cell_that_is_safe_in_each_of_two_tables_is_found_in_both_together() -> None:
    """Regions K, L, M, N of county 2, of which K and N are small: county 1 has 20 in small regions, all small regions 30, N 7."""
    regions = {"A": "c", "B": "c", "I": "8", "J": "8", "K": "c", "L": "c", "M": "c", "N": "7"}
    place = {"K": 2, "L": 2, "M": 2, "N": 2} | dict.fromkeys("ABIJ", 1)
    size = {"L": "BIG", "M": "BIG"}
    told = {("ALL", "1", "ALL"): "20", ("ALL", "ALL", "small"): "30"}

    def table(known: dict[tuple[str, str, str], str]) -> Files:
        rows, structural = [], []
        for region in (*regions, "ALL"):
            for county in ("1", "2", "ALL"):
                for group in ("small", "BIG", "ALL"):
                    cell = (region, county, group)
                    is_there = region == "ALL" or (county in ("ALL", str(place[region])) and group in ("ALL", size.get(region, "small")))
                    is_there = is_there and (county, group) != ("1", "BIG")
                    value = known.get(cell, "c") if region == "ALL" else regions[region]
                    rows.append(f"{','.join(cell)},{value if is_there else 0}")
                    if not is_there:
                        structural.append({"file": "t.csv", "cell": dict(zip(("region", "county", "group"), cell, strict=True))})
        return control({"t.csv": written("region,county,group", *rows)}, structural=structural)

    def interval(files: Files) -> tuple[int, int | None]:
        knowledge = attacks.Knowledge([release := attacks.read("2026-Q3", files)])
        return next(
            knowledge.interval(leak.asked) for leak in attacks.audit.hidden(knowledge, [release]) if leak.at[1] == ("K", "2", "small")
        )

    assert interval(table(told)) == (3, 3)
    assert attacked(table(told))["6"].result == "succeeded"
    assert interval(table({("ALL", "ALL", "small"): "30"}))[1] == 7, "with one of the two tables alone it is only bounded"
    regions["N"] = "c"
    assert interval(table(told)) == (0, 10)


def test_6_what_was_hidden_before_is_found_by_what_is_told_now() -> None:
    cell = {"authority": "b", "status": "on"}
    before = control({"t.csv": grid("authority", "status", {"a": ["c", 30], "b": ["c", 25], "ALL": [24, 55]}, ["on", "off"])})
    # b is told to stand where it stood: 24 less 20 was a's.
    now = control(
        {"t.csv": grid("authority", "status", {"a": [15, 30], "b": ["c", 25], "ALL": [35, 55]}, ["on", "off"])},
        carried=[{"file": "t.csv", "cell": cell}],
    )
    assert attacked(before)["6"].result == "withstood"
    found = attacked(now, {"2026-Q2": before})["6"]
    assert (found.result, found.figure) == ("succeeded", 0)


def test_7_a_total_less_what_is_told_leaves_fewer_than_ten() -> None:
    found = attacked(leaky(a=["c", "c", 40], b=[55, "c", 60]))["7"]
    assert (found.result, found.figure) == ("succeeded", 5)


def programme(met: object) -> Files:
    families = {("a", "on_programme"): 30, ("a", "closed"): 12, ("a", "ALL"): 42}
    rows = [f"{place},tf_2012,{status},{n}" for (_, status), n in families.items() for place in ("a", "ALL")]
    rows += [row.replace("tf_2012", "ALL") for row in rows]
    criteria = [f"{place},{framework},work,{met}" for place in ("a", "ALL") for framework in ("tf_2012", "ALL")]
    return control({FAMILIES: written("authority,framework,status", *rows), CRITERIA: written("authority,framework,criterion", *criteria)})


def test_7_one_table_less_another_leaves_fewer_than_ten() -> None:
    assert attacked(programme(31))["7"].result == "withstood"
    assert attacked(programme(38))["7"].result == "succeeded", "four families did not meet it"
    assert attacked(programme(42))["7"].result == "succeeded", "all of them met it"


def test_6_one_table_tells_what_another_hides() -> None:
    """Every family on a measured framework has one result on each measure: their total is the families attached."""
    families = [
        f"{place},{framework},{status},{value}"
        for framework in ("tf_2012", "ALL")
        for place, values in {"a": ("c", "c", 60), "b": ("c", "c", 80), "ALL": (85, 55, 140)}.items()
        for status, value in zip(("on_programme", "eligible", "ALL"), values, strict=True)
    ]
    results = [
        f"{place},{measure},{result},{value}"
        for measure in ("asb", "ALL")
        for place, values in {"a": (12, 11, 23), "b": (30, 32, 62), "ALL": (42, 43, 85)}.items()
        for result, value in zip(("pass", "fail", "ALL"), values, strict=True)
    ]
    alone = {FAMILIES: written("authority,framework,status", *families)}
    assert attacked(control(alone))["6"].result == "withstood"
    found = attacked(control({**alone, RESULTS: written("authority,measure,result", *results)}))["6"]
    assert (found.result, found.figure) == ("succeeded", 0)


def test_8_one_person_is_the_difference_of_two_releases() -> None:
    now = leaky(d=[31, 50, 81], ALL=[101, 80, 181])
    found = attacked(now, {"2026-Q2": SOUND})["8"]
    assert (found.result, found.figure) == ("succeeded", 1)
    assert attacked(leaky(d=[40, 50, 90], ALL=[110, 80, 190]), {"2026-Q2": SOUND})["8"].result == "withstood"
    assert attacked(now, {"2026-Q4": SOUND})["8"].result == "withstood", "a later release is none that came before"


def test_8_a_figure_that_is_said_to_be_carried_forward_and_is_not() -> None:
    carried = [{"file": "t.csv", "cell": {"authority": "d", "status": "on"}}]
    now = control({"t.csv": leaky(d=[45, 50, 95], ALL=[115, 80, 195])["t.csv"]}, carried=carried)
    assert attacked(now, {"2026-Q2": SOUND})["8"].result == "succeeded"


def test_10_all_of_a_row_in_one_category() -> None:
    files = leaky(d=[80, 0, 80], ALL=[150, 30, 180])
    assert attacked(files)["10"].result == "succeeded"
    by_rule = [{"file": "t.csv", "cell": {"authority": "d", "status": "off"}}]
    assert attacked(control({"t.csv": files["t.csv"]}, structural=by_rule))["10"].result == "withstood"


def test_11_two_contributors_dominate() -> None:
    assert attacked(leaky(d=[2, 78, 80], ALL=[72, 108, 180]))["11"].result == "succeeded"
    pounds = SOUND["t.csv"].decode().replace("value", "value,amount_gbp").replace("0\n", "0,4000\n").replace("c\n", "c,c\n")
    assert attacked({**SOUND, "t.csv": pounds.encode()})["11"].result == "succeeded", "a magnitude of nobody knows whom"


@pytest.mark.parametrize(
    ("contributions", "expected"),
    [([90, 5, 3, 2], True), ([50, 45, 5], True), ([40, 30, 20, 10], False), ([80, 6, 4, 3], True), ([1] * 10, False), ([7], True)],
)
def test_11_nk_and_p_per_cent(contributions: list[float], *, expected: bool) -> None:
    assert attacks.is_dominated(contributions) is expected


def test_15_two_families_alone_in_their_cells_find_each_other() -> None:
    """Hidden from outsiders, who see a total of two; each of the two takes itself away and knows of the other."""
    files = control({"t.csv": written("region", "a,c", "b,30", "c,c", "d,0", "ALL,32")})
    found = attacked(files)["15"]
    assert found.result == "succeeded"
    assert "t.csv a" in found.found
    sound = control({"t.csv": written("region", "a,c", "b,c", "c,c", "d,20", "ALL,52")})
    assert attacked(sound)["15"].result == "withstood"


def test_hidden_cells_must_be_listed() -> None:
    other = {**leaky(d=["c", "c", 80]), "disclosure_control.json": SOUND["disclosure_control.json"]}
    assert attacked(other)["hidden"].result == "succeeded"
    assert attacked({"t.csv": SOUND["t.csv"]})["hidden"].result == "succeeded", "nothing says what is hidden"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (written("status", "on,12", "off,5.5", "ALL,17.5"), "whole number"),
        (written("status", "on,12", "on,13", "ALL,25"), "once"),
        (written("status", "on,12", "off,13", "ALL,26"), "not the sum"),
        (written("a,b", "x,p,12", "y,q,13", "ALL,p,12"), "cells are missing"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_files_that_are_no_tables_are_refused(content: bytes, expected: str) -> None:
    with pytest.raises(WholefamilyError, match=expected):
        attacked(control({"t.csv": SOUND["t.csv"]}) | {"t.csv": content})


def test_what_succeeded_is_told_with_its_cells_and_nothing_leaves() -> None:
    with pytest.raises(WholefamilyError, match=r"attack 5 small cells succeeded: t.csv a/off .*Nothing leaves"):
        withstood(attacks.run("2026-Q3", leaky(a=[36, 4, 40], b=["c", "c", 60]), {}))
