"""What the demo release says of itself, read back for people: how it was made, and how well it does."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.release import Release

PART = "demo/proof"


@dataclass(frozen=True)
class Figure:
    """One figure: what was asked, what came out, and what would come out without any learning or what it is held against."""

    part: str
    question: str
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
    made = proof["made"]
    return [
        f"**Samples.** {made['reference_samples']:,} samples of {made['types']:,} types are simulated from programs of genes "
        "that act together. Programs overlap; activities vary by sample, series and theme; some samples are mixtures; counts are "
        "negative binomial, of varied depth.",
        f"**Bins.** Statistics and boundaries of {made['genes']:,} genes ({made['lncRNAs']:,} lncRNAs) follow from these counts, "
        "and Binning-By-Gene turns the samples into what a model reads.",
        f"**Models.** The four published kinds are trained on the bins, small: {made['layers']:,} layers, {made['width']:,} "
        f"numbers a gene, the {made['positions']:,} genes of the highest bins in a sample. They see no program and no type.",
        f"**Vectors.** GeneRAIN-vec of the demo is the first model's gene embedding: {made['width']:,} numbers a gene. The "
        "file keeps its published name, which says 200.",
        "**Attributes.** Logistic regression on these vectors predicts simulated gene sets, each gene by a classifier that never "
        "saw it.",
        "**Examples.** Samples and knock-downs to try the app with are simulated too; no model was trained on them.",
    ]


def figures(proof: dict[str, Any]) -> list[Figure]:
    """Return all figures, in the order of the work."""
    near, sets, samples, moved = (proof[part] for part in ("neighbors", "attributes", "samples", "perturbations"))
    found = [
        Figure(
            "Neighbors",
            f"Of a {name} gene's ten nearest, how many share a program with it? ({near[key]['genes']:,} genes)",
            _percent(near[key]["share"]),
            f"{_percent(near[key]['chance'])} by chance",
        )
        for key, name in (("coding", "coding"), ("lncRNA", "lncRNA"))
    ]
    found += [
        Figure(
            "Attributes",
            f"AUROC for genes that the classifier never saw, median of {sets['sets']:,} gene sets",
            f"{sets['median_auroc']:.2f}",
            f"{sets['random_median_auroc']:.2f} for {sets['random_sets']} random sets",
        ),
        Figure("Attributes", "Gene sets with an AUROC above 0.8", _percent(sets["share_above_0.8"]), ""),
    ]
    baseline, *models = samples["nearest_of_type"].items()
    found += [
        Figure(
            "Samples",
            f"Is the nearest of {samples['among']:,} samples of the same type, by {name}? "
            f"({samples['samples']:,} new samples, {samples['types']} types)",
            _percent(share),
            f"{_percent(baseline[1])} by {baseline[0]}, {_percent(samples['chance'])} by chance",
        )
        for name, share in models
    ]
    for space in ("embedding", "expression"):
        of = moved[space]
        found += [
            Figure(
                "Knock-downs",
                f"Knock-downs with an effect that were found, {space}",
                f"{of['found']} of {moved['with_effect']}",
                f"{of['false']} of {moved['without']} without an effect",
            ),
            Figure(
                "Knock-downs",
                f"Correlation of measured with true strengths (Spearman), {space}",
                f"{of['size']:.2f}",
                "0 by chance",
            ),
            Figure(
                "Knock-downs",
                f"Knock-downs whose shift is most like that of one of the same programs, {space}",
                _percent(of["kin"]),
                f"{_percent(moved['kin_chance'])} by chance",
            ),
        ]
    found += [
        Figure(
            "Training",
            f"Loss of {name} on samples that it was not trained on (nats)",
            f"{of['held_out_loss']:.2f}",
            f"{of['without_knowledge']:.2f} without knowledge",
        )
        for name, of in proof["made"]["training"].items()
    ]
    return found


def table(proof: dict[str, Any]) -> pd.DataFrame:
    """Return all figures as a table: part, question, result, compared."""
    return pd.DataFrame([vars(figure) for figure in figures(proof)])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.1f} %"
