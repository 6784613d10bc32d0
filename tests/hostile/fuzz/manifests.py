"""Manifests: reading one never raises, and a refusal is short, plain and in our own words."""

import atheris

with atheris.instrument_imports(include=["wholefamily.door"]):
    from wholefamily.door import manifest

from tests.hostile.fuzz.target import fuzz

from wholefamily import partners
from wholefamily.settings import REPOSITORY

SEEDS = (".json",)
PARTNER = partners.load(REPOSITORY / "dags" / "partners")["sandwell"]


def one_input(content: bytes) -> None:
    for daily in (False, True):
        stated, refusals = manifest.read(content, daily=daily)
        if stated is not None:
            refusals = manifest.refusals(stated, PARTNER, "2026-10", 1)
        assert stated is not None or refusals
        assert all(refusal.text.isascii() and len(refusal.text) < 300 for refusal in refusals)


if __name__ == "__main__":
    fuzz(one_input)
