"""Attributes of the demo: simulated gene sets, and how probable each gene's membership is, as classifiers on the vectors say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core.demo.programs.programs import PROGRAMS

FOLDS = 5
KNOWN = 0.75
"""Share of a program's genes that its gene set lists, as real lists are not complete."""
WRONG = 0.04
"""Wrong genes in a set, as a share of the right ones."""
LEAST = 10
RANDOM_SETS = 8
PROGRAM_SETS, THEME_SETS, TISSUE_SETS, CHANCE_SETS = "Demo programs", "Demo themes", "Demo tissues", "Demo random sets"


@dataclass(frozen=True)
class GeneSet:
    """A gene set: its library, its name, and the genes that it lists."""

    library: str
    name: str
    genes: frozenset[str]


def gene_sets(genes: Sequence[str], by_type: pd.DataFrame, seed: int) -> list[GeneSet]:
    """Return the sets whose membership is to be predicted: programs, their themes, genes high in a tissue, and random ones.

    Args:
        genes: of the model.
        by_type: mean log expression, genes × types of samples.
        seed: of what is left out and wrongly listed.
    """
    rng = np.random.default_rng([seed, 6])
    known = np.array(sorted(genes))
    sets: list[GeneSet] = []

    def add(library: str, name: str, right: Sequence[str]) -> None:
        listed = [gene for gene in right if rng.random() < KNOWN]
        wrong = rng.choice(known, round(WRONG * len(listed)), replace=False)
        if len(listed) >= LEAST:
            sets.append(GeneSet(library, name, frozenset([*listed, *wrong.tolist()])))

    members = {name: sorted({g for g, w in p.genes.items() if w >= 0.3} & set(genes)) for name, p in PROGRAMS.items()}
    for name, right in members.items():
        add(PROGRAM_SETS, name, right)
    for theme in dict.fromkeys(p.theme for p in PROGRAMS.values()):
        of_theme = [name for name, p in PROGRAMS.items() if p.theme == theme]
        if len(of_theme) > 1:
            add(THEME_SETS, f"{theme} (theme)", sorted({gene for name in of_theme for gene in members[name]}))
    above = by_type.sub(by_type.median(axis=1), axis=0)
    for name in by_type.columns:
        add(TISSUE_SETS, f"high in {name}", sorted(above[name].nlargest(90).index))
    for i in range(RANDOM_SETS):
        chosen = rng.choice(known, 60, replace=False).tolist()
        sets.append(GeneSet(CHANCE_SETS, f"random set {i + 1}", frozenset(chosen)))
    return sets


def predict(vectors: npt.NDArray[np.floating], listed: npt.NDArray[np.bool_], seed: int) -> npt.NDArray[np.float32]:
    """Return the probability that each gene belongs to a set, from a classifier that never saw that gene.

    Logistic regression on vectors (genes × width) brought to unit variance, in stratified five-fold cross-validation; 4 digits.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    scaled = (vectors - vectors.mean(0)) / vectors.std(0)
    result = np.empty(len(vectors))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(scaled, listed):
        fitted = LogisticRegression(C=0.02, max_iter=500).fit(scaled[train], listed[train])
        result[test] = fitted.predict_proba(scaled[test])[:, 1]
    return result.round(4).astype(np.float32)


def auroc(probabilities: npt.NDArray[np.floating], listed: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a listed gene is given a higher probability than one that is not; ties count half."""
    ranks = pd.Series(probabilities.astype(np.float64)).rank().to_numpy()
    positives = int(listed.sum())
    above = ranks[listed].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(listed) - positives)))


def predictions(genes: Sequence[str], vectors: npt.NDArray[np.floating], sets: Sequence[GeneSet], seed: int) -> pd.DataFrame:
    """Return one row a set, as the release's table of predictions has it: metadata, then the probabilities of all genes."""
    rows: list[Mapping[str, object]] = []
    for each in sets:
        listed = np.array([gene in each.genes for gene in genes])
        result = predict(vectors, listed, seed)
        rows.append(
            {
                "library": each.library,
                "attribute": each.name,
                "number_of_positive_genes": int(listed.sum()),
                "test_auroc": round(auroc(result, listed), 6),
                "predicted_probabilities": result.tolist(),
            }
        )
    return pd.DataFrame(rows)
