"""What each sender knows at the end of a month. What lies in the future is not known yet: it is hidden here, and only here."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from wholefamily.demo.region import terms
from wholefamily.demo.region.names import Flags, Ints
from wholefamily.demo.region.people import NEVER, day
from wholefamily.demo.region.world import HISTORY, Facts, World

_ENDED_BENEFITS_KEPT = 730
_DATES = {
    "exclusions": (("start_date",), ("rescinded_on",)),
    "school_places": (("from_date",), ("to_date",)),
    "asb_interventions": (("start_date",), ()),
    "support_needs": (("from_date",), ("to_date",)),
    "work_outcomes": (("start_date",), ("end_date", "verified_on")),
    "programme": (("attached_on", "joined_on"), ("left_on", "closed_on", "notified_on", "assessed_on", "plan_on")),
    "consent": (("effective_from",), ()),
    "interventions": (("started_on",), ("ended_on",)),
    "asb_incidents": (("occurred_on",), ()),
    "domestic_abuse": (("occurred_on",), ()),
    "missing_episodes": (("from_date",), ("to_date",)),
    "offender_management": (("from_date",), ("to_date",)),
}
"""Feed -> the dates by which a row is known, and those that are hidden until they have come."""
POLICE_FACTS = ("offences", "police_asb_interventions", "asb_incidents", "domestic_abuse", "missing_episodes", "offender_management")
"""The facts that the police hold."""
_POLICE = ("asb_incidents", "domestic_abuse", "missing_episodes", "offender_management")


@dataclass(frozen=True)
class Snapshot:
    """The rows known at ``as_at``, with ``person`` and ``auth`` numbers and dates as dates."""

    as_at: date
    authorities: Facts
    police: Facts
    people: pl.DataFrame
    """Address spells: person, hh, auth, dwelling, residence, resident_from, resident_to."""


def take(world: World, facts: Facts, as_at: date) -> Snapshot:
    """The snapshot of all senders."""
    now = day(as_at)
    authorities = {
        feed: _known(world, _visible(feed, facts[feed], now), now)
        for feed in ("exclusions", "school_places", "asb_interventions", "support_needs", "work_outcomes", "programme", "consent")
    }
    authorities["interventions"] = _visible("interventions", facts["interventions"], now)
    authorities["attendance"] = _known(world, _attendance(facts["attendance"], as_at), now)
    authorities["benefits"] = _known(world, _benefits(world, facts["benefits"], now), now)
    by_police = {feed: _known(world, _visible(feed, facts[feed], now), now) for feed in _POLICE}
    by_police["asb_interventions"] = _known(world, _visible("asb_interventions", facts["police_asb_interventions"], now), now)
    by_police["offences"] = _known(world, _offences(facts["offences"], now), now)
    return Snapshot(as_at, authorities, by_police, _spells(world, now))


def shown(column: str, now: int = NEVER - 1) -> pl.Expr:
    """A day number as a date, null while it lies after ``now``."""
    return pl.when(pl.col(column) <= now).then(pl.col(column)).cast(pl.Int32).cast(pl.Date).alias(column)


def current(world: World, now: int) -> pl.DataFrame:
    """Main residences on a day."""
    return world.spells.filter((pl.col("starts") <= now) & (pl.col("ends") >= now) & (pl.col("residence") == "MAIN"))


def _visible(feed: str, frame: pl.DataFrame, now: int) -> pl.DataFrame:
    known, hidden = _DATES[feed]
    since = now - int(HISTORY * 30.44)
    rows = frame.filter(*(pl.col(name) <= now for name in known))
    if not hidden:
        rows = rows.filter(pl.col(known[0]) > since) if feed not in ("consent", "asb_interventions") else rows
    if feed == "programme":
        rows = rows.with_columns(closure_reason=pl.when(pl.col("closed_on") <= now).then("closure_reason"))
    if feed == "interventions":
        rows = rows.with_columns(outcome=pl.when(pl.col("ended_on") <= now).then("outcome"))
    rows = rows.with_columns(shown(name, now) for name in hidden).with_columns(shown(name) for name in known)
    return rows.with_columns(shown("end_date")) if feed == "asb_interventions" else rows


def _known(world: World, frame: pl.DataFrame, now: int) -> pl.DataFrame:
    """Only rows about people whom the sender has in its register by now; the police know everybody who is in the region."""
    person = frame["person"].to_numpy()
    resident = person < len(world.people)
    row = np.where(resident, person, 0)
    since = world.column("known_from")[row]
    if "auth" in frame.columns:
        auth = frame["auth"].to_numpy()
        moved = auth == world.column("auth1")[row]
        since = np.where(auth == world.column("auth0")[row], since, np.where(moved, world.column("moved_on")[row], NEVER))
    keep: Flags = (since <= now) | ~resident
    told = [pl.col("told_on") <= now, pl.col("gone_on") > now] if "told_on" in frame.columns else []
    return frame.filter(pl.Series(keep), *told)


def _attendance(frame: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """The running term and the four before; of the running term what has passed so far."""
    now, first = day(as_at), day(terms.begun(as_at, 5)[0].starts)
    length = pl.col("ends") - pl.col("starts") + 1
    elapsed = pl.min_horizontal(pl.lit(now), "ends") - pl.col("starts") + 1
    so_far = [(pl.col(name) * elapsed // length).alias(name) for name in ("possible", "authorised", "unauthorised")]
    rows = frame.filter((pl.col("starts") >= first) & (pl.col("starts") <= now)).with_columns(so_far)
    excused = pl.when(pl.col("corrected_on") <= now).then("unauthorised").otherwise(0)
    return rows.with_columns(authorised=pl.col("authorised") + excused, unauthorised=pl.col("unauthorised") - excused)


def _benefits(world: World, frame: pl.DataFrame, now: int) -> pl.DataFrame:
    """The match of the month, by the authority in which the claimant lives now."""
    frame = frame.with_columns(
        auth=pl.Series(world.sender_on(frame["person"].to_numpy(), np.full(len(frame), now))), matched_on=now - pl.col("lag")
    )
    rows = frame.filter((pl.col("start_date") <= pl.col("matched_on")) & (pl.col("end_date") > now - _ENDED_BENEFITS_KEPT))
    return rows.with_columns(shown("start_date"), shown("end_date", now), shown("matched_on"))


def _offences(frame: pl.DataFrame, now: int) -> pl.DataFrame:
    """Offences of 36 months; until it is decided, an offence is pending."""
    rows = frame.filter((pl.col("offence_date") <= now) & (pl.col("offence_date") > now - int(HISTORY * 30.44)))
    decided = pl.col("disposal_date") <= now
    rows = rows.with_columns(disposal=pl.when(decided).then("disposal").otherwise(pl.lit("CHARGED")))
    return rows.with_columns(shown("offence_date"), shown("disposal_date", now), shown("retracted_on", now))


def _spells(world: World, now: int) -> pl.DataFrame:
    rows = world.spells.filter(pl.col("starts") <= now)
    return rows.with_columns(shown("starts").alias("resident_from"), shown("ends", now).alias("resident_to")).drop("starts", "ends")


def nominals(facts: Facts) -> Ints:
    """The people to whom the police's rows refer, ascending."""
    found: Ints = np.unique(np.concatenate([frame["person"].to_numpy() for frame in facts.values()]))
    return found


__all__ = ["Snapshot", "current", "nominals", "shown", "take"]
