"""``docs/marts.md``: every mart and column, and what refers to what, from dbt's property files."""

from collections.abc import Iterator, Sequence

from wholefamily.catalogue.properties import Column, Mart, read
from wholefamily.settings import REPOSITORY

PATH = REPOSITORY / "docs" / "marts.md"


def markdown(marts: Sequence[Mart] | None = None) -> str:
    """The whole page, the same text each time."""
    marts = read() if marts is None else marts
    lines = [
        "# Data dictionary of the marts",
        "",
        "Generated from dbt's property files, `dbt_project/models/marts/**/_*.yml`, by `python -m wholefamily dictionary --write`: do not edit.",
        "What each schema holds and who reads it: [warehouse.md](warehouse.md). Where each column comes from: [lineage.md](lineage.md).",
        "Questions, and the queries that answer them: [queries.md](queries.md).",
        "",
        "## What refers to what",
        "",
        "Each line is a reference that is tested whenever its mart is built: *one*, or *none or one*, to *many*. Of each mart the key and the",
        "references are shown. Where the registry merges or splits households, what is told of them before stays: history refers to none.",
        "",
        *_diagram(marts),
    ]
    for chapter in dict.fromkeys(mart.chapter for mart in marts):
        lines += ["", f"## {chapter}"]
        for mart in marts:
            if mart.chapter == chapter:
                lines += ["", *_mart(mart)]
    return "\n".join(lines) + "\n"


def _diagram(marts: Sequence[Mart]) -> Iterator[str]:
    yield "```mermaid"
    yield "erDiagram"
    for mart in marts:
        for column in mart.columns:
            if column.refers_to:
                yield f"    {column.refers_to[0]} {'||' if column.is_mandatory else '|o'}--o{{ {mart.name} : {column.name}"
    for mart in marts:
        shown = [column for column in mart.columns if column.name in mart.key or column.refers_to]
        if shown:
            yield f"    {mart.name} {{"
            yield from (f"        {_attribute(mart, column)}" for column in shown)
            yield "    }"
    yield "```"


def _attribute(mart: Mart, column: Column) -> str:
    roles = [*(["PK"] if column.name in mart.key else []), *(["FK"] if column.refers_to else [])]
    return f"{column.type.replace(' ', '_')} {column.name} {', '.join(roles)}".rstrip()


def _mart(mart: Mart) -> Iterator[str]:
    yield f"### {mart.schema}.{mart.name}"
    yield ""
    yield mart.description
    if len(mart.key) > 1:
        yield f"Key: {', '.join(f'`{name}`' for name in mart.key)}."
    yield ""
    yield "| column | type | tested | what it is |"
    yield "|---|---|---|---|"
    yield from (f"| `{column.name}` | {column.type} | {_tested(column)} | {_meaning(column)} |" for column in mart.columns)


def _tested(column: Column) -> str:
    said = [*(["never empty"] if column.is_mandatory else []), *(["unique"] if column.is_unique else [])]
    if column.values:
        said.append(f"one of {', '.join(f'`{value}`' for value in column.values)}")
    if column.refers_to:
        said.append("in `{}.{}`".format(*column.refers_to))
    return "; ".join(said)


def _meaning(column: Column) -> str:
    said = [column.description.replace("|", "\\|")]
    said += [f"Of `{name}` it shows {what}." for name, what in column.shows.items()]
    return " ".join(said)


__all__ = ["PATH", "markdown"]
