"""The page of a release: its tables, charts and percentages, from the published files and nothing else.

It needs nothing from a network and runs no script.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from wholefamily import svg
from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, RESULTS
from wholefamily.disclosure.tables.table import ALL, HIDDEN, LEAST, Cell, Release, Values, read

_STYLE = Path(__file__).with_name("page.css")
_FRAMEWORKS = {
    "tf_2012": "Troubled Families, 2012",
    "tf_2015": "Troubled Families, 2015",
    "sf_2022": "Supporting Families, 2022",
    ALL: "all frameworks",
}
_WORDS = {
    "eligible": "eligible, not on the programme",
    "on_programme": "on the programme",
    "closed": "case closed",
    "asb": "anti-social behaviour",
    "crime_asb": "crime and anti-social behaviour",
    "not_evidenced": "no evidence",
    ALL: "all",
}
_RULES = f"""<h2>How to read the figures</h2>
<ul>
<li><b>{HIDDEN}</b>: not told. It stands for fewer than {LEAST} families, or for a figure from which such a one could be worked out.</li>
<li>A figure changes from release to release by at least {LEAST}, or not at all: until then the earlier one stands. So a 0 that has stood
before may by now be up to {LEAST - 1}, and a total is the sum of its cells as they are told.</li>
<li>A percentage is told only of, and on, at least {LEAST}. Nothing is rounded but percentages.</li>
<li>A family meets several criteria and has a result on each measure: criteria do not add up to families, and a total over measures counts results.</li>
</ul>
"""


def html(name: str, files: Mapping[str, bytes], authorities: Mapping[str, str]) -> str:
    """The page of a release from its CSV files; ``authorities`` gives the name of each authority by its code."""
    release = read(name, files)
    names = {**authorities, ALL: "All authorities"}
    body = "\n".join((*_families(release, names), *_criteria(release, names), *_results(release, names)))
    links = ", ".join(f'<a href="{escape(file)}">{escape(file)}</a>' for file in sorted(files))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>Families and the programme, {escape(name)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Families and the programme, {escape(name)}</h1>\n"
        f"<p>At the end of the quarter. The same figures as files: {links}.</p>\n{_RULES}{body}\n</main>\n</body>\n</html>\n"
    )


def _families(release: Release, names: Mapping[str, str]) -> Iterator[str]:
    table = release.tables[FAMILIES]
    authorities, frameworks, statuses = table.shape.labels
    yield "<h2>Families</h2>"
    yield "<p>Families that meet the criteria and are not on the programme, that are on it, and whose case was closed.</p>"
    yield _bars(table.values, [((code, ALL, "on_programme"), names[code]) for code in authorities], "Families on the programme")
    used = [framework for framework in frameworks if table.values[(ALL, framework, ALL)] != 0]
    # All of one framework is that framework.
    for framework in (ALL, *(used if len(used) > 1 else ())):
        rows = [(code, [(code, framework, status) for status in (*statuses, ALL)]) for code in (*authorities, ALL)]
        shares = {code: ((code, framework, "closed"), (code, framework, ALL)) for code in (*authorities, ALL)}
        heads = [*map(_word, (*statuses, ALL)), "closed, of all"]
        yield _table(f"Families, {_FRAMEWORKS.get(framework, framework)}", heads, rows, table.values, names, shares)


def _criteria(release: Release, names: Mapping[str, str]) -> Iterator[str]:
    table = release.tables[CRITERIA]
    authorities, frameworks, criteria = table.shape.labels
    yield "<h2>Criteria met</h2>"
    yield "<p>Of the families that are or were on the programme, how many met each criterion when they joined.</p>"
    for framework in frameworks:
        used = [criterion for criterion in criteria if table.values[(ALL, framework, criterion)] != 0]
        rows = [(code, [(code, framework, criterion) for criterion in used]) for code in (*authorities, ALL)]
        if used:
            yield _bars(table.values, [((ALL, framework, each), _word(each)) for each in used], f"Families by criterion, {framework}")
            yield _table(f"Criteria, {_FRAMEWORKS.get(framework, framework)}", [_word(each) for each in used], rows, table.values, names)


def _results(release: Release, names: Mapping[str, str]) -> Iterator[str]:
    table = release.tables[RESULTS]
    authorities, measures, results = table.shape.labels
    yield "<h2>Results</h2>"
    yield "<p>How the families that are or were on the programme fare on each measure, against the time before they joined.</p>"
    yield _bars(table.values, [((ALL, measure, "pass"), _word(measure)) for measure in measures], "Families that pass, by measure")
    for measure in measures:
        rows = [(code, [(code, measure, result) for result in (*results, ALL)]) for code in (*authorities, ALL)]
        shares = {code: ((code, measure, "pass"), (code, measure, ALL)) for code in (*authorities, ALL)}
        yield _table(f"Results: {_word(measure)}", [*map(_word, (*results, ALL)), "pass, of all"], rows, table.values, names, shares)


def _bars(values: Values, cells: Sequence[tuple[Cell, str]], title: str) -> str:
    told = [(label, float(value)) for cell, label in cells if (value := values[cell]) is not None]
    hidden = [label for cell, label in cells if values[cell] is None]
    note = f"<p>Not told, and not in the chart: {escape(', '.join(hidden))}.</p>" if hidden else ""
    return f"<h3>{escape(title)}</h3>\n{svg.bars(told, title)}{note}"


def _table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    values: Values,
    names: Mapping[str, str],
    shares: Mapping[str, tuple[Cell, Cell]] | None = None,
) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in ("authority", *heads))
    body = []
    for code, cells in rows:
        told = "".join(_figure(values[cell]) for cell in cells)
        share = _share(*(values[cell] for cell in shares[code])) if shares else ""
        total = ' class="total"' if code == ALL else ""
        body.append(f'<tr{total}><th scope="row">{escape(names.get(code, code))}</th>{told}{share}</tr>')
    return (
        f'<div class="wide"><table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _figure(value: int | None) -> str:
    return f'<td class="hidden"><abbr title="not told">{HIDDEN}</abbr></td>' if value is None else f"<td>{value:,}</td>"


def _share(part: int | None, whole: int | None) -> str:
    if part is None or whole is None or min(part, whole) < LEAST:
        return '<td class="share"><abbr title="not told">–</abbr></td>'
    return f'<td class="share" data-part="{part}" data-whole="{whole}">{part / whole:.0%}</td>'


def _word(code: str) -> str:
    return _WORDS.get(code, code.replace("_", " "))
