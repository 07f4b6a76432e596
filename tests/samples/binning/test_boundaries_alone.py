"""A release with boundaries alone can bin; samples below training's own filter are told of."""

from pathlib import Path

import numpy as np
import pandas as pd

import generain_core as gr
from generain_core.release.files import FILES


def boundaries_alone(root: Path, genes: list[str]) -> None:
    """Write a release that has the boundaries of some genes and nothing else."""
    for key in ("boundaries/coding_lncrna", "boundaries/coding_lncrna/genes"):
        (root / FILES[key][0]).parent.mkdir(parents=True, exist_ok=True)
    values = np.sort(np.random.default_rng(0).gamma(2, 1, (100, len(genes))).astype(np.float32), axis=0)
    np.save(root / FILES["boundaries/coding_lncrna"][0], values)
    (root / FILES["boundaries/coding_lncrna/genes"][0]).write_text("\n".join(genes) + "\n")


def test_boundaries_alone_bin_and_shallow_samples_are_told(tmp_path: Path, fresh_cache: Path) -> None:
    genes = [f"ENSG{i:011d}" for i in range(2500)]
    boundaries_alone(tmp_path / "release", genes)
    counts = np.random.default_rng(1).poisson(300, (2500, 3)) + 1
    counts[:, 2] *= 10
    table = pd.DataFrame(counts, index=genes, columns=["a", "b", "deep"])
    table.to_csv(tmp_path / "counts.csv")
    binned = gr.open(tmp_path / "release").normalize(tmp_path / "counts.csv")
    assert binned.shape == (3, 2500)
    warnings = " ".join(binned.uns["generain"]["warnings"])
    assert f"2 of 3 samples have fewer than 1,000,000 counts, such as 'a' with {counts[:, 0].sum():,}" in warnings
    table[["deep"]].to_csv(tmp_path / "deep.csv")
    assert "1,000,000" not in " ".join(gr.open(tmp_path / "release").normalize(tmp_path / "deep.csv").uns["generain"]["warnings"])
