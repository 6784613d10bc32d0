"""The hard cases of domain.md section 8 that are facts about people: added to what happened by chance."""

import numpy as np
import polars as pl

from wholefamily.demo.region.cases import Cases, Picker
from wholefamily.demo.region.names import Ints
from wholefamily.demo.region.people import COUPLE_CHILDREN, LONE_PARENT, NEVER, SINGLE
from wholefamily.demo.region.world import Facts, World

_WITHDRAWN, _LATE = 0.004, 0.01
"""Shares of rows that their sender takes back, or tells only later, in the months that are simulated."""


def add(world: World, facts: Facts, picker: Picker, cases: Cases) -> Facts:
    """The facts with the cases added, and with rows that are withdrawn or come late."""
    found = dict(facts)
    found["offences"] = pl.concat([facts["offences"], _offences(world, facts["offences"], picker, cases)], how="diagonal_relaxed")
    found["attendance"] = _attendance(facts["attendance"], picker, cases)
    found["benefits"] = pl.concat([_without(facts["benefits"], b := _benefits(world, picker, cases)), b], how="diagonal_relaxed")
    found["school_places"] = pl.concat([_without(facts["school_places"], p := _places(world, picker, cases)), p], how="diagonal_relaxed")
    found["asb_interventions"] = pl.concat(
        [facts["asb_interventions"], _arrears(world, facts["asb_interventions"], picker, cases)], how="diagonal_relaxed"
    )
    for feed, frame in found.items():
        found[feed] = _told(world, feed, frame)
    return found


def _without(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("person").cast(pl.Int64).is_in(others["person"].cast(pl.Int64).implode()))


def _told(world: World, feed: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Days on which the sender first tells a row and takes it back."""
    if feed in ("attendance", "programme", "interventions"):
        return frame
    rng, count = world.rng(f"told {feed}"), len(frame)
    when = rng.integers(world.calendar.starts, world.calendar.last, (2, count))
    draw = rng.random((2, count))
    return frame.with_columns(
        told_on=pl.Series(np.where(draw[0] < _LATE, when[0] - 20, -NEVER)),
        gone_on=pl.Series(np.where(draw[1] < _WITHDRAWN, when[1], NEVER)),
    )


def _offences(world: World, offences: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    starts, event = world.calendar.starts, int(offences["event"].to_numpy().max()) + 1
    both = picker.adults(SINGLE)["person"].to_numpy()
    small, quashed, charged, grown, amended = (
        picker.children(low, high)["person"].to_numpy() for low, high in ((7.5, 9.2), (12, 16), (12, 16), (17.8, 17.99), (12, 16))
    )
    cases.add(23, "victim and offender in one incident", both)
    cases.add(24, "offender under ten", small)
    cases.add(21, "a conviction quashed in the second month", quashed)
    cases.add(21, "charged, then no further action", charged)
    cases.add(21, "a caution replaced by a community resolution", amended)
    cases.add(22, "turns 18 in these months", grown)
    parts = [
        _offence(both, "OFFENDER", "CAUTION", starts - 80, starts - 60),
        _offence(both, "VICTIM", "CAUTION", starts - 80, starts - 60),
        _offence(small, "OFFENDER", "YOUTH_CAUTION", starts - 50, starts - 30),
        _offence(quashed, "OFFENDER", "REFERRAL_ORDER", starts - 90, starts - 40, retracted_on=starts + 45),
        _offence(charged, "OFFENDER", "NFA", starts - 40, starts + 50),
        _offence(amended, "OFFENDER", "YOUTH_CAUTION", starts - 60, starts - 30),
        _offence(grown, "OFFENDER", "YOUTH_CAUTION", starts - 120, starts - 100),
    ]
    rows = pl.concat(parts).with_columns(event=event + pl.int_range(pl.len()))
    twice = pl.col("person").is_in(both.tolist())
    return rows.with_columns(event=pl.when(twice).then(event + 1_000 + pl.col("person")).otherwise("event"))


def _offence(person: Ints, role: str, disposal: str, on: int, decided: int, retracted_on: int = NEVER) -> pl.DataFrame:
    return pl.DataFrame({"person": person}).select(
        "person",
        role=pl.lit(role),
        offence_class=pl.lit("criminal damage"),
        offence_date=pl.lit(on),
        disposal=pl.lit(disposal),
        disposal_date=pl.lit(decided),
        retracted_on=pl.lit(retracted_on),
    )


def _attendance(rows: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    none, excused = (picker.children(7, 14)["person"].to_numpy() for _ in range(2))
    cases.add(29, "no possible session in any term", none)
    cases.add(29, "absent all the time, with leave", excused)
    zero, ill = pl.col("person").is_in(none.tolist()), pl.col("person").is_in(excused.tolist())
    return rows.with_columns(
        possible=pl.when(zero).then(0).otherwise("possible"),
        unauthorised=pl.when(zero | ill).then(0).otherwise("unauthorised"),
        authorised=pl.when(zero).then(0).when(ill).then("possible").otherwise("authorised"),
    )


def _benefits(world: World, picker: Picker, cases: Cases) -> pl.DataFrame:
    parts = []
    for number, what, benefit, regime, lag in (
        (30, "Universal Credit, working enough", "UC", "WORKING_ENOUGH", 5),
        (30, "out-of-work benefit, but the match is stale", "ESA", "", 63),
        (30, "out-of-work benefit, matched 62 days ago", "ESA", "", 62),
    ):
        person = picker.adults(LONE_PARENT)["person"].to_numpy()
        cases.add(number, what, person)
        parts.append(
            pl.DataFrame({"person": person}).with_columns(benefit=pl.lit(benefit), uc_conditionality=pl.lit(regime), lag=pl.lit(lag))
        )
    return pl.concat(parts).with_columns(start_date=pl.lit(world.calendar.starts - 300), end_date=pl.lit(NEVER))


def _places(world: World, picker: Picker, cases: Cases) -> pl.DataFrame:
    parts = []
    for what, status, because in (
        ("taught at home", "ELECTIVE_HOME_EDUCATION", ""),
        ("waiting for a place", "AWAITING_PLACE", ""),
        ("in a pupil referral unit, not because excluded", "PRU", "N"),
        ("in alternative provision, reason not known", "ALTERNATIVE_PROVISION", ""),
    ):
        rows = picker.children(8, 14)
        cases.add(28, what, rows["person"].to_numpy())
        parts.append(rows.select("person", auth="auth0", status=pl.lit(status), because_excluded=pl.lit(because)))
    return pl.concat(parts).with_columns(from_date=pl.lit(world.calendar.starts - 100), to_date=pl.lit(NEVER))


def _arrears(world: World, rows: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    tenants = picker.adults(COUPLE_CHILDREN)
    cases.add(0, "notice of seeking possession for rent arrears: not anti-social behaviour", tenants["person"].to_numpy())
    highest = int(rows["ref"].max() or 0) + 1_000_000  # type: ignore[arg-type]
    return tenants.select("person", auth="auth0").with_columns(
        intervention=pl.lit("NSP"),
        ground=pl.lit("ARREARS"),
        start_date=pl.lit(world.calendar.starts - 70),
        end_date=pl.lit(NEVER),
        ref=highest + pl.int_range(pl.len()),
    )
