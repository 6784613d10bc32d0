"""What whoever must approve a release reads: its counts, what disclosure control cost, the attacks, and what differs from the last release."""

from collections.abc import Iterator
from typing import Any

from wholefamily.products.evaluation import store
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.evaluation.store import warehouse
from wholefamily.products.releases import attack_lines
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

Counts = dict[str, tuple[int, int]]
"""Rows of families on the programme, and of comparison families, by file."""


def summary(settings: Settings, release: str) -> str:
    """The release in Markdown. Raises WholefamilyError when it was never built."""
    with warehouse(settings) as connection:
        control = store.control(connection, release)
        counts = _counts(connection, release)
        last = store.last_left(connection, release)
        difference = _difference(counts, control, last, connection)
        lines = [f"### Evaluation release {release}, for {store.recipient(connection, release)}", "", *_table(counts), ""]
    lines += [*_cost(control), "", *attack_lines(control.get("attacks", [])), "", *difference]
    if not any(map(sum, counts.values())):
        lines += ["", "**nothing is left to tell**: no group reaches the threshold"]
    return "\n".join(lines) + "\n"


def _counts(connection: Connection, release: str) -> Counts:
    return {file: store.counts(connection, release, file) for file in FILES}


def _table(counts: Counts) -> Iterator[str]:
    yield "| file | on the programme | comparison |"
    yield "|---|---|---|"
    for file, (on_programme, comparison) in counts.items():
        yield f"| {file} | {on_programme} | {comparison} |"


def _cost(control: dict[str, Any]) -> Iterator[str]:
    for kind, group in control["groups"].items():
        search = control["search"][kind]
        yield (
            f"* {kind}: {control['kept'][kind]:.1%} kept, in {group['groups']} groups, the smallest of {group['smallest'] or 0}; "
            f"the least loss of {search['combinations']:,} combinations"
        )
    for item in control["generalised"]:
        yield f"* {item['file']}: {item['column']} told as {item['to']}, {item['rows']} rows"
    suppressed, kept = control["suppressed"], control["kept"]
    yield f"* left out: {suppressed['families']} families, {suppressed['persons']} persons"
    yield f"* kept: {kept['progress_rows']:.1%} of the rows of progress, {kept['family_keys_of_persons']:.1%} of persons lead to their family"
    hidden = ", ".join(f"{column} {n}" for column, n in suppressed["cells"].items())
    yield f"* hidden values: {hidden or 'none'}; utility lost: {control['utility_lost']:.1%}"


def _difference(counts: Counts, control: dict[str, Any], last: str | None, connection: Connection) -> list[str]:
    if last is None:
        return ["No release has left before this one."]
    before, was = _counts(connection, last), store.control(connection, last)
    lines = [f"Compared with {last}, the last that left:", ""]
    for file, found in counts.items():
        change = sum(found) - sum(before[file])
        lines.append(f"* {file}: {sum(found)} rows, {change:+d}")
    told, told_then = ({(item["file"], item["column"]): item["to"] for item in account["generalised"]} for account in (control, was))
    for file, column in sorted(told.keys() | told_then.keys()):
        now, then = (of.get((file, column), "exact") for of in (told, told_then))
        if now != then:
            lines.append(f"* {file}: {column} told as {now}, then as {then}")
    lines.append(f"* utility lost: {control['utility_lost']:.1%}, then {was['utility_lost']:.1%}")
    return lines
