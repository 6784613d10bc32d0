"""Tables for which others have published what stands out, and what we find in them."""

from math import factorial

import polars as pl

from wholefamily.disclosure.attacks.groups import minimal_uniques

COLUMNS = ("age", "gender", "income", "education")
ROWS = [  # the example of the paper on SUDA2, as sdcMicro's tests have it
    ("20s", "male", "50k+", "highschool"),
    ("20s", "male", "50k+", "highschool"),
    ("20s", "male", "50k-", "highschool"),
    ("20s", "male", "50k-", "highschool"),
    ("20s", "female", "50k-", "university"),
    ("20s", "female", "50k-", "highschool"),
    ("20s", "female", "50k-", "middleschool"),
    ("60s", "male", "50k-", "university"),
]


def test_special_uniques_are_those_of_the_paper_on_suda2() -> None:
    unique = minimal_uniques(pl.DataFrame(ROWS, schema=list(COLUMNS), orient="row"), COLUMNS, up_to=3)
    scores = {row: sum(factorial(len(COLUMNS) - len(columns)) for columns in sets) for row, sets in unique.items()}
    assert scores == {4: 4, 5: 2, 6: 6, 7: 8}
