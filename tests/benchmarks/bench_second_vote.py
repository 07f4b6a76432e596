"""What a second network's vote adds to the first's, on known members: AUROC of the votes alone and together.

python -m tests.benchmarks.bench_second_vote [RELEASE] [--sets FILE.gmt] [--attributes 60]

A gene's score in an attribute is how many of its 30 nearest annotated genes, itself not counted, are members: so members are
scored as if they were not known. Together: the sum of both counts. Genes that both networks have are compared.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from generain_core import settings
from generain_core.attributes.gmt import read_gmt
from generain_core.attributes.known_members import match_sets, released_sets
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.votes import SECOND, VOTERS
from generain_core.release.files import Release
from generain_core.vectors.atlas import open_genes
from generain_core.vectors.model_genes import open_model_vectors


def main() -> None:
    """Print a line for each second network."""
    parser = argparse.ArgumentParser()
    parser.add_argument("release", nargs="?", type=Path, default=settings.DEMO_RELEASE)
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--attributes", type=int, default=60)
    given = parser.parse_args()
    release = Release.open(given.release)
    predictions = Predictions.open(release, open_genes(release))
    sets = read_gmt(given.sets.read_bytes(), given.sets.name) if given.sets else released_sets(release)
    known = match_sets(predictions, sets or {}, "sets")
    first = open_model_vectors(release)
    for name in SECOND[:2]:
        second = open_model_vectors(release, name)
        shared = [gene for gene in second.genes if gene in first and gene in predictions.store]
        spaces = [space.subset([gene in set(shared) for gene in space.genes]) for space in (first, second)]
        nearest = [_nearest(predictions, space, known.annotated, shared) for space in spaces]
        rows = [[], [], []]
        attributes = list(known.members)
        for attribute in attributes[:: max(1, len(attributes) // given.attributes)]:
            members = known.of(attribute)
            truth = np.array([members[predictions.store.row(gene)] for gene in shared])
            if truth.sum() < 10:
                continue
            counts = [members[near].sum(1) for near in nearest]
            for score, into in zip((*counts, counts[0] + counts[1]), rows, strict=True):
                into.append(roc_auc_score(truth, score))
        one, two, both = (np.array(each) for each in rows)
        sys.stdout.write(
            f"{name}: {len(one)} attributes, {len(shared):,} genes; median AUROC first {np.median(one):.3f}, second "
            f"{np.median(two):.3f}, together {np.median(both):.3f}; gain {np.mean(both - one):+.3f} on average, above the first "
            f"in {np.mean(both > one):.0%}\n"
        )


def _nearest(predictions: Predictions, space: object, annotated: np.ndarray, genes: list[str]) -> np.ndarray:
    """Return rows, in the predictions, of the 30 nearest annotated genes of each gene (genes × 30)."""
    unit = space.unit(genes).astype(np.float32)
    rows = np.array([predictions.store.row(gene) for gene in genes])
    may = annotated[rows]
    nearest = np.empty((len(genes), VOTERS), np.intp)
    for start in range(0, len(genes), 512):
        cosines = unit[start : start + 512] @ unit.T
        cosines[:, ~may] = -np.inf
        cosines[np.arange(len(cosines)), start + np.arange(len(cosines))] = -np.inf
        nearest[start : start + 512] = rows[np.argpartition(-cosines, VOTERS, axis=1)[:, :VOTERS]]
    return nearest


if __name__ == "__main__":
    main()
