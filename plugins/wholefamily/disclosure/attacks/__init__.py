"""The attacks of docs/disclosure.md: each tries to find somebody in a release as it leaves, and must fail before anything may leave.

They read the files of a release folder and know nothing of how these were made. Inside the gate they are given what the warehouse
knows too (``Known``): an attacker may be lucky, so he is judged by the truth.
"""

from wholefamily.disclosure.attacks.model import Attack, Holding, Known, KnownPerson, Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.attacks.suite import ATTACKS, holds, product_of, run, withstood

__all__ = [
    "ATTACKS",
    "Attack",
    "Holding",
    "Known",
    "KnownPerson",
    "Outcome",
    "ReleaseFolder",
    "Scene",
    "holds",
    "product_of",
    "run",
    "withstood",
]
