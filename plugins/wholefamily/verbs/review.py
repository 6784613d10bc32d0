"""The verbs ``review`` and ``unmerge`` of the command line. What they do is imported when it is wanted: linkage takes seconds to load."""

import argparse
from uuid import UUID

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings


def add_review(parser: argparse.ArgumentParser) -> None:
    """``review``: the queue; ``review show``, ``work``, ``decide``, ``withdraw``."""
    parser.add_argument("--partner", help="pairs with a record of this partner only")
    parser.add_argument("--most", type=int, default=20, help="how many pairs to list or to go through (default 20)")
    steps = parser.add_subparsers(metavar="<step>")

    show = steps.add_parser("show", help="two records side by side, and why they are one person or not")
    show.set_defaults(verb=_show)
    work = steps.add_parser("work", help="go through the queue, pair by pair")
    work.set_defaults(verb=_work)
    decide = steps.add_parser("decide", help="decide that two records are the same person, or different people")
    decide.set_defaults(verb=_decide)
    withdraw = steps.add_parser("withdraw", help="withdraw what was decided: the rules decide again")
    withdraw.set_defaults(verb=_decide, verdict="withdrawn", despite_identifiers=False)
    for step in (show, decide, withdraw):
        step.add_argument("a", type=record_reference, metavar="partner/person_ref", help="such as sandwell/4711")
        step.add_argument("b", type=record_reference, metavar="partner/person_ref")
    decide.add_argument("verdict", choices=("same", "different"))
    decide.add_argument(
        "--despite-identifiers", action="store_true", help="the same, although two valid identifiers of one kind contradict"
    )
    for step in (decide, withdraw):
        step.add_argument("--reason", required=True, help="why; kept with the decision")
    for step in (work, decide, withdraw):
        _add_decider(step)


def add_unmerge(parser: argparse.ArgumentParser) -> None:
    """``unmerge <partner> <person_ref> <partner> <person_ref>``, or with ``--person`` the records that do not belong to the person."""
    parser.add_argument("records", nargs="+", help="<partner> <person_ref> <partner> <person_ref>: two records that are wrongly one person")
    parser.add_argument("--person", type=UUID, help="take the named records, one or more, out of this person")
    parser.add_argument("--reason", required=True, help="why; kept with the decisions")
    _add_decider(parser)


def _add_decider(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--decided-by", help="who decides, where the login to PostgreSQL is the warehouse's own and does not say so")
    parser.add_argument("--role", default="linker", help="in which role (default linker, who alone may)")


def record_reference(text: str) -> tuple[str, str]:
    """``partner/person_ref`` as an argument."""
    partner, _, person_ref = text.partition("/")
    if not partner or not person_ref:
        raise argparse.ArgumentTypeError(f"{text!r} is not a record, partner/person_ref")
    return partner, person_ref


def list_queue(settings: Settings, options: argparse.Namespace) -> int:
    """How many pairs wait for which reason, and the first of them."""
    from wholefamily.linkage import review

    print("\n".join(review.queue_lines(settings, options.partner, options.most)))
    return 0


def _show(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily.linkage import review
    from wholefamily.linkage.decisions import Ref

    print("\n".join(review.show(settings, Ref(*options.a), Ref(*options.b))))
    return 0


def _work(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily.linkage import review

    pairs = review.questions(settings, options.partner)[: options.most]
    n_decided = review.work(settings, pairs, options.decided_by, options.role, print, input)
    print(f"{n_decided} of {len(pairs)} pairs decided; the next run of build_warehouse honours it")
    return 0


def _decide(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily.linkage import review
    from wholefamily.linkage.decisions import Decider, Ref

    decider = Decider(options.decided_by, options.role, options.reason)
    months = review.record(
        settings, Ref(*options.a), Ref(*options.b), options.verdict, decider, is_despite_identifiers=options.despite_identifiers
    )
    print(f"{options.verdict}; the next run of build_warehouse honours it, from {months[0]} on")
    return 0


def take_apart(settings: Settings, options: argparse.Namespace) -> int:
    """Take a wrong person apart and print the report."""
    from wholefamily.linkage import unmerge
    from wholefamily.linkage.decisions import Decider, Ref

    decider = Decider(options.decided_by, options.role, options.reason)
    words = options.records
    refs = [Ref(partner, person_ref) for partner, person_ref in zip(words[::2], words[1::2], strict=False)]
    if len(words) % 2 or (options.person is None and len(refs) != 2):
        raise WholefamilyError("name two records as <partner> <person_ref> <partner> <person_ref>, or --person and the records that go")
    if options.person is None:
        report = unmerge.pair(settings, refs[0], refs[1], decider)
    else:
        report = unmerge.leave(settings, options.person, refs, decider)
    print("\n".join(report.lines()))
    return 0
