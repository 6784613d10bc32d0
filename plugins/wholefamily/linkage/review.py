"""Clerical review: the queue of pairs that only a person can decide, one pair side by side, and what the person says of it.

What persons' records say is printed for whoever asked, and goes nowhere else.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import explain, linkers, node_table
from wholefamily.linkage.decisions import Decider, Ref, Verdict, decide
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

Write = Callable[[str], None]
Ask = Callable[[str], str]


class Question(NamedTuple):
    """An open pair of the queue."""

    a: Ref
    b: Ref
    probability: float
    reason: str
    period: str


def questions(settings: Settings, partner: str | None = None) -> list[Question]:
    """The open pairs, the most probable first; of one partner only, if asked. Raises WholefamilyError for who is no linker."""
    with connect(settings, application="wholefamily-review") as connection:
        linkers.signed_in(connection)
        rows = connection.execute(
            "select partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, reason, period from identity.link_review "
            "where status = 'open' and (%(partner)s::text is null or %(partner)s in (partner_code_a, partner_code_b)) "
            "order by match_probability desc, partner_code_a, person_ref_a, partner_code_b, person_ref_b",
            {"partner": partner},
        ).fetchall()
    return [Question(Ref(*row[0:2]), Ref(*row[2:4]), *row[4:]) for row in rows]


def queue_lines(settings: Settings, partner: str | None, most: int) -> list[str]:
    """The queue as lines of text: how many wait for which reason, and the first ``most``, without what the records say."""
    found = questions(settings, partner)
    counted = Counter(question.reason for question in found)
    lines = [f"{len(found)} pairs wait for a person's decision"]
    lines += [f"  {number:>6}  {reason}" for reason, number in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    width = max((len(" ".join(question.a)) for question in found[:most]), default=0)
    lines += [
        f"{' '.join(question.a):<{width}}  {' '.join(question.b)}  {question.probability:.3f}  {question.reason}  {question.period}"
        for question in found[:most]
    ]
    return lines


def pair_lines(connection: Connection, a: Ref, b: Ref) -> list[str]:
    """Two records side by side, and what was decided of them before."""
    sides: list[dict[str, str]] = []
    for ref in (a, b):
        row = connection.execute(_LATEST, [*ref]).fetchone()
        said = row[0] if row else {}
        sides.append({name: said[name] for name in _SHOWN if said.get(name) is not None})
    width = max((len(value) for value in sides[0].values()), default=0)
    width = max(width, len(" ".join(a)))
    lines = [f"  {'':<18}  {' '.join(a):<{width}}  {' '.join(b)}"]
    for name in _SHOWN:
        ours, theirs = (side.get(name, "") for side in sides)
        if ours or theirs:
            sign = " " if not ours or not theirs else "=" if ours == theirs else "≠"
            lines.append(f"{sign} {name.replace('_', ' '):<18}  {ours:<{width}}  {theirs}")
    decided = connection.execute(_DECIDED, [*min(a, b), *max(a, b)]).fetchall()
    lines += [f"{at:%Y-%m-%d} {name} ({role}): {decision}: {reason}" for at, name, role, decision, reason in decided]
    return lines


def show(settings: Settings, a: Ref, b: Ref) -> list[str]:
    """Two records side by side, and why they are one person or not.

    Raises WholefamilyError when linkage does not know one of them, and for who is no linker.
    """
    with connect(settings, application="wholefamily-review") as connection:
        linkers.signed_in(connection)
        explained = explain.pair(connection, a, b)  # who is unknown is told before anything is shown
        return [*pair_lines(connection, a, b), "", explained.text()]


def record(settings: Settings, a: Ref, b: Ref, verdict: Verdict, decider: Decider, *, is_despite_identifiers: bool = False) -> list[str]:
    """Keep one decision; returns the months that are to be built again. Raises WholefamilyError as ``decide`` does."""
    with connect(settings, application="wholefamily-review") as connection:
        return decide(connection, a, b, verdict, decider, is_despite_identifiers=is_despite_identifiers)


def work(settings: Settings, pairs: Sequence[Question], decided_by: str | None, role: str, write: Write, ask: Ask) -> int:
    """Go through ``pairs`` with a person: each is shown and explained, and is decided or skipped. Returns how many were decided.

    Raises WholefamilyError before the first is shown when the person may not decide.
    """
    Decider(decided_by, role, "to begin with")
    n_decided = 0
    with connect(settings, application="wholefamily-review") as connection:
        linkers.name_of(connection, decided_by)
        if not pairs:
            return 0
        # The records of all pairs, so that the model is loaded once; no transaction waits for the person.
        nodes = node_table.fetch(connection, sorted({ref for question in pairs for ref in (question.a, question.b)}))
    with explain.opened(nodes, [(question.a, question.b) for question in pairs]) as explainer:
        for question in pairs:
            write("\n".join(["", *_explained(settings, explainer, question), ""]))
            answer = _answer(ask)
            if answer == "quit":
                break
            if answer == "skip":
                continue
            decider = Decider(decided_by, role, _reason(ask))
            is_despite = answer == "same" and question.reason in _IDENTIFIERS_CONTRADICT and _confirmed(ask)
            try:
                record(settings, question.a, question.b, answer, decider, is_despite_identifiers=is_despite)
            except WholefamilyError as error:
                write(f"not decided: {error}")
            else:
                n_decided += 1
    return n_decided


def _explained(settings: Settings, explainer: explain.Explainer, question: Question) -> list[str]:
    with connect(settings, application="wholefamily-review") as connection:
        explained = explainer.pair(connection, question.a, question.b)
        return [*pair_lines(connection, question.a, question.b), "", explained.text()]


def _reason(ask: Ask) -> str:
    reason = ask("why? ")
    while not reason.strip():
        reason = ask("a decision needs a reason: ")
    return reason


def _answer(ask: Ask) -> Literal["same", "different", "skip", "quit"]:
    while True:
        answer = ask("same, different, skip or quit? ").strip().lower()
        for choice in _ANSWERS:
            # `s` may be the one or the other.
            if answer not in {"", "s"} and choice.startswith(answer):
                return choice


def _confirmed(ask: Ask) -> bool:
    return ask("their valid identifiers contradict; one person all the same? (yes/no) ").strip().lower() == "yes"


_ANSWERS: tuple[Literal["same", "different", "skip", "quit"], ...] = ("same", "different", "skip", "quit")
_IDENTIFIERS_CONTRADICT = ("two_nhs_numbers", "two_upns", "two_pnc_ids")
_SHOWN = (
    *("given_name", "middle_names", "family_name", "date_of_birth", "sex"),
    *("nhs_number", "upn", "pnc_id", "nino", "address", "postcode", "uprn"),
)

# What was said last. Nobody needs a protected person's address to tell whether two records are one person.
_LATEST = """
    select to_jsonb(record) - case when record.is_protected then array['address', 'postcode', 'uprn'] else array[]::text[] end
    from identity.person_record as record
    where (partner_code, person_ref) = (%s, %s)
    order by period desc
    limit 1
"""
_DECIDED = """
    select decided_at, decided_by, role, decision, reason from identity.link_decision
    where (partner_code_a, person_ref_a, partner_code_b, person_ref_b) = (%s, %s, %s, %s)
    order by decision_id
"""
