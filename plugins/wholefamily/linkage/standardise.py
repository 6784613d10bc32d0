"""Names brought to one spelling, so that what people write differently compares equal (linkage.md; domain.md section 8, case 6)."""

import unicodedata
from functools import lru_cache

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
