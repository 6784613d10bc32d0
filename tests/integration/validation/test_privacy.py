"""No value of a row leaves the landing table: not into ``quality``, not into Data Docs, not into a log or an error."""

import logging
import re

import psycopg
import pytest

from wholefamily import validation
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS

CANARY = "ZQCANARY"


def _canaries(feed: str, kind: str) -> str:
    """Rows with a canary in every column, and rows that break each rule by a date, number or empty value beside canaries."""
    columns = FEEDS[feed].columns_from(kind)
    rows = [[f"{CANARY}{line}x{name}" for name in columns] for line in range(30)]
    for day in ("1850-02-03", "2099-02-03", ""):
        rows.append([day if columns[name].type == "date" else f"{CANARY}{name}" for name in columns])
    rows.append(rows[0])
    return "\n".join(",".join(row) for row in [list(columns), *rows])


@pytest.mark.parametrize("partner", ["sandwell", "west_midlands_police"])
def test_no_value_is_kept_anywhere(house, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], partner: str) -> None:
    kind = "police" if partner == "west_midlands_police" else "authority"
    caplog.set_level(logging.DEBUG)
    arrival = house.land(partner, "2026-10", {feed: _canaries(feed, kind) for feed in FEEDS if kind in FEEDS[feed].sent_by})
    validation.judge(house.settings, arrival)

    assert len(house.quarantined(arrival)) == sum(kind in feed.sent_by for feed in FEEDS.values()), "every file has bad rows"
    secrets = re.compile("|".join([CANARY, "1850-02-03", "2099-02-03", house.settings.secret("warehouse_password")]).encode())
    files = [path for path in house.settings.data_docs.rglob("*") if path.is_file()]
    assert [path for path in files if secrets.search(path.read_bytes())] == []
    tables = house.ask("select table_name from information_schema.tables where table_schema = 'quality'")
    for (table,) in tables:
        assert not secrets.search(repr(house.ask(f"select to_jsonb(t)::text from quality.{table} as t")).encode()), table
    printed = capsys.readouterr()
    assert not secrets.search((printed.out + printed.err).encode())
    assert not secrets.search("\n".join(each.getMessage() for each in caplog.records).encode())


def test_data_docs_tell_a_person_what_was_found(house) -> None:
    arrival = house.land("sandwell", "2026-10", {"people": "person_ref,given_name,family_name,resident_from\nP1,Ada,,2020-01-01\n"})
    validation.judge(house.settings, arrival)
    validation.judge(house.settings, arrival)
    site = house.settings.data_docs / "sandwell" / "2026-10-r1"
    assert (site / "index.html").exists()
    pages = {
        page.relative_to(site / "validations").parts[0]: re.sub(r"\s+", " ", page.read_text())
        for page in (site / "validations").rglob("*.html")
    }
    assert "family_name is filled." in pages["people"]
    assert "No more than 5 % of a file's rows are quarantined." in pages["drop"]
    elsewhere = re.compile(r"(?:src|href)=.https?://(?!greatexpectations.io)|url\(.?https?:")
    assert [page for page in site.rglob("*.html") if elsewhere.search(page.read_text())] == [], "a page asks another host for something"
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 2_500_000


def test_an_error_of_postgresql_that_quotes_a_value_is_not_passed_on(
    house, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suites' own functions raise on no text; should one ever, nothing of the row is told."""
    with psycopg.connect(house.settings.dsn()) as owner:
        owner.execute(
            "create or replace function quality.is_uprn(value text) returns boolean language sql immutable return value::integer > 0"
        )
    caplog.set_level(logging.INFO)
    text = f"person_ref,given_name,family_name,resident_from,uprn\nP1,Ada,Grey,2020-01-01,{CANARY}\n"
    arrival = house.land("sandwell", "2026-10", {"people": text})
    with pytest.raises(WholefamilyError, match="identifier_fails_check uprn could not be judged") as caught:
        validation.judge(house.settings, arrival)
    assert CANARY not in repr(caught.getrepr(style="long"))
    assert CANARY not in caplog.text
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert not house.settings.data_docs.exists()
    assert house.ask("select count(*) from quality.check_result") == [(0,)]
