"""Embeddings that were made before are used again, those alone that are of the same bins, weights and device."""

import os
import time
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pytest

import generain_core as gr
from generain_core import settings
from generain_core.cohort.embed import embed_rows
from generain_core.cohort.known_embeddings import KIND, InMemory, OnDisk, digests_of
from generain_core.errors import GeneRAINError
from generain_core.models import embedding as embedding_module
from generain_core.progress import silent
from tests.conftest import PROJECT

DEMO = PROJECT / "assets" / "demo"
EXAMPLES = DEMO / "data" / "examples"
MODEL, OTHER = "GPT_Binning_By_Gene", "BERT_Pred_Genes_Binning_By_Gene"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the model embed a sample as the sums of its bins, and tell how many samples were embedded each time."""
    calls: list[int] = []

    def embed(adata: anndata.AnnData, release: object, model: str, **options: Any) -> dict[str, Any]:
        bins = np.asarray(adata.layers["bins"], dtype=np.float32)
        adata.obsm["X_generain"] = np.column_stack([bins.sum(1), bins[:, 0]])
        calls.append(adata.n_obs)
        return {}

    monkeypatch.setattr(embedding_module, "embed_samples", embed)
    return calls


def _binned(rows: slice) -> anndata.AnnData:
    bins = np.random.default_rng(0).integers(1, 2000, size=(8, 5)).astype(np.int16)[rows]
    obs, var = pd.DataFrame(index=[f"s{i}" for i in range(len(bins))]), pd.DataFrame(index=list("abcde"))
    return anndata.AnnData(obs=obs, var=var, layers={"bins": bins}, uns={"generain": {"options": {"gene_set": "gene2vec"}}})


def _embed(binned: anndata.AnnData, known: Any, model: str = MODEL, device: str = "cpu") -> Any:
    return embed_rows(binned, model, gr.open(DEMO).release, device=device, embedded=(), known=known, progress=silent)


@pytest.mark.parametrize("kind", ["memory", "disk"])
def test_only_samples_that_are_not_known_are_embedded(kind, counted, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    known = InMemory() if kind == "memory" else OnDisk(1.0)
    _embed(_binned(slice(0, 5)), known)
    later = _embed(_binned(slice(2, 8)), known if kind == "memory" else OnDisk(1.0))
    assert (counted, later.before) == ([5, 3], 3)
    bins = np.asarray(_binned(slice(2, 8)).layers["bins"], dtype=np.float32)
    assert (later.vectors == np.column_stack([bins.sum(1), bins[:, 0]])).all()
    _embed(_binned(slice(0, 8)), known)
    assert counted == [5, 3]
    _embed(_binned(slice(0, 8)), known, OTHER)
    assert counted == [5, 3, 8]


def test_digests_change_with_a_bin_and_not_with_the_order_of_genes() -> None:
    bins = np.array([[1, 2, 3], [1, 2, 4]])
    first, second = digests_of(["x", "y", "z"], bins)
    assert first != second
    assert digests_of(["z", "x", "y"], bins[:, [2, 0, 1]]) == [first, second]
    assert digests_of(["x", "y", "w"], bins)[0] != first


def test_nothing_is_kept_longer_than_work_is(counted, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    _embed(_binned(slice(0, 4)), OnDisk(0.0))
    assert not (settings.cache_dir() / KIND).exists()
    _embed(_binned(slice(0, 4)), OnDisk(7.0))
    (entry,) = (settings.cache_dir() / KIND).iterdir()
    assert not any(b"s0" in path.read_bytes() for path in entry.iterdir())
    old = time.time() - 8 * 24 * 3600
    os.utime(entry, (old, old))
    _embed(_binned(slice(0, 4)), OnDisk(7.0))
    assert counted == [4, 4, 4]


def test_files_of_embed_are_used_again_and_others_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two models read one gene set: what one embeds must not cost the embedding of the other."""
    monkeypatch.setenv("GENERAIN_KEEP_WORK", "0")
    table = pd.read_csv(EXAMPLES / "demo_counts.csv.gz", index_col=0)
    table.iloc[:: len(table) // 400].to_csv(tmp_path / "counts.csv")
    generain, options = gr.open(DEMO), {"min_genes": 100, "device": "cpu"}
    for model in (MODEL, OTHER):
        generain.embed(tmp_path / "counts.csv", model, tmp_path / f"{model}.h5ad", **options)
    words = {"repeats": 1, "folds": 3, "permutations": 0, "even_if_thin": True, "sheet": EXAMPLES / "demo_samples.csv"}
    words |= {"models": [OTHER, MODEL], **options}
    plain = generain.cohort(tmp_path / "counts.csv", "sex", **words)
    calls: list[str] = []
    own = embedding_module.embed_samples
    monkeypatch.setattr(embedding_module, "embed_samples", lambda a, r, m, **o: (calls.append(m), own(a, r, m, **o))[1])
    files = [tmp_path / f"{model}.h5ad" for model in (MODEL, OTHER)]
    again = generain.cohort(tmp_path / "counts.csv", "sex", embedded=files, **words)
    assert calls == []
    pd.testing.assert_frame_equal(again.table, plain.table, rtol=1e-3)
    assert sum("at hand and used again" in text for text in again.notes) == 2
    generain.cohort(files[0], "sex", **words)
    assert calls == [OTHER]
    table.iloc[1 :: len(table) // 400].to_csv(tmp_path / "others.csv")
    others = generain.cohort(tmp_path / "others.csv", "sex", embedded=files[:1], **words | {"models": MODEL})
    assert any("are of other samples" in text for text in others.warnings)
    with pytest.raises(GeneRAINError, match="holds no embedding"):
        generain.cohort(tmp_path / "counts.csv", "sex", embedded=tmp_path / "counts.csv", **words)
    changed = anndata.read_h5ad(files[0])
    changed.obsm["X_generain"] = changed.obsm["X_generain"] + 1
    changed.write_h5ad(tmp_path / "changed.h5ad")
    with pytest.raises(GeneRAINError, match=r"can't be used again|holds no embedding"):
        generain.cohort(tmp_path / "counts.csv", "sex", embedded=tmp_path / "changed.h5ad", **words)


def test_entries_that_another_process_removes_meanwhile_stop_nothing(counted, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    _embed(_binned(slice(0, 4)), OnDisk(7.0))
    (entry,) = (settings.cache_dir() / KIND).iterdir()
    gone = entry.with_name(f"{entry.name.partition('-')[0]}-gone")
    found = Path.glob

    def as_listed_before(self: Path, pattern: str) -> list[Path]:
        return [gone, *found(self, pattern)] if self.name == KIND else list(found(self, pattern))

    monkeypatch.setattr(Path, "glob", as_listed_before)
    monkeypatch.setattr(os, "utime", lambda path: (_ for _ in ()).throw(FileNotFoundError(path)))
    assert _embed(_binned(slice(0, 4)), OnDisk(7.0)).before == 4
