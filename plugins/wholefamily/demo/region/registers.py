"""What the senders' registers of people say: identifiers, names and addresses, each register with slips of its own."""

from datetime import date

import numpy as np
import polars as pl

from wholefamily.demo.region import identifiers, names, police
from wholefamily.demo.region.names import Flags, Ints
from wholefamily.demo.region.people import NEVER, YEAR, day
from wholefamily.demo.region.places import CLASSES, Area, address_columns
from wholefamily.demo.region.snapshot import POLICE_FACTS, Snapshot, nominals, shown
from wholefamily.demo.region.world import Facts, World

_SLIPS = {"authority": 0.012, "police": 0.03}
"""Share of a register's people who are recorded with a slip in name or date of birth."""
_FOREIGN = "[^\\x00-\\xff]"
_KINDS = ("typo", "swapped", "no_dob", "new_years_day", "spelling")


def persons(world: World) -> pl.DataFrame:
    """All that can be known of each person, row by row: names, identifiers; residents first, then outsiders."""
    people = world.people.with_columns(pl.col("person").cast(pl.Int64))
    known = pl.concat([people, police.outsiders(world)], how="diagonal_relaxed")
    known = known.with_columns(_identifiers(world, known))
    return known.with_columns(
        nino=known["nino"].gather(known["nino_of"].fill_null(0)),
        dfe=names.ethnicity(0).gather(known["community"]),
        police_code=names.ethnicity(1).gather(known["community"]),
    )


def _identifiers(world: World, known: pl.DataFrame) -> list[pl.Series]:
    rng = world.rng("identifiers")
    dob, count = known["dob"].to_numpy(), len(known)
    residents = len(world.people)
    la = np.array([area.la_number for area in world.areas])[world.column("auth0").clip(0)]
    school_year = np.asarray(dob[:residents]).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1974
    pupils = pl.DataFrame({"la": la, "year": school_year % 100, "born": dob[:residents]}).with_columns(
        rank=pl.int_range(pl.len()).over("la", "year")
    )
    pupils = pupils.with_columns(establishment=2000 + pl.col("rank") // 999, serial=pl.col("rank") % 999 + 1)
    is_pupil = pl.col("born") > world.calendar.first - 19 * YEAR
    upn = pupils.select(upn=pl.when(is_pupil).then(identifiers.upn("la", "establishment", "year", "serial")))["upn"]
    troubled = world.homes["is_troubled"].to_numpy()[world.column("hh")]
    first = np.argsort(~((dob[:residents] > world.calendar.first - 18 * YEAR) | troubled), kind="stable")
    serials = identifiers.nhs_serials(min(residents, identifiers.NHS_TEST_RANGE))
    serial = np.zeros(residents, dtype=np.int64)
    serial[first[: len(serials)]] = serials
    nhs = pl.DataFrame({"serial": serial}).select(nhs=pl.when(pl.col("serial") > 0).then(identifiers.nhs_number("serial")))["nhs"]
    frame = pl.DataFrame({"n": np.arange(count), "year": 1994 + np.arange(count) % 30})
    missing = pl.Series(rng.random(count) < 0.08)
    nino = frame.select(v=pl.when(~missing).then(identifiers.nino("n")))["v"]
    pnc = frame.select(v=identifiers.pnc_id("year", "n"))["v"]
    nothing = pl.Series([None] * (count - residents), dtype=pl.String)
    return [pl.concat([upn, nothing]).alias("upn"), pl.concat([nhs, nothing]).alias("nhs_number"), nino.alias("nino"), pnc.alias("pnc_id")]


def slips(world: World, sender: str, kind: str, count: int, errors: float) -> Ints:
    """For each person what is wrong in a sender's register: an index into the kinds of slip, or their number for nothing."""
    draw = world.rng(f"slips of {sender}").random(count) / max(_SLIPS[kind] * errors, 1e-12)
    found: Ints = np.minimum(draw * len(_KINDS), len(_KINDS)).astype(np.int64)
    return found


def _recorded(known: pl.DataFrame, slip: Ints, now: int) -> pl.DataFrame:
    """The register's rows with their slips; a NINO is known from 16."""
    which = pl.Series(slip)
    given, born = pl.col("given_name"), pl.col("date_of_birth")
    swapped = pl.when(born.dt.day() <= 12).then(pl.date(born.dt.year(), born.dt.day(), born.dt.month())).otherwise(born)
    frame = known.with_columns(
        shown("dob").alias("date_of_birth"), shown("deceased_on", now), nino=pl.when(pl.col("dob") < now - 16 * YEAR).then("nino")
    )
    return frame.with_columns(
        given_name=pl.when((which == 0) & (given.str.len_chars() > 3))
        .then(given.str.slice(0, 2) + given.str.slice(3))
        .when(which == 4)
        .then(given.str.replace("ph", "f").str.replace("h", "", n=1).str.replace("ee", "ie"))
        .otherwise(given),
        date_of_birth=pl.when(which == 1)
        .then(swapped)
        .when(which == 2)
        .then(None)
        .when(which == 3)
        .then(pl.date(born.dt.year(), 1, 1))
        .otherwise(born),
    )


def authority_people(world: World, known: pl.DataFrame, snapshot: Snapshot, area: Area, errors: float) -> pl.DataFrame:
    """The rows of an authority's ``people``: one per address spell."""
    rows = snapshot.people.filter(pl.col("auth") == area.number).sort("person", "resident_from", maintain_order=True)
    person = rows["person"].to_numpy()
    now = day(snapshot.as_at)
    slip = slips(world, area.code, "authority", len(known), errors)
    frame = _recorded(known.select(pl.all().gather(person)), slip[person], now)
    renamed = pl.col("renamed_on") <= now
    frame = frame.with_columns(rows["dwelling", "residence", "resident_from", "resident_to"]).with_columns(address_columns(area))
    frame = frame.with_columns(
        ethnicity="dfe",
        family_name=pl.when(~renamed).then("maiden_name").otherwise("family_name"),
        former_family_name=pl.when(renamed).then("maiden_name"),
    )
    return _common(world, _miskeyed(frame, errors), errors)


def _miskeyed(frame: pl.DataFrame, errors: float) -> pl.DataFrame:
    """A few NHS numbers and UPNs with a wrong check digit or letter."""
    draw = pl.col("person") * 7_919 % 1_000
    nhs, upn = pl.col("nhs_number"), pl.col("upn")
    other = pl.when(upn.str.starts_with("A")).then(pl.lit("B")).otherwise(pl.lit("A")) + upn.str.slice(1)
    wrong = nhs.str.slice(0, 9) + ((nhs.str.slice(9).cast(pl.Int64) + 1) % 10).cast(pl.String)
    return frame.with_columns(
        nhs_number=pl.when(draw < 4 * errors).then(wrong).otherwise(nhs),
        upn=pl.when(draw.is_between(500, 500 + 6 * errors - 1)).then(other).otherwise(upn),
    )


def police_people(world: World, known: pl.DataFrame, snapshot: Snapshot, errors: float) -> pl.DataFrame:
    """The rows of the police's ``people``: everybody to whom a row of theirs refers, at the address that they know."""
    person = nominals(snapshot.police)
    now = day(snapshot.as_at)
    slip = slips(world, "police", "police", len(known), errors)
    frame = _recorded(known.select(pl.all().gather(person)), slip[person], now)
    first = world.spells.filter(pl.col("starts") <= now).unique("person", keep="last", maintain_order=True)
    where = first.select(pl.col("person").cast(pl.Int64), "dwelling", "auth", resident_from=shown("starts"))
    frame = frame.join(where, on="person", how="left", maintain_order="left")
    parts = [frame.filter(pl.col("auth") == area.number).with_columns(address_columns(area)) for area in world.areas]
    elsewhere = frame.filter(pl.col("auth").is_null()).with_columns(
        uprn=pl.lit(None, pl.String),
        address=pl.lit("of no fixed abode"),
        postcode=pl.lit(None, pl.String),
        resident_from=pl.lit(date(2019, 1, 1)),
    )
    frame = pl.concat([*parts, elsewhere]).sort("person", maintain_order=True)
    unlocated = pl.col("person") % 10 < 3
    frame = frame.with_columns(
        uprn=pl.when(~unlocated).then("uprn"),
        ethnicity="police_code",
        resident_to=pl.lit(None, pl.Date),
        residence=pl.lit(None, pl.String),
        family_name=pl.when(pl.col("renamed_on") < NEVER).then("maiden_name").otherwise("family_name"),
        former_family_name=pl.lit(None, pl.String),
    )
    return _common(world, frame.with_columns(pnc_id=pl.when(pl.col("person") % 3 > 0).then("pnc_id")), errors)


def _common(world: World, frame: pl.DataFrame, errors: float) -> pl.DataFrame:
    classes = np.append(world.residence.dwelling_class, 0)
    at = frame["dwelling"].fill_null(len(classes) - 1).to_numpy()
    kind = pl.Series(CLASSES).gather(classes[at])
    return frame.with_columns(
        address_class=pl.when(kind != "RD").then(kind),
        residence=pl.when(pl.col("residence") != "MAIN").then("residence"),
        protected=pl.when(pl.col("protected")).then(pl.lit("Y")),
        uprn=pl.when(pl.Series(~without_uprn(at, errors))).then("uprn"),
    )


def without_uprn(dwelling: Ints, errors: float) -> Flags:
    """Dwellings whose UPRN no register has: one in a hundred."""
    found: Flags = (dwelling.astype(np.int64) * 7_919 % 1_000) < 10 * errors
    return found


def hard(world: World, known: pl.DataFrame, facts: Facts, areas: dict[str, str], errors: float) -> Flags:
    """People whose records are not all alike, or too much like another's: linking them without an error is not to be expected.

    ``areas``: authority -> encoding of its files, which may lack letters of a name.
    """
    count, residents = len(known), len(world.people)
    found: Flags = np.zeros(count, dtype=bool)
    nominal = nominals({feed: frame for feed, frame in facts.items() if feed in POLICE_FACTS})
    found[nominal] = slips(world, "police", "police", count, errors)[nominal] < len(_KINDS)
    plain = ~known["given_name"].str.contains(_FOREIGN) & ~known["family_name"].str.contains(_FOREIGN)
    for area in world.areas:
        lives = (world.column("auth0") == area.number) | (world.column("auth1") == area.number)
        slipped = slips(world, area.code, "authority", count, errors)[:residents] < len(_KINDS)
        unwritable = ~plain.to_numpy()[:residents] & (not areas[area.code].startswith("utf-8"))
        found[:residents] |= lives & (slipped | unwritable)
    found |= known.select(pl.struct("given_name", "family_name", "dob").is_duplicated()).to_series().to_numpy()
    found[:residents] |= world.column("moved_on") < NEVER
    return found
