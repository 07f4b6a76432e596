import gzip
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import torch

from generain_core import settings
from generain_core.demo import write
from generain_core.demo.data import DemoData, demo_data
from generain_core.demo.files import write_samples
from generain_core.demo.genes import ensembl_ids
from generain_core.demo.programs import gene_facts
from generain_core.demo.programs.programs import PROGRAMS, biotypes, expand, programs_of
from generain_core.demo.recipe import Recipe, small
from generain_core.demo.simulate import activities, draw_counts, gene_traits, log_programs
from generain_core.demo.write import write_demo
from generain_core.errors import GeneRAINError
from generain_core.release.files import GENE_SETS, Release

KINDS = biotypes()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return a small demo, made whole: simulated, trained, predicted, measured."""
    return write_demo(tmp_path_factory.mktemp("release") / "demo", small())


@pytest.fixture(scope="module")
def committed() -> Release:
    return Release.open(settings.DEMO_RELEASE)


@pytest.fixture(scope="module")
def data() -> DemoData:
    """Return what the committed demo is made of before anything is learned."""
    return demo_data(Recipe())


def lines(release: Release, key: str) -> list[str]:
    return release.path(key).read_text(encoding="utf-8").splitlines()


def table(release: Release, key: str) -> pd.DataFrame:
    return pd.read_csv(release.path(key), sep="\t", keep_default_na=False)


def hashes(root: Path) -> dict[str, str]:
    files = (p for p in root.rglob("*") if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_gene_lists_are_read_with_ranges_alternatives_and_weights():
    assert expand("PSMA{1..3} RPL{7,7A} NKX2-5 CD74:0.4") == {
        **dict.fromkeys(["PSMA1", "PSMA2", "PSMA3", "RPL7", "RPL7A", "NKX2-5"], 1.0),
        "CD74": 0.4,
    }


def test_programs_hold_enough_genes_and_overlap():
    assert len(KINDS) >= 1200
    assert sum(kind == "lncRNA" for kind in KINDS.values()) >= 100
    assert not any(set(p.coding) & {g for g, kind in KINDS.items() if kind == "lncRNA"} for p in PROGRAMS.values())
    assert programs_of("CD8A") == ("T cells", "cytotoxic and NK cells")
    assert all(len(p.genes) >= 10 for p in PROGRAMS.values())


def test_same_seed_same_bytes_and_another_seed_other_values(written: Release, tmp_path: Path):
    again = write_demo(tmp_path / "again", small())
    assert hashes(again.root) == hashes(written.root)
    other = demo_data(small(1))
    assert not np.array_equal(other.expression.counts, demo_data(small()).expression.counts)


def test_committed_demo_is_what_the_code_simulates(committed: Release, data: DemoData, tmp_path: Path):
    write_samples(tmp_path / "fresh", data, Recipe())
    for fresh in (p for p in (tmp_path / "fresh").rglob("*") if p.is_file()):
        path = committed.root / fresh.relative_to(tmp_path / "fresh")
        if path.suffix == ".npy":
            np.testing.assert_allclose(np.load(path), np.load(fresh), rtol=1e-5, atol=1e-6)
        elif path.suffix == ".h5":
            with h5py.File(path) as old, h5py.File(fresh) as new:
                assert np.array_equal(old["data/expression"][:], new["data/expression"][:])
        elif path.suffix == ".gz":
            assert gzip.decompress(path.read_bytes()) == gzip.decompress(fresh.read_bytes()), path.name
        else:
            assert path.read_bytes() == fresh.read_bytes(), path.name


def test_committed_demo_is_small_marked_and_misses_only_descriptions(committed: Release, written: Release):
    assert sum(p.stat().st_size for p in committed.root.rglob("*") if p.is_file()) < 15_000_000
    assert committed.simulated
    assert "nothing is biology" in committed.note
    assert committed.name == "demo"
    assert [sentence.split(":")[0] for sentence in committed.missing()] == ["Gene descriptions and positions"]
    ahead = ("ready", "references")
    assert sorted(path for path in hashes(committed.root) if not path.startswith(ahead)) == sorted(hashes(written.root))


def test_vectors_are_the_gene_embedding_of_the_first_network(committed: Release):
    state = torch.load(committed.path("model/GPT_protein_coding_lncRNAs"), weights_only=True)["model_state_dict"]
    index = json.loads(committed.path("index/coding_lncrna").read_text())
    weights = state["gene_expr_transformer.gpt.transformer.wte.weight"].numpy()
    genes, vectors = lines(committed, "vectors/genes"), np.load(committed.path("vectors/200d"))
    assert np.array_equal(vectors, np.stack([weights[index[gene]] for gene in genes]))


def test_vectors_agree_with_their_gene_list_and_the_model_rule(written: Release):
    genes, vectors = lines(written, "vectors/genes"), np.load(written.path("vectors/200d"))
    assert vectors.shape == (len(genes), small().width)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert len(set(genes)) == len(genes)
    statistics, meta = table(written, "gene_statistics"), table(written, "genes_meta")
    assert list(statistics) == ["gene_symbol", "gene_mean", "gene_std", "max_mean_nondup"]
    assert list(meta) == ["biotype", "ensembl_gene", "symbol"]
    assert statistics["gene_symbol"].tolist() == meta["symbol"].tolist()
    rule = statistics["max_mean_nondup"] & (statistics["gene_mean"] > 0.1) & meta["biotype"].isin(["protein_coding", "lncRNA"])
    assert statistics["gene_symbol"][rule].tolist() == genes


def test_a_symbol_of_two_genes_has_two_rows_of_which_one_counts(written: Release):
    symbol, low, high = gene_facts.TWO_ROWS
    statistics, meta = table(written, "gene_statistics"), table(written, "genes_meta")
    of_symbol = meta["symbol"] == symbol
    assert dict(zip(meta["ensembl_gene"][of_symbol], statistics["max_mean_nondup"][of_symbol], strict=True)) == {
        low: False,
        high: True,
    }


def test_token_indices_hold_the_model_and_the_little_expressed_genes(written: Release):
    genes, statistics, meta = lines(written, "vectors/genes"), table(written, "gene_statistics"), table(written, "genes_meta")
    below = statistics["max_mean_nondup"] & (statistics["gene_mean"] <= 0.1)
    left_out = dict(zip(meta["symbol"][below], meta["biotype"][below], strict=True))
    assert set(gene_facts.LITTLE_EXPRESSED.split()) <= set(left_out)
    for name, kinds in (("coding_lncrna", {"protein_coding", "lncRNA"}), ("gene2vec", {"protein_coding"})):
        held = [g for g in genes if KINDS[g] in kinds]
        little = [g for g, kind in left_out.items() if kind in kinds]
        tokens = pd.read_json(written.path(f"index/{name}"), typ="series").to_dict()
        assert list(tokens.values()) == list(range(len(tokens)))
        assert list(tokens) == ["SPECIAL_EMB1", "SPECIAL_EMB2", "SPECIAL_EMB3", *held, *little]


@pytest.mark.parametrize("name", GENE_SETS)
def test_boundaries_ascend_and_have_a_column_for_each_gene(committed: Release, data: DemoData, name: str):
    values, genes = np.load(committed.path(f"boundaries/{name}")), lines(committed, f"boundaries/{name}/genes")
    assert values.shape == (Recipe().reference, len(genes))
    assert values.flags.f_contiguous
    assert values.dtype == np.float32
    assert (np.diff(values, axis=0) >= 0).all()
    row = data.rows.index[(data.rows["symbol"] == "ALB") & data.rows["max_mean_nondup"]][0]
    counts, column = data.expression.counts, values[:, genes.index("ALB")]
    seen = [np.log10(counts[row, s] * 1e7 / counts[:, s].sum() + 1) for s in range(counts.shape[1])]
    assert (column[0], column[-1]) == (np.float32(min(seen)), np.float32(max(seen)))


@pytest.mark.parametrize("gene", ["RPL3", "ALB", "HOTAIR", "OR1E1", "MT-RNR2"])
def test_statistics_are_those_of_the_counts(committed: Release, data: DemoData, gene: str):
    counts = data.expression.counts
    row = data.rows.index[data.rows["symbol"] == gene][0]
    values = []
    for sample in range(counts.shape[1]):
        total = sum(int(c) for c in counts[:, sample])
        values.append(np.log10(int(counts[row, sample]) * 1e7 / total + 1))
    mean = sum(values) / len(values)
    spread = (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5
    given = table(committed, "gene_statistics").iloc[row]
    assert (given["gene_mean"], given["gene_std"]) == pytest.approx((mean, spread), abs=1e-6)


def test_expression_recalls_tissues(data: DemoData):
    types, sexes = np.array(data.expression.sample_types), np.array(data.expression.sexes)
    values = pd.DataFrame(data.expression.log_expression[data.modelled], index=data.rows["symbol"][data.modelled])
    by_type = values.T.groupby(types).mean().T
    expected = {
        "ALB": "liver",
        "HBB": "whole blood",
        "CD3E": "T cells",
        "POU5F1": "embryonic stem cells",
        "TTN": "skeletal muscle",
    }
    assert set(expected.values()) <= set(types)
    assert {gene: by_type.loc[gene].idxmax() for gene in expected} == expected
    assert values.loc["XIST", sexes == "female"].quantile(0.05) > values.loc["XIST", sexes == "male"].quantile(0.95)
    assert values.loc["DDX3Y", sexes == "male"].median() > values.loc["DDX3Y", sexes == "female"].max()
    lncrna = np.array([KINDS[gene] == "lncRNA" for gene in values.index])
    assert values[lncrna].mean(axis=1).median() < values[~lncrna].mean(axis=1).median() - 0.5
    for counts in (data.expression.counts, data.example.counts, data.screen.counts):
        assert ((counts > 0).sum(axis=0) > 2000).all()


def test_counts_vary_as_negative_binomial_ones_do():
    n = 40_000
    drawn = gene_traits(["RPL3", "RPS6", "ALB"], *np.zeros((2, 3), bool), 0)
    traits = replace(drawn, spread=np.zeros(3), loss=np.zeros(3), dispersion=np.array([1e-9, 1e-9, 0.2]))
    programs = log_programs(np.repeat(activities("T cells", "male")[:, None], n, 1))
    counts = draw_counts(traits, programs, ["male"] * n, np.random.default_rng(5))
    assert (counts > 0).all()
    for rare, dispersion in ((1, 0.0), (2, 0.2)):
        share = counts[rare] / counts[:2].sum(axis=0)
        expected = (
            dispersion + (1 / counts[rare]).mean() if dispersion else (1 / counts[rare] - 1 / counts[:2].sum(axis=0)).mean()
        )
        assert share.var() / share.mean() ** 2 == pytest.approx(expected, rel=0.1)


def test_archs4_file_holds_the_counts_and_its_sample_table(committed: Release, data: DemoData):
    samples = table(committed, "samples_meta")
    with h5py.File(committed.path("archs4")) as h5:
        counts = h5["data/expression"][:]
        assert h5["meta/genes/symbol"].asstr()[:].tolist() == data.rows["symbol"].tolist()
        assert h5["meta/samples/geo_accession"].asstr()[:].tolist() == samples["geo_accession"].tolist()
        assert set(h5["meta/samples"]) == set(samples)
    assert counts.shape == (len(data.rows), len(samples))
    at = [int(name.removeprefix("DEMO")) - 1 for name in samples["geo_accession"]]
    assert np.array_equal(counts, data.expression.counts[:, at])


def nearest(release: Release, gene: str, k: int = 10) -> list[str]:
    genes, vectors = lines(release, "vectors/genes"), np.load(release.path("vectors/200d")).astype(float)
    query = vectors[genes.index(gene)]
    cosine = [float(v @ query) / float(np.sqrt(v @ v) * np.sqrt(query @ query)) for v in vectors]
    return [genes[i] for i in np.argsort(cosine)[::-1] if genes[i] != gene][:k]


@pytest.mark.parametrize(
    ("gene", "programs"),
    [
        ("RPL3", ["cytosolic ribosome"]),
        ("CD3E", [name for name, program in PROGRAMS.items() if program.theme == "immune"]),
        ("ALB", ["liver"]),
    ],
)
def test_neighbors_are_mostly_of_the_same_program(gene: str, programs: list[str]):
    members = {g for name in programs for g in PROGRAMS[name].genes}
    assert sum(g in members for g in nearest(Release.open(settings.DEMO_RELEASE), gene)) >= 6


def test_hgnc_table_is_about_genes_of_the_demo(written: Release):
    hgnc, genes = table(written, "annotation/hgnc").set_index("symbol"), set(lines(written, "vectors/genes"))
    assert len(hgnc) >= 120
    assert hgnc.index.is_unique
    assert set(hgnc.index) <= genes
    for symbol, old in (("TP53", "p53"), ("ERBB2", "HER2"), ("CD274", "PD-L1"), ("POU5F1", "OCT4"), ("FTX", "NCRNA00182")):
        assert old in "|".join(hgnc.loc[symbol, ["alias_symbol", "prev_symbol"]]).split("|")
    assert [s for s in hgnc.index if "CD16" in hgnc.loc[s, "alias_symbol"].split("|")] == ["FCGR3A", "FCGR3B"]
    assert "SEPT7" in hgnc.loc["SEPTIN7", "prev_symbol"].split("|")
    ids = ensembl_ids()
    assert all(ids.get(symbol, "") == given for symbol, given in hgnc["ensembl_gene_id"].items())


def test_what_is_no_demo_release_is_not_replaced(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    (tmp_path / "file").write_text("keep")
    (tmp_path / "standin").mkdir()
    (tmp_path / "standin" / "SIMULATED").write_text("Stand-in release")
    for place in ("mine", "file", "standin"):
        with pytest.raises(GeneRAINError, match="is no demo release"):
            write_demo(tmp_path / place)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "mine", "standin"]
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_an_older_simulated_release_is_replaced_whole(written: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "demo"
    out.mkdir()
    (out / "SIMULATED").write_text("Demo release, an older one")
    (out / "stale.txt").write_text("old")
    monkeypatch.setattr(write, "_make", lambda root, *rest: shutil.copytree(written.root, root))
    assert write_demo(out, small()).has("vectors/200d")
    assert not (out / "stale.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]
