"""The command line: ``python -m wholefamily <verb>``.

An error that a person can mend ends in one line and exit code 1; exit code 2 is argparse's, for wrong arguments.
"""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from wholefamily import settings as settings_module
from wholefamily.errors import WholefamilyError
from wholefamily.periods import is_day, is_period
from wholefamily.settings import Settings
from wholefamily.verbs import catalogue, evidence, explain, ledger, login, model, recall, release, review

_FULL_REGION = 1_130_000
"""Households of the seven authorities (domain.md section 7)."""

Verb = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    options = _parser().parse_args(arguments)
    verb: Verb = options.verb
    try:
        return verb(settings_module.load(), options)
    except WholefamilyError as error:
        problem = str(error)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT}:
            raise
        problem = f"{error.strerror}: {error.filename or 'while writing'}; nothing is lost: make room or choose another HOME_DIR, and run it again"
    except KeyboardInterrupt:
        print("stopped; running it again continues", file=sys.stderr)
        return 130
    print(f"error: {problem}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m wholefamily", description="The family support programme's data exchange and warehouse."
    )
    verbs = parser.add_subparsers(required=True, metavar="<verb>")

    def add(name: str, verb: Verb, what: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=what, description=what)
        added.set_defaults(verb=verb)
        return added

    demo = add("demo", _demo, "start the embedded stack, run months of drops through Airflow, and say what was built")
    demo.add_argument("--drops", type=Path, help="take the drops in this folder instead of making a synthetic region's")
    _add_region(demo)
    add("up", _up, "start the embedded stack")
    add("down", _down, "stop the embedded stack, and nothing else")
    add("dsn", _dsn, "print the warehouse's DSN, with its password")
    add("psql", _psql, "open psql on the warehouse").add_argument("arguments", nargs="*", help="passed on to psql (after --)")
    add("migrate", _migrate, "bring the warehouse's schemas up to date")
    login.add(add("login", login.give, "give somebody a login of their own to the warehouse, or another role or password"))
    add("status", _status, "what became of each partner's feeds, month by month")
    receipts = add("receipts", _receipts, "every drop that arrived, its fate, its rows, and where its receipt is")
    receipts.add_argument("partner", nargs="?", help="of this partner only")
    receipts.add_argument("period", nargs="?", help="of this month only, such as 2026-06")
    replayed = add("replay", _replay, "take a drop through the chain again, as far as there is anything left to do")
    replayed.add_argument("partner", help="who sent it, such as sandwell")
    replayed.add_argument("period", type=_month_or_day, help="its month, such as 2026-06, or its day")
    replayed.add_argument("revision", type=_at_least(1), nargs="?", help="its revision (default: the highest that has come)")
    dictionary = add("dictionary", catalogue.dictionary, "print the data dictionary of the feeds, and that of the marts")
    catalogue.add_write(dictionary, "docs/dictionary.md and docs/marts.md")
    lineage = add("lineage", catalogue.lineage, "print where each column of a mart comes from")
    catalogue.add_write(lineage, "docs/lineage.md")
    add("docs", catalogue.docs, "make dbt's own pages: every model, column, test and what it reads; no row of any table")
    add("charts", catalogue.charts, "chart each metric of each authority, month by month, on a page for analysts")
    add("check", _check, "name every error of the partner files, and generated files that are stale")
    add("certificate", _certificate, "print our OpenPGP certificate, which partners need to encrypt to us")
    review.add_review(add("review", review.list_queue, "pairs of records that only a person can decide: list, show, decide, withdraw"))
    review.add_unmerge(add("unmerge", review.take_apart, "take a wrong person apart, and name every disclosure that carried the mistake"))
    model.add_train(add("train", model.train, "train a new version of the linkage model on synthetic regions"))
    explain.add(
        add("explain", explain.explain, "say why two records are one person or not, or what the rules say of a household or family")
    )
    evidence.add(add("evidence", evidence.evidence, "the rows that a claim rests on, and whether they give its hash"))
    reported = add("linkage-report", model.report, "how good the linkage is: rates and charts, against a truth where there is one")
    reported.add_argument("--truth", type=Path, help="the folder `truth` of a synthetic region's drops")
    release.add_attack(add("attack", release.attack, "try every attack on the release in a folder; exit code 1 if one succeeds"))
    destroy = add("destroy-release", release.destroy, "recall a release, destroy it and its key, and print the certificate")
    release.add_destroy(destroy)
    recall.add_recall(add("recall", recall.recall, "tell whoever was told of a person, family or household to use it no more"))
    recall.add_restrict(add("restrict", recall.restrict, "have nothing about a person leave until that is lifted, or lift it"))
    ledger.add_verify(
        add("verify-ledger", ledger.verify, "find any change of the disclosure ledger: of an entry, a row, their order, or the end")
    )
    ledger.add_disclosures(
        add("disclosures", ledger.disclosures, "who was told what about a person, family or household, when, and on which basis")
    )
    generate = add("generate", _generate, "write a synthetic region's drops to a folder")
    generate.add_argument("out", type=Path, help="folder to write to")
    _add_region(generate)
    return parser


def _add_region(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", type=_households, default=2000, help="households of the synthetic region, or `full` (default 2000)")
    parser.add_argument("--months", type=_at_least(1), default=4, help="months of drops (default 4)")
    parser.add_argument("--first-period", type=_period, default="2026-06", help="first month (default 2026-06)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same region (default 1)")


def _households(text: str) -> int:
    return _FULL_REGION if text == "full" else _at_least(500)(text)


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
        return int(text)

    return number


def _period(text: str) -> str:
    if not is_period(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a month, YYYY-MM")
    return text


def _month_or_day(text: str) -> str:
    return text if is_day(text) else _period(text)


def _demo(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily.demo import run, stack

    with stack.one_at_a_time(settings, "make demo"):
        region = run.Region(households=options.size, first_period=options.first_period, months=options.months, seed=options.seed)
        return run.run(settings, drops=options.drops, region=region)


def _up(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily.demo import stack

    with stack.one_at_a_time(settings, "python -m wholefamily up"):
        stack.up(settings)
    return 0


def _down(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily.demo import stack

    if not settings.home_dir.exists():
        print(f"nothing runs: there is no {settings.home_dir}")
        return 0
    with stack.one_at_a_time(settings, "make down"):
        ran = stack.down(settings)
    print(f"stopped: {', '.join(ran)}" if ran else "nothing was running")
    return 0


def _dsn(settings: Settings, _: argparse.Namespace) -> int:
    print(settings.dsn())
    return 0


def _psql(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily.demo import postgres

    host, port = settings.warehouse_address
    program = postgres.binaries() / "psql"
    # The password goes by the environment: a command line can be read by everyone on the machine.
    environment = {**os.environ, "PGPASSWORD": settings.secret("warehouse_password")}
    address = ["-h", host, "-p", str(port), "-U", settings.warehouse_user, "-d", settings.warehouse_db]
    sys.stdout.flush()
    os.execve(program, [str(program), *address, *options.arguments], environment)  # noqa: S606 (no shell is wanted)


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily import warehouse

    print("\n".join(warehouse.migrate(settings)) or "nothing to do")
    return 0


def _status(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily import overview

    print("\n".join(overview.status_lines(settings)))
    return 0


def _receipts(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily import overview

    print("\n".join(overview.receipt_lines(settings, options.partner, options.period)))
    return 0


def _replay(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily import door

    replayed = door.replay(settings, options.partner, options.period, options.revision, lambda line: print(line, flush=True))
    print(f"{options.partner} {options.period} r{replayed.revision}: {replayed.status}")
    if replayed.status == "held":
        print("held files wait for a person's decision")
    if replayed.months:
        print(f"the next run of build_warehouse builds {', '.join(replayed.months)}")
    return 0


def _check(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily import contracts

    for problem in (problems := contracts.broken(settings)):
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _certificate(settings: Settings, _: argparse.Namespace) -> int:
    from wholefamily import certificates

    print(certificates.ours(settings), end="")
    return 0


def _generate(settings: Settings, options: argparse.Namespace) -> int:
    from wholefamily import partners
    from wholefamily.demo import region

    region.write_drops(
        options.out,
        partners.load(settings.partners_dir),
        households=options.size,
        first_period=options.first_period,
        months=options.months,
        seed=options.seed,
    )
    return 0
