"""Ask gseapy and decoupler what `bench_lists` asks: run by the Python of an environment that has them, which ours has not.

python other_enrichment.py QUESTION.json     with list, sets, background and scores; prints one JSON document
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


RANKED = 200
"""Sets that they rank: of 8,000 it takes minutes and, by decoupler, 10 GB."""


def seconds(call: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Return the processor's median time for several calls, and what the last returned."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        result = call()
        taken.append(time.process_time() - start)
    return float(np.median(taken)), result


def gseapy_answers(question: dict[str, Any]) -> dict[str, Any]:
    """Return times and p-values of gseapy's over-representation and its ranking by 100 permutations."""
    import gseapy

    sets, background = question["sets"], question["background"]
    over, result = seconds(
        lambda: gseapy.enrich(gene_list=question["list"], gene_sets=sets, background=background, outdir=None, no_plot=True), 1
    )
    p_values = dict(zip(result.results["Term"], result.results["P-value"], strict=True))
    scores = pd.Series(question["scores"]).sort_values(ascending=False)
    sizes = {"min_size": 1, "max_size": len(background), "permutation_num": 100, "threads": 1, "seed": 0}
    some = {name: sets[name] for name in list(sets)[:RANKED]}
    ranked, _ = seconds(lambda: gseapy.prerank(rnk=scores, gene_sets=some, outdir=None, verbose=False, **sizes), 1)
    return {"version": gseapy.__version__, "over": over, "ranked": ranked, "ranked_sets": len(some), "p_values": p_values}


def decoupler_answers(question: dict[str, Any]) -> dict[str, Any]:
    """Return times of decoupler's over-representation and of its linear model of a ranking, and what its p-values are.

    decoupler 2 looks for what stands out in a profile, not for what is in a list, and answers another question than a one-sided
    hypergeometric test: `ora` leaves out columns without a value, takes the genes whose rank is above `n_up` (so that the list
    is taken where `n_up` is the number of genes that are not on it), tests in both directions, and returns p-values after
    Benjamini-Hochberg. So its answers are held against scipy's Fisher test in both directions, corrected in the same way.
    """
    import decoupler
    from scipy.stats import false_discovery_control, fisher_exact

    net = pd.DataFrame([(n, g) for n, members in question["sets"].items() for g in members], columns=["source", "target"])
    net = net.assign(weight=1.0)
    listed, genes = set(question["list"]), question["background"]
    table = pd.DataFrame([[2.0 if gene in listed else 1.0 for gene in genes]], columns=genes, index=["list"])
    options = {"n_bm": 0, "n_bg": len(genes), "tmin": 1, "verbose": False}
    first = net[net["source"] == net["source"].iloc[0]]
    few = list(dict.fromkeys([*question["list"], *first["target"]]))
    decoupler.mt.ora(table[few], first, n_up=len(few) - len(listed), **options)  # compiled
    over, (_, p_values) = seconds(lambda: decoupler.mt.ora(table, net, n_up=len(genes) - len(listed), **options), 1)
    scores = pd.DataFrame([question["scores"]], index=["scores"])
    some = set(list(question["sets"])[:RANKED])  # it holds all genes × sets several times over
    few_sets = net[net["source"].isin(some)]
    ranked, _ = seconds(lambda: decoupler.mt.ulm(scores, few_sets, tmin=1, verbose=False), 1)
    theirs = p_values.iloc[0].to_dict()
    own = {}
    for name in theirs:
        members = set(question["sets"][name])
        both = len(listed & members)
        counts = [[both, len(members) - both], [len(listed) - both, len(genes) - len(members) - len(listed) + both]]
        own[name] = fisher_exact(counts).pvalue
    corrected = dict(zip(own, false_discovery_control(list(own.values())), strict=True))
    return {
        "version": decoupler.__version__,
        "over": over,
        "ranked": ranked,
        "ranked_sets": len(some),
        "p_values": theirs,
        "expected": corrected,
        "expected_are": "Fisher's test in both directions, Benjamini-Hochberg",
    }


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text())
    answers: dict[str, Any] = {}
    for name, ask in (("gseapy", gseapy_answers), ("decoupler", decoupler_answers)):
        try:
            answers[name] = ask(asked)
        except ImportError as problem:
            answers[name] = {"problem": str(problem)}
    print(json.dumps(answers))
