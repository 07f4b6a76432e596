"""Samples with tissues and series, as a reference has them, and samples that no reference should take for its own."""

from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries

MODEL = "GPT_protein_coding_lncRNAs"
SAMPLES = 400
"""Of the reference that tests share."""

TISSUES = 8


@dataclass
class Simulated:
    """Draws counts: each gene at its median among the reference values, moved by what tissues and samples have in common."""

    genes: tuple[str, ...]
    level: np.ndarray
    loadings: np.ndarray
    tissues: np.ndarray
    rng: np.random.Generator

    @classmethod
    def of(cls, release: Release, gene_set: str = "coding_lncrna", seed: int = 0) -> "Simulated":
        opened = Boundaries.open(release, gene_set)
        rng = np.random.default_rng(seed)
        loadings = rng.normal(0, 0.12, (len(opened.genes), 10)) * (rng.random((len(opened.genes), 10)) < 0.3)
        level = np.median(np.asarray(opened.values), axis=0)
        return cls(opened.genes, level, loadings, rng.normal(0, 1.5, (TISSUES, 10)), rng)

    def draw(self, samples: int) -> tuple[np.ndarray, np.ndarray]:
        """Return counts (samples × genes) and the tissue of each."""
        tissue = self.rng.integers(TISSUES, size=samples)
        factors = self.tissues[tissue] + self.rng.normal(0, 0.5, (samples, 10))
        logs = self.level + factors @ self.loadings.T + self.rng.normal(0, 0.08, (samples, len(self.genes)))
        rate = np.maximum(10**logs - 1, 0)
        rate *= self.rng.uniform(6e5, 6e6, (samples, 1)) / rate.sum(1, keepdims=True)
        return self.rng.poisson(rate).astype(float), tissue

    def strange(self, counts: np.ndarray) -> dict[str, np.ndarray]:
        """Return noise, shuffled samples, and samples as of another species: other levels, a quarter of the genes unmatched."""
        noise = self.rng.poisson(counts.sum(1, keepdims=True) / counts.shape[1] * np.ones(counts.shape)).astype(float)
        shuffled = np.stack([self.rng.permutation(row) for row in counts])
        moved = np.exp(self.rng.normal(0, 1, counts.shape[1])) * (self.rng.random(counts.shape[1]) < 0.75)
        return {"noise": noise, "shuffled": shuffled, "mouse-like": self.rng.poisson(counts * moved).astype(float)}

    def write(self, path: Path, counts: np.ndarray, tissue: np.ndarray, name: str = "S") -> Path:
        """Write samples as h5ad, eight to a series."""
        names = [f"{name}{i}" for i in range(len(counts))]
        obs = pd.DataFrame(
            {
                "series_id": [f"GSE{name}{i // 8}" for i in range(len(counts))],
                "tissue": [f"tissue {t}" for t in tissue],
                "title": [f"sample {i}" for i in range(len(counts))],
                "age": np.arange(len(counts)),
            },
            index=names,
        )
        anndata.AnnData(counts.astype(np.float32), obs=obs, var=pd.DataFrame(index=list(self.genes))).write_h5ad(path)
        return path
