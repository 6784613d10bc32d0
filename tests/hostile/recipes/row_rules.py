"""Rows that break a row rule, of each type of column: quarantined by line, and the rest is loaded; and rows that just do not."""

from tests.hostile.recipe import Drop, Fate, Recipe, held, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import Row, bad, kept, table

PEOPLE = table("people", n=60)
EVERYBODY = one("people", 60, 60)
# Good rows stand on lines 2 to 41, and those that a recipe adds from line 42 on.


def _drop(feed: str, *rows: Row) -> Drop:
    """40 good rows of a feed and some others; persons P1 to P60 are known."""
    return Drop(files={"people.csv": PEOPLE, f"{feed}.csv": table(feed, *rows)})


def _people(*rows: Row, n: int = 40) -> Drop:
    return Drop(files={"people.csv": table("people", *rows, n=n)})


def _loaded(feed: str, received: int, loaded: int, *reasons: object) -> Fate:
    return taken(EVERYBODY, one(feed, received, loaded, *reasons, quarantined=received - loaded))  # type: ignore[arg-type]


def _people_loaded(received: int, loaded: int, *reasons: object) -> Fate:
    return taken(one("people", received, loaded, *reasons, quarantined=received - loaded))  # type: ignore[arg-type]


EMPTY = [
    Recipe(
        "people_without_a_reference", _people(bad(person_ref="")), _people_loaded(41, 40, why("mandatory_value_empty", "person_ref", [42]))
    ),
    Recipe(
        "people_without_a_name",
        _people(bad(given_name=""), bad(family_name="")),
        _people_loaded(42, 40, why("mandatory_value_empty", None, [42, 43])),
    ),
    Recipe(
        "people_without_a_first_day",
        _people(bad(resident_from="")),
        _people_loaded(41, 40, why("mandatory_value_empty", "resident_from", [42])),
    ),
    Recipe(
        "attendance_without_sessions",
        _drop("attendance", bad(sessions_possible="")),
        _loaded("attendance", 41, 40, why("mandatory_value_empty", "sessions_possible", [42])),
    ),
    Recipe(
        "exclusion_without_a_category",
        _drop("exclusions", bad(category="")),
        _loaded("exclusions", 41, 40, why("mandatory_value_empty", "category", [42])),
    ),
    Recipe(
        "programme_without_a_family",
        _drop("programme", bad(family_ref="")),
        _loaded("programme", 41, 40, why("mandatory_value_empty", "family_ref", [42])),
    ),
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
]

DATES = [
    Recipe(
        "dates_that_are_none",
        _people(*(bad(date_of_birth=day) for day in ("2026-02-31", "2025-02-29", "2026-13-01", "2026-00-10", "yesterday")), n=120),
        _people_loaded(125, 120, why("not_a_date", "date_of_birth", [122, 123, 124, 125, 126])),
    ),
    Recipe(
        "dates_in_other_spellings",
        _people(
            *(bad(date_of_birth=day) for day in ("17/05/1990", "17.05.1990", "1990-5-7", "19900517", "17 May 1990", "90-05-17")), n=120
        ),
        _people_loaded(126, 120, why("not_a_date", "date_of_birth", [122, 123, 124, 125, 126, 127])),
    ),
    Recipe(
        "dates_with_more_about_them",
        _people(
            *(
                bad(date_of_birth=day)
                for day in ("1990-05-17T00:00:00", "1990-05-17 ", " 1990-05-17", "1990-05-17Z", "1990-W20-4", "1990-137")
            ),
            n=120,
        ),
        _people_loaded(126, 120, why("not_a_date", "date_of_birth", [122, 123, 124, 125, 126, 127])),
    ),
    Recipe(
        "dates_of_other_digits_and_years",
        _people(
            *(
                bad(date_of_birth=day)
                for day in ("١٩٩٠-٠٥-١٧", "１９９０-０５-１７", "11990-05-17", "-1990-05-17", "0000-01-01", "infinity")
            ),
            n=120,
        ),
        _people_loaded(126, 120, why("not_a_date", "date_of_birth", [122, 123, 124, 125, 126, 127])),
    ),
    Recipe(
        "dates_of_a_spreadsheets_serial_number",
        _people(bad(resident_from="43831")),
        _people_loaded(41, 40, why("not_a_date", "resident_from", [42])),
    ),
    Recipe(
        "29_february_of_a_leap_year", _people(kept(date_of_birth="2024-02-29"), kept(date_of_birth="2000-02-29")), _people_loaded(42, 42)
    ),
    Recipe(
        "29_february_of_1900", _people(bad(date_of_birth="1900-02-29")), _people_loaded(41, 40, why("not_a_date", "date_of_birth", [42]))
    ),
    Recipe(
        "last_day_of_1899", _people(bad(date_of_birth="1899-12-31")), _people_loaded(41, 40, why("date_before_1900", "date_of_birth", [42]))
    ),
    Recipe("first_day_of_1900", _people(kept(date_of_birth="1900-01-01")), _people_loaded(41, 41)),
    Recipe(
        "born_the_day_after_the_period",
        _people(bad(date_of_birth="2026-11-01")),
        _people_loaded(41, 40, why("date_in_the_future", "date_of_birth", [42])),
    ),
    Recipe(
        "born_on_the_last_day_of_the_period", _people(kept(date_of_birth="2026-10-31", resident_from="2026-10-31")), _people_loaded(41, 41)
    ),
    Recipe(
        "dead_in_the_future", _people(bad(deceased_on="2027-01-01")), _people_loaded(41, 40, why("date_in_the_future", "deceased_on", [42]))
    ),
    Recipe("resident_until_the_future", _people(kept(resident_to="2030-01-01")), _people_loaded(41, 41)),
    Recipe(
        "resident_until_the_day_before_the_first",
        _people(bad(resident_to="2019-12-31")),
        _people_loaded(41, 40, why("end_before_start", "resident_to", [42])),
    ),
    Recipe("resident_for_one_day", _people(kept(resident_to="2020-01-01")), _people_loaded(41, 41)),
    Recipe(
        "excluded_in_the_future",
        _drop("exclusions", bad(start_date="2026-11-02")),
        _loaded("exclusions", 41, 40, why("date_in_the_future", "start_date", [42])),
    ),
    Recipe(
        "exclusion_rescinded_in_the_future",
        _drop("exclusions", bad(rescinded_on="2026-11-01")),
        _loaded("exclusions", 41, 40, why("date_in_the_future", "rescinded_on", [42])),
    ),
    Recipe(
        "benefit_matched_in_the_future",
        _drop("benefits", bad(matched_on="2026-11-01")),
        _loaded("benefits", 41, 40, why("date_in_the_future", "matched_on", [42])),
    ),
    Recipe("benefit_that_ends_in_the_future", _drop("benefits", kept(end_date="2027-03-31")), _loaded("benefits", 41, 41)),
    Recipe(
        "benefit_that_ends_before_it_starts",
        _drop("benefits", bad(end_date="2025-03-31")),
        _loaded("benefits", 41, 40, why("end_before_start", "end_date", [42])),
    ),
    Recipe("consent_from_the_future", _drop("consent", kept(effective_from="2027-01-01")), _loaded("consent", 41, 41)),
    Recipe(
        "job_verified_in_the_future",
        _drop("work_outcomes", bad(verified_on="2026-11-15")),
        _loaded("work_outcomes", 41, 40, why("date_in_the_future", "verified_on", [42])),
    ),
    Recipe("support_that_ends_in_the_future", _drop("support_needs", kept(to_date="2027-01-01")), _loaded("support_needs", 41, 41)),
    Recipe(
        "family_closed_and_left_before_it_began",
        _drop("programme", bad(closed_on="2026-01-04"), bad(joined_on="2026-03-01", left_on="2026-02-28")),
        _loaded("programme", 42, 40, why("end_before_start", None, [42, 43])),
    ),
    Recipe(
        "family_told_in_the_future",
        _drop("programme", bad(notified_on="2026-11-01")),
        _loaded("programme", 41, 40, why("date_in_the_future", "notified_on", [42])),
    ),
    Recipe(
        "place_at_school_that_ends_before_it_starts",
        _drop("school_places", bad(to_date="2024-09-01")),
        _loaded("school_places", 41, 40, why("end_before_start", "to_date", [42])),
    ),
]

CODES = [
    Recipe("sex_by_letter", _people(bad(sex="F")), _people_loaded(41, 40, why("unknown_code", "sex", [42]))),
    Recipe("sex_of_no_code", _people(bad(sex="3"), bad(sex="02")), _people_loaded(42, 40, why("unknown_code", "sex", [42, 43]))),
    Recipe(
        "ethnicity_of_the_police_from_an_authority",
        _people(bad(ethnicity="W1")),
        _people_loaded(41, 40, why("unknown_code", "ethnicity", [42])),
    ),
    Recipe(
        "codes_in_small_letters",
        _people(bad(address_class="rd"), bad(protected="y")),
        _people_loaded(42, 40, why("unknown_code", None, [42, 43])),
    ),
    Recipe(
        "codes_with_blanks",
        _people(bad(residence=" MAIN"), bad(residence="MAIN ")),
        _people_loaded(42, 40, why("unknown_code", "residence", [42, 43])),
    ),
    Recipe(
        "codes_with_letters_of_another_script",
        _drop("school_places", bad(status="\u041eN_ROLL")),
        _loaded("school_places", 41, 40, why("unknown_code", "status", [42])),
    ),
    Recipe("term_unknown", _drop("attendance", bad(term="WIN")), _loaded("attendance", 41, 40, why("unknown_code", "term", [42]))),
    Recipe(
        "exclusion_category_unknown",
        _drop("exclusions", bad(category="FIXED")),
        _loaded("exclusions", 41, 40, why("unknown_code", "category", [42])),
    ),
    Recipe(
        "need_with_clinical_detail",
        _drop("support_needs", bad(need="MENTAL_HEALTH: depression")),
        _loaded("support_needs", 41, 40, why("unknown_code", "need", [42])),
    ),
    Recipe(
        "consent_unknown",
        _drop("consent", bad(decision="MAYBE"), bad(scope="ALL")),
        _loaded("consent", 42, 40, why("unknown_code", None, [42, 43])),
    ),
    Recipe(
        "framework_unknown",
        _drop("programme", bad(framework="tf_2020")),
        _loaded("programme", 41, 40, why("unknown_code", "framework", [42])),
    ),
    Recipe(
        "role_of_the_police_in_a_family",
        _drop("programme", bad(role="VICTIM")),
        _loaded("programme", 41, 40, why("unknown_code", "role", [42])),
    ),
    Recipe(
        "local_codes_where_they_are_open",
        _drop("asb_interventions", kept(intervention="LOCAL_77"), kept(ground="")),
        _loaded("asb_interventions", 42, 42),
    ),
    Recipe(
        "ground_unknown",
        _drop("asb_interventions", bad(ground="NOISE")),
        _loaded("asb_interventions", 41, 40, why("unknown_code", "ground", [42])),
    ),
    Recipe(
        "any_benefit_and_no_other_conditionality",
        _drop("benefits", kept(benefit="PIP"), bad(uc_conditionality="SOME")),
        _loaded("benefits", 42, 41, why("unknown_code", "uc_conditionality", [43])),
    ),
]

NUMBERS = [
    Recipe(
        "sessions_that_are_no_numbers",
        Drop(
            files={
                "people.csv": table("people", n=130),
                "attendance.csv": table(
                    "attendance", *(bad(sessions_possible=value) for value in ("-1", "1.5", "1e3", "twelve", " 12", "+12")), n=120
                ),
            }
        ),
        taken(
            one("people", 130, 130),
            one("attendance", 126, 120, why("not_a_number", "sessions_possible", [122, 123, 124, 125, 126, 127]), quarantined=6),
        ),
    ),
    Recipe(
        "sessions_of_odd_digits",
        Drop(
            files={
                "people.csv": table("people", n=130),
                "attendance.csv": table(
                    "attendance", *(bad(sessions_possible=value) for value in ("١٢", "0x1F", "1_000", "1,000", "9999999999", "NaN")), n=120
                ),
            }
        ),
        taken(
            one("people", 130, 130),
            one("attendance", 126, 120, why("not_a_number", "sessions_possible", [122, 123, 124, 125, 126, 127]), quarantined=6),
        ),
    ),
    Recipe(
        "sessions_at_the_edge",
        _drop("attendance", kept(sessions_possible="0"), kept(sessions_possible="999999999"), kept(sessions_possible="0012")),
        _loaded("attendance", 43, 43),
    ),
    Recipe(
        "academic_years_that_are_none",
        _drop("attendance", bad(academic_year="2025/27"), bad(academic_year="2025-26")),
        _loaded("attendance", 42, 40, why("not_an_academic_year", "academic_year", [42, 43])),
    ),
    Recipe(
        "academic_years_in_other_spellings",
        _drop("attendance", bad(academic_year="2025/2026"), bad(academic_year="25/26")),
        _loaded("attendance", 42, 40, why("not_an_academic_year", "academic_year", [42, 43])),
    ),
    Recipe("academic_year_over_a_century", _drop("attendance", kept(academic_year="1999/00")), _loaded("attendance", 41, 41)),
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
        "attendance_twice_in_a_term",
        _drop("attendance", bad(person_ref="P1", school_urn="103500")),
        _loaded("attendance", 41, 40, why("duplicate_key", None, [42])),
    ),
    Recipe("attendance_at_two_schools", _drop("attendance", kept(person_ref="P1", school_urn="103501")), _loaded("attendance", 41, 41)),
    Recipe(
        "consent_given_and_withdrawn_on_a_day", _drop("consent", kept(person_ref="P1", decision="WITHDRAWN")), _loaded("consent", 41, 41)
    ),
    Recipe("consent_given_twice", _drop("consent", bad(person_ref="P1")), _loaded("consent", 41, 40, why("duplicate_key", None, [42]))),
    Recipe(
        "family_attached_again",
        _drop("programme", kept(family_ref="F1", person_ref="P1", attached_on="2026-06-01")),
        _loaded("programme", 41, 41),
    ),
    Recipe(
        "a_duplicate_of_a_row_that_is_bad_itself",
        _drop("support_needs", bad(person_ref="P50", to_date="31/12/2026"), bad(person_ref="P50")),
        _loaded("support_needs", 42, 40, why("duplicate_key", None, [43]), why("not_a_date", "to_date", [42])),
    ),
    Recipe(
        "references_to_nobody",
        _drop("consent", bad(person_ref="P61"), bad(person_ref="p1")),
        _loaded("consent", 42, 40, why("reference_to_nobody", "person_ref", [42, 43])),
    ),
    Recipe(
        "references_with_blanks",
        _drop("consent", bad(person_ref="P50 "), bad(person_ref=" P51")),
        _loaded("consent", 42, 40, why("reference_to_nobody", "person_ref", [42, 43])),
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
                "people.csv": PEOPLE,
                "programme.csv": table("programme"),
                "interventions.csv": table("interventions", bad(intervention_ref="I1", family_ref="F1"), kept(family_ref="F900")),
            }
        ),
        taken(
            EVERYBODY,
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
        Drop(
            files={"people.csv": PEOPLE, "consent.csv": table("consent", *[bad(decision="MAYBE")] * 3), "benefits.csv": table("benefits")}
        ),
        held(
            EVERYBODY,
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
    Recipe(
        "errors_of_a_spreadsheet",
        _people(bad(date_of_birth="#N/A"), bad(resident_from="#REF!")),
        _people_loaded(42, 40, why("not_a_date", None, [42, 43])),
    ),
]

RECIPES = [*EMPTY, *DATES, *CODES, *NUMBERS, *KEYS, *MANY, *SPREADSHEETS]
