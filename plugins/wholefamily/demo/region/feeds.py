"""From what a sender knows to the columns of its feeds, with the sender's own references."""

import polars as pl

from wholefamily.demo.region import police, registers
from wholefamily.demo.region.identifiers import digits
from wholefamily.demo.region.names import Ints
from wholefamily.demo.region.places import Area
from wholefamily.demo.region.snapshot import Snapshot
from wholefamily.demo.region.world import World
from wholefamily.feeds import CODES, FEEDS, SenderKind

_LIVE_RISKS = 60  # rows of a day
_EMPTY = {"because_excluded", "uc_conditionality", "ground"}


def reference(sender: str, kind: str, column: str = "person") -> pl.Expr:
    """The sender's own reference of a person or family: a number that tells nothing, and is another at every sender."""
    spread = (pl.col(column).cast(pl.Int64) * 48_271 + sum(sender.encode()) * 7_919) % 10**8
    return pl.lit(f"{sender[:3].upper()}{kind}") + spread.cast(pl.String).str.zfill(8)


def of_authority(world: World, known: pl.DataFrame, snapshot: Snapshot, area: Area, errors: float) -> dict[str, pl.DataFrame]:
    """An authority's feeds in canonical columns."""
    found = {feed: frame.filter(pl.col("auth") == area.number) for feed, frame in snapshot.authorities.items()}
    found["attendance"] = _attendance(known, found["attendance"])
    found["exclusions"] = found["exclusions"].with_columns(
        exclusion_ref=pl.lit("EX") + digits("ref", 7), school_urn=pl.col("school_urn").cast(pl.String)
    )
    found["benefits"] = found["benefits"].with_columns(nino=_of(known, "nino", found["benefits"]["person"].to_numpy()))
    found["asb_interventions"] = found["asb_interventions"].with_columns(intervention_ref=pl.lit("AI") + digits("ref", 7))
    family = reference(area.code, "F", "hh").alias("family_ref")
    found["programme"] = found["programme"].with_columns(
        family, framework=pl.lit(area.framework), lead_practitioner=pl.lit("LP-") + digits("practitioner", 3)
    )
    found["interventions"] = found["interventions"].with_columns(family, intervention_ref=pl.lit("IV") + digits("ref", 7))
    rows = {feed: _finish(frame, feed, "authority", area.code) for feed, frame in found.items()}
    return {**rows, "people": people_of_authority(world, known, snapshot, area, errors)}


def people_of_authority(world: World, known: pl.DataFrame, snapshot: Snapshot, area: Area, errors: float) -> pl.DataFrame:
    """An authority's ``people`` in canonical columns."""
    return _finish(registers.authority_people(world, known, snapshot, area, errors), "people", "authority", area.code)


def of_police(world: World, known: pl.DataFrame, snapshot: Snapshot, sender: str, errors: float) -> dict[str, pl.DataFrame]:
    """The police's feeds in canonical columns."""
    found = dict(snapshot.police)
    found["offences"] = found["offences"].with_columns(offence_ref=pl.lit("20/") + digits("event", 8))
    found["asb_incidents"] = found["asb_incidents"].with_columns(incident_ref=pl.lit("ASB/") + digits("event", 8))
    found["domestic_abuse"] = found["domestic_abuse"].with_columns(incident_ref=pl.lit("DA/") + digits("event", 8))
    found["asb_interventions"] = found["asb_interventions"].with_columns(intervention_ref=pl.lit("PI") + digits("ref", 7))
    found["reoffending_rates"] = police.reoffending_rates()
    rows = {feed: _finish(frame, feed, "police", sender) for feed, frame in found.items()}
    return {**rows, "people": people_of_police(world, known, snapshot, sender, errors)}


def people_of_police(world: World, known: pl.DataFrame, snapshot: Snapshot, sender: str, errors: float) -> pl.DataFrame:
    """The police's ``people`` in canonical columns."""
    return _finish(registers.police_people(world, known, snapshot, errors), "people", "police", sender)


def live_risks(snapshot: Snapshot, sender: str) -> pl.DataFrame:
    """The police's daily feed of the snapshot's last day: what some members of families on the programme were part of, in any role."""
    flagged = snapshot.authorities["programme"].filter(pl.col("closed_on").is_null())["person"].unique()
    events = snapshot.police["offences"].filter(pl.col("person").is_in(flagged.implode())).sort("event", "person").tail(_LIVE_RISKS)
    kinds = list(CODES["risk"])
    risks = events.with_columns(
        risk_ref=pl.lit("LR") + digits("event", 8),
        risk=(pl.col("event") % len(kinds)).replace_strict(dict(enumerate(kinds)), return_dtype=pl.String),
        occurred_at=pl.lit(f"{snapshot.as_at}T") + (pl.col("event") % 24).cast(pl.String).str.zfill(2) + pl.lit(":40:00Z"),
    )
    return _finish(risks, "live_risks", "police", sender)


def _of(known: pl.DataFrame, column: str, person: Ints) -> pl.Series:
    return known[column].gather(person)


def _attendance(known: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        upn=_of(known, "upn", frame["person"].to_numpy()),
        school_urn=pl.col("school_urn").cast(pl.String),
        term="code",
        sessions_possible="possible",
        sessions_authorised_absence="authorised",
        sessions_unauthorised_absence="unauthorised",
    )


def _finish(frame: pl.DataFrame, feed: str, kind: SenderKind, sender: str) -> pl.DataFrame:
    """The feed's columns in their order; nothing known is empty. ``person`` stays, last, for the truth."""
    if "person" in frame.columns and "person_ref" in FEEDS[feed].columns:
        frame = frame.with_columns(reference(sender, "P").alias("person_ref"))
    frame = frame.with_columns(pl.col(name).replace("", None) for name in _EMPTY & set(frame.columns))
    return frame.select(list(FEEDS[feed].columns_from(kind)))


__all__ = ["live_risks", "of_authority", "of_police", "people_of_authority", "people_of_police", "reference"]
