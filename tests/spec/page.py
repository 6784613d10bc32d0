"""``docs/rules.md``: every framework, limb and result with its words, figures, sources and cases, from the specs and the rules' seeds."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tests.spec.scenarios import NOT_KNOWN, Row, Scenario, Spec, read

from wholefamily.build import PROJECT
from wholefamily.feeds import FEEDS
from wholefamily.periods import next_period
from wholefamily.settings import REPOSITORY
from wholefamily.story import words

PATH = REPOSITORY / "docs" / "rules.md"
_RULES = PROJECT / "seeds" / "rules"
# Columns of a rule that are no figures of it.
_NO_FIGURES = {"framework_code", "criterion_code", "limb_code", "measure_code", "authority_code", "version", "valid_from", "valid_to"}
_NO_FIGURES |= {"is_verified", "source", "description", "test", "route", "is_found_later", "is_none_enough"}
_INTRODUCTION = """\
# The rules, case by case

Generated from `tests/spec/` and `dbt_project/seeds/rules/` by `python -m tests.spec --write`: do not edit.

What the programme asks for in each of its three frameworks, in words, with the figures and where they stand; and under each rule the cases that decide
what it means. Every case is run as a test: what is given is sent by invented partners, and what is said to follow is what the warehouse says then.
[The rules of the programme](domain.md) tells them in one piece, [readings](readings.md) where they left a choice, [the exchange](exchange.md)
what the columns mean.

* **[UNVERIFIED]** marks what no text at hand confirms. It is a row of data, to be changed when somebody has the text.
* A month is judged as at its last day. A window of twelve months begins after the same day a year before.
* *Met by* says whose evidence it is. *Not met* is said only where all that could show it has come; otherwise it is *not known*.
* A case says only what is different from what is given above it."""


def markdown() -> str:
    """The whole page, the same text each time."""
    specs = read()
    lines = _INTRODUCTION.splitlines()
    for spec in _of(specs, "frameworks"):
        lines += ["", *_framework(spec, specs)]
    lines += ["", "## Limbs", "", "What meets a criterion; any one limb of it does.", "", *_contents(_of(specs, "criteria"))]
    for spec in _of(specs, "criteria"):
        lines += ["", *_limb(spec)]
    lines += [
        "",
        "## Results",
        "",
        "How a family on the programme does, and what may be claimed for it.",
        "",
        *_contents(_of(specs, "results")),
    ]
    for spec in _of(specs, "results"):
        lines += ["", *_result(spec)]
    return "\n".join(lines) + "\n"


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a rules' seed."""
    with (_RULES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of(specs: Iterable[Spec], chapter: str) -> list[Spec]:
    """The specs of a chapter in the order of the seeds; those that stand in none, last."""
    order = {
        "frameworks": [row["framework_code"] for row in seed("framework")],
        "criteria": [row["limb_code"] for row in seed("limb_source")],
        "results": [row["measure_code"] for row in seed("progress_measure")],
    }[chapter]
    found = [spec for spec in specs if spec.chapter == chapter]
    return sorted(found, key=lambda spec: order.index(spec.code) if spec.code in order else len(order))


def _contents(specs: Iterable[Spec]) -> list[str]:
    return [" · ".join(f"[{spec.code}](#{_anchor(spec)})" for spec in specs)]


def _anchor(spec: Spec) -> str:
    """A limb and a result may have one name."""
    return f"result-{spec.code}" if spec.chapter == "results" else spec.code


def _framework(spec: Spec, specs: Iterable[Spec]) -> Iterator[str]:
    (row,) = (row for row in seed("framework") if row["framework_code"] == spec.code)
    limbs = [limb.code for limb in specs if limb.chapter == "criteria"]
    yield from (f"## {spec.code}: {row['name']}", "", spec.rule, "", _stands(spec), "")
    yield from (f"Source: {row['source']}.{_unverified(row)}", "")
    yield from ("| criterion | limb | figures | source |", "|---|---|---|---|")
    last = ""
    for rule in seed("criterion_limb"):
        if rule["framework_code"] == spec.code:
            code, limb = rule["criterion_code"], rule["limb_code"]
            link = f"[{limb}](#{limb})" if limb in limbs else f"`{limb}`"
            yield f"| {f'`{code}`' if code != last else ''} | {link}{_holds(rule)} | {_figures(rule)} | {rule['source']}{_unverified(rule)} |"
            last = code
    yield from _cases(spec)


def _limb(spec: Spec) -> Iterator[str]:
    yield from (f"### {spec.code}", "", spec.rule, "", _stands(spec), "")
    yield from ("| framework | criterion | figures | source |", "|---|---|---|---|")
    for rule in seed("criterion_limb"):
        if rule["limb_code"] == spec.code:
            yield (
                f"| `{rule['framework_code']}`{_holds(rule)} | `{rule['criterion_code']}` | {_figures(rule)} "
                f"| {rule['source']}{_unverified(rule)} |"
            )
    yield from _lists(spec)
    yield from _cases(spec)


def _result(spec: Spec) -> Iterator[str]:
    yield from (f"### Result: {spec.code}", "", spec.rule, "", _stands(spec))
    measures = [row for row in seed("progress_measure") if row["measure_code"] == spec.code]
    if measures:
        yield from ("", "| framework | of families identified on | figures | source |", "|---|---|---|---|")
    for row in measures:
        yield f"| `{row['framework_code']}`{_holds(row)} | `{row['criterion_code']}` | {_figures(row)} | {row['source']}{_unverified(row)} |"
    yield from _lists(spec)
    yield from _cases(spec)


def _stands(spec: Spec) -> str:
    places = re.sub(r"(\w+\.md)", r"[\1](\1)", spec.read)
    return f"Stands in {places}."


def _holds(rule: Mapping[str, str]) -> str:
    """Where and when a rule holds, if not everywhere and always."""
    parts = [f"`{rule['authority_code']}`"] if rule.get("authority_code") else []
    parts += [f"{word} {rule[name]}" for word, name in (("from", "valid_from"), ("to", "valid_to")) if rule.get(name)]
    return f" ({' '.join(parts)})" if parts else ""


def _figures(rule: Mapping[str, str]) -> str:
    return words.figures({name: value for name, value in rule.items() if value and name not in _NO_FIGURES})


def _unverified(row: Mapping[str, str]) -> str:
    return words.unverified(row["is_verified"] == "true").replace("[UNVERIFIED]", "**[UNVERIFIED]**")


def _lists(spec: Spec) -> Iterator[str]:
    """The rows of the seeds that the rule reads."""
    for name in spec.lists:
        rows = seed(name)
        columns = [column for column in rows[0] if column not in {"is_verified", "framework_code"}]
        yield from ("", f"The list `{name}`:", "", *_table(columns, [row | {"source": row["source"] + _unverified(row)} for row in rows]))


def _table(columns: list[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    yield from (f"| {' | '.join(row[column] for column in columns)} |" for row in rows)


def _cases(spec: Spec) -> Iterator[str]:
    given = spec.given
    feeds = _feeds(given)
    people = words.joined([_person(name, who) for name, who in given["people"].items()])
    yield from ("", f"**Given** in {_months(given)} a household of {people}, of whom is sent", "")
    yield from (f"* `{feed}`: {_rows(given[feed])}" for feed in feeds)
    yield from ("", "| | when | that is | then |", "|---|---|---|---|")
    for number, scenario in enumerate(spec.scenarios, 1):
        # Where only one feed is given nobody need be told which one differs.
        changes = "; ".join(_differs(scenario, feeds[0] if len(feeds) == 1 else ""))
        yield f"| {number} | {scenario.when} | {changes or 'as given'} | {_then(scenario)} |"


def _feeds(of: Mapping[str, Any]) -> list[str]:
    return [name for name in of if name in FEEDS and name != "people"]


def _differs(scenario: Scenario, only_feed: str) -> Iterator[str]:
    said = scenario.said
    if "month" in said or "months" in said:
        yield _months(said)
    yield from (_person(name, who) for name, who in said.get("people", {}).items())
    first = said.get("first_sent", {})
    for feed in _feeds(said):
        label = "" if feed == only_feed else f"`{feed}`: "
        if feed in first:
            yield f"{label}first {_rows(first[feed])}, corrected to {_rows(said[feed])}"
        elif feed not in scenario.never_sent:
            yield f"no `{feed}`" if said[feed] == [] else f"{label}{_rows(said[feed])}"
    missing = [(scenario.never_sent, "never came"), (scenario.not_yet_sent, "came last month, and not yet again")]
    missing += [(tuple(feeds), f"did not come in {_month(month)}") for month, feeds in scenario.not_sent.items()]
    for feeds, state in missing:
        yield from (f"`{feed}` of {scenario.authority if 'authority' in FEEDS[feed].sent_by else 'the police'} {state}" for feed in feeds)


def _rows(said: Row | list[Row]) -> str:
    rows = said if isinstance(said, list) else [said]
    return " · ".join(_words(row) or "as given" for row in rows) or "none"


def _person(name: str, who: Any) -> str:
    spells = who if isinstance(who, list) else [who if isinstance(who, dict) else {"born": who}]
    return f"{name} ({', and '.join(_words(spell) for spell in spells)})"


def _words(row: Row) -> str:
    return ", ".join(f"{column} {words.joined([str(each) for each in _all(value)])}" for column, value in row.items())


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _months(of: Mapping[str, Any]) -> str:
    runs: list[list[str]] = []
    for month in of.get("months", [of.get("month")]):
        if runs and next_period(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return words.joined([" to ".join(dict.fromkeys([_month(run[0]), _month(run[-1])])) for run in runs])


def _month(month: str) -> str:
    return date.fromisoformat(f"{month}-01").strftime("%B %Y")


def _then(scenario: Scenario) -> str:
    then = scenario.then
    if isinstance(then, str):
        return f"**{then}**"
    if "eligible" in then:
        counted = f"{then['met']} criteria met" if then["met"] != 1 else "1 criterion met"
        return f"**{'eligible' if then['eligible'] else 'not eligible'}**: {counted}{', not all of it by data of this month' if then.get('stale') else ''}"
    if "route" in then:
        return f"**{then['status'].replace('_', ' ')}**: {then['route']}, £{then['pounds']:,}; {words.claim(then['status'])}"
    counted = ", ".join(f"{name} {then[name]}" for name in ("before", "now") if then.get(name, NOT_KNOWN) != NOT_KNOWN)
    return f"**{then['result'].replace('_', ' ')}**: {counted or 'nothing is known'}; {words.reason(then['why'])}"
