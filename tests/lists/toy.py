"""A small vector set with made-up genes, for tests of lists."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from generain_core.vectors.matched_genes import Strata, strata_of
from generain_core.vectors.space import GeneSpace


@dataclass
class ToyAtlas:
    """Stands in for an `Atlas`: vectors, biotype classes and mean expression of made-up genes."""

    space: GeneSpace
    described: pd.DataFrame
    biotype_classes: np.ndarray
    named: object = field(default=staticmethod(lambda table: table))

    @property
    def strata(self) -> Strata:
        return strata_of(self)


def atlas(genes: int = 400, width: int = 12, seed: int = 0, measured: bool = True) -> ToyAtlas:
    """Return genes in three classes, with means that rise with their number."""
    rng = np.random.default_rng(seed)
    names = tuple(f"G{i}" for i in range(genes))
    vectors = rng.normal(size=(genes, width)).astype(np.float32)
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    means = np.arange(genes) / genes if measured else np.full(genes, np.nan)
    described = pd.DataFrame({"mean": means, "sd": rng.uniform(0.1, 1, genes)}, index=list(names))
    classes = np.array(["coding", "lncRNA", "coding", "other"], object)[np.arange(genes) % 4]
    return ToyAtlas(GeneSpace("toy", names, vectors, norms, f"toy {genes} {seed}"), described, classes)
