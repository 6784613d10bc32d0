"""The verbs ``restrict`` and ``recall``: nothing more leaves about somebody, and what has left is used no more."""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from wholefamily.disclosure import restriction
from wholefamily.periods import is_day
from wholefamily.products.recall.order import REASONS_OF_SUBJECT, Order
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect


def add_order(parser: argparse.ArgumentParser, reasons: Sequence[str]) -> None:
    """Why, on whose word, and approved by whom."""
    parser.add_argument("--reason", choices=reasons, required=True)
    parser.add_argument("--by", required=True, help="who wants it: the name of their login to the warehouse")
    parser.add_argument("--approved-by", required=True, help="who else has approved it, of the role governance")


def add_recall(parser: argparse.ArgumentParser) -> None:
    """``recall <id> --reason … --by … --approved-by …``."""
    parser.add_argument("id", type=UUID, help="a person_id, family_id or household_id")
    add_order(parser, REASONS_OF_SUBJECT)


def add_restrict(parser: argparse.ArgumentParser) -> None:
    """``restrict <person_id> --from <day> --reason … --by …``, and with ``--lift`` its end."""
    parser.add_argument("person_id", type=UUID)
    parser.add_argument("--lift", action="store_true", help="lift every restriction of the person")
    parser.add_argument("--from", dest="effective_from", type=_day, required=True, help="from which day on, such as 2026-09-01")
    parser.add_argument(
        "--reason",
        required=True,
        choices=(*restriction.GROUNDS, *restriction.ENDS),
        help=f"of a restriction {', '.join(restriction.GROUNDS)}; of its end {', '.join(restriction.ENDS)}",
    )
    parser.add_argument("--by", required=True, help="who says so: the name of their login to the warehouse")


def recall(settings: Settings, options: argparse.Namespace) -> int:
    """Tell the recipients, and say who was told; 1 when one could not be."""
    from wholefamily.products.recall import subject

    outcome = subject.recall(settings, options.id, Order(options.reason, options.by, options.approved_by, datetime.now(UTC)))
    print("\n".join(outcome.lines()))
    return 1 if outcome.failed else 0


def restrict(settings: Settings, options: argparse.Namespace) -> int:
    """Keep a restriction, or lift what there is, and say from when on it counts."""
    decision = restriction.Decision(options.effective_from, options.reason, options.by)
    with connect(settings, login="release") as connection:
        if options.lift:
            n_lifted = restriction.lift(connection, options.person_id, decision)
            became = f"no longer restricted ({n_lifted} lifted)" if n_lifted else "not restricted: there was nothing to lift"
            print(f"person {options.person_id} is {became}")
        else:
            is_new = restriction.restrict(connection, options.person_id, decision)
            print(f"person {options.person_id} {'is' if is_new else 'was already'} restricted")
        print("\n".join(_since(connection, decision.effective_from)))
        if not options.lift:
            print(f"what has left is recalled by `python -m wholefamily recall {options.person_id} --reason RESTRICTED …`")
    return 0


def _since(connection: Connection, day: date) -> list[str]:
    """From when on it counts, as nothing reads the clock."""
    known = restriction.known_until(connection)
    if known is not None and day <= known:
        return [f"from {day} on: it counts at once"]
    until = f"what is known ends with {known}" if known else "no month is built"
    return [f"from {day} on: it counts NOT YET, as {until}; to have it count at once give an earlier --from"]


def _day(text: str) -> date:
    if not is_day(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, YYYY-MM-DD")
    return date.fromisoformat(text)
