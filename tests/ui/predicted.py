"""The demo release with predictions that are made of its vectors, for tests of pages."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core import settings
from generain_core.release.files import FILES, Release
from generain_core.vectors.atlas import Atlas

CENTERS = {"RPL3": "translation", "CD3E": "T cell activation", "TP53": "p53 signaling", "MYC": "cell growth", "COL1A1": "matrix"}


def demo_with_predictions(root: Path, atlas: Atlas, twins: int = 2) -> Release:
    """Write a copy of the demo release with five attributes, each also in nearly identical copies."""
    shutil.copytree(settings.DEMO_RELEASE, root)
    rng = np.random.default_rng(4)
    rows, names = [], []
    for gene, name in CENTERS.items():
        score = 1 / (1 + np.exp(4 - 8 * atlas.space.cosines(gene).astype(np.float64)))
        for copy in range(1 + twins):
            rows.append(np.clip(score + rng.normal(0, 0.002, len(score)), 0, 1).astype(np.float32))
            names.append(f"{name} (GO:{len(names):07d})" if not copy else f"{name}, version {copy}")
    meta = pd.DataFrame({"attribute": names, "library": ["GO" if "(" in n else "Copies" for n in names]})
    meta["number_of_positive_genes"] = range(30, 30 + len(names))
    meta["test_auroc"] = np.linspace(0.6, 0.95, len(names)).round(3)
    table = pa.table(
        {name: pa.array(meta[name]) for name in meta} | {"predicted_probabilities": pa.array(rows, pa.list_(pa.float32()))}
    )
    for key in ("attributes", "attributes/genes"):
        (root / FILES[key][0]).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, root / FILES["attributes"][0])
    (root / FILES["attributes/genes"][0]).write_text("\n".join(atlas.space.genes))
    return Release.open(root)
