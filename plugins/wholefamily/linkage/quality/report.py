"""The linkage report: one page that needs nothing else, and the same figures as JSON. Counts and rates only: no person's values."""

import json
import math
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from wholefamily import svg
from wholefamily.linkage.model import Model
from wholefamily.linkage.quality.cells import FEW, count, label, matrix, rate, share, table
from wholefamily.linkage.quality.figures import gather
from wholefamily.linkage.quality.pairs import FEWEST_PAIRS
from wholefamily.linkage.waterfall import Step
from wholefamily.settings import Settings

_BASES = ("deterministic", "probabilistic")


def write(settings: Settings, truth: Path | None, model: Model) -> Path:
    """Write ``linkage.html`` and ``linkage.json`` to ``HOME_DIR/reports``; returns the page's path.

    ``truth`` is the folder of a synthetic region's truth. Raises WholefamilyError when it lacks a file.
    """
    about = {"version": model.version, "weights": weights(model), "thresholds": {"review": model.review, "accept": model.accept}}
    figures = {**gather(settings, truth), "model": about}
    folder = settings.home_dir / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linkage.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page = folder / "linkage.html"
    page.write_text(html(figures), encoding="utf-8")
    return page


def weights(model: Model) -> list[dict[str, Any]]:
    """What each level of each comparison of a model weighs, in bits: log2 of m/u."""
    return [
        {"comparison": comparison, "level": level, "bits": math.log2(m / u)}
        for comparison, levels in model.parameters.items()
        for level, (m, u) in levels.items()
    ]


def html(figures: Mapping[str, Any]) -> str:
    """The page of ``figures``, as ``linkage.json`` holds them."""
    body = "\n".join(part for section in (_truth, _rates, _model, _scores, _rules, _lasting) for part in section(figures))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Linkage</title>\n'
        f"<style>\n{svg.STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<h1>Linkage: how good it is</h1>\n"
        f"<p>For those who look after the linkage, not for publication. Counts of fewer than {FEW} of a sender's records, or of pairs that wait for a person, "
        f"are left out, and shares rounded so that {FEW} records make no smaller step; linkage.json has them all.</p>\n{body}\n</body>\n</html>\n"
    )


def _truth(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Against the truth</h2>"
    truth = figures["truth"]
    if truth is None:
        yield "<p>No truth was given. What can be said without one follows.</p>"
        return
    yield "<p>Pairs of records that are one person in the truth of a synthetic region, whose people do not exist, and those that linkage found.</p>"
    gap = truth["recall_gap_between_ethnic_groups"]
    yield table(
        ("", "true pairs", "found", "right", "precision", "recall", "F1"),
        [("all pairs of records", *_counts(truth["pairs"]))],
    )
    exact = [
        (f"households of {period}", each["n_households"], each["n_exact"], share(each["share"]))
        for period, each in truth["households"].items()
    ]
    people = ("persons", truth["n_persons"], truth["n_persons_exact"], share(_of(truth["n_persons_exact"], truth["n_persons"])))
    yield table(("", "true", "exactly right", "share"), [people, *exact])
    yield (
        f"<p>{truth['n_wrong_persons']:,} ids hold records of more than one person. "
        f"{truth['n_records_without_truth']:,} records are unknown to the truth and left out. "
        "Largest gap in recall between ethnic groups: "
        f"{f'not known, for it takes two groups of {FEWEST_PAIRS} true pairs' if gap is None else f'{gap * 100:.2f} points'}.</p>"
    )
    for key, title in (("by_ethnic_group", "ethnic group"), ("by_partner", "sender"), ("by_partner_pair", "pair of senders")):
        groups = truth[key]
        yield f"<h3>By {title}</h3>"
        yield svg.dots(
            {label(name): (counts["precision"], counts["recall"]) for name, counts in groups.items()},
            ("precision", "recall"),
            f"Precision and recall by {title}",
        )
        yield table(
            (title, "true pairs", "found", "right", "precision", "recall", "F1"),
            [(label(name), *_counts(counts)) for name, counts in groups.items()],
        )


def _rates(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Match rates</h2>"
    rates = figures["match_rates"]
    if not rates:
        yield "<p>No month's match rates are built.</p>"
    else:
        yield f"<p>Records of {escape(rates[0]['period'])}, and the share that has a record of another sender with it.</p>"
        yield table(
            ("sender", "records", "linked", "in review", "alone"),
            [
                (
                    *(label(one["partner_code"]), count(one["n_records"])),
                    *(rate(one[column], one["n_records"]) for column in ("n_linked", "n_in_review", "n_single")),
                )
                for one in rates
                if one["other_partner_code"] == "any"
            ],
        )
        yield "<p>The same by the other sender: of the records of the sender on the left, the share linked with one of the sender above.</p>"
        linked = {(one["partner_code"], one["other_partner_code"]): rate(one["n_linked"], one["n_records"]) for one in rates}
        yield matrix("sender", sorted({sender for sender, _ in linked}), linked)
    yield "<h3>What joined the records</h3>"
    yield table(
        ("basis", "records", "mean probability"),
        [
            (
                label(link["match_basis"]),
                count(link["n_records"]),
                "–" if link["match_basis"] == "single_record" else f"{link['mean_probability']:.4f}",
            )
            for link in figures["links"]
        ],
    )


def _model(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>What an agreement weighs</h2>"
    yield f"<p>Model {escape(figures['model']['version'])}. "
    yield "Bits: each doubles the odds that two records are one person; to the left of zero it halves them.</p>"
    steps = [Step(each["comparison"], each["level"], each["bits"]) for each in figures["model"]["weights"]]
    yield svg.bars([(step.label, step.bits) for step in steps], "Weights of the model in bits", "{:+.1f}")


def _scores(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Scores</h2>"
    yield "<p>Scored pairs by match weight in bits (0: as likely as not; what is beyond 20 stands at 20), on a logarithmic scale. "
    yield "Left of the first line a pair is dropped, between the two a person is asked, right of the last it is tried.</p>"
    bins: dict[float, dict[str, int]] = {}
    for score in figures["scores"]:
        bins.setdefault(float(score["bits"]), {})[score["basis"]] = score["n_pairs"]
    marks = {f"{name} {value:g}": math.log2(value / (1 - value)) for name, value in figures["model"]["thresholds"].items()}
    yield svg.histogram(sorted(bins.items()), _BASES, marks, ("bits", "pairs"))
    yield table(("why a person decides", "pairs"), [(label(each["reason"]), count(each["n_pairs"])) for each in figures["review"]])


def _rules(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Which rules bring pairs together</h2>"
    yield "<p>Scored pairs, by the first rule that finds them.</p>"
    yield svg.bars([(label(each["rule"]), float(each["n_pairs"])) for each in figures["blocking"]], "Scored pairs by rule")


def _lasting(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Ids from month to month</h2>"
    yield table(
        ("months", "households that did not change", "with the id they had", "records of both months", "moved to another person"),
        [
            (
                f"{each['period']} – {each['next_period']}",
                *(each[name] for name in ("n_households", "n_same_household_id", "n_records", "n_records_moved")),
            )
            for each in figures["lasting"]
        ],
    )


def _counts(counts: Mapping[str, Any]) -> tuple[object, ...]:
    return (counts["n_true"], counts["n_found"], counts["n_right"], *(share(counts[name]) for name in ("precision", "recall", "f1")))


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None
