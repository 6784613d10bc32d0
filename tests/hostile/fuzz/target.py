"""How a fuzzer is run: Atheris, with the door instrumented. ``python -m tests.hostile.fuzz.<target> <file>`` reproduces a finding."""

import sys
from collections.abc import Callable

import atheris


def fuzz(one_input: Callable[[bytes], object]) -> None:
    """Give ``one_input`` bytes until the time is up or it raises."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
