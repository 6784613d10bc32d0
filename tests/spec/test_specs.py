"""Every limb, measure and framework of the seeds has its file, what the files give is what partners may send, and docs/rules.md tells them."""

import pytest
from tests.spec import page, sent
from tests.spec.scenarios import CLAIMS, Spec, read

from wholefamily.feeds import FEEDS

SPECS = read()
RULES = {
    "frameworks": ("framework", "framework_code"),
    "criteria": ("limb_source", "limb_code"),
    "results": ("progress_measure", "measure_code"),
}


@pytest.mark.parametrize("chapter", RULES)
def test_every_rule_has_a_file(chapter: str) -> None:
    name, column = RULES[chapter]
    wanted = {row[column] for row in page.seed(name)}
    written = {spec.code for spec in SPECS if spec.chapter == chapter} - CLAIMS
    assert sorted(wanted - written) == [], f"write tests/spec/{chapter}/<name>.yml: copy one that is like it"
    assert sorted(written - wanted) == [], f"no such row in {name}.csv"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_a_rule_has_at_least_six_cases_on_both_sides_of_it(spec: Spec) -> None:
    assert len(spec.scenarios) >= 6
    assert len({str(scenario.then) for scenario in spec.scenarios}) >= 2
    assert len({scenario.when for scenario in spec.scenarios}) == len(spec.scenarios)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_what_is_given_is_what_partners_may_send(spec: Spec) -> None:
    wrong = set()
    for scenario in spec.scenarios:
        for partner, name, row in [*sent.sent(0, scenario, scenario.rows), *sent.sent(0, scenario, scenario.first_rows)]:
            kind = "police" if partner == sent.POLICE else "authority"
            columns = FEEDS[name].columns_from(kind)
            wrong |= {f"{scenario.key}: {kind} sends no {name}.{column}" for column in row.keys() - columns.keys()}
            wrong |= {f"{scenario.key}: {name} needs {column}" for column in FEEDS[name].mandatory_from(kind) if row.get(column) is None}
            for column in columns.keys() & row.keys():
                codes = columns[column].allowed_codes(kind)
                if codes and row[column] is not None and row[column] not in codes:
                    wrong.add(f"{scenario.key}: {row[column]} is no {name}.{column}")
    assert sorted(wrong) == []


def test_the_page_says_what_the_files_say() -> None:
    assert page.PATH.read_text(encoding="utf-8") == page.markdown(), "docs/rules.md is stale: run `python -m tests.spec --write`"
