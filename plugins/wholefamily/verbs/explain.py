"""The verb ``explain``: why two records are one person or not, or what the rules say of a household or family in a month."""

import argparse
from uuid import UUID

from wholefamily.errors import WholefamilyError
from wholefamily.periods import is_period
from wholefamily.settings import Settings
from wholefamily.verbs import model
from wholefamily.verbs.review import record_reference


def add(parser: argparse.ArgumentParser) -> None:
    """``explain <partner/person_ref> <partner/person_ref>`` and ``explain <household or family> <period>``."""
    parser.add_argument("what", help="a record such as sandwell/4711, or the id of a household or family")
    parser.add_argument("of", help="with a record, the other record; with a household or family, the month, such as 2026-10")
    parser.add_argument("--months", type=int, default=1, help="of a household or family: the story of so many months up to that one")
    parser.add_argument("--framework", help="of a household or family: this framework only, such as tf_2012")


def explain(settings: Settings, options: argparse.Namespace) -> int:
    """Explain two records, or a household or family in a month."""
    if "/" in options.what:
        return _records(settings, options)
    from wholefamily import story

    if options.months < 1:
        raise WholefamilyError(f"--months {options.months}: at least 1 is wanted")
    lines = story.explain(settings, _id(options.what), _period(options.of), options.months, options.framework)
    print("\n".join(lines))
    return 0


def _records(settings: Settings, options: argparse.Namespace) -> int:
    try:
        options.a, options.b = record_reference(options.what), record_reference(options.of)
    except argparse.ArgumentTypeError as error:
        raise WholefamilyError(f"{error}; two records are compared, such as sandwell/4711 dudley/12") from None
    return model.explain(settings, options)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WholefamilyError(
            f"{text!r} is neither a record, partner/person_ref, nor an id: take a household_id or family_id from the marts"
        ) from None


def _period(text: str) -> str:
    if not is_period(text):
        raise WholefamilyError(f"{text!r} is not a month: write it as YYYY-MM, such as 2026-10")
    return text
