"""Predictions in each of the published layouts, from one small table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generain_core.release.files import FILES, Release

LAYOUTS = ("list", "string", "wide", "transposed")


def gene_names(n: int) -> list[str]:
    return [f"G{i}.{i % 3}" if i % 5 == 0 else f"G{i}" for i in range(n)]


def probabilities(attributes: int = 12, genes: int = 90, seed: int = 3) -> np.ndarray:
    """Return probabilities with ties, zeros and ones among them, five decimals each (float32)."""
    values = np.random.default_rng(seed).beta(0.6, 2.0, (attributes, genes)).round(5)
    values[:, 7] = values[:, 11]
    values[2, 20:40] = 0.25
    values[3, :2] = [0, 1]
    return values.astype(np.float32)


def names_of(attributes: int) -> list[str]:
    return [f"process {i} (GO:{i:07d})" for i in range(attributes)]


def metadata_of(attributes: int) -> pd.DataFrame:
    frame = pd.DataFrame({"library": [f"Library {i % 3}" for i in range(attributes)], "attribute": names_of(attributes)})
    return frame.assign(number_of_positive_genes=range(10, 10 + attributes), test_auroc=np.linspace(0.5, 0.9, attributes))


def path_of(root: Path, key: str) -> Path:
    path = root / FILES[key][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def put_genes(root: Path, genes: Sequence[str]) -> None:
    path_of(root, "attributes/genes").write_text("".join(f"{gene}\n" for gene in genes))


def put_table(root: Path, table: pa.Table, **options: object) -> Release:
    pq.write_table(table, path_of(root, "attributes"), **options)
    return Release.open(root)


def put(
    root: Path,
    values: np.ndarray,
    layout: str = "list",
    *,
    genes: Sequence[str] | None = None,
    metadata: pd.DataFrame | None = None,
    separator: str = ",",
) -> Release:
    """Write a release that has these predictions (attributes × genes) and nothing else."""
    genes = list(genes if genes is not None else gene_names(values.shape[1]))
    metadata = metadata if metadata is not None else metadata_of(len(values))
    put_genes(root, genes)
    columns = {name: pa.array(metadata[name]) for name in metadata}
    if layout == "list":
        columns["predicted_probabilities"] = pa.array(list(values), pa.list_(pa.from_numpy_dtype(values.dtype)))
    elif layout == "string":
        columns["predicted_probabilities"] = pa.array([separator.join(f"{v:.5f}" for v in row) for row in values])
    elif layout == "wide":
        columns |= {gene: pa.array(values[:, i]) for i, gene in enumerate(genes)}
    else:
        columns = {name: pa.array(values[i]) for i, name in enumerate(metadata["attribute"])} | {"gene": pa.array(genes)}
    return put_table(root, pa.table(columns), row_group_size=5)
