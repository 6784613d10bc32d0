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


# The model int_written_address reads addresses by the same rules: a test holds the two to each other.
_HYPHENS = re.compile(r"[-\u2013]")
_RANGE = re.compile(r"(\d[a-z]?)\s*[-\u2013]\s*(?=\d)")
_NO_SIGN = re.compile(r"[\u0300-\u036f'\u2018\u2019`]")
_SEPARATORS = re.compile(r"[^a-z0-9/,~]+")
_COMMAS = re.compile(r",[ ,]+")
_FLATS = (
    # Wherever it stands; a comma ends it: "Studio, 12 High Street" is not flat 12.
    re.compile(
        r"\b(?:flat|flt|apartment|apt|unit|room|rm|studio|bedsit|maisonette)(?: no| number)?(?: ?(?=\d)| (?=[a-z]\d*\b))"
        r"(\d+(?:/\d+| ?[a-z])?\b|[a-z]\d*\b)"
    ),
    re.compile(
        r"^((?:ground|first|second|third|top|upper|lower|1st|2nd|3rd) floor|basement|garden|attic|top|studio|annexe?)(?: flat\b|(?=,))"
    ),
    re.compile(r"^(\d+[a-z]?) ?/ ?(?=\d)"),
)
_HOUSES = (
    re.compile(r"^(?:no |number )?(\d+ ?[a-z]?(?:-\d+[a-z]?)?)\b"),
    # Behind the name of a building.
    re.compile(r"[ ,](\d+[a-z]?(?:-\d+[a-z]?)?)(?=[ ,]+[a-z])"),
)
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

    Nothing for what is no address, such as "of no fixed abode". A house without a number is known by its name: that is then its street.
    ``3/12 High Street`` and ``12 High Street, flat 3`` are flat 3 of number 12.
    """
    line = _plain(text or "")
    if line.split(",")[0].replace(" ", "") in _NOWHERE:
        return Address(None, None, None, None)
    flat, before, after = _found(_FLATS, line)
    house, _, rest = _found(_HOUSES, _tidy(f"{before},{after}" if before else after))
    street, *beyond = rest.strip(" ,").split(",")
    words = street.split()
    types = [n for n, word in enumerate(words) if n and (word in _STREET_TYPES or word in _STREET_TYPES.values())]
    if types:
        # "12 High St Dudley": without a comma the town is what follows the street.
        if house and not beyond:
            beyond = [" ".join(words[types[-1] + 1 :])]
            words = words[: types[-1] + 1]
        words[-1] = _STREET_TYPES.get(words[-1], words[-1])
    return Address(flat, house, name_key(" ".join(words)), name_key(beyond[-1] if beyond else None))


def _plain(text: str) -> str:
    """Small letters, digits, slashes, commas and the hyphens of ``12-14``; one space or comma between words."""
    if text.isascii():
        plain = text.lower().replace("'", "").replace("`", "")
    else:
        plain = _NO_SIGN.sub("", unicodedata.normalize("NFKD", repaired(text).casefold().translate(_LIGATURES)))
    ranged = _RANGE.sub(r"\1~", plain.replace("~", " ")) if _HYPHENS.search(plain) else plain.replace("~", " ")
    return _tidy(_SEPARATORS.sub(" ", ranged).replace("~", "-"))


def _tidy(line: str) -> str:
    return _COMMAS.sub(",", line.replace(" ,", ",")).strip(" ,")


def _found(patterns: tuple[re.Pattern[str], ...], line: str) -> tuple[str | None, str, str]:
    """What the first of ``patterns`` that fits finds, and what stands before and after it."""
    for pattern in patterns:
        if found := pattern.search(line):
            return found.group(1).replace(" ", ""), line[: found.start()], line[found.end() :]
    return None, "", line


def is_temporary_upn(upn: str) -> bool:
    """Whether a UPN ends in a letter: it gives way to a permanent one, so two of them contradict nothing (domain.md 8.12)."""
    return not upn[-1].isdigit()


def letters_and_digits(text: str | None) -> str | None:
    """An identifier or postcode as it compares: capitals and digits only; None when nothing is left."""
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper()) or None


def uprn(text: str | None) -> str | None:
    """A UPRN without its leading zeros, which say nothing."""
    return (letters_and_digits(text) or "").lstrip("0") or None
