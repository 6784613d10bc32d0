"""The verbs ``train``, ``explain`` and ``linkage-report``. What they do is imported when it is wanted: linkage takes seconds to load."""

import argparse

from wholefamily import partners
from wholefamily.settings import Settings


def add_train(parser: argparse.ArgumentParser) -> None:
    """``train <version>``."""
    parser.add_argument("version", help="name of the new version, such as 2026-2; it links when linkage/model.py names it")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same model (default 1)")


def train(settings: Settings, options: argparse.Namespace) -> int:
    """Train a version on synthetic regions, and write it."""
    from wholefamily.linkage import model, training_data
    from wholefamily.linkage import train as training

    known = partners.load(settings.partners_dir)
    nodes = training_data.regions(known)
    trained = training.train(
        nodes, options.version, seed=options.seed, records=training_data.RECORDS_OF_REGION, names=training_data.names(known)
    )
    about = {"trained_on": training_data.described(), "records": nodes.num_rows, "seed": options.seed}
    print(f"model {options.version}: {model.save(trained, about)}")
    return 0


def explain(settings: Settings, options: argparse.Namespace) -> int:
    """Say why two records are one person, or not."""
    from wholefamily.linkage import review
    from wholefamily.linkage.decisions import Ref

    print("\n".join(review.show(settings, Ref(*options.a), Ref(*options.b))))
    return 0


def report(settings: Settings, options: argparse.Namespace) -> int:
    """Write how good the linkage is, as a page and as data."""
    from wholefamily.linkage import model
    from wholefamily.linkage.quality import report as reporting

    print(reporting.write(settings, options.truth, model.load()))
    return 0
