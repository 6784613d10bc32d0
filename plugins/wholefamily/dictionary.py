"""The data dictionary of what partners send, generated from the feeds' definitions: ``docs/dictionary.md``."""

from collections.abc import Iterator

from wholefamily.feeds import CODES, FEEDS, Column, Feed
from wholefamily.settings import REPOSITORY

PATH = REPOSITORY / "docs" / "dictionary.md"


def markdown() -> str:
    """The whole dictionary, the same text each time."""
    lines = [
        "# Data dictionary of the feeds",
        "",
        "Generated from `plugins/wholefamily/feeds/` by `python -m wholefamily dictionary --write`: do not edit.",
        "What a mart holds: [marts.md](marts.md); which of these columns each of a mart's columns comes from: [lineage.md](lineage.md).",
    ]
    for feed in FEEDS.values():
        lines += ["", *_feed(feed)]
    lines += ["", "## Codes", "", "| list | code | meaning |", "|---|---|---|"]
    lines += [f"| {name} | `{code}` | {_cell(label)} |" for name, codes in CODES.items() for code, label in codes.items()]
    return "\n".join(lines) + "\n"


def _feed(feed: Feed) -> Iterator[str]:
    yield f"## {feed.feed}"
    yield ""
    yield f"{feed.title}. Sent by: {', '.join(feed.sent_by)}{', daily' if feed.daily else ', monthly'}. Key: {', '.join(feed.key)}."
    yield f"Theme {feed.theme}; gateway {feed.gateway}; kept for {feed.retention_months} months."
    yield ""
    yield "| column | type | mandatory | personal | sent by | what it is |"
    yield "|---|---|---|---|---|---|"
    for name, column in feed.columns.items():
        senders = [kind for kind in column.sent_by if kind in feed.sent_by]
        yield (
            f"| `{name}` | {_type(column)} | {'yes' if column.mandatory else ''} | {column.personal} | {', '.join(senders)} "
            f"| {_cell(column.description)} |"
        )


def _type(column: Column) -> str:
    if column.codes is None:
        return f"{column.type} ({column.scheme})" if column.scheme else column.type
    lists = [column.codes] if isinstance(column.codes, str) else [f"{name} of {kind}" for kind, name in column.codes.items()]
    return f"code: {', '.join(lists)}" + (", others allowed" if column.open else "")


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
