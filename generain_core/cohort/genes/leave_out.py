"""Genes that carry the outcome: how the held-out score changes where they are left out of the model's input."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.design.covariates import design_matrix
from generain_core.cohort.genes.placebo import draw_placebo, mean_ranks
from generain_core.cohort.probes.probes import predictions
from generain_core.cohort.run import CohortResult
from generain_core.cohort.validation.metrics import primary_score
from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.text import listed

PLACEBOS = 19
MOST_SETS = 500
COLUMNS = ["set", "genes", "in_model", "score", "change", "placebo_mean", "placebo_low", "p_value", "missing"]
UNEXPRESSED = 1


def leave_out(
    result: CohortResult,
    release: Release,
    model: str,
    sets: Mapping[str, Sequence[str]],
    *,
    placebos: int = PLACEBOS,
    seed: int = 0,
    device: str = "auto",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return one row a set of genes, the largest loss first: the held-out score without them, beside placebos of like rank.

    Genes are left out by the bin of what is not expressed. The probes are those of the first repeat, fitted with all genes; each
    sample is predicted by the one that it was held out of. p is the share of placebos, the set counted, whose loss is as large:
    (1 + placebos with a change as low) / (1 + placebos).

    Args:
        result: of the cohort.
        release: that the model is of.
        model: whose embedding is looked at.
        sets: genes by name of the set; a gene alone is a set of one.
        placebos: random sets of like rank, each embedded as well; at least 19.
        seed: of the placebos.
        device: where the model runs.
        progress: told the share done and words.

    Raises:
        GeneRAINError: the cohort has no such model, no set has a gene that the model reads, or there are very many sets.
    """
    from generain_core.models.devices import device_of
    from generain_core.models.model import open_model
    from generain_core.models.pooling import embed_bins

    tell: Progress = progress or silent
    name = f"embedding:{model}"
    if name not in result.results:
        raise GeneRAINError(f"The cohort was not judged with {model}; it has {listed(list(result.samples.embeddings))}.")
    check_sets(sets, placebos)
    tell(0.0, "opening the model")
    opened = open_model(release, model)
    read = opened.read(result.samples.binned[describe_model(model).gene_set])
    bins = np.asarray(read.bins[np.arange(len(result.samples.names))])
    place = {gene: i for i, gene in enumerate(read.genes)}
    columns = {each: [place[gene] for gene in dict.fromkeys(genes) if gene in place] for each, genes in sets.items()}
    if not any(columns.values()):
        raise GeneRAINError(f"None of the genes is read by {model}; give genes that it knows and the samples have.")
    generator, ranks = np.random.default_rng(seed), mean_ranks(bins)
    where, total = device_of(device), sum(map(bool, columns.values())) * (1 + placebos)
    finished = 0

    def score_without(left: NDArray[np.intp]) -> float:
        nonlocal finished
        changed = bins.copy()
        changed[:, left] = UNEXPRESSED
        start, finished = finished / total, finished + 1
        embedding = embed_bins(
            opened.network,
            changed,
            read.tokens,
            device=where,
            progress=lambda share, _: tell(min(start + share / total, 1.0), f"genes left out: {finished:,} of {total:,}"),
        )
        return held_out_score(result, name, embedding)

    before = held_out_score(result, name, result.samples.embeddings[model])
    rows = []
    for each, own in columns.items():
        row: dict[str, Any] = {"set": each, "genes": len(sets[each]), "in_model": len(own)}
        row["missing"] = len(dict.fromkeys(sets[each])) - len(own)
        if own:
            score = score_without(np.array(own, dtype=np.intp))
            drawn = np.array([score_without(draw_placebo(own, ranks, generator)) for _ in range(placebos)]) - before
            as_low = int((drawn <= score - before + 1e-12).sum())
            row |= {"score": score, "change": score - before, "placebo_mean": float(drawn.mean())}
            row |= {"placebo_low": float(drawn.min()), "p_value": (1 + as_low) / (1 + placebos)}
        rows.append(row)
    table = pd.DataFrame(rows, columns=COLUMNS)
    tell(1.0, "done")
    return table.sort_values(["change", "p_value"], kind="stable").reset_index(drop=True)


def check_sets(sets: Mapping[str, Sequence[str]], placebos: int) -> None:
    """Refuse none or very many sets, and too few placebos.

    Raises:
        GeneRAINError: there are.
    """
    if not sets or len(sets) > MOST_SETS:
        raise GeneRAINError(f"{len(sets):,} sets of genes can't be left out one after another; give 1 to {MOST_SETS}.")
    if placebos < PLACEBOS:
        raise GeneRAINError(f"{placebos} placebos tell too little; give at least {PLACEBOS}.")


def held_out_score(result: CohortResult, name: str, embedding: NDArray[np.float32]) -> float:
    """Return the mean score over the first repeat's folds of the probes that were fitted in them, on an embedding."""
    outcome, truth = result.design.outcome, result.design.truth
    values: NDArray[Any] = embedding
    if result.design.adjust:
        known = design_matrix(result.design.adjust)[result.design.rows]
        values = np.hstack([embedding, known.astype(embedding.dtype)])
    scores = []
    for split, each in zip(result.splits, result.results[name], strict=True):
        if split.repeat == 0:
            predicted = predictions(each.pipeline, values[split.test], outcome.kind, len(outcome.classes))
            scores.append(primary_score(outcome.kind, truth[split.test], predicted))
    return float(np.nanmean(scores))
