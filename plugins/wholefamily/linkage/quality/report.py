"""The linkage report: one page that needs nothing else, and the same figures as JSON. Counts and rates only: no person's values."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from wholefamily.linkage.model import Model
from wholefamily.linkage.quality import svg
from wholefamily.linkage.quality.figures import gather
from wholefamily.settings import Settings

_STYLE = Path(__file__).with_name("report.css")
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
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<title>Linkage</title>\n'
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<h1>Linkage: how good it is</h1>\n{body}\n</body>\n</html>\n"
    )


def _truth(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Against the truth</h2>"
    truth = figures["truth"]
    if truth is None:
        yield "<p>No truth was given. What can be said without one follows.</p>"
        return
    gap = truth["recall_gap_between_ethnic_groups"]
    yield _table(
        ("", "true pairs", "found", "right", "precision", "recall", "F1"),
        [("all pairs of records", *_counts(truth["pairs"]))],
    )
    exact = [
        (f"households of {period}", each["n_households"], each["n_exact"], _share(each["share"]))
        for period, each in truth["households"].items()
    ]
    people = ("persons", truth["n_persons"], truth["n_persons_exact"], _share(_of(truth["n_persons_exact"], truth["n_persons"])))
    yield _table(("", "true", "exactly right", "share"), [people, *exact])
    yield (
        f"<p>{truth['n_wrong_persons']:,} ids hold records of more than one person. "
        f"{truth['n_records_without_truth']:,} records are unknown to the truth and left out. "
        f"Largest gap in recall between ethnic groups: {'not known' if gap is None else f'{gap * 100:.2f} points'}.</p>"
    )
    for key, title in (("by_ethnic_group", "ethnic group"), ("by_partner", "sender"), ("by_partner_pair", "pair of senders")):
        groups = truth[key]
        yield f"<h3>By {title}</h3>"
        yield svg.dots({name: (counts["precision"], counts["recall"]) for name, counts in groups.items()}, ("precision", "recall"))
        yield _table(
            (title, "true pairs", "found", "right", "precision", "recall", "F1"),
            [(name, *_counts(counts)) for name, counts in groups.items()],
        )


def _rates(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Match rates</h2>"
    rates = figures["match_rates"]
    if not rates:
        yield "<p>No month's match rates are built.</p>"
    else:
        yield f"<p>Records of {escape(rates[0]['period'])}, and the share of each sender's that have a record of another sender with them.</p>"
        yield _table(
            ("sender", "other sender", "records", "linked", "in review", "alone"),
            [
                (
                    *(rate["partner_code"], rate["other_partner_code"], rate["n_records"]),
                    *(_share(_of(rate[column], rate["n_records"])) for column in ("n_linked", "n_in_review", "n_single")),
                )
                for rate in rates
            ],
        )
    yield "<h3>What joined the records</h3>"
    yield _table(
        ("basis", "records", "mean probability"),
        [(link["match_basis"], link["n_records"], f"{link['mean_probability']:.6f}") for link in figures["links"]],
    )


def _model(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>What an agreement weighs</h2>"
    yield f"<p>Model {escape(figures['model']['version'])}. "
    yield "Bits: each doubles the odds that two records are one person; to the left of zero it halves them.</p>"
    yield svg.bars([(f"{each['comparison']}: {each['level']}", each["bits"]) for each in figures["model"]["weights"]], "{:+.1f}")


def _scores(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Scores</h2>"
    yield "<p>Scored pairs by match weight (0 bits: as likely as not), on a logarithmic scale. Left of the first line a pair is dropped, right of the last it is tried.</p>"
    bins: dict[float, dict[str, int]] = {}
    for score in figures["scores"]:
        bins.setdefault(float(score["bits"]), {})[score["basis"]] = score["n_pairs"]
    marks = {f"{name} {value:g}": math.log2(value / (1 - value)) for name, value in figures["model"]["thresholds"].items()}
    yield svg.histogram(sorted(bins.items()), _BASES, marks, "bits")
    yield _table(("why a person decides", "pairs"), [(each["reason"], each["n_pairs"]) for each in figures["review"]])


def _rules(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Which rules bring pairs together</h2>"
    yield svg.bars([(each["rule"], float(each["n_pairs"])) for each in figures["blocking"]])


def _lasting(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Ids from month to month</h2>"
    yield _table(
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
    return (counts["n_true"], counts["n_found"], counts["n_right"], *(_share(counts[name]) for name in ("precision", "recall", "f1")))


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3%}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [[f"{value:,}" if isinstance(value, int) else str(value) for value in row] for row in rows]
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
