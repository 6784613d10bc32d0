"""What one would use instead of this project's linkage, each from records to persons: Splink with the model of its tutorial, and recordlinkage.

``tutorial`` runs where the project does; as a program this is recordlinkage's, run by the interpreter of ``.venv-bench``:
the path of the nodes comes in as its argument, a JSON object goes out.
"""

import json
import sys
import time
from typing import Any


def tutorial(table: Any) -> dict[str, dict[str, float]]:
    """Splink's tutorial on nodes: its ready-made comparisons, trained on these very records, then predict and connected components."""
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    began = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="node",
        comparisons=[
            library.NameComparison("given"),
            library.NameComparison("family"),
            library.DateOfBirthComparison("birth", input_is_string=True),
            library.PostcodeComparison("postcode"),
            library.ExactMatch("nhs_number"),
        ],
        blocking_rules_to_generate_predictions=[block_on("given", "birth"), block_on("family", "birth"), block_on("postcode", "family")],
    )
    api = DuckDBAPI()
    columns = ["node", "given", "family", "birth", "postcode", "nhs_number"]
    api._con.register("people", table.select(columns))
    linker = Linker(api.register("people", dataset_display_name="people", table_name="people"), settings, log_level=40)
    certain = [block_on("given", "family", "birth"), block_on("nhs_number")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("given", "family"), block_on("birth")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.2)
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    return {"first": {"rows": len(table), "seconds": time.perf_counter() - began}}


def recordlinkage(path: str) -> dict[str, dict[str, float]]:
    """recordlinkage's ECM classifier on nodes, blocked as its guide does; whoever uses it would still have to make persons of the pairs."""
    import pandas as pd
    import recordlinkage as peer

    people = pd.read_parquet(path, columns=["node", "given", "family", "birth", "postcode", "sex"]).set_index("node").fillna("")
    began = time.perf_counter()
    index = peer.Index()
    for columns in (["given", "birth"], ["family", "birth"], ["postcode", "family"]):
        index.block(columns)
    pairs = index.index(people)
    compare = peer.Compare()
    for name in ("given", "family"):
        compare.string(name, name, method="levenshtein", threshold=0.85)
    for name in ("birth", "postcode", "sex"):
        compare.exact(name, name)
    peer.ECMClassifier(binarize=0.5).fit_predict(compare.compute(pairs, people))
    return {"first": {"rows": len(people), "seconds": time.perf_counter() - began}}


if __name__ == "__main__":
    print(json.dumps(recordlinkage(sys.argv[1])))
