"""What the demo release says of itself, read back for people: how it was made, and how well it does."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.release.files import Release

PART = "demo/proof"


@dataclass(frozen=True)
class Figure:
    """One figure: what was asked, of or by what, the result, and what it is held against."""

    part: str
    question: str
    of: str
    result: str
    compared: str


def read_proof(release: Release) -> dict[str, Any] | None:
    """Return the figures that a demo release was written with, as `prove` gives them; None for any other release.

    Raises:
        ReleaseError: the file is damaged.
    """
    if not release.has(PART):
        return None
    path = release.path(PART)
    try:
        proof = json.loads(path.read_text(encoding="utf-8"))
        figures(proof), how(proof)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ReleaseError(
            f"{path.name} is not readable; write the demo release again: python -m generain_core demo -o FOLDER."
        ) from problem
    return dict(proof)


def how(proof: dict[str, Any]) -> list[str]:
    """Return how the demo was made, one sentence or two a step."""
    result, samples = proof["made"], proof["samples"]
    chance = samples["chance"]
    poor = [name for name, share in samples["nearest_of_type"].items() if share <= 2 * chance]
    none = (
        f"{' and '.join(poor)} predict{'s' if len(poor) == 1 else ''} what was hidden (see Training below), but the mean over a "
        "sample's genes hardly tells types of samples apart."
    )
    return [
        f"**Samples.** {result['reference_samples']:,} samples of {result['types']:,} types are simulated from programs of genes "
        "that act together. Programs overlap; activities vary by sample, series and theme; some samples are mixtures; counts are "
        "negative binomial, of varied depth.",
        f"**Bins.** Statistics and boundaries of {result['genes']:,} genes ({result['lncRNAs']:,} lncRNAs) follow from these "
        "counts, and Binning-By-Gene turns the samples into what a model reads.",
        f"**Models.** The four published kinds are trained on the bins, small: {result['layers']:,} layers, {result['width']:,} "
        f"numbers a gene, the {result['positions']:,} genes of the highest bins in a sample (twice as many in BERT_Pred_Expr). "
        "They see no program and no type.",
        f"**Vectors.** GeneRAIN-vec of the demo is the first model's gene embedding: {result['width']:,} numbers a gene. The "
        "file keeps its published name, which says 200.",
        "**Attributes.** Logistic regression on these vectors predicts simulated gene sets, each gene by a classifier that never "
        "saw it.",
        "**Examples.** Samples and knock-downs to try the app with are simulated too; no model was trained on them.",
        *([f"**Of little use for samples.** {none}"] if poor else []),
    ]


def figures(proof: dict[str, Any]) -> list[Figure]:
    """Return all figures, in the order of the work."""
    return [*_learned(proof), *_samples(proof["samples"]), *_knock_downs(proof["perturbations"]), *_training(proof["made"])]


def _learned(proof: dict[str, Any]) -> list[Figure]:
    near, sets = proof["neighbors"], proof["attributes"]
    return [
        *(
            Figure(
                "Neighbors",
                "Of a gene's ten nearest, how many share a program with it",
                f"{near[key]['genes']:,} {name}",
                _percent(near[key]["share"]),
                f"{_percent(near[key]['chance'])} by chance",
            )
            for key, name in (("coding", "coding genes"), ("lncRNA", "lncRNAs"))
        ),
        Figure(
            "Attributes",
            "AUROC on genes that the classifier never saw, median",
            f"{sets['sets']:,} gene sets",
            f"{sets['median_auroc']:.2f}",
            f"{sets['random_median_auroc']:.2f} for {sets['random_sets']:,} random sets",
        ),
        Figure("Attributes", "AUROC above 0.8", f"{sets['sets']:,} gene sets", _percent(sets["share_above_0.8"]), ""),
    ]


def _samples(samples: dict[str, Any]) -> list[Figure]:
    (_, best), *models = samples["nearest_of_type"].items()
    return [
        Figure(
            "Samples",
            f"{samples['samples']:,} new samples: nearest of {samples['among']:,} is of the same of {samples['types']:,} types",
            name,
            _percent(share),
            f"{_percent(best)} by PCA, {_percent(samples['chance'])} by chance",
        )
        for name, share in models
    ]


def _knock_downs(moved: dict[str, Any]) -> list[Figure]:
    found = []
    for space, words in (("embedding", "first model's embedding"), ("expression", "expression, 50 components")):
        of = moved[space]
        found += [
            Figure(
                "Knock-downs",
                "With an effect: found at 5 % false discoveries",
                words,
                f"{of['found']} of {moved['with_effect']}",
                f"{of['false']} of {moved['without']} without an effect",
            ),
            Figure("Knock-downs", "Measured against true strength (Spearman)", words, f"{of['size']:.2f}", "0 by chance"),
            Figure(
                "Knock-downs",
                "Most alike in effect is one of the same programs",
                words,
                _percent(of["kin"]),
                f"{_percent(moved['kin_chance'])} by chance",
            ),
        ]
    return found


def _training(result: dict[str, Any]) -> list[Figure]:
    return [
        Figure(
            "Training",
            "Loss on samples that were held out (nats)",
            name,
            f"{of['held_out_loss']:.2f}",
            f"{of['without_knowledge']:.2f} knowing the task alone",
        )
        for name, of in result["training"].items()
    ]


def table(proof: dict[str, Any]) -> pd.DataFrame:
    """Return all figures as a table: part, question, of, result, compared."""
    return pd.DataFrame([vars(figure) for figure in figures(proof)])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.1f} %"
