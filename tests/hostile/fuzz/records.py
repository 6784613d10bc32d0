"""CSV: the door's parser reads what a plain one reads, whatever the pieces and blocks, or refuses the file."""

import atheris

with atheris.instrument_imports(include=["wholefamily.door"]):
    from wholefamily.door import parse

from tests.hostile import oracle
from tests.hostile.fuzz.target import fuzz

SEEDS = (".csv",)
BLOCKS = (1, 24, 1 << 18)


def one_input(content: bytes) -> None:
    given = atheris.FuzzedDataProvider(content)
    dialect = oracle.DIALECTS[given.PickValueInList(sorted(oracle.DIALECTS))]
    parse._BLOCK = given.PickValueInList(list(BLOCKS))
    oracle.same_rows(given.ConsumeBytes(len(content)), dialect, 7)


if __name__ == "__main__":
    fuzz(one_input)
