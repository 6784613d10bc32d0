"""Writes the truth beside the drops: who is who, who lives with whom, what holds for each household in each month."""

from pathlib import Path

import numpy as np
import polars as pl

from wholefamily.demo.region import feeds, registers, truth
from wholefamily.demo.region.names import Flags
from wholefamily.demo.region.snapshot import Snapshot, shown
from wholefamily.demo.region.world import World

_PERSON = (pl.lit("P") + pl.col("person").cast(pl.String).str.zfill(8)).alias("true_person_id")
_HOUSEHOLD = pl.when(pl.col("hh").is_not_null()).then(pl.lit("H") + pl.col("hh").cast(pl.String).str.zfill(8)).alias("true_household_id")


class Ledger:
    """The truth's files; the months are appended one after the other."""

    def __init__(self, out: Path, world: World, known: pl.DataFrame, hard: Flags, errors: float) -> None:
        self.folder = out / "truth"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.world, self.hard, self.errors = world, hard, errors
        self.born = known.select(pl.col("person").cast(pl.Int64), shown("dob").alias("date_of_birth"))
        for old in self.folder.glob("*.csv"):
            old.unlink()

    def persons(self, known: pl.DataFrame, police: str | None) -> None:
        """Every sender's reference of every person: also of people that the sender has not sent yet."""
        for area in self.world.areas:
            here = (pl.col("auth0") == area.number) | (pl.col("auth1") == area.number)
            self._write("persons", self._references(known.filter(here), area.code))
        if police is not None:
            self._write("persons", self._references(known, police))

    def _references(self, known: pl.DataFrame, sender: str) -> pl.DataFrame:
        hard = pl.Series(self.hard[known["person"].to_numpy()])
        return known.select(
            _PERSON,
            partner_code=pl.lit(sender),
            person_ref=feeds.reference(sender, "P"),
            date_of_birth=shown("dob"),
            sex="sex",
            is_hard_case=hard,
        )

    def cases(self, rows: pl.DataFrame) -> None:
        """The hard cases of domain.md section 8 that were seeded on purpose."""
        self._write("hard_cases", rows.select("case", "what", _PERSON, "is_hard_case"))

    def month(self, period: str, snapshot: Snapshot) -> None:
        """Append a month to residence, criteria and eligibility."""
        at_home = truth.members(self.world, snapshot)
        codes = pl.Series([area.code for area in self.world.areas])
        named = at_home.with_columns(period=pl.lit(period), authority=codes.gather(at_home["auth"]))
        self._write("residence", named.select("period", _PERSON, _HOUSEHOLD, "authority"))
        judged = truth.judge(at_home, truth.limbs(snapshot, self.born))
        self._write(
            "criteria",
            judged.select(
                pl.lit(period).alias("period"),
                _HOUSEHOLD,
                framework=pl.lit("tf_2012"),
                criterion_code="criterion_code",
                limb_code="limb_code",
                is_met="is_met",
            ),
        )
        self._write("eligibility", self._eligibility(period, named, judged))

    def _eligibility(self, period: str, named: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
        counts = judged.filter("is_met").group_by("hh").agg(n=pl.col("criterion_code").n_unique())
        no_uprn: Flags = registers.without_uprn(named["dwelling"].to_numpy().astype(np.int64), self.errors)
        hard = named.with_columns(hard=pl.Series(self.hard[named["person"].to_numpy()] | no_uprn)).filter(pl.col("hh").is_not_null())
        homes = hard.group_by("hh", maintain_order=True).agg(
            pl.col("authority").first(),
            pl.len().alias("n_members"),
            is_on_programme=pl.col("is_on_programme").any(),
            is_hard_case=pl.col("hard").any(),
        )
        rows = homes.join(counts, on="hh", how="left").sort("hh")
        return rows.select(
            pl.lit(period).alias("period"),
            _HOUSEHOLD,
            "authority",
            "n_members",
            n_criteria_met=pl.col("n").fill_null(0),
            is_eligible=pl.col("n").fill_null(0) >= truth.N_REQUIRED,
            is_on_programme="is_on_programme",
            is_hard_case="is_hard_case",
        )

    def families(self, snapshot: Snapshot) -> None:
        """The members of every family of the programme, as known in the last month."""
        rows = snapshot.authorities["programme"]
        for area in self.world.areas:
            here = rows.filter(pl.col("auth") == area.number)
            self._write(
                "families",
                here.select(
                    partner_code=pl.lit(area.code),
                    family_ref=feeds.reference(area.code, "F", "hh"),
                    true_family_id=pl.lit("F") + pl.col("hh").cast(pl.String).str.zfill(8),
                    true_household_id=_HOUSEHOLD,
                    true_person_id=_PERSON,
                    role="role",
                    attached_on="attached_on",
                    closed_on="closed_on",
                ),
            )

    def _write(self, name: str, rows: pl.DataFrame) -> None:
        path = self.folder / f"{name}.csv"
        with path.open("ab") as file:
            rows.write_csv(file, include_header=file.tell() == 0)
