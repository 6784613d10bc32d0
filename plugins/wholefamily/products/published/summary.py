"""What whoever must approve published tables reads: what is told, what is hidden, the attacks, and what differs from the last release."""

from collections import Counter
from collections.abc import Iterator

from wholefamily.disclosure.tables.table import ALL, At, Release, read
from wholefamily.products.published import store
from wholefamily.products.published.store import warehouse
from wholefamily.products.releases import attack_lines
from wholefamily.settings import Settings

_MOST = 10
"""So many cells are named, and the others counted."""


def summary(settings: Settings, release: str) -> str:
    """The release in Markdown; of a hidden figure it says no more than what is published does. Raises WholefamilyError when it was never built."""
    with warehouse(settings) as connection:
        this = read(release, store.files(connection, release))
        earlier = store.left_before(connection, release)
        last = read(earlier[-1], store.files(connection, earlier[-1])) if earlier else None
        row = connection.execute("select attacks from ops.tables_release where release = %s", [release]).fetchone()
    lines = [f"### Published tables {release}", "", *_counts(this), "", *_hidden(this), "", *attack_lines((row and row[0]) or []), ""]
    lines += _difference(this, last) if last else ["No release has left before this one."]
    return "\n".join(lines) + "\n"


def _counts(this: Release) -> Iterator[str]:
    yield "| file | cells | told | hidden | zero by a rule | carried forward | largest total |"
    yield "|---|---|---|---|---|---|---|"
    for file, table in this.tables.items():
        told = [value for value in table.values.values() if value is not None]
        n_ruled = sum(this.is_ruled_out((file, cell)) for cell in table.shape.cells)
        n_carried = sum(of == file for of, _ in this.carried)
        yield (
            f"| {file} | {len(table.values)} | {len(told)} | {len(table.values) - len(told)} | {n_ruled} | {n_carried} | "
            f"{max(told, default=0):,} |"
        )


def _hidden(this: Release) -> Iterator[str]:
    by_authority = Counter(cell[0] for _, cell in this.hidden)
    listed = ", ".join(f"{authority} {n}" for authority, n in sorted(by_authority.items()))
    yield f"* hidden, by authority: {listed or 'nothing'}"
    for file, table in this.tables.items():
        if totals := [cell for cell, value in table.values.items() if value is None and ALL in cell]:
            yield f"* totals hidden in {file}: {_named(totals)}"


def _difference(this: Release, last: Release) -> Iterator[str]:
    yield f"Compared with {last.name}, the last that left:"
    yield ""
    now, then = _told(this), _told(last)
    moves = {at: value - (then[at] or 0) for at, value in now.items() if value is not None and then.get(at) is not None}
    moved = sorted((at for at, move in moves.items() if move), key=lambda at: (-abs(moves[at]), at))
    inner = [(file, cell) for file, table in this.tables.items() for cell in table.shape.inner]
    yield f"* {sum(at not in this.carried for at in inner)} of {len(inner)} cells rest on new figures; the others are carried forward"
    yield f"* figures that are told in both and differ: {len(moved)}"
    for at in moved[:_MOST]:
        yield f"    * {'/'.join(at[1])} in {at[0]}: {now[at]:,}, then {then[at]:,} ({moves[at]:+,})"
    yield f"* hidden now, told then: {_named([at[1] for at, value in now.items() if value is None and then.get(at) is not None])}"
    yield f"* told now, hidden then: {_named([at[1] for at, value in now.items() if value is not None and at in then and then[at] is None])}"


def _told(release: Release) -> dict[At, int | None]:
    return {(file, cell): value for file, table in release.tables.items() for cell, value in table.values.items()}


def _named(cells: list[tuple[str, ...]]) -> str:
    more = f" and {len(cells) - _MOST} more" if len(cells) > _MOST else ""
    return f"{', '.join('/'.join(cell) for cell in cells[:_MOST])}{more}" or "nothing"
