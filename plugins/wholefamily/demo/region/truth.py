"""The truth of a month: what a reader of the drops who never links wrongly would find. Plain rules, independent of the warehouse's SQL.

Rules: domain.md 1.1 to 1.3, readings.md 19 to 28, 34, 35 and 38.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from wholefamily.demo.region import terms
from wholefamily.demo.region.people import day
from wholefamily.demo.region.snapshot import Snapshot, current
from wholefamily.demo.region.world import World

CRITERIA = ("crime_asb", "education", "work", "local")
N_REQUIRED = 3
PROVEN = (
    "CUSTODY", "SUSPENDED_SENTENCE", "COMMUNITY_SENTENCE", "REFERRAL_ORDER", "FINE", "DISCHARGE", "COMPENSATION", "REPRIMAND", "FINAL_WARNING",
    "CAUTION", "CONDITIONAL_CAUTION", "YOUTH_CAUTION", "YOUTH_CONDITIONAL_CAUTION", "PND",
)  # fmt: skip
DISCLOSABLE = ("OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR")
WEAK = ("DISPERSAL", "WARNING_LETTER", "CPN", "CLOSURE_ORDER", "PARENTING_CONTRACT")
TENANCY = ("NSP", "POSSESSION_ORDER", "EVICTION")
OUT_OF_WORK = ("JSA", "ESA", "IS", "IB", "SDA", "CA")
REGIMES = ("SEARCHING", "PREPARING", "PLANNING", "NO_REQUIREMENTS")
FRESH_DAYS = 62
LOCAL = ("MENTAL_HEALTH", "SUBSTANCE_MISUSE", "LONG_TERM_CONDITION", "DOMESTIC_ABUSE_HEALTH", "UNDER_18_CONCEPTION")


@dataclass(frozen=True)
class Truth:
    """The tables of a month."""

    residence: pl.DataFrame
    criteria: pl.DataFrame
    eligibility: pl.DataFrame


def age_at(born: str, when: pl.Expr) -> pl.Expr:
    """Whole years from a date of birth to a date."""
    dob = pl.col(born)
    had_birthday = (when.dt.month() > dob.dt.month()) | ((when.dt.month() == dob.dt.month()) & (when.dt.day() >= dob.dt.day()))
    return when.dt.year() - dob.dt.year() - (~had_birthday).cast(pl.Int32)


def is_open(start: str, end: str, as_at: date) -> pl.Expr:
    """Whether a spell holds on a day; both its days are inclusive, an empty end is open."""
    return (pl.col(start) <= as_at) & (pl.col(end).is_null() | (pl.col(end) >= as_at))


def limbs(snapshot: Snapshot, born: pl.DataFrame) -> pl.DataFrame:
    """The limbs of tf_2012 that each person meets: person, criterion_code, limb_code.

    ``born``: person, date_of_birth of everybody.
    """
    as_at = snapshot.as_at
    ours, theirs = snapshot.authorities, snapshot.police
    parts = [
        ("crime_asb", "proven_offence", proven_offence(theirs["offences"], born, as_at)),
        ("crime_asb", "asb_intervention", asb_intervention(ours["asb_interventions"], as_at)),
        ("crime_asb", "asb_intervention", asb_intervention(theirs["asb_interventions"].filter(pl.col("role").is_in(DISCLOSABLE)), as_at)),
        ("education", "exclusion", exclusion(ours["exclusions"], born, as_at)),
        ("education", "excluded_placement", excluded_placement(ours["school_places"], born, as_at)),
        ("education", "not_on_roll", not_on_roll(ours["school_places"], born, as_at)),
        ("education", "unauthorised_absence", unauthorised_absence(ours["attendance"], born, as_at)),
        ("work", "out_of_work_benefit", out_of_work(ours["benefits"], born, as_at)),
    ]
    found = [_person(frame).with_columns(criterion_code=pl.lit(criterion), limb_code=pl.lit(limb)) for criterion, limb, frame in parts]
    needs = local_needs(ours["support_needs"], as_at)
    found.append(_person(needs).with_columns(criterion_code=pl.lit("local"), limb_code=needs["need"].str.to_lowercase()))
    return pl.concat(found).unique(maintain_order=True)


def _person(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col("person").cast(pl.Int64))


def _with_birth(frame: pl.DataFrame, born: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("person").cast(pl.Int64)).join(born, on="person", how="inner", maintain_order="left")


def proven_offence(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """1a: somebody under 18 with a disposal in the twelve months to ``as_at``, not retracted, 10 or older at the offence."""
    window = (pl.col("disposal_date") > terms.months_before(as_at, 12)) & (pl.col("disposal_date") <= as_at)
    standing = pl.col("retracted_on").is_null() | (pl.col("retracted_on") > as_at)
    proven = pl.col("role").is_in(DISCLOSABLE) & pl.col("disposal").is_in(PROVEN)
    young = (age_at("date_of_birth", pl.lit(as_at)) < 18) & (age_at("date_of_birth", pl.col("offence_date")) >= 10)
    return _with_birth(rows.filter(window & standing & proven), born).filter(young)


def asb_intervention(rows: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """1b: a comparable measure in force on any day of the twelve months to ``as_at``."""
    since = terms.months_before(as_at, 12)
    overlaps = (pl.col("start_date") <= as_at) & (pl.col("end_date").is_null() | (pl.col("end_date") > since))
    kind, ground = pl.col("intervention"), pl.col("ground").fill_null("")
    grounded = pl.when(kind.is_in(TENANCY)).then(ground == "ASB").otherwise(ground != "ARREARS")
    return rows.filter(overlaps & ~kind.is_in(WEAK) & grounded)


def of_school_age(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """Rows of children from 5 to the last Friday of June of the school year in which they turn 16."""
    leaving = {year: terms.last_friday_of_june(year) for year in range(as_at.year - 80, as_at.year + 20)}
    year = pl.col("date_of_birth").dt.year() + 16 + (pl.col("date_of_birth").dt.month() >= 9).cast(pl.Int32)
    left = year.replace_strict(leaving, default=date(1900, 1, 1), return_dtype=pl.Date)
    return _with_birth(rows, born).filter((age_at("date_of_birth", pl.lit(as_at)) >= 5) & (left >= as_at))


def exclusion(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """2a: a permanent exclusion since the last three completed terms began, or three suspensions within those terms."""
    window = terms.completed(as_at)
    since, until = window[0].starts, window[-1].ends
    standing = of_school_age(rows, born, as_at).filter(pl.col("rescinded_on").is_null() | (pl.col("rescinded_on") > as_at))
    standing = standing.filter((pl.col("start_date") >= since) & (pl.col("start_date") <= as_at))
    permanent = standing.filter(pl.col("category") == "PERM").select("person")
    suspended = standing.filter(pl.col("category").is_in(["SUSP", "FIXD"]) & (pl.col("start_date") <= until))
    often = suspended.group_by("person", maintain_order=True).len().filter(pl.col("len") >= 3).select("person")
    return pl.concat([permanent, often])


def excluded_placement(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """2b: in a pupil referral unit or alternative provision because excluded."""
    there = pl.col("status").is_in(["PRU", "ALTERNATIVE_PROVISION"]) & (pl.col("because_excluded") == "Y")
    return of_school_age(rows.filter(there & is_open("from_date", "to_date", as_at)), born, as_at)


def not_on_roll(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """2c: on no school's roll; home education and waiting for a place are something else."""
    return of_school_age(rows.filter((pl.col("status") == "NOT_ON_ROLL") & is_open("from_date", "to_date", as_at)), born, as_at)


def unauthorised_absence(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """2d: at least 15 % of possible sessions missed without leave, over all schools in the last three completed terms together."""
    window = [f"{term.academic_year} {term.code}" for term in terms.completed(as_at)]
    counted = rows.filter((pl.col("academic_year") + " " + pl.col("code")).is_in(window))
    sums = counted.group_by("person", maintain_order=True).agg(pl.col("possible").sum(), pl.col("unauthorised").sum())
    high = sums.filter((pl.col("possible") > 0) & (pl.col("unauthorised") * 100 >= pl.col("possible") * 15))
    return of_school_age(high, born, as_at)


def out_of_work(rows: pl.DataFrame, born: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """3: an adult on an out-of-work benefit, shown by a match of the last 62 days."""
    regime = (pl.col("benefit") == "UC") & pl.col("uc_conditionality").is_in(REGIMES)
    fresh = pl.col("matched_on") >= as_at - timedelta(days=FRESH_DAYS)
    counted = rows.filter((pl.col("benefit").is_in(OUT_OF_WORK) | regime) & fresh & is_open("start_date", "end_date", as_at))
    return _with_birth(counted, born).filter(age_at("date_of_birth", pl.lit(as_at)) >= 18)


def local_needs(rows: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """4: a high-cost need that is open."""
    return rows.filter(pl.col("need").is_in(LOCAL) & is_open("from_date", "to_date", as_at))


def members(world: World, snapshot: Snapshot) -> pl.DataFrame:
    """Residents who were alive in the month: person, hh, auth, dwelling, is_away (in prison, hospital or care: no fact counts), is_on_programme.

    ``hh`` is null in a communal home (of a communal class, or more than 12 persons of 4 or more family names), except for a family that
    is on the programme.
    """
    now = day(snapshot.as_at)
    # A member of the month of the death still; of none after it (readings.md 38).
    living = world.people.filter(pl.col("deceased_on") >= day(snapshot.as_at.replace(day=1))).select("person", "family_name")
    here = (
        current(world, now)
        .unique("person", keep="first", maintain_order=True)
        .join(living, on="person", how="inner", maintain_order="left")
    )
    here = here.with_columns(pl.col("person").cast(pl.Int64))
    not_there = pl.col("residence").is_in(["AWAY", "PLACEMENT"]) & (pl.col("starts") <= now) & (pl.col("ends") >= now)
    gone = world.spells.filter(not_there).select(pl.col("person").cast(pl.Int64), is_away=pl.lit(value=True)).unique("person")
    enrolled = here.join(on_programme(snapshot), on="person", how="semi").select("hh", is_on_programme=pl.lit(value=True)).unique("hh")
    here = here.join(gone, on="person", how="left", maintain_order="left").join(enrolled, on="hh", how="left", maintain_order="left")
    here = here.with_columns(pl.col("is_away", "is_on_programme").fill_null(value=False))
    crowded = (pl.len().over("dwelling") > 12) & (pl.col("family_name").n_unique().over("dwelling") >= 4)
    institution = pl.Series(world.residence.dwelling_class[here["dwelling"].to_numpy()] > 0)
    own = pl.when(~(crowded | institution) | pl.col("is_on_programme")).then("hh")
    return here.select("person", "auth", "dwelling", "is_away", "is_on_programme", hh=own)


def on_programme(snapshot: Snapshot) -> pl.DataFrame:
    """Members of families whose episode is open, without parents who live elsewhere: person."""
    as_at = snapshot.as_at
    lasts = is_open("attached_on", "closed_on", as_at) & is_open("joined_on", "left_on", as_at)
    rows = snapshot.authorities["programme"].filter(lasts & (pl.col("role") != "NON_RESIDENT_PARENT"))
    return rows.select(pl.col("person").cast(pl.Int64)).unique(maintain_order=True)


def judge(at_home: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """A row per household, criterion and limb met, and one with an empty limb for each criterion that is not met.

    Facts about members who are away do not count (readings.md 34).
    """
    homes = at_home.filter(pl.col("hh").is_not_null())
    yes = (
        homes.filter(~pl.col("is_away"))
        .select("person", "hh")
        .join(met, on="person", how="inner")
        .select("hh", "criterion_code", "limb_code")
        .unique()
    )
    every = homes.select("hh").unique().join(pl.DataFrame({"criterion_code": CRITERIA}), how="cross")
    no = every.join(yes, on=["hh", "criterion_code"], how="anti").with_columns(limb_code=pl.lit(""), is_met=pl.lit(value=False))
    both = pl.concat([yes.with_columns(is_met=pl.lit(value=True)), no])
    return both.sort("hh", "criterion_code", "limb_code")
