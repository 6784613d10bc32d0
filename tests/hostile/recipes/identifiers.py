"""Identifiers that fail their check, of each scheme, in each feed that holds one: blanked and counted, and the row is kept.

Numbers are the vectors of domain.md section 4.1, and of ranges that are never given to a person.
"""

from tests.hostile.recipe import Drop, Fate, Recipe, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import Row, bad, kept, table


def _people(column: str, *values: str) -> Drop:
    return Drop(files={"people.csv": table("people", *(kept(**{column: value}) for value in values))})


def _of_the_police(*values: str) -> Drop:
    rows: list[Row] = [kept(pnc_id=value) for value in values]
    n = 40 + len(rows)
    files = {"people.csv": table("people", *rows, kind="police"), "missing_episodes.csv": table("missing_episodes", n=n)}
    return Drop(files=files, sender="west_midlands_police")


def _blanked(column: str, n: int) -> Fate:
    return taken(one("people", 40 + n, 40 + n, why("identifier_fails_check", column, list(range(42, 42 + n))), blanked=n))


def _kept(n: int) -> Fate:
    return taken(one("people", 40 + n, 40 + n))


def _gone(column: str, n: int) -> dict[str, dict[int, str | None]]:
    return {f"people.{column}": dict.fromkeys(range(42, 42 + n))}


UPN = ("A801200005001", "b801200005001", "B80120000500", "B8012000050011", "B801200005001 ", "I801200005001", "B801200O05001")
NHS = ("9434765918", "943 476 5919", "943476591", "94347659190", "1234567890", "9990000000", "٩٤٣٤٧٦٥٩١٩")
NINO = ("QQ123456A", "BG123456A", "AO123456A", "AB123456E", "ab123456c", "AB 12 34 56 C", "AB12345C")
PNC = ("2004/0712343H", "2012/0394773I", "12/394773G", "2012-0394773H", "0394773H", "12/394773h")
HOLD = {
    "upn": ("B801200005001", "F330400014001", "E33040001401A"),
    "nhs_number": ("9434765919", "4582701086", "9990000018"),
    "nino": ("AB123456C", "AB123456", "AB123456 ", "CR123456A"),
    "uprn": ("1", "000000012345", "999999999999"),
}
UPRN = ("1000000000000", "-1", "1e11", "10007.0", "ABC")

RECIPES = [
    Recipe("upn_that_fails", _people("upn", *UPN), _blanked("upn", 7), stored=_gone("upn", 7)),
    Recipe("nhs_number_that_fails", _people("nhs_number", *NHS), _blanked("nhs_number", 7), stored=_gone("nhs_number", 7)),
    Recipe("nino_that_fails", _people("nino", *NINO), _blanked("nino", 7), stored=_gone("nino", 7)),
    Recipe("uprn_that_fails", _people("uprn", *UPRN), _blanked("uprn", 5), stored=_gone("uprn", 5)),
    Recipe(
        "pnc_id_that_fails",
        _of_the_police(*PNC),
        taken(
            one("people", 46, 46, why("identifier_fails_check", "pnc_id", [42, 43, 44, 45, 46, 47]), blanked=6),
            one("missing_episodes", 46, 46),
        ),
        stored=_gone("pnc_id", 6),
    ),
    Recipe(
        "pnc_id_that_holds",
        _of_the_police("2001/0171310W", "12/394773H", "2012/394773H", "12394773H", "1981/0154257C"),
        taken(one("people", 45, 45), one("missing_episodes", 45, 45)),
        stored={"people.pnc_id": {42: "2001/0171310W", 43: "12/394773H"}},
    ),
    Recipe(
        "two_identifiers_that_fail_in_a_row",
        Drop(files={"people.csv": table("people", kept(upn="X", nino="X"))}),
        taken(one("people", 41, 41, why("identifier_fails_check", "nino", [42]), why("identifier_fails_check", "upn", [42]), blanked=2)),
    ),
    Recipe(
        "an_identifier_that_fails_in_a_row_that_is_quarantined",
        Drop(files={"people.csv": table("people", bad(upn="X", sex="F"))}),
        taken(one("people", 41, 40, why("unknown_code", "sex", [42]), quarantined=1)),
    ),
    Recipe(
        "every_identifier_fails_and_nothing_is_held",
        Drop(files={"people.csv": table("people", *[kept(nino="X")] * 30, n=0)}),
        taken(one("people", 30, 30, why("identifier_fails_check", "nino", list(range(2, 32))), blanked=30)),
    ),
    Recipe(
        "identifiers_that_hold",
        Drop(files={"people.csv": table("people", *(kept(**{name: value}) for name, values in HOLD.items() for value in values))}),
        _kept(13),
        stored={
            "people.upn": {42: "B801200005001", 44: "E33040001401A"},
            "people.nhs_number": {45: "9434765919"},
            "people.nino": {48: "AB123456C", 49: "AB123456"},
            "people.uprn": {53: "000000012345"},
        },
    ),
    Recipe(
        "identifiers_that_fail_in_other_feeds",
        Drop(
            files={
                "people.csv": table("people", n=41),
                "attendance.csv": table("attendance", kept(upn="A801200005001")),
                "benefits.csv": table("benefits", kept(nino="QQ123456A")),
            }
        ),
        taken(
            one("people", 41, 41),
            one("attendance", 41, 41, why("identifier_fails_check", "upn", [42]), blanked=1),
            one("benefits", 41, 41, why("identifier_fails_check", "nino", [42]), blanked=1),
        ),
        stored={"attendance.upn": {42: None}, "benefits.nino": {42: None}},
    ),
]
