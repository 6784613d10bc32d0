"""Rows that break a row rule, of each type of column: quarantined by line, and the rest is loaded; and rows that just do not."""

from dataclasses import replace

from tests.hostile.recipe import Drop, Fate, Recipe, held, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import Row, bad, kept, table

SEPTEMBER = Drop(files={"people.csv": table("people", n=320)}, period="2026-09")
"""In September everybody was sent to whom a row may refer: P1 to P320."""
# Good rows stand on lines 2 to n + 1, and those that a recipe adds from there on.
NO_DATES = ("2026-02-31", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "yesterday", "infinity", "43831")
SPELT_OTHERWISE = (
    *("17/05/1990", "17.05.1990", "1990-5-7", "19900517", "17 May 1990", "90-05-17", "11990-05-17"),
    *("1990-05-17T00:00:00", "1990-05-17 ", " 1990-05-17", "1990-W20-4", "1990-137"),
)
NO_NUMBERS = ("-1", "1.5", "1e3", "twelve", " 12", "+12", "١٢", "0x1F", "1_000", "1,000", "9999999999", "NaN")


def _drop(feed: str, *rows: Row, n: int = 40) -> Drop:
    """Good rows of a feed and some others."""
    return Drop(files={f"{feed}.csv": table(feed, *rows, n=n)})


def _people(*rows: Row, n: int = 40) -> Drop:
    return Drop(files={"people.csv": table("people", *rows, n=n)})


def _loaded(feed: str, received: int, loaded: int, *reasons: object) -> Fate:
    return taken(one(feed, received, loaded, *reasons, quarantined=received - loaded))  # type: ignore[arg-type]


def _people_loaded(received: int, loaded: int, *reasons: object) -> Fate:
    return taken(one("people", received, loaded, *reasons, quarantined=received - loaded))  # type: ignore[arg-type]


EMPTY = [
    Recipe(
        "a_row_of_nothing_but_commas",
        _drop("benefits", bad(person_ref="", benefit="", start_date="", matched_on="", uc_conditionality="")),
        _loaded("benefits", 41, 40, why("mandatory_value_empty", None, [42])),
    ),
    Recipe(
        "optional_values_empty",
        _people(kept(date_of_birth="", sex="", ethnicity="", uprn="", address="", postcode="", address_class="", residence="")),
        _people_loaded(41, 41),
    ),
    Recipe(
        "people_without_what_is_mandatory",
        _people(bad(person_ref=""), bad(given_name=""), bad(family_name=""), bad(resident_from=""), n=80),
        _people_loaded(84, 80, why("mandatory_value_empty", None, [82, 83, 84, 85])),
    ),
]

DATES = [
    Recipe(
        "family_closed_and_left_before_it_began",
        _drop("programme", bad(closed_on="2026-01-04"), bad(joined_on="2026-03-01", left_on="2026-02-28")),
        _loaded("programme", 42, 40, why("end_before_start", None, [42, 43])),
    ),
    Recipe(
        "place_at_school_that_ends_before_it_starts",
        _drop("school_places", bad(to_date="2024-09-01")),
        _loaded("school_places", 41, 40, why("end_before_start", "to_date", [42])),
    ),
    Recipe(
        "dates_that_are_none",
        _people(*(bad(date_of_birth=day) for day in NO_DATES), n=300),
        _people_loaded(309, 300, why("not_a_date", "date_of_birth", [302, 303, 304, 305, 306, 307, 308, 309, 310])),
    ),
    Recipe(
        "dates_in_other_spellings",
        _people(*(bad(date_of_birth=day) for day in SPELT_OTHERWISE), n=300),
        _people_loaded(312, 300, why("not_a_date", "date_of_birth", [302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312, 313])),
    ),
    Recipe(
        "dates_of_other_digits",
        _people(*(bad(date_of_birth=day) for day in ("١٩٩٠-٠٥-١٧", "１９９０-０５-１７", "1990‐05‐17")), n=80),
        _people_loaded(83, 80, why("not_a_date", "date_of_birth", [82, 83, 84])),
    ),
    Recipe(
        "dates_that_cannot_be",
        _people(
            bad(date_of_birth="1899-12-31"),
            bad(date_of_birth="2026-11-01"),
            bad(deceased_on="2027-01-01"),
            bad(resident_to="2019-12-31"),
            n=80,
        ),
        _people_loaded(
            84,
            80,
            why("date_before_1900", "date_of_birth", [82]),
            why("date_in_the_future", None, [83, 84]),
            why("end_before_start", "resident_to", [85]),
        ),
    ),
    Recipe(
        "dates_at_the_edge",
        _people(
            kept(date_of_birth="2024-02-29"),
            kept(date_of_birth="1900-01-01"),
            kept(date_of_birth="2026-10-31", resident_from="2026-10-31"),
            kept(resident_to="2030-01-01"),
            kept(resident_to="2020-01-01"),
        ),
        _people_loaded(45, 45),
    ),
    Recipe(
        "exclusions_in_the_future_and_of_no_category",
        _drop(
            "exclusions",
            *[bad(start_date="2026-11-02"), bad(rescinded_on="2026-11-01"), bad(category="FIXED"), bad(category="")],
            n=80,
        ),
        _loaded(
            "exclusions",
            84,
            80,
            why("date_in_the_future", None, [82, 83]),
            why("mandatory_value_empty", "category", [85]),
            why("unknown_code", "category", [84]),
        ),
    ),
    Recipe(
        "benefits_matched_in_the_future_and_ended_before_they_began",
        _drop("benefits", bad(matched_on="2026-11-01"), bad(end_date="2025-03-31"), bad(uc_conditionality="SOME"), n=60),
        _loaded(
            "benefits",
            63,
            60,
            why("date_in_the_future", "matched_on", [62]),
            why("end_before_start", "end_date", [63]),
            why("unknown_code", "uc_conditionality", [64]),
        ),
    ),
    Recipe(
        "benefits_at_the_edge",
        _drop("benefits", kept(end_date="2027-03-31"), kept(end_date="2025-04-01"), kept(benefit="PIP"), kept(uc_conditionality="")),
        _loaded("benefits", 44, 44),
    ),
    Recipe(
        "jobs_verified_in_the_future",
        _drop("work_outcomes", bad(verified_on="2026-11-15"), kept(end_date="2027-01-01")),
        _loaded("work_outcomes", 42, 41, why("date_in_the_future", "verified_on", [42])),
    ),
]

CODES = [
    Recipe(
        "codes_with_letters_of_another_script",
        _drop("school_places", bad(status="\u041eN_ROLL")),
        _loaded("school_places", 41, 40, why("unknown_code", "status", [42])),
    ),
    Recipe(
        "need_with_clinical_detail",
        _drop("support_needs", bad(need="MENTAL_HEALTH: depression")),
        _loaded("support_needs", 41, 40, why("unknown_code", "need", [42])),
    ),
    Recipe(
        "codes_that_are_none",
        _people(
            *[bad(sex="F"), bad(sex="3"), bad(sex="02"), bad(ethnicity="W1"), bad(address_class="rd"), bad(protected="y")],
            *[bad(residence=" MAIN"), bad(residence="MAIN ")],
            n=160,
        ),
        _people_loaded(168, 160, why("unknown_code", None, [162, 163, 164, 165, 166, 167, 168, 169])),
    ),
    Recipe("sex_by_letter", _people(bad(sex="F")), _people_loaded(41, 40, why("unknown_code", "sex", [42]))),
    Recipe(
        "interventions_of_an_unknown_ground",
        _drop("asb_interventions", bad(ground="NOISE"), kept(intervention="LOCAL_77"), kept(ground="")),
        _loaded("asb_interventions", 43, 42, why("unknown_code", "ground", [42])),
    ),
    Recipe(
        "families_of_unknown_frameworks_and_roles",
        _drop("programme", bad(framework="tf_2020"), bad(role="VICTIM"), bad(family_ref=""), bad(notified_on="2026-11-01"), n=80),
        _loaded(
            "programme",
            84,
            80,
            why("date_in_the_future", "notified_on", [85]),
            why("mandatory_value_empty", "family_ref", [84]),
            why("unknown_code", None, [82, 83]),
        ),
    ),
    Recipe(
        "consent_of_no_kind",
        _drop("consent", bad(decision="MAYBE"), bad(scope="ALL"), bad(person_ref="P1")),
        held(
            one(
                "consent",
                43,
                0,
                why("too_many_quarantined", count=3),
                why("duplicate_key", None, [44]),
                why("unknown_code", None, [42, 43]),
                status="held",
                quarantined=3,
            )
        ),
    ),
]

NUMBERS = [
    Recipe(
        "attendance_that_is_no_number",
        _drop("attendance", *(bad(sessions_possible=value) for value in NO_NUMBERS), n=240),
        _loaded(
            "attendance", 252, 240, why("not_a_number", "sessions_possible", [242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253])
        ),
    ),
    Recipe(
        "attendance_in_years_and_terms_that_are_none",
        _drop(
            "attendance",
            *(bad(academic_year=year) for year in ("2025/27", "2025-26", "2025/2026", "25/26")),
            *[bad(term="WIN"), bad(sessions_possible=""), bad(person_ref="P1", school_urn="103500")],
            n=140,
        ),
        _loaded(
            "attendance",
            147,
            140,
            why("duplicate_key", None, [148]),
            why("mandatory_value_empty", "sessions_possible", [147]),
            why("not_an_academic_year", "academic_year", [142, 143, 144, 145]),
            why("unknown_code", "term", [146]),
        ),
    ),
    Recipe(
        "attendance_at_the_edge",
        _drop(
            "attendance",
            *(kept(sessions_possible=value) for value in ("0", "999999999", "0012")),
            *[kept(academic_year="1999/00"), kept(person_ref="P1", school_urn="103501")],
        ),
        _loaded("attendance", 45, 45),
    ),
]

KEYS = [
    Recipe(
        "people_twice",
        _people(bad(person_ref="P1", uprn="1000701", address="1 Example Street")),
        _people_loaded(41, 40, why("duplicate_key", None, [42])),
    ),
    Recipe("people_at_two_addresses", _people(kept(person_ref="P1", resident_from="2021-01-01")), _people_loaded(41, 41)),
    Recipe(
        "exclusion_twice_with_other_content",
        _drop("exclusions", bad(exclusion_ref="X7"), bad(exclusion_ref="X7", category="PERM")),
        _loaded("exclusions", 42, 40, why("duplicate_key", None, [42, 43])),
    ),
    Recipe(
        "a_duplicate_of_a_row_that_is_bad_itself",
        _drop("support_needs", bad(person_ref="P50", to_date="31/12/2026"), bad(person_ref="P50")),
        _loaded("support_needs", 42, 40, why("duplicate_key", None, [43]), why("not_a_date", "to_date", [42])),
    ),
    Recipe(
        "a_reference_to_a_person_who_is_quarantined",
        Drop(
            files={"people.csv": table("people", bad(date_of_birth="soon"), n=60), "consent.csv": table("consent", bad(person_ref="P61"))}
        ),
        taken(
            one("people", 61, 60, why("not_a_date", "date_of_birth", [62]), quarantined=1),
            one("consent", 41, 40, why("reference_to_nobody", "person_ref", [42]), quarantined=1),
        ),
    ),
    Recipe(
        "no_people_at_all",
        Drop(files={"consent.csv": table("consent", n=3)}),
        held(
            one(
                "consent",
                3,
                0,
                why("too_many_quarantined", count=3),
                why("reference_to_nobody", "person_ref", [2, 3, 4]),
                status="held",
                quarantined=3,
            )
        ),
        before=[Drop(period="2026-09", manifest={"marking": "SECRET"})],
    ),
    Recipe(
        "people_of_an_earlier_month",
        Drop(files={"consent.csv": table("consent", n=3)}),
        taken(one("consent", 3, 3)),
        before=[Drop(period="2026-09")],
    ),
    Recipe(
        "people_of_a_later_month_only",
        Drop(files={"consent.csv": table("consent", n=3)}),
        held(
            one(
                "consent",
                3,
                0,
                why("too_many_quarantined", count=3),
                why("reference_to_nobody", "person_ref", [2, 3, 4]),
                status="held",
                quarantined=3,
            )
        ),
        before=[Drop(period="2026-11")],
    ),
    Recipe(
        "support_of_a_family_on_no_programme",
        Drop(
            files={
                "programme.csv": table("programme"),
                "interventions.csv": table("interventions", bad(intervention_ref="I1", family_ref="F1"), kept(family_ref="F900")),
            }
        ),
        taken(
            one("programme", 40, 40),
            one(
                "interventions",
                42,
                41,
                why("duplicate_key", None, [42]),
                why("warning_family_not_on_programme", "family_ref", [43]),
                quarantined=1,
            ),
        ),
    ),
    Recipe(
        "references_to_nobody",
        _drop("consent", *(bad(person_ref=person) for person in ("P900", "p1", "P50 ", " P51")), n=80),
        _loaded("consent", 84, 80, why("reference_to_nobody", "person_ref", [82, 83, 84, 85])),
    ),
    Recipe(
        "keys_that_differ",
        _drop("consent", kept(person_ref="P1", decision="WITHDRAWN"), kept(person_ref="P1", effective_from="2027-01-01")),
        _loaded("consent", 42, 42),
    ),
    Recipe(
        "family_attached_again",
        _drop("programme", kept(family_ref="F1", person_ref="P1", attached_on="2026-06-01")),
        _loaded("programme", 41, 41),
    ),
]

MANY = [
    Recipe("one_row_in_twenty_quarantined", _people(bad(sex="F"), n=19), _people_loaded(20, 19, why("unknown_code", "sex", [21]))),
    Recipe(
        "just_more_than_one_row_in_twenty",
        _people(bad(sex="F"), n=18),
        held(one("people", 19, 0, why("too_many_quarantined"), why("unknown_code", "sex", [20]), status="held", quarantined=1)),
    ),
    Recipe(
        "five_in_a_hundred", _people(*[bad(sex="F")] * 5, n=95), _people_loaded(100, 95, why("unknown_code", "sex", [97, 98, 99, 100, 101]))
    ),
    Recipe(
        "six_in_a_hundred",
        _people(*[bad(sex="F")] * 6, n=94),
        held(
            one(
                "people",
                100,
                0,
                why("too_many_quarantined", count=6),
                why("unknown_code", "sex", [96, 97, 98, 99, 100, 101]),
                status="held",
                quarantined=6,
            )
        ),
    ),
    Recipe(
        "more_lines_than_a_receipt_tells",
        _people(*[bad(sex="F")] * 120, n=2400),
        _people_loaded(2520, 2400, why("unknown_code", "sex", list(range(2402, 2502)), count=120)),
    ),
    Recipe(
        "a_row_that_breaks_three_rules_counts_once",
        _people(bad(sex="F", date_of_birth="soon", family_name="")),
        _people_loaded(41, 40, why("mandatory_value_empty", "family_name", [42])),
    ),
    Recipe(
        "a_held_file_beside_good_ones",
        Drop(files={"consent.csv": table("consent", *[bad(decision="MAYBE")] * 3), "benefits.csv": table("benefits")}),
        held(
            one("benefits", 40, 40),
            one(
                "consent",
                43,
                0,
                why("too_many_quarantined", count=3),
                why("unknown_code", "decision", [42, 43, 44]),
                status="held",
                quarantined=3,
            ),
        ),
    ),
]

FORMULAS = {
    42: "=1+1",
    43: "+44 121",
    44: "-2+3",
    45: "@SUM(A1)",
    46: "\tx",
    47: "\rx",
    48: '=HYPERLINK("http://127.0.0.1","x")',
    49: "=cmd|' /C calc'!A0",
}
SPREADSHEETS = [
    Recipe(
        "values_that_a_spreadsheet_would_run",
        _people(*(kept(address=value) for value in FORMULAS.values())),
        _people_loaded(48, 48),
        stored={"people.address": FORMULAS},
    ),
    Recipe(
        "names_that_a_database_would_run",
        _people(kept(family_name="'); drop table raw.people; --"), kept(family_name="{{ var('x') }}"), kept(family_name="%s $1 {n}")),
        _people_loaded(43, 43),
        stored={"people.family_name": {42: "'); drop table raw.people; --", 43: "{{ var('x') }}", 44: "%s $1 {n}"}},
    ),
    Recipe(
        "numbers_that_a_spreadsheet_has_rounded",
        _people(bad(resident_from="4.38E+04"), kept(uprn="1.0E+11")),
        taken(
            one(
                "people",
                42,
                41,
                why("not_a_date", "resident_from", [42]),
                why("identifier_fails_check", "uprn", [43]),
                quarantined=1,
                blanked=1,
            )
        ),
        stored={"people.uprn": {43: None}},
    ),
]

RECIPES = [
    recipe if recipe.before or "people.csv" in recipe.drop.files else replace(recipe, before=[SEPTEMBER])
    for recipe in [*EMPTY, *DATES, *CODES, *NUMBERS, *KEYS, *MANY, *SPREADSHEETS]
]
