"""The files of an evaluation release and their columns, in order (exchange.md section 7): table, CSV and dictionary follow this."""

FRAMEWORK_CRITERIA = {
    "tf_2012": ("crime_asb", "education", "work"),
    "tf_2015": ("crime_asb", "attendance", "children_help", "work_finance", "domestic_abuse", "health"),
    "sf_2022": (
        "education",
        "early_years",
        "health",
        "substance",
        "relationships",
        "safeguarding",
        "crime",
        "domestic_abuse",
        "housing",
        "finance",
    ),
}
"""The criteria of each framework but ``local``, which means another thing in each area (warehouse.md)."""

CRITERIA = tuple(sorted({code for codes in FRAMEWORK_CRITERIA.values() for code in codes}))
FLAGS = tuple(f"met_{code}" for code in CRITERIA)

FAMILY_QUASI_IDENTIFIERS = ("authority", "framework", "attached_quarter", "closed_quarter", "size_band", "n_children_band", "comparison")
PERSON_QUASI_IDENTIFIERS = ("authority", "age_band", "sex", "ethnic_group", "role", "comparison")

_PERSON_KEY = ("The person, in this release to this recipient only.", "32 lower-case hex characters")
_FAMILY_KEY = ("The family, in this release to this recipient only.", "32 lower-case hex characters")
_AUTHORITY = ("The area.", "GSS codes joined by +; E11000005 = all of the county; * = hidden")
_COMPARISON = ("Whether the family meets the criteria of the framework in force and is not on the programme.", "Y N")
_QUARTERS = "2026-Q1; less exactly 2026-H1, 2026 or 2024-2026; * = hidden"
_FLAG = "Y N; empty = not a criterion of that framework; * = hidden or not known"
_FIGURE = "0 to 9, 10+; empty = not known; * = hidden, as it may be of a person who is left out"

FILES: dict[str, dict[str, tuple[str, str]]] = {
    "individuals": {
        "person_key": _PERSON_KEY,
        "family_key": (_FAMILY_KEY[0], "32 lower-case hex characters; empty unless at least 10 alike families have alike members"),
        "authority": _AUTHORITY,
        "role": ("Place in the family.", "ADULT CHILD NON_RESIDENT_PARENT; empty = not known; * = hidden"),
        "age_band": (
            "Age at attachment; in comparison families at the end of the release's quarter.",
            "0-4 5-10 11-15 16-17 18-24 25-34 35-44 45-54 55-64 65+ or unions of these; empty = not known; * = hidden",
        ),
        "sex": ("Sex, ISO 5218.", "0 1 2 9; * = hidden"),
        "ethnic_group": ("Ethnic group.", "WHITE MIXED ASIAN BLACK OTHER; empty = not known; * = hidden"),
        "comparison": _COMPARISON,
    },
    "families": {
        "family_key": _FAMILY_KEY,
        "authority": _AUTHORITY,
        "framework": ("The framework that the family is on; of comparison families, the one in force there.", "tf_2012 tf_2015 sf_2022"),
        "attached_quarter": ("Quarter in which the family joined the programme.", f"{_QUARTERS}; empty = comparison family"),
        "closed_quarter": ("Quarter in which its case was closed.", f"{_QUARTERS}; open, closed; empty = open, or comparison family"),
        "size_band": ("Members at attachment who are not left out.", "1-3 4-5 6+ or unions of these; * = hidden"),
        "n_children_band": ("Children among them.", "0-1 2-3 4+ or unions of these; * = hidden"),
        **{f"met_{code}": (f"Whether the criterion {code} was met at attachment.", _FLAG) for code in CRITERIA},
        "comparison": _COMPARISON,
    },
    "progress": {
        "family_key": _FAMILY_KEY,
        "quarter": ("Quarter at whose end the measure was taken.", "2026-Q1"),
        "measure": (
            "The measure.",
            "education asb youth_offending progress_to_work continuous_employment; of the later frameworks their criteria, as in families.csv",
        ),
        "baseline": ("Its value before attachment.", _FIGURE),
        "current": ("Its value in the period measured.", _FIGURE),
        "result": ("The result.", "pass fail neutral not_evidenced"),
        "claimed": ("Whether the authority has claimed a result that rests on the measure.", "Y N"),
        "evidenced": ("Whether the data show that the measure is passed.", "Y N"),
    },
}
