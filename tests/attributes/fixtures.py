import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generain_core.attributes import AttributeStore, open_store
from generain_core.attributes.predictions import Predictions
from tests.attributes.make import gene_names, metadata_of, path_of, probabilities, put


@pytest.fixture
def values() -> np.ndarray:
    return probabilities()


@pytest.fixture
def store(tmp_path: Path, fresh_cache: Path, values: np.ndarray) -> AttributeStore:
    return open_store(put(tmp_path / "release", values))


@pytest.fixture
def made(tmp_path: Path, fresh_cache: Path) -> Callable[..., AttributeStore]:
    """Return a maker of stores."""
    return lambda values, layout="list", **options: open_store(put(tmp_path / "release", values, layout, **options))


def open_predictions(root: Path, values: np.ndarray, auroc: float | None = None) -> Predictions:
    """Write a release whose last third of genes are lncRNAs, and open its predictions."""
    genes = gene_names(values.shape[1])
    kinds = ["protein_coding" if i < 60 else "lncRNA" for i in range(len(genes))]
    rows = "".join(f"{kind}\tENSG{i:011d}\t{gene}\n" for i, (kind, gene) in enumerate(zip(kinds, genes, strict=True)))
    path_of(root, "genes_meta").write_text("biotype\tensembl_gene\tsymbol\n" + rows)
    index = {f"SPECIAL_EMB{i + 1}": i for i in range(3)} | {gene: i + 3 for i, gene in enumerate(genes)}
    path_of(root, "index/coding_lncrna").write_text(json.dumps(index))
    metadata = metadata_of(len(values))
    if auroc is not None:
        metadata["test_auroc"] = auroc
    return Predictions.open(put(root, values, metadata=metadata))


@pytest.fixture
def predictions(tmp_path: Path, fresh_cache: Path, values: np.ndarray) -> Predictions:
    return open_predictions(tmp_path / "release", values)


@pytest.fixture
def with_missing(tmp_path: Path, fresh_cache: Path, values: np.ndarray) -> Predictions:
    """Return predictions with two missing in attribute 1, and none at all in attribute 4."""
    values[1, [3, 50]] = np.nan
    values[4, :] = np.nan
    return open_predictions(tmp_path / "release", values)


@pytest.fixture
def twins(tmp_path: Path, fresh_cache: Path, values: np.ndarray) -> Predictions:
    """Return predictions whose attributes 0, 5 and 9 are nearly the same, and 8 a good deal like them."""
    rng = np.random.default_rng(1)
    for row, noise in ((5, 0.01), (9, 0.02), (8, 0.2)):
        values[row] = np.clip(values[0] + rng.normal(0, noise, 90), 0, 1).astype(np.float32)
    return open_predictions(tmp_path / "release", values)
