"""gzip: what the door unpacks is what is packed, and what it refuses is torn, false or swollen."""

import atheris

with atheris.instrument_imports(include=["wholefamily.door"]):
    from wholefamily.door import parse

from tests.hostile import oracle
from tests.hostile.fuzz.target import fuzz

SEEDS = (".gz",)


def one_input(content: bytes) -> None:
    unpacked = oracle.unpacked_at_the_door(content, 13)
    assert unpacked is None or unpacked == oracle.unpacked_plainly(content)
    if unpacked is not None:
        assert len(unpacked) <= max(parse._FREE_BYTES, len(content) * parse._MAX_RATIO)


if __name__ == "__main__":
    fuzz(one_input)
