"""Each kind of damage is found by `verify`, and named."""

import gzip
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from generain_core.cli import main
from generain_core.install.install import install
from generain_core.release.files import FILES, Release
from generain_core.verify.verify import Check, verify


@pytest.fixture(scope="module")
def whole(standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the small stand-in. Its example has too few genes to be binned; that check runs at full scale."""
    root = tmp_path_factory.mktemp("whole") / "release"
    shutil.copytree(standin, root)
    return root


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Path:
    """Return a copy whose files are links to the originals until they are replaced."""
    shutil.copytree(whole, tmp_path / "release", copy_function=lambda a, b: Path(b).hardlink_to(a))
    return tmp_path / "release"


def at(root: Path, key: str) -> Path:
    return root / FILES[key][0]


def rewrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def cut(key: str) -> Callable[[Path], None]:
    return lambda root: rewrite(at(root, key), at(root, key).read_bytes()[: at(root, key).stat().st_size * 2 // 3])


def array(key: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        out = io.BytesIO()
        np.save(out, change(np.load(at(root, key))))
        rewrite(at(root, key), out.getvalue())

    return make


def text(key: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        rewrite(at(root, key), ("\n".join(change(at(root, key).read_text().splitlines())) + "\n").encode())

    return make


def tokens(key: str, change: Callable[[dict[str, int]], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        index = json.loads(at(root, key).read_text())
        change(index)
        rewrite(at(root, key), json.dumps(index).encode())

    return make


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = at(root, "model/GPT_protein_coding_lncRNAs")
        checkpoint = torch.load(path, weights_only=True)
        change(checkpoint["model_state_dict"])
        out = io.BytesIO()
        torch.save(checkpoint, out)
        rewrite(path, out.getvalue())

    return make


def parquet(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        out = io.BytesIO()
        frame = change(pq.read_table(at(root, "attributes")).to_pandas())
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
        rewrite(at(root, "attributes"), out.getvalue())

    return make


def archs4(change: Callable[[h5py.File], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = at(root, "archs4")
        content = path.read_bytes()
        rewrite(path, content)
        with h5py.File(path, "r+") as file:
            change(file)

    return make


def set_value(values: np.ndarray, place: object, value: float) -> np.ndarray:
    values[place] = value
    return values


def swapped(lines: list[str], i: int, j: int) -> list[str]:
    lines[i], lines[j] = lines[j], lines[i]
    return lines


def with_first(frame: pd.DataFrame, change: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    column = "predicted_probabilities"
    frame[column] = [change(np.array(v)) if i == 0 else v for i, v in enumerate(frame[column])]
    return frame


def flipped(key: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        content = bytearray(at(root, key).read_bytes())
        content[len(content) // 2] ^= 64
        rewrite(at(root, key), bytes(content))

    return make


def misnamed(key: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        content = bytearray(at(root, key).read_bytes())
        entry = content.rindex(b"PK\x01\x02")
        content[entry + 9] |= 8  # the name is in UTF-8, which it then is not
        content[entry + 46] = 0xFF
        rewrite(at(root, key), bytes(content))

    return make


def shifted(tokens: dict[str, int]) -> None:
    genes = sorted((gene for gene in tokens if tokens[gene] > 2), key=lambda gene: tokens[gene])
    tokens.update({gene: i + 3 for i, gene in enumerate([*genes[1:], genes[0]])})


def exchanged(tokens: dict[str, int], one: int, other: int) -> None:
    genes = sorted(tokens, key=lambda gene: tokens[gene])
    tokens.update({genes[one]: other, genes[other]: one})


def shorter(file: h5py.File, name: str) -> None:
    values = file[name][:-5]
    del file[name]
    file[name] = values


WTE = "gene_expr_transformer.gpt.transformer.wte.weight"
DAMAGE: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "index cut": (cut("index/gene2vec"), "token index gene2vec", "not readable JSON"),
    "index without special tokens": (
        tokens("index/gene2vec", lambda i: i.update({"SPECIAL_EMB1": max(i.values()) + 1})),
        "token index gene2vec",
        "special tokens",
    ),
    "index with a gap": (tokens("index/coding_lncrna", lambda i: i.pop("LOWEXPR0")), "token index coding_lncrna", "gap"),
    "index twice": (tokens("index/gene2vec", lambda i: i.update({"OTHER": 5})), "token index gene2vec", "same index"),
    "index of other genes": (
        tokens("index/gene2vec", lambda i: [i.update({f"X{k}": i.pop(k)}) for k in list(i)[3:]]),
        "genes of the boundaries gene2vec",
        "are not in the gene2vec_gene_to_idx",
    ),
    "boundaries cut": (cut("boundaries/coding_lncrna"), "boundaries coding_lncrna", "can't be read"),
    "boundaries not ascending": (
        array("boundaries/gene2vec", lambda a: set_value(a, (5, 7), 99)),
        "boundaries gene2vec",
        "ascending",
    ),
    "boundaries not finite": (
        array("boundaries/gene2vec", lambda a: set_value(a, (-1, 7), np.nan)),
        "boundaries gene2vec",
        "ascending",
    ),
    "boundaries below zero": (
        array("boundaries/gene2vec", lambda a: set_value(a, (0, 7), -1)),
        "boundaries gene2vec",
        "below zero",
    ),
    "boundaries in float64": (array("boundaries/gene2vec", lambda a: a.astype(np.float64)), "boundaries gene2vec", "float32"),
    "boundaries lack a column": (array("boundaries/gene2vec", lambda a: a[:, 1:]), "boundaries gene2vec", "columns"),
    "boundaries transposed": (array("boundaries/gene2vec", lambda a: a.T), "boundaries gene2vec", "columns"),
    "boundaries in another order": (
        text("boundaries/coding_lncrna/genes", lambda lines: lines[400:] + lines[:400]),
        "genes of the boundaries coding_lncrna",
        "another order",
    ),
    "boundaries of another scale": (
        array("boundaries/gene2vec", lambda a: a * np.float32(2.3)),
        "both boundaries",
        "disagree",
    ),
    "boundaries name a gene twice": (
        text("boundaries/gene2vec/genes", lambda lines: [lines[1], *lines[1:]]),
        "boundaries gene2vec",
        "each gene once",
    ),
    "statistics lack a column": (
        text("gene_statistics", lambda lines: [line.rsplit("\t", 1)[0] for line in lines]),
        "gene statistics",
        "max_mean_nondup",
    ),
    "statistics with a word": (
        text("gene_statistics", lambda lines: [lines[0], "TP53\tmuch\t1\tTrue", *lines[2:]]),
        "gene statistics",
        "numbers in gene_mean",
    ),
    "statistics cut": (text("gene_statistics", lambda lines: lines[:-100]), "gene rows", "rows"),
    "gene rows shuffled": (text("genes_meta", lambda lines: [lines[0], *lines[:0:-1]]), "gene rows", "differently"),
    "gene rows with columns swapped": (
        text("genes_meta", lambda lines: [lines[0], *("\t".join(line.split("\t")[::-1]) for line in lines[1:])]),
        "gene rows",
        "Ensembl|differently",
    ),
    "model cut": (cut("model/BERT_Pred_Genes_Binning_By_Gene"), "model BERT_Pred_Genes_Binning_By_Gene", "cut short"),
    "model with NaN": (
        weights(lambda s: s[WTE].__setitem__((9, 0), float("nan"))),
        "model GPT_protein_coding_lncRNAs",
        "no finite numbers",
    ),
    "model without a tensor": (
        weights(lambda s: s.pop("gene_expr_transformer.gpt.transformer.ln_f.weight")),
        "model GPT_protein_coding_lncRNAs",
        "ln_f",
    ),
    "model of fewer genes": (
        weights(lambda s: s.update({WTE: s[WTE][:-10].clone()})),
        "model GPT_protein_coding_lncRNAs",
        "lm_head|rows|counts",
    ),
    "model with a changed byte": (flipped("model/GPT_Binning_By_Gene"), "model GPT_Binning_By_Gene", "the sum"),
    "model with a part misnamed": (misnamed("model/GPT_Binning_By_Gene"), "model GPT_Binning_By_Gene", "list of its parts"),
    "model with a silent layer": (
        weights(lambda s: s.update({k: v * 0 for k, v in s.items() if k.endswith("h.1.mlp.c_fc.weight")})),
        "model GPT_protein_coding_lncRNAs",
        "nothing but zeros",
    ),
    "model with a wild weight": (
        weights(lambda s: s[WTE].__setitem__((5, 5), 1e30)),
        "model GPT_protein_coding_lncRNAs",
        r"a weight of 1e\+30",
    ),
    "index shifted by a gene": (
        tokens("index/gene2vec", shifted),
        "vectors and BERT_Pred_Expr_Binning_By_Gene",
        "row beside its own",
    ),
    "index with two genes exchanged": (
        tokens("index/coding_lncrna", lambda i: exchanged(i, 700, 900)),
        "vectors and GPT_protein_coding_lncRNAs",
        "equal but for 2 of",
    ),
    "narrow vectors in another order": (
        array("vectors/32d", lambda a: np.roll(a, 500, axis=0)),
        "vectors of both widths",
        "nothing in common",
    ),
    "vectors cut": (cut("vectors/200d"), "vectors GeneRAIN-vec.200d", "can't be read"),
    "vectors not finite": (
        array("vectors/200d", lambda a: set_value(a, (3, 3), np.inf)),
        "vectors GeneRAIN-vec.200d",
        "not a finite number",
    ),
    "vectors lack a gene": (text("vectors/genes", lambda lines: lines[:-1]), "vectors GeneRAIN-vec.200d", "names"),
    "vectors in another order": (
        array("vectors/200d", lambda a: np.roll(a, 500, axis=0)),
        "vectors and GPT_protein_coding_lncRNAs",
        "nothing in common",
    ),
    "vectors as text differ": (
        lambda root: rewrite(
            at(root, "vectors/200d.txt"),
            gzip.compress(
                gzip.decompress(
                    (at(root, "vectors/200d.txt") if at(root, "vectors/200d.txt").exists() else root).read_bytes()
                ).replace(b" 0.", b" 0.9", 1)
            ),
        ),
        "vectors as text and array",
        "differ",
    ),
    "chunk cut": (cut("chunk/2"), "training chunk 2", "cut short"),
    "chunk with a zero": (array("chunk/2", lambda a: set_value(a, (50, 5), 0)), "training chunk 2", "no bins"),
    "chunk with fractions": (array("chunk/2", lambda a: set_value(a, (50, 5), 7.5)), "training chunk 2", "no bins"),
    "chunk lacks a column": (array("chunk/2", lambda a: a[:, 1:]), "training chunk 2", "columns"),
    "chunk of one bin": (array("chunk/2", np.ones_like), "training chunk 2", "for every gene"),
    "chunk twice": (
        lambda root: rewrite(at(root, "chunk/3"), at(root, "chunk/1").read_bytes()),
        "training chunk 3",
        "the same samples as chunk 1",
    ),
    "predictions in another order": (
        text("attributes/genes", lambda lines: [*lines[600:], *lines[:600]]),
        "predictions",
        "another order",
    ),
    "predictions shifted by a gene": (
        text("attributes/genes", lambda lines: [*lines[1:], lines[0]]),
        "predictions",
        "row beside its own",
    ),
    "predictions without attributes": (parquet(lambda f: f.iloc[:0]), "predictions", "no attribute|no row|holds no|is empty"),
    "predictions with a gap": (
        parquet(lambda f: with_first(f, lambda v: set_value(v, 3, np.nan))),
        "predictions",
        "lacks the prob",
    ),
    "predictions cut": (cut("attributes"), "predictions", "cut short"),
    "predictions above one": (parquet(lambda f: with_first(f, lambda v: v + 2)), "predictions", "no probability"),
    "predictions of fewer genes": (parquet(lambda f: with_first(f, lambda v: v[1:])), "predictions", "its gene list names"),
    "predictions list too short": (text("attributes/genes", lambda lines: lines[:-3]), "predictions", "its gene list names"),
    "predictions gone": (
        parquet(lambda f: f.drop(columns="predicted_probabilities")),
        "predictions",
        "holds no probabilities",
    ),
    "ARCHS4 cut": (cut("archs4"), "ARCHS4", "cut short"),
    "ARCHS4 without expression": (archs4(lambda f: f["data"].pop("expression")), "ARCHS4", "damaged|not ARCHS4"),
    "ARCHS4 of other genes": (
        archs4(lambda f: f["meta/genes/symbol"].__setitem__(0, b"OTHER")),
        "ARCHS4",
        "name other genes",
    ),
    "ARCHS4 of shuffled IDs": (
        archs4(lambda f: f["meta/genes/ensembl_gene"].__setitem__(slice(None), f["meta/genes/ensembl_gene"][:][::-1])),
        "ARCHS4",
        "name other genes",
    ),
    "ARCHS4 of fewer titles": (archs4(lambda f: shorter(f, "meta/samples/title")), "ARCHS4", "meta/samples/title is of another"),
    "ARCHS4 without counts": (
        archs4(lambda f: f["data/expression"].__setitem__((slice(None), slice(0, 30)), 0)),
        "ARCHS4",
        "no count above zero for .* such as GSM9000000",
    ),
    "ARCHS4 samples swapped": (text("samples_meta", lambda lines: swapped(lines, 1, 2)), "ARCHS4", "name other samples"),
    "samples named twice": (text("samples_meta", lambda lines: [*lines, lines[1]]), "samples of ARCHS4", "twice"),
    "example cut": (cut("example"), "example", "cut off or damaged"),
}


def faults(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.detail for check in checks if check.ok is False}


def test_an_undamaged_release_passes(whole: Path) -> None:
    checks = verify(Release.open(whole))
    assert faults(checks) == {}
    assert {"predictions", "ARCHS4", "training chunk 4", "both boundaries"} <= {check.name for check in checks}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_named(damaged: Path, kind: str) -> None:
    make, name, said = DAMAGE[kind]
    make(damaged)
    found = faults(verify(Release.open(damaged)))
    assert name in found, found
    assert re.search(said, found[name]), found[name]


def test_a_sample_without_counts_is_told_and_no_damage(damaged: Path) -> None:
    archs4(lambda f: f["data/expression"].__setitem__((slice(None), 0), 0))(damaged)
    said = {check.name: check for check in verify(Release.open(damaged))}["ARCHS4"]
    assert said.ok
    assert "; 1 of 50 that were looked at have no count" in said.detail


def test_chunks_are_silent_where_the_boundaries_are(damaged: Path) -> None:
    zero = (np.load(at(damaged, "boundaries/gene2vec")) == 0).mean(axis=0)
    rng = np.random.default_rng(0)
    bins = np.where(rng.random((300, len(zero))) < zero, 1, rng.integers(2, 2001, (300, len(zero)))).astype(np.float32)
    np.save(at(damaged, "chunk/2").with_suffix(".new.npy"), bins)
    at(damaged, "chunk/2").with_suffix(".new.npy").replace(at(damaged, "chunk/2"))
    said = {check.name: check for check in verify(Release.open(damaged))}["training chunk 2"]
    assert said.ok
    assert "silent as often as in the boundaries (correlation 0.9" in said.detail or "(correlation 1.0" in said.detail
    array("chunk/2", lambda a: np.roll(a, 3, axis=1))(damaged)
    said = {check.name: check for check in verify(Release.open(damaged))}["training chunk 2"]
    assert not said.ok
    assert "columns are in another order" in said.detail


def test_a_change_that_no_rule_forbids_is_found_by_its_hash(whole: Path, tmp_path: Path) -> None:
    install([whole], tmp_path / "r")
    assert faults(verify(Release.open(tmp_path / "r"))) == {}
    array("chunk/4", lambda a: set_value(a, (51, 6), 1000))(tmp_path / "r")
    at(tmp_path / "r", "example").unlink()
    found = faults(verify(Release.open(tmp_path / "r")))
    assert set(found) == {f"unchanged: {at(tmp_path, 'chunk/4').name}", f"unchanged: {at(tmp_path, 'example').name}"}


def test_the_command_says_it_in_words_and_json(damaged: Path, capsys, tmp_path: Path) -> None:
    cut("chunk/2")(damaged)
    line = ["--release", str(damaged), "verify", "-o", str(tmp_path / "out.json")]
    assert main([*line, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [c["name"] for c in answer["checks"] if c["ok"] is False] == ["training chunk 2"]
    assert json.loads((tmp_path / "out.json").read_text()) == answer
    assert main(line) == 1
    words = capsys.readouterr().out
    assert "FAULT training chunk 2" in words
    assert words.endswith("\n1 fault.\n")


def test_without_faults_the_command_ends_well(whole: Path, capsys) -> None:
    assert main(["--release", str(whole), "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
