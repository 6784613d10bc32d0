"""The receipts of the hostile month are those that the door writes."""

import pytest
from tests.hostile import month
from tests.hostile.rows import LOST, TAKEN, WITHHELD
from tests.integration.door.conftest import SftpHost

from wholefamily.settings import Settings


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    return {path.relative_to(month.FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in sorted(month.FOLDER.rglob("*.*"))}


def test_the_receipts_shown_are_those_of_the_door(door_settings: Settings, sftp_host: SftpHost, shown: dict[str, str]) -> None:
    told = month.receipts(door_settings, sftp_host.root)
    assert {"README.md": month.page(told), **told} == shown, "run: python -m tests.hostile.month"


def test_no_receipt_holds_a_value(shown: dict[str, str]) -> None:
    assert [name for name, text in shown.items() if any(word in text for word in (TAKEN, LOST, WITHHELD))] == []
