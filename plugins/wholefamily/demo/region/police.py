"""What the police know: most rows are of victims, witnesses and informal disposals, which must be dropped at the door."""

from pathlib import Path

import numpy as np
import polars as pl

from wholefamily.demo.region import names
from wholefamily.demo.region.names import Flags, Ints
from wholefamily.demo.region.people import HEAD, NEVER, PARTNER, YEAR
from wholefamily.demo.region.world import HISTORY, Facts, World, ages

_A_MONTH = {"offences": 0.0354, "asb_incidents": 0.0045, "domestic_abuse": 0.004}
"""Offence rows, and incidents, a month for each household (domain.md section 7)."""
_ROLES = ("VICTIM", "WITNESS", "COMPLAINANT", "OFFENDER", "SUSPECT")
_ADULT = {
    "CAUTION": 10, "CONDITIONAL_CAUTION": 3, "FINE": 14, "COMMUNITY_SENTENCE": 8, "CUSTODY": 6, "SUSPENDED_SENTENCE": 5, "DISCHARGE": 5,
    "COMPENSATION": 2, "PND": 4, "ACQUITTED": 4, "QUASHED": 1, "NFA": 12, "COMMUNITY_RESOLUTION": 15, "RESTORATIVE_JUSTICE": 4,
    "CANNABIS_WARNING": 3, "OUTCOME_22": 4,
}  # fmt: skip
_YOUTH = {"CAUTION": "YOUTH_CAUTION", "CONDITIONAL_CAUTION": "YOUTH_CONDITIONAL_CAUTION", "PND": "YOUTH_CAUTION", "FINE": "REFERRAL_ORDER",
          "COMMUNITY_SENTENCE": "REFERRAL_ORDER", "SUSPENDED_SENTENCE": "REFERRAL_ORDER"}  # fmt: skip
_CLASSES = (
    "theft from shop",
    "criminal damage",
    "common assault",
    "burglary",
    "robbery",
    "vehicle crime",
    "public order",
    "possession of drugs",
)


def facts(world: World, profiles: pl.DataFrame) -> Facts:
    """The police's feeds about persons; rows have no ``auth``."""
    return {
        "offences": _offences(world, profiles),
        "asb_incidents": _incidents(world, profiles),
        "domestic_abuse": _domestic(world),
        "missing_episodes": _missing(world, profiles),
        "offender_management": _managed(world),
    }


def outsiders(world: World) -> pl.DataFrame:
    """People from elsewhere whom only the police know; their numbers follow those of the residents."""
    rng = world.rng("outsiders")
    count = max(20, len(world.people) // 250)
    community, sex = rng.integers(0, 10, count), rng.integers(1, 3, count)
    return pl.DataFrame(
        {
            "person": np.arange(len(world.people), len(world.people) + count),
            "given_name": names.given_names(rng, community, sex),
            "family_name": names.family_names(rng, community),
            "sex": sex,
            "dob": world.calendar.first - rng.integers(int(15 * YEAR), int(60 * YEAR), count),
            "community": community,
        }
    )


def _span(world: World) -> tuple[int, int, float]:
    first = world.calendar.first - int(HISTORY * 30.44)
    return first, world.calendar.last, (world.calendar.last - first) / 30.44


def _persons(world: World, rng: np.random.Generator, roles: Ints, when: Ints) -> Ints:
    """A person for each row: offenders from a small, young and troubled pool, the others from one resident in eighteen."""
    everybody = np.arange(len(world.people))
    age = ages(world.column("dob"), world.calendar.first)
    odds = 0.009 * world.pressure(everybody) * ((age >= 16) & (age < 60)) + 0.004 * ((age >= 11) & (age < 16))
    draw = rng.random(len(everybody))
    offenders = np.concatenate([np.flatnonzero(draw < odds), np.arange(20) + len(everybody)])
    nominals = np.flatnonzero((draw >= 0.945) & (age >= 9))
    is_offender = roles >= _ROLES.index("OFFENDER")
    picked = np.where(
        is_offender, offenders[rng.integers(0, len(offenders), len(roles))], nominals[rng.integers(0, len(nominals), len(roles))]
    )
    dob = np.concatenate([world.column("dob"), np.full(20, -10_000)])
    old_enough = ages(dob[picked], when) >= np.where(is_offender, 10, 5)
    found: Ints = np.where(old_enough, picked, offenders[-1])
    return found


def _offences(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("offences")
    first, last, months = _span(world)
    events = int(len(world.homes) * _A_MONTH["offences"] * months / 1.8)
    day_of, class_of = rng.integers(first, last + 1, events), rng.integers(0, len(_CLASSES), events)
    event = np.repeat(np.arange(events), rng.integers(1, 3, events) + (rng.random(events) < 0.6))
    role = np.searchsorted([0.6, 0.74, 0.8, 0.94], rng.random(len(event)), side="right")
    person = _persons(world, rng, role, day_of[event])
    youth, when = _youth_offences(world, rng, profiles)
    frame = pl.DataFrame(
        {
            "event": np.concatenate([event, events + np.arange(len(youth))]),
            "person": np.concatenate([person, youth]),
            "role": np.concatenate([np.array(_ROLES)[role], np.full(len(youth), "OFFENDER")]),
            "offence_class": np.array(_CLASSES)[np.concatenate([class_of[event], rng.integers(0, len(_CLASSES), len(youth))])],
            "offence_date": np.concatenate([day_of[event], when]),
            "is_youth_pattern": np.concatenate([np.zeros(len(person), dtype=bool), np.ones(len(youth), dtype=bool)]),
        }
    )
    frame = frame.unique(["event", "person", "role"], keep="first", maintain_order=True)
    return _with_disposals(world, rng, frame)


def _youth_offences(world: World, rng: np.random.Generator, profiles: pl.DataFrame) -> tuple[Ints, Ints]:
    """Offences of the eldest child of a troubled family: before the crisis, and after it fewer if things get better."""
    young = profiles.filter(pl.col("has_crime") & (pl.col("hh") // 10 % 10 < 6))
    child, crisis, better = (young[name].to_numpy() for name in ("child", "crisis", "better_crime"))
    before = rng.integers(1, 5, len(child))
    after = np.where(better, rng.integers(0, 2, len(child)), before)
    when = np.concatenate(
        [np.repeat(crisis, before) - rng.integers(15, 180, before.sum()), np.repeat(crisis, after) + rng.integers(5, 400, after.sum())]
    )
    person = np.concatenate([np.repeat(child, before), np.repeat(child, after)])
    keep = (ages(world.column("dob")[person], when) >= 10) & (when <= world.calendar.last)
    return person[keep], when[keep]


def _with_disposals(world: World, rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    count = len(frame)
    role, pattern = frame["role"].to_numpy(), frame["is_youth_pattern"].to_numpy()
    weights = np.array(list(_ADULT.values()))
    drawn = np.searchsorted(np.cumsum(weights), rng.random(count) * weights.sum(), side="right")
    disposal = np.array(list(_ADULT))[drawn].astype(object)
    disposal = np.where(role == "SUSPECT", np.where(rng.random(count) < 0.8, "NFA", "COMMUNITY_RESOLUTION"), disposal)
    disposal = np.where(
        pattern, np.array(["CAUTION", "CONDITIONAL_CAUTION", "COMMUNITY_SENTENCE", "FINE"])[rng.integers(0, 4, count)], disposal
    )
    decided = frame["offence_date"].to_numpy() + np.where(pattern, rng.integers(3, 40, count), rng.integers(3, 210, count))
    dob = np.concatenate([world.column("dob"), np.full(len(outsiders(world)), -10_000)])
    minor: Flags = ages(dob[frame["person"].to_numpy()], decided) < 18
    for adult, youth in _YOUTH.items():
        disposal = np.where(minor & (disposal == adult), youth, disposal)
    retracted = np.where(rng.random(count) < 0.006, decided + rng.integers(20, 300, count), NEVER)
    return frame.drop("is_youth_pattern").with_columns(
        disposal=pl.Series(disposal.astype(str)), disposal_date=pl.Series(decided), retracted_on=pl.Series(retracted)
    )


def _incidents(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("asb incidents")
    first, last, months = _span(world)
    events = int(len(world.homes) * _A_MONTH["asb_incidents"] * months)
    day_of = rng.integers(first, last + 1, events)
    event = np.repeat(np.arange(events), rng.integers(1, 3, events))
    role = np.searchsorted([0.3, 0.4, 0.75, 0.88], rng.random(len(event)), side="right")
    noisy = profiles.filter("has_crime")
    actor = np.where((noisy["hh"] % 7 < 5).to_numpy(), noisy["child"].to_numpy(), noisy["adult"].to_numpy())
    before = rng.integers(1, 9, len(noisy))
    after = np.where(noisy["better_crime"].to_numpy(), (before * 0.35).astype(np.int64), before)
    crisis = noisy["crisis"].to_numpy()
    theirs = np.concatenate(
        [np.repeat(crisis, before) - rng.integers(1, 181, before.sum()), np.repeat(crisis, after) + rng.integers(1, 181, after.sum())]
    )
    actors = np.concatenate([np.repeat(actor, before), np.repeat(actor, after)])
    kinds = np.array(["NUISANCE", "PERSONAL", "ENVIRONMENTAL"])
    asb_role = np.array(["VICTIM", "WITNESS", "COMPLAINANT", "PERPETRATOR", "SUSPECT"])
    frame = pl.DataFrame(
        {
            "event": np.concatenate([event, events + np.arange(len(actors))]),
            "person": np.concatenate([_persons(world, rng, role, day_of[event]), actors]),
            "role": np.concatenate([asb_role[role], np.array(["PERPETRATOR", "SUBJECT"])[rng.integers(0, 2, len(actors))]]),
            "incident_type": kinds[np.concatenate([event % 3, rng.integers(0, 2, len(actors))])],
            "occurred_on": np.concatenate([day_of[event], theirs]),
        }
    )
    return frame.unique(["event", "person", "role"], keep="first", maintain_order=True)


def _domestic(world: World) -> pl.DataFrame:
    """Incidents between partners of one household: a perpetrator and a victim each."""
    rng = world.rng("domestic abuse")
    first, last, months = _span(world)
    couples = world.people.filter(pl.col("role") == HEAD).join(
        world.people.filter(pl.col("role") == PARTNER).select("hh", partner="person"), on="hh", how="inner", maintain_order="left"
    )
    events = int(len(world.homes) * _A_MONTH["domestic_abuse"] * months)
    chosen = (rng.random(events) ** 4 * len(couples)).astype(np.int64) * 7 % len(couples)
    when = rng.integers(first, last + 1, events)
    head, partner = couples["person"].to_numpy()[chosen], couples["partner"].to_numpy()[chosen]
    swap = rng.random(events) < 0.5
    return pl.DataFrame(
        {
            "event": np.tile(np.arange(events), 2),
            "person": np.concatenate([np.where(swap, head, partner), np.where(swap, partner, head)]),
            "role": np.repeat(np.array(["PERPETRATOR", "VICTIM"]), events),
            "occurred_on": np.tile(when, 2),
        }
    )


def _missing(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("missing")
    first, last, _ = _span(world)
    age = ages(world.column("dob"), world.calendar.first)
    odds = 0.006 * ((age >= 11) & (age < 18)) + 0.0006 * (age >= 70)
    person = np.concatenate([np.flatnonzero(rng.random(len(age)) < odds), profiles.filter(pl.col("hh") % 11 == 0)["child"].to_numpy()])
    person = np.repeat(person, rng.integers(1, 4, len(person)))
    start = rng.integers(first + 900, last, len(person))
    frame = pl.DataFrame({"person": person, "from_date": start, "to_date": start + rng.integers(0, 6, len(person))})
    return frame.unique(["person", "from_date"], keep="first", maintain_order=True)


def _managed(world: World) -> pl.DataFrame:
    rng = world.rng("offender management")
    first, last, _ = _span(world)
    age = ages(world.column("dob"), world.calendar.first)
    person = np.flatnonzero((rng.random(len(age)) < 0.0012) & (age >= 18) & (age < 60))
    start = rng.integers(first, last, len(person))
    scheme = np.array(["IOM", "DIP", "MAPPA"])[np.searchsorted([0.6, 0.9], rng.random(len(person)), side="right")]
    ends = np.where(rng.random(len(person)) < 0.5, start + rng.integers(90, 700, len(person)), NEVER)
    return pl.DataFrame({"person": person, "scheme": scheme, "from_date": start, "to_date": ends})


def reoffending_rates() -> pl.DataFrame:
    """The 21 areas of the police board's published table, measured at the end of May 2013; two rates of one area were never published."""
    frame = pl.read_csv(Path(__file__).parent / "reoffending_rates.csv", infer_schema=False)
    return frame.with_columns(measured_on=pl.lit("2013-05-31").str.to_date())
