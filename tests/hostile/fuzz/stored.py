"""What is stored: of the police's rows only those that may be disclosed come out of the door, and each as it was sent."""

import atheris

with atheris.instrument_imports(include=["wholefamily.door"]):
    from wholefamily.door import disclosure_rule, sieve

from tests.hostile import oracle
from tests.hostile.fuzz.target import fuzz

SEEDS = (".csv",)
ROLES = {"OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"}
COLUMNS = ["offence_ref", "person_ref", "role", "offence_class", "offence_date", "disposal"]
HEADER = (",".join(COLUMNS) + "\n").encode()
assert sieve


def one_input(content: bytes) -> None:
    dialect = oracle.DIALECTS["canonical"]
    stored = oracle.copied(HEADER + content, "offences", "police", dialect)
    if stored is None:
        return
    rows, found = stored
    sent = dict((oracle.rows_plainly(HEADER + content, dialect) or [])[1:])
    for line, row in rows:
        assert row == sent[line]
        assert row[2] in ROLES
        assert not disclosure_rule.is_informal(row[5])
    assert len(rows) + len(found.ragged) + found.withheld.total() == len(sent) == found.n_rows


if __name__ == "__main__":
    fuzz(one_input)
