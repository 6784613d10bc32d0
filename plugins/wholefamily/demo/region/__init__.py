"""An invented region: seven authorities, their families and their police, written as the drops that each sender would send.

Nobody in it exists. The same seed gives the same bytes; the truth is kept apart, under ``truth/``. Where a sender is given a key, its
files have the same content, and other bytes each time: encryption is never the same twice.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from wholefamily import periods
from wholefamily.demo.region import (
    behaviour,
    feeds,
    incidents,
    noise,
    places,
    planted,
    police,
    programme,
    registers,
    schooling,
    snapshot,
    trouble,
    work,
    world,
)
from wholefamily.demo.region.cases import Cases, Picker, of_people
from wholefamily.demo.region.ledger import Ledger
from wholefamily.demo.region.people import Calendar
from wholefamily.demo.region.writer import Drop, Seal
from wholefamily.feeds import FEEDS
from wholefamily.partners import Partner

_REAL_SHARE = 31_000 / 1_130_000
"""Families on the programme for each household of the region (domain.md section 7)."""


def write_drops(  # noqa: PLR0913 - the region's whole interface: sizes, time, seed
    out: Path,
    partners: dict[str, Partner],
    *,
    households: int,
    first_period: str,
    months: int,
    seed: int,
    programme_families: int | None = None,
    errors: float = 1.0,
    seals: Mapping[str, Seal] | None = None,
) -> None:
    """Write ``<out>/<partner>/outbound/<period>/r1/`` for each sender and month, and the truth in ``<out>/truth/``.

    ``households`` counts those of the whole region. ``programme_families`` (default: at least 300, so that a release has something
    in it) are attached before the first month ends; an eighth more follow. ``errors`` scales what is wrong in the drops; 0 is none.
    ``seals`` (``demo.sealing``) are how the senders named there encrypt and sign; without one, files are plain.
    """
    families = programme_families if programme_families is not None else _programme_families(households)
    areas, region, facts, known, hard = _made(partners, households, families, world.calendar_of(first_period, months), seed)
    force = _force(partners)
    encodings = {area.code: _encoding(partners[area.code]) for area in areas}
    doubtful = registers.hard(region, known, facts, encodings, errors)
    doubtful[hard.frame().filter("is_hard_case")["person"].to_numpy()] = True
    ledger = Ledger(out, region, known, doubtful, errors)
    ledger.persons(known, force)
    ledger.cases(hard.frame())
    period = first_period
    for _ in range(months):
        taken = snapshot.take(region, facts, periods.as_at(period))
        for area in areas:
            rows = feeds.of_authority(region, known, taken, area, errors)
            _write(_drop(out, partners[area.code], period, seals), rows, seed, errors)
        if force is not None:
            rows = feeds.of_police(region, known, taken, force, errors)
            _write(_drop(out, partners[force], period, seals), rows, seed, errors)
            if period == first_period:
                _write_live_risks(_drop(out, partners[force], str(taken.as_at), seals), feeds.live_risks(taken, force))
        ledger.month(period, taken)
        period = periods.next_period(period)
    ledger.families(taken)


def people_sent(
    partners: dict[str, Partner], *, households: int, period: str, seed: int, errors: float = 1.0
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sender's ``people`` of one month, in the canonical dialect, as `write_drops` would write it: to measure on, without a file.

    Without the rows that the door would refuse.
    """
    areas, region, facts, known, _ = _made(partners, households, _programme_families(households), world.calendar_of(period, 1), seed)
    taken = snapshot.take(region, facts, periods.as_at(period))
    for area in areas:
        yield area.code, feeds.people_of_authority(region, known, taken, area, errors)
    force = _force(partners)
    if force is not None:
        yield force, feeds.people_of_police(region, known, taken, force, errors)


def _programme_families(households: int) -> int:
    return min(max(300, round(households * _REAL_SHARE)), households * 2 // 5)


def _made(
    partners: dict[str, Partner], households: int, families: int, calendar: Calendar, seed: int
) -> tuple[list[places.Area], world.World, world.Facts, pl.DataFrame, Cases]:
    """The areas, the region with its hard cases, all that happens in it, what can be known of each person, and who is a hard case."""
    areas = places.areas(partners)
    plain = world.make(areas, calendar, households, families * 9 // 8, seed)
    hard, picker = Cases(), Picker(plain)
    region = of_people(plain, picker, hard)
    profiles = trouble.profiles(region)
    facts = {
        **schooling.facts(region, profiles),
        **work.facts(region, profiles),
        **behaviour.facts(region, profiles),
        **police.facts(region, profiles),
        **programme.facts(region, profiles),
    }
    facts = incidents.add(region, facts, picker, hard)
    region = planted.rename(region, facts, hard.frame())
    return areas, region, facts, registers.persons(region), hard


def _force(partners: dict[str, Partner]) -> str | None:
    return next((code for code, partner in sorted(partners.items()) if partner.kind == "police"), None)


def _write_live_risks(drop: Drop, risks: pl.DataFrame) -> None:
    """A daily drop, of one day: the last of the first month."""
    drop.add(FEEDS["live_risks"], risks, risks.clear())
    drop.close()
    print(f"  {drop.period}  {drop.partner.code}: {len(risks)} live risks", file=sys.stderr, flush=True)


def _encoding(partner: Partner) -> str:
    dialect = partner.dialect_named(None)
    return dialect.encoding if dialect else "utf-8"


def _drop(out: Path, partner: Partner, period: str, seals: Mapping[str, Seal] | None) -> Drop:
    return Drop(out, partner, period, (seals or {}).get(partner.code))


def _write(drop: Drop, rows: dict[str, pl.DataFrame], seed: int, errors: float) -> None:
    partner = drop.partner
    as_at = periods.as_at(drop.period)
    for feed in partner.expected_feeds():
        frame = rows[feed.feed]
        wrong = noise.wrong_rows(frame, feed, partner.sender_kind, as_at, drop.dialect.date_format, seed, errors)
        drop.add(FEEDS[feed.feed], frame, wrong)
    drop.close()
    print(f"  {drop.period}  {partner.code}: {sum(file['rows'] for file in drop.files)} rows", file=sys.stderr, flush=True)
