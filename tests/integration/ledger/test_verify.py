"""A superuser changes the ledger in every way there is, and each is found and named."""

import json
import re
from pathlib import Path

import pytest
from tests.integration.ledger.conftest import FILES, Ledger

from wholefamily.disclosure import anchor, verify
from wholefamily.errors import WholefamilyError

ITEM = "exchange.disclosure_item"
ENTRY = "exchange.disclosure"
_OF = f"disclosure_id = (select disclosure_id from {ENTRY} where sequence = %s)"
OF_2, OF_3, OF_6 = (_OF.replace("%s", n) for n in "236")
SWAP_ROWS = (
    f"update {ITEM} set row_number = -row_number where row_number in (1, 2) and {OF_2}",
    f"update {ITEM} set row_number = 3 + row_number where row_number < 0 and {OF_2}",
)
# The whole chain made anew, with other recipients, by the database's own function.
REWRITE = (
    f"create temporary table told as select * from {ENTRY} order by sequence",
    f"create temporary table about as select * from {ITEM}",
    f"delete from {ITEM}",
    f"delete from {ENTRY}",
    """select exchange.enter_disclosure(disclosure_id, product, release, 'somebody_else', gateway, agreement, approved_by, fields, file, file_sha256,
        row_count, (select array_agg(subject_kind order by row_number) from about where about.disclosure_id = told.disclosure_id),
        (select array_agg(subject_id order by row_number) from about where about.disclosure_id = told.disclosure_id)) from told order by sequence""",
)

TAMPERED = {
    "a field": ([f"update {ENTRY} set recipient = 'nobody' where sequence = 2"], ["entry 2 .*: what it says was changed"]),
    "what an entry says it follows": (
        [f"update {ENTRY} set previous_sha256 = repeat('a', 64) where sequence = 2"],
        ["entry 2 .*: what it says was changed", "entry 2 .*: it does not follow from entry 1"],
    ),
    "an entry's own hash": (
        [f"update {ENTRY} set entry_sha256 = repeat('a', 64) where sequence = 2"],
        ["entry 2 .*: what it says was changed", "entry 3 .*: it does not follow from entry 2"],
    ),
    "whom a row is about": (
        [f"update {ITEM} set subject_id = gen_random_uuid() where row_number = 3 and {OF_2}"],
        ["entry 2 .*: its 4 rows, or their order, were changed"],
    ),
    "two rows swapped": (SWAP_ROWS, ["entry 2 .*: its 4 rows, or their order, were changed"]),
    "a row deleted": ([f"delete from {ITEM} where row_number = 4 and {OF_3}"], ["entry 3 .*: 4 rows were entered, 3 are there"]),
    "a row inserted": (
        [f"insert into {ITEM} select disclosure_id, 5, subject_kind, subject_id from {ITEM} where row_number = 1 and {OF_3}"],
        ["entry 3 .*: 4 rows were entered, 5 are there"],
    ),
    "an entry in the middle deleted": (
        [f"delete from {ITEM} where {OF_2}", f"delete from {ENTRY} where sequence = 2"],
        ["entry 2 is missing"],
    ),
    "an entry deleted and its rows left": (
        [f"delete from {ENTRY} where sequence = 2"],
        ["entry 2 is missing", "4 rows belong to no entry"],
    ),
    "the last entry deleted": (
        [f"delete from {ITEM} where {OF_6}", f"delete from {ENTRY} where sequence = 6"],
        ["the anchor holds entry 6, and the ledger ends with entry 5: it was cut short"],
    ),
    "an entry inserted": (
        [
            f"insert into {ENTRY} select gen_random_uuid(), product, 'x', recipient, gateway, agreement, approved_by, fields, file, file_sha256, "
            f"row_count, disclosed_at, 7, item_count, items_sha256, entry_sha256, repeat('a', 64) from {ENTRY} where sequence = 6"
        ],
        ["entry 7 .*: what it says was changed", "entry 7 .*: 4 rows were entered, 0 are there"],
    ),
    "two entries exchanged": (
        [
            f"alter table {ENTRY} drop constraint disclosure_sequence_key",
            f"update {ENTRY} set sequence = 5 - sequence where sequence in (2, 3)",
            f"alter table {ENTRY} add unique (sequence)",
        ],
        [
            "entry 2 .*: what it says was changed",
            "entry 2 .*: it does not follow from entry 1",
            "entry 3 .*: what it says was changed",
            "entry 3 .*: it does not follow from entry 2",
            "entry 4 .*: it does not follow from entry 3",
            "the anchor holds another entry 3 than the ledger",
        ],
    ),
    "everything gone": (
        [f"truncate {ITEM}, {ENTRY}"],
        ["the anchor holds entry 3, and the ledger ends with entry 0", "the anchor holds entry 6, and the ledger ends with entry 0"],
    ),
    "the chain written anew, each hash right": (
        REWRITE,
        ["the anchor holds another entry 3 than the ledger: it was written anew", "the anchor holds another entry 6"],
    ),
    "the refusal of changes switched off": (
        [f"alter table {ENTRY} disable trigger append_only"],
        ["append_only is not switched on: rows of disclosure could be changed"],
    ),
    "the ledger given to a login": (
        [f"alter table {ENTRY} owner to wholefamily"],
        ["the login wholefamily has the rights of wholefamily, who owns the ledger"],
    ),
}


@pytest.mark.parametrize(("statements", "findings"), TAMPERED.values(), ids=TAMPERED)
def test_each_change_is_found_and_named(kept: Ledger, statements: list[str], findings: list[str]) -> None:
    assert kept.found() == []
    kept.tamper(*statements)
    found = kept.found()
    assert len(found) == len(findings), found
    assert [one for one, pattern in zip(found, findings, strict=True) if not re.search(pattern, one)] == []


def test_entries_that_are_not_anchored_yet_are_told_and_are_no_fault(kept: Ledger, verb) -> None:  # type: ignore[no-untyped-def]
    kept.enter("2026-Q4", *FILES)  # killed before it could anchor
    code, out, _ = verb(kept.settings, "verify-ledger")
    assert (code, "3 of them not anchored yet" in out, "the ledger is as it was written" in out) == (0, True, True)
    anchor.write(kept.settings)
    anchor.write(kept.settings)
    assert [head.sequence for head in anchor.read(kept.settings)] == [3, 6, 9]
    assert verify.verify(kept.settings).n_unanchored == 0


def test_the_verb_says_what_is_wrong_and_fails(kept: Ledger, verb) -> None:  # type: ignore[no-untyped-def]
    code, out, err = verb(kept.settings, "verify-ledger")
    assert (code, err) == (0, "")
    assert out.startswith("6 entries with 24 rows; the last is entry 6, ")
    kept.tamper(f"update {ENTRY} set recipient = 'nobody' where sequence = 2")
    code, out, err = verb(kept.settings, "verify-ledger")
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "FOUND: entry 2 (evaluation 2026-Q2 individuals.csv to nobody): what it says was changed"
    assert out.splitlines()[-1] == "NOT as it was written"


def test_a_recipients_manifest_proves_what_our_own_anchor_cannot(kept: Ledger, tmp_path: Path, verb) -> None:  # type: ignore[no-untyped-def]
    """Whoever rewrites the ledger and has our disk as well cannot change what recipients hold."""
    head = anchor.read(kept.settings)[-1]
    (tmp_path / "manifest.json").write_text(json.dumps({"ledger": head._asdict()}))
    words = ("verify-ledger", "--manifest", str(tmp_path / "manifest.json"))
    assert verb(kept.settings, *words)[0] == 0
    kept.tamper(*REWRITE)
    (kept.settings.ledger / anchor.FILE).unlink()
    anchor.write(kept.settings)
    assert verb(kept.settings, "verify-ledger")[0] == 0
    code, out, _ = verb(kept.settings, *words)
    assert (code, "a recipient's manifest holds another entry 6 than the ledger" in out) == (1, True)
    (tmp_path / "manifest.json").write_text("{}")
    assert verb(kept.settings, *words)[0] == 1


def test_nothing_more_is_anchored_of_a_ledger_that_was_cut_short(kept: Ledger) -> None:
    kept.tamper(f"delete from {ITEM} where {OF_6}", f"delete from {ENTRY} where sequence = 6")
    kept.enter("2026-Q4", *FILES)
    with pytest.raises(WholefamilyError, match="does not hold its entry 6 as it was anchored: run `python -m wholefamily verify-ledger`"):
        anchor.write(kept.settings)
    assert [head.sequence for head in anchor.read(kept.settings)] == [3, 6]


def test_a_line_that_was_being_written_when_the_machine_went_down_is_written_again(kept: Ledger) -> None:
    with (kept.settings.ledger / anchor.FILE).open("ab") as file:
        file.write(b'{"sequence": 9, "sha')
    kept.enter("2026-Q4", *FILES)
    anchor.write(kept.settings)
    assert [head.sequence for head in anchor.read(kept.settings)] == [3, 6, 9]
