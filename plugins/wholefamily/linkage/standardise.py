"""What people write differently brought to one spelling, so that it compares equal (linkage.md; domain.md section 8, cases 6, 7, 11, 12)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

# Letters that do not fall apart into a letter and a mark.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

# One name, transliterated in many ways: the region's commonest given name.
_MOHAMMED = frozenset(
    {
        *("mohammed", "mohammad", "mohamed", "mohamad", "mohamud", "mohammod", "mohd"),
        *("muhammad", "muhammed", "muhamad", "muhamed", "muhammud", "mahammed", "mahomed"),
    }
)


@lru_cache(maxsize=1 << 16)
def name_key(name: str | None) -> str | None:
    """The letters of a name without case, marks, spaces, hyphens and apostrophes; None when no letter is left.

    ``O'Neil``, ``O’NEIL`` and ``O Neil`` give ``oneil``; ``Mc Donald`` gives ``mcdonald``; ``L'Écuyer`` gives ``lecuyer``.
    """
    if name is None:
        return None
    plain = unicodedata.normalize("NFKD", repaired(name).casefold().translate(_LIGATURES))
    letters = "".join(character for character in plain if character.isalpha())
    return ("mohammed" if letters in _MOHAMMED else letters) or None


def repaired(text: str) -> str:
    """The text with mojibake undone: ``ZoÃ«`` is the UTF-8 of ``Zoë``, read as Windows-1252."""
    if not any(sign in text for sign in "ÃÂÅÄ"):
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


_JOINS = re.compile(r"[\s\-\u2010-\u2015/&.,]+")
_SHARED_PARTS = frozenset(
    {"mohammed", "kaur", "singh", "begum", "bibi", "khatun", "ullah", "al", "el", "de", "van", "von", "mc", "mac", "o"}
)
"""Parts of a name that say little by themselves: half a community bears them, or they only lead the name that follows."""


@lru_cache(maxsize=1 << 16)
def name_parts(name: str | None) -> tuple[str, ...]:
    """The names in a name of several, by which a person may also go: ``Smith-Jones`` gives ``smith`` and ``jones``.

    Nothing for a name of one part, and nothing that half a community shares: ``Mohammed Ali`` gives ``ali`` only.
    """
    parts = [name_key(part) for part in _JOINS.split(repaired(name or "")) if part]
    kept = [part for part in parts if part is not None and part not in _SHARED_PARTS and len(part) > 1]
    return tuple(dict.fromkeys(kept)) if len(parts) > 1 else ()


def given_keys(keys: Iterable[str | None], given: str | None, middle: str | None) -> list[str]:
    """Every given name that a person may go by: those ever sent, the parts of a compound one, the middle names."""
    middles = [name_key(part) for part in _JOINS.split(repaired(middle or "")) if part]
    own = [key for key in middles if key is not None and key not in _SHARED_PARTS and len(key) > 1]
    return sorted({key for key in (*keys, *name_parts(given), *own) if key})


def family_keys(keys: Iterable[str | None], family: str | None, middle: str | None) -> list[str]:
    """Every family name that a person may go by: those ever borne, the halves of a double barrel, and Kaur or Singh as a middle name."""
    middles = {name_key(part) for part in _JOINS.split(middle or "") if part}
    return sorted({key for key in (*keys, *name_parts(family), *(middles & {"kaur", "singh"})) if key})


def birth_key(born: date | None) -> str | None:
    """A date of birth as ``YYYY-MM-DD``; None for what stands for "not known": nothing, and any day of 1900 or before."""
    return born.isoformat() if born is not None and born.year > _NOT_KNOWN else None


_NOT_KNOWN = 1900


class Address(NamedTuple):
    """The parts of an address that tell one home from the next; None where it does not say."""

    flat: str | None
    house: str | None
    street: str | None
    locality: str | None


_FLAT = re.compile(r"^(?:flat|apartment|apt|unit|room|studio|maisonette)\s*(?:no\.?\s*)?(\d+\s?[a-z]?|[a-z])\b[\s,]*", re.IGNORECASE)
_SLASHED = re.compile(r"^(\d+[a-z]?)\s*/\s*(?=\d)", re.IGNORECASE)
_HOUSE = re.compile(r"^(\d+\s?[a-z]?(?:\s?-\s?\d+[a-z]?)?)\b[\s,]*", re.IGNORECASE)
_NOWHERE = frozenset({"nfa", "nofixedabode", "ofnofixedabode", "nofixedaddress", "unknown", "notknown", "homeless", "elsewhere"})
_STREET_TYPES = {
    "rd": "road",
    "st": "street",
    "str": "street",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "cl": "close",
    "dr": "drive",
    "gdns": "gardens",
    "gr": "grove",
    "pl": "place",
    "sq": "square",
    "cres": "crescent",
    "tce": "terrace",
    "ct": "court",
    "wy": "way",
}


@lru_cache(maxsize=1 << 16)
def address(text: str | None) -> Address:
    """The parts of an address line: ``Flat 3, 12a High St, Dudley`` is flat 3, house 12a, ``highstreet`` in ``dudley``.

    Nothing for what is no address, such as "of no fixed abode". A house without a number is known by its name: that is then its street. ``3/12 High Street`` is flat 3 of number 12.
    """
    rest = repaired(text or "").strip()
    flat, rest = _taken(_FLAT, rest)
    if flat is None:
        flat, rest = _taken(_SLASHED, rest)
    house, rest = _taken(_HOUSE, rest)
    line, *beyond = rest.split(",")
    words = line.split()
    if name_key(rest) in _NOWHERE:
        return Address(None, None, None, None)
    if words and (full := _STREET_TYPES.get(words[-1].casefold().rstrip("."))) and len(words) > 1:
        words[-1] = full
    return Address(flat, house, name_key(" ".join(words)), name_key(beyond[-1] if beyond else None))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    found = pattern.match(text)
    if found is None:
        return None, text
    return re.sub(r"\s", "", found.group(1)).casefold(), text[found.end() :]


def is_temporary_upn(upn: str) -> bool:
    """Whether a UPN ends in a letter: it gives way to a permanent one, so two of them contradict nothing (domain.md 8.12)."""
    return not upn[-1].isdigit()


def letters_and_digits(text: str | None) -> str | None:
    """An identifier or postcode as it compares: capitals and digits only; None when nothing is left."""
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper()) or None


def uprn(text: str | None) -> str | None:
    """A UPRN without its leading zeros, which say nothing."""
    return (letters_and_digits(text) or "").lstrip("0") or None
