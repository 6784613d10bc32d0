"""Drops of the police: rows that may never be stored, in all their spellings, and the row rules of their feeds."""

from tests.hostile.recipe import Drop, Fate, Recipe, held, partly, refused, refused_file, taken, why
from tests.hostile.recipe import file as one
from tests.hostile.rows import LOST, WITHHELD, Row, bad, kept, table, withheld

IN_WORDS = (
    *("community_resolution", "Restorative_Justice", "cannabis_warning", "Outcome_22"),
    *("Community Resolution", "restorative justice", "Cannabis Warning", "Outcome 22"),
    *("CommunityResolution", "RESTORATIVEJUSTICE", "CannabisWarning", "Outcome22"),
)
WITH_SIGNS = (
    *("COMMUNITY-RESOLUTION", "RESTORATIVE.JUSTICE", "(CANNABIS WARNING)", "OUTCOME/22"),
    *(" COMMUNITY_RESOLUTION ", "RESTORATIVE  JUSTICE", "CANNABIS\u00a0WARNING", "OUTCOME\t22"),
    *("ＣＯＭＭＵＮＩＴＹ　ＲＥＳＯＬＵＴＩＯＮ", "OUTCOME_２２", "COMMUNITY RESOLUTION (DRUGS)", "10: COMMUNITY_RESOLUTION"),
)
NOBODY = "P900"
"""In ``people``, of a person to whom no kept row refers."""


def _drop(feed: str, *rows: Row, n_people: int = 40, more_people: tuple[Row, ...] = ()) -> Drop:
    """40 good rows of a feed about P1 to P40, and some others."""
    people = table("people", *more_people, n=n_people, kind="police")
    return Drop(files={"people.csv": people, f"{feed}.csv": table(feed, *rows, kind="police")}, sender="west_midlands_police")


def _withheld(feed: str, n: int, n_people: int = 40) -> Fate:
    """Some rows more than the good ones, and none of them stored."""
    return taken(one("people", n_people, 40, withheld=n_people - 40), one(feed, 40 + n, 40, withheld=n))


def _roles(*roles: str, feed: str = "offences") -> Drop:
    return _drop(feed, *(withheld(role=role) for role in roles))


def _disposals(*disposals: str) -> Drop:
    return _drop("offences", *(withheld(disposal=disposal) for disposal in disposals))


ROLES = [
    Recipe("victims_witnesses_and_complainants", _roles("VICTIM", "WITNESS", "COMPLAINANT"), _withheld("offences", 3)),
    Recipe(
        "ragged_rows_of_victims",
        Drop(
            files={
                "people.csv": table("people", n=40, kind="police"),
                "offences.csv": table("offences") + f"O41,P1,VICTIM,{WITHHELD}\nO42,P1,WITNESS,{WITHHELD},2026-05-01,CAUTION,,,more\nO43\n",
            },
            sender="west_midlands_police",
        ),
        _withheld("offences", 3),
    ),
    Recipe(
        "a_ragged_row_of_an_offender",
        Drop(
            files={
                "people.csv": table("people", n=40, kind="police"),
                "offences.csv": table("offences") + f"O41,P1,OFFENDER,{LOST},2026-05-01,CAUTION,,,more\n",
            },
            sender="west_midlands_police",
        ),
        taken(one("people", 40, 40), one("offences", 41, 40, why("wrong_number_of_fields", None, [42]), quarantined=1)),
    ),
    Recipe(
        "quoted_rows_of_victims",
        Drop(
            files={
                "people.csv": table("people", n=40, kind="police"),
                "offences.csv": table("offences") + f'"O41","P1","VICTIM","{WITHHELD}\n""s","2026-05-01","CAUTION","",""\n',
            },
            rows={"offences.csv": 41},
            sender="west_midlands_police",
        ),
        _withheld("offences", 1),
    ),
    Recipe(
        "victims_in_a_drop_that_is_refused_whole",
        Drop(
            files={
                "people.csv": table("people", withheld(person_ref=NOBODY), n=40, kind="police"),
                "offences.csv": table("offences", withheld(role="VICTIM")),
            },
            rows={"people.csv": 42},
            sender="west_midlands_police",
        ),
        refused(
            "row_count_differs", files=[refused_file("offences", received=41, withheld=1), refused_file("people", received=41, withheld=1)]
        ),
    ),
    Recipe(
        "victims_in_a_file_that_is_torn_later",
        Drop(
            files={
                "people.csv": table("people", n=3, kind="police"),
                "offences.csv": table("offences", withheld(role="VICTIM"), n=2000) + f'O2002,P1,"OFFENDER,{LOST}',
            },
            rows={"offences.csv": 2002},
            sender="west_midlands_police",
        ),
        partly(refused_file("offences", "not_csv"), one("people", 3, 0, withheld=3)),
    ),
    Recipe(
        "a_file_without_the_column_of_roles",
        Drop(
            files={
                "people.csv": table("people", n=3, kind="police"),
                "offences.csv": "offence_ref,person_ref,offence_class,offence_date,disposal\n" + f"O1,P1,{WITHHELD},2026-05-01,CAUTION\n",
            },
            sender="west_midlands_police",
        ),
        partly(refused_file("offences", why("mandatory_column_missing", "role", [1]), received=1), one("people", 3, 0, withheld=3)),
    ),
    Recipe(
        "roles_spelt_otherwise",
        _roles("victim", "Witness", "offender", " OFFENDER", "OFFENDER ", "VICTIM ", "\u00a0SUSPECT"),
        _withheld("offences", 7),
    ),
    Recipe(
        "roles_of_no_code",
        _roles("", "UNKNOWN", "OFFENDER/VICTIM", "1", "AGGRIEVED", "\u041eFFENDER", "OFFENDER\u200b"),
        _withheld("offences", 7),
    ),
    Recipe(
        "victims_of_all_feeds",
        Drop(
            files={
                "people.csv": table("people", n=40, kind="police"),
                "domestic_abuse.csv": table("domestic_abuse", withheld(role="VICTIM")),
                "asb_incidents.csv": table("asb_incidents", withheld(role="COMPLAINANT"), withheld(role="")),
                "asb_interventions.csv": table("asb_interventions", withheld(role="WITNESS"), kind="police"),
            },
            sender="west_midlands_police",
        ),
        taken(
            one("people", 40, 40),
            one("domestic_abuse", 41, 40, withheld=1),
            one("asb_incidents", 42, 40, withheld=2),
            one("asb_interventions", 41, 40, withheld=1),
        ),
    ),
    Recipe(
        "victims_with_every_rule_broken_besides",
        _drop(
            "offences",
            *[withheld(role="VICTIM", person_ref="", offence_date="soon", disposal="?")] * 10,
            *[withheld(role="VICTIM", offence_ref="O77", person_ref="P1")] * 10,
        ),
        _withheld("offences", 20),
    ),
]

DISPOSALS = [
    Recipe(
        "informal_disposals",
        _disposals("COMMUNITY_RESOLUTION", "RESTORATIVE_JUSTICE", "CANNABIS_WARNING", "OUTCOME_22"),
        _withheld("offences", 4),
    ),
    Recipe("informal_disposals_in_words", _disposals(*IN_WORDS), _withheld("offences", 12)),
    Recipe("informal_disposals_with_signs", _disposals(*WITH_SIGNS), _withheld("offences", 12)),
    Recipe(
        "disposals_and_roles_that_may_be_disclosed",
        _drop(
            "offences",
            *(kept(disposal=disposal) for disposal in ("CUSTODY", "CHARGED", "ACQUITTED", "NFA", "CONDITIONAL_CAUTION")),
            *(kept(role=role) for role in ("SUSPECT", "SUBJECT", "PERPETRATOR")),
            n_people=48,
        ),
        taken(one("people", 48, 48), one("offences", 48, 48)),
    ),
]

PERSONS = [
    Recipe(
        "persons_without_a_reference",
        _drop("missing_episodes", bad(person_ref=""), more_people=(withheld(person_ref=""),)),
        taken(
            one("people", 41, 40, withheld=1),
            one("missing_episodes", 41, 40, why("mandatory_value_empty", "person_ref", [42]), quarantined=1),
        ),
    ),
    Recipe(
        "people_alone",
        Drop(files={"people.csv": table("people", withheld(), withheld(), n=0, kind="police")}, sender="west_midlands_police"),
        taken(one("people", 2, 0, withheld=2)),
    ),
    Recipe(
        "people_alone_after_a_month_of_offences",
        Drop(files={"people.csv": table("people", withheld(person_ref=NOBODY), n=3, kind="police")}, sender="west_midlands_police"),
        taken(one("people", 4, 3, withheld=1)),
        before=[
            Drop(
                files={"people.csv": table("people", n=3, kind="police"), "offences.csv": table("offences", n=3)},
                sender="west_midlands_police",
                period="2026-09",
            )
        ],
    ),
    Recipe(
        "persons_to_whom_nobody_refers",
        _drop("offences", more_people=tuple(withheld(person_ref=person) for person in (NOBODY, "P901", "p1", "P1 ", "P01"))),
        _withheld("offences", 0, 45),
    ),
    Recipe(
        "persons_to_whom_only_withheld_rows_refer",
        _drop(
            "offences",
            *[withheld(role="VICTIM", person_ref=NOBODY), withheld(disposal="OUTCOME_22", person_ref="P901")],
            more_people=(withheld(person_ref=NOBODY), withheld(person_ref="P901")),
        ),
        _withheld("offences", 2, 42),
    ),
]

ROWS = [
    Recipe(
        "offender_and_victim_of_one_offence",
        _drop(
            "offences", withheld(offence_ref="O1", person_ref="P1", role="VICTIM"), kept(offence_ref="O1", person_ref="P1", role="SUSPECT")
        ),
        taken(one("people", 40, 40), one("offences", 42, 41, withheld=1)),
    ),
    Recipe(
        "rates_that_are_no_numbers",
        Drop(
            files={
                "reoffending_rates.csv": table(
                    "reoffending_rates", bad(actual_rate="30,5"), bad(actual_rate="-1"), bad(cohort_size="240.5"), n=60
                )
            },
            sender="west_midlands_police",
        ),
        taken(one("reoffending_rates", 63, 60, why("not_a_number", None, [62, 63, 64]), quarantined=3)),
    ),
    Recipe(
        "ethnicity_of_an_authority_from_the_police",
        _drop("offences", kept(), n_people=40, more_people=(bad(ethnicity="WBRI"),)),
        taken(
            one("people", 41, 40, why("unknown_code", "ethnicity", [42]), quarantined=1),
            one("offences", 41, 40, why("reference_to_nobody", "person_ref", [42]), quarantined=1),
        ),
    ),
    Recipe(
        "identifiers_that_the_police_may_not_send",
        Drop(files={"people.csv": table("people", n=3, kind="police").replace("pnc_id", "nino")}, sender="west_midlands_police"),
        Fate("refused", (), [refused_file("people", why("unknown_column", "nino", [1]), received=3)]),
    ),
    Recipe(
        "a_score_of_offender_management",
        Drop(files={"offender_management.csv": "person_ref,scheme,from_date,score\nP1,IOM,2026-01-01,9\n"}, sender="west_midlands_police"),
        Fate("refused", (), [refused_file("offender_management", why("unknown_column", "score", [1]), received=1)]),
    ),
    Recipe(
        "withheld_rows_count_as_rows_of_the_file",
        _drop(
            "offences",
            *[withheld(role="VICTIM")] * 18,
            bad(offence_date="soon", person_ref="P1"),
            bad(offence_date="soon", person_ref="P2"),
            bad(offence_date="soon", person_ref="P3"),
        ),
        taken(one("people", 40, 40), one("offences", 61, 40, why("not_a_date", "offence_date", [60, 61, 62]), quarantined=3, withheld=18)),
    ),
    Recipe(
        "a_held_file_keeps_its_persons_for_now",
        _drop("offences", *[bad(offence_date="soon")] * 3, n_people=43),
        held(
            one("people", 43, 43),
            one(
                "offences",
                43,
                0,
                why("too_many_quarantined", count=3),
                why("not_a_date", "offence_date", [42, 43, 44]),
                status="held",
                quarantined=3,
            ),
        ),
    ),
    Recipe(
        "a_reprimand_after_they_were_abolished",
        _drop(
            "offences",
            kept(disposal="REPRIMAND", person_ref="P1"),
            kept(disposal="FINAL_WARNING", disposal_date="2013-04-07", person_ref="P1"),
        ),
        taken(one("people", 40, 40), one("offences", 42, 42, why("warning_disposal_abolished", "disposal", [42]))),
    ),
    Recipe(
        "a_penalty_notice_of_a_minor",
        _drop("offences", kept(disposal="PND"), kept(disposal="PND", person_ref="P1"), more_people=(kept(date_of_birth="2010-01-01"),)),
        taken(one("people", 41, 41), one("offences", 42, 42, why("warning_penalty_notice_under_18", "disposal", [42]))),
    ),
    Recipe(
        "offences_that_cannot_be",
        _drop(
            "offences",
            *[bad(offence_date="2026-11-01"), bad(offence_date="1899-06-01"), bad(offence_ref="O1", person_ref="P1")],
            *[bad(person_ref="P999"), bad(disposal="WORDS_OF_ADVICE")],
            *[kept()] * 55,
            n_people=100,
        ),
        taken(
            one("people", 100, 98, withheld=2),
            one(
                "offences",
                100,
                95,
                why("date_before_1900", "offence_date", [43]),
                why("date_in_the_future", "offence_date", [42]),
                why("duplicate_key", None, [44]),
                why("reference_to_nobody", "person_ref", [45]),
                why("unknown_code", "disposal", [46]),
                quarantined=5,
            ),
        ),
    ),
    Recipe(
        "spells_that_end_before_they_begin_or_in_the_future",
        Drop(
            files={
                "people.csv": table("people", n=41, kind="police"),
                "missing_episodes.csv": table(
                    "missing_episodes", bad(to_date="2026-06-30"), kept(from_date="2026-10-31", to_date="2026-11-20", person_ref="P1")
                ),
                "offender_management.csv": table("offender_management", bad(scheme="OTHER")),
                "asb_incidents.csv": table("asb_incidents", bad(incident_type="NOISE")),
            },
            sender="west_midlands_police",
        ),
        taken(
            one("people", 41, 41),
            one("missing_episodes", 42, 41, why("end_before_start", "to_date", [42]), quarantined=1),
            one("offender_management", 41, 40, why("unknown_code", "scheme", [42]), quarantined=1),
            one("asb_incidents", 41, 40, why("unknown_code", "incident_type", [42]), quarantined=1),
        ),
    ),
]

RECIPES = [*ROLES, *DISPOSALS, *PERSONS, *ROWS]
