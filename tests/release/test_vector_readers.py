"""Each published form gives the same vectors; each kind of damage gives one clear sentence."""

import gzip
import json
import pickle

import numpy as np
import pytest
import torch

from generain_core.errors import ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.storage import cache
from generain_core.vectors import open_model_vectors, open_vectors, vector_sets
from tests.vectors.fixtures import put, put_array, put_text

GOOD = "3 2\nTP53 1.0 2.0\nXIST -0.5 1e-3\nACTB 0.25 4\n"


def checkpoint(root, model, key, rows=8, extra=None):
    weights = torch.arange(rows * 2, dtype=torch.float32).reshape(rows, 2) + 1
    path = root / FILES[f"model/{model}"][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model_state_dict": {key: weights} | (extra or {}), "optimizer_state_dict": {}}, path)
    return weights.numpy()


def test_text_and_array_give_the_same(tmp_path) -> None:
    put_text(tmp_path / "t", GOOD)
    text = open_vectors(Release.open(tmp_path / "t"))
    put_array(tmp_path / "a", text.genes, text.vectors)
    array = open_vectors(Release.open(tmp_path / "a"))
    assert text.genes == array.genes == ("TP53", "XIST", "ACTB")
    np.testing.assert_array_equal(text.vectors, np.array([[1, 2], [-0.5, 1e-3], [0.25, 4]], np.float32))
    np.testing.assert_array_equal(text.vectors, array.vectors)
    np.testing.assert_allclose(array.norms, [np.sqrt(5), np.sqrt(0.25 + 1e-6), np.sqrt(16.0625)], rtol=1e-7)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", " \n"),
        GOOD.rstrip("\n"),
    ],
)
def test_line_ends_of_other_writers_are_read(tmp_path, text: str) -> None:
    put_text(tmp_path, text)
    assert open_vectors(Release.open(tmp_path)).genes == ("TP53", "XIST", "ACTB")


def test_gene_names_like_missing_values_stay_names(tmp_path) -> None:
    put_text(tmp_path, "3 2\nNA 1 2\nnull 3 4\nNaN 5 7\n")
    assert open_vectors(Release.open(tmp_path)).genes == ("NA", "null", "NaN")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 2\nTP53 1 2\nXIST 1\nACTB 3 4\n", "line 3.*XIST.*1 numbers where 2 belong"),
        ("3 2\nTP53 1 2\nXIST 1 2 3\nACTB 3 4\n", "line 3.*3 numbers where 2 belong"),
        ("3 2\nTP53 1 2\nXIST 1 abc\nACTB 3 4\n", "line 3.*abc.*not a number"),
        ("3 2\nTP53 1 2\nXIST 1 nan\nACTB 3 4\n", "not a finite number for XIST"),
        ("3 2\nTP53 1 2\nXIST 1 inf\nACTB 3 4\n", "not a finite number for XIST"),
        ("3 2\nTP53 1 2\nXIST 1 2\nTP53 3 4\n", "two different vectors for TP53, rows 1 and 3"),
        ("5 2\nTP53 1 2\nXIST 1 2\nACTB 3 4\n", "announces 5 genes.*holds 3"),
        ("TP53 1 2\nXIST 1 2\n", "starts with “TP53 1 2”"),
        ("3 2000000000\nTP53 1 2\nXIST 1 2\nACTB 1 2\n", "announces 2,000,000,000 dimensions.*2 numbers"),
        ("", "starts with"),
        ("3 2\n", "announces 3 genes.*holds 0"),
        ("2 2\nTP53 0 0\nXIST 0 0\n", "no vector that is not zero"),
    ],
)
def test_damaged_text_is_named(tmp_path, text: str, words: str) -> None:
    put_text(tmp_path, text)
    with pytest.raises(ReleaseError, match=words):
        open_vectors(Release.open(tmp_path))


def test_truncated_gzip_is_named(tmp_path) -> None:
    put(tmp_path, "vectors/200d.txt", gzip.compress(GOOD.encode() * 50)[:-12])
    with pytest.raises(ReleaseError, match="breaks off or is damaged"):
        open_vectors(Release.open(tmp_path))


def test_equal_repeats_and_zero_vectors_are_left_out_and_said(tmp_path) -> None:
    put_text(tmp_path, "4 2\nTP53 1 2\nXIST 0 0\nTP53 1 2\nACTB 3 4\n")
    space = open_vectors(Release.open(tmp_path))
    assert space.genes == ("TP53", "ACTB")
    assert len(space.notes) == 2


@pytest.mark.parametrize(
    ("array", "genes", "words"),
    [
        (np.ones((3, 2), np.float32), ["A", "B"], "has 3 rows but .* names 2 genes"),
        (np.ones(3, np.float32), ["A", "B", "C"], r"shape \(3,\)"),
        (np.ones((3, 2), np.int64), ["A", "B", "C"], "holds int64 values"),
        (np.array([["a", "b"]]), ["A"], "floating-point values"),
    ],
)
def test_wrong_arrays_are_named(tmp_path, array, genes, words) -> None:
    put_array(tmp_path, genes, array)
    with pytest.raises(ReleaseError, match=words):
        open_vectors(Release.open(tmp_path))


def test_an_array_of_objects_is_never_unpickled(tmp_path) -> None:
    class Loud:
        def __reduce__(self):
            return (print, ("it ran",))

    put_array(tmp_path, ["A"], np.ones((1, 1), np.float32))
    np.save(tmp_path / FILES["vectors/200d"][0], np.array([[Loud()]], object), allow_pickle=True)
    with pytest.raises(ReleaseError, match="can't be read as an .npy array"):
        open_vectors(Release.open(tmp_path))


def test_a_truncated_array_is_named(tmp_path) -> None:
    put_array(tmp_path, ["A", "B"], np.ones((2, 200), np.float32))
    path = tmp_path / FILES["vectors/200d"][0]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ReleaseError, match="cut short"):
        open_vectors(Release.open(tmp_path))


GPT = "gene_expr_transformer.gpt.transformer.wte.weight"
INDEX = {"SPECIAL_EMB1": 0, "SPECIAL_EMB2": 1, "SPECIAL_EMB3": 2, "TP53": 5, "XIST": 3, "LOW": 6}


@pytest.mark.parametrize(
    ("model", "key", "extra"),
    [
        ("GPT_Binning_By_Gene", "gene_expr_transformer.gpt.transformer.wte.weight", {}),
        ("GPT_Binning_By_Gene", "module.gene_expr_transformer.gpt.transformer.wte.weight", {}),
        (
            "BERT_Pred_Genes_Binning_By_Gene",
            "gene_expr_transformer.bert_for_masked_lm_model.bert.embeddings.word_embeddings.weight",
            {"gene_expr_transformer.bert_for_masked_lm_model.bert.embeddings.position_embeddings.weight": torch.zeros(2048, 2)},
        ),
        (
            "BERT_Pred_Expr_Binning_By_Gene",
            "gene_expr_transformer.bert_for_masked_lm_model.bert.embeddings.position_embeddings.weight",
            {"gene_expr_transformer.bert_for_masked_lm_model.bert.embeddings.word_embeddings.weight": torch.zeros(101, 2)},
        ),
    ],
)
def test_gene_embedding_of_each_family(tmp_path, model, key, extra) -> None:
    weights = checkpoint(tmp_path, model, key, extra=extra)
    put(tmp_path, "index/gene2vec", json.dumps(INDEX).encode())
    space = open_vectors(Release.open(tmp_path))
    rows = [space.row(gene) for gene in ("XIST", "TP53")]
    np.testing.assert_array_equal(space.vectors[rows], weights[[3, 5]])


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (INDEX | {"BIG": 8}, "counts to 8.*8 rows"),
        (INDEX | {"TWICE": 5}, "same index to several"),
        ({"A": "x"}, "whole number"),
        ([], "whole number"),
    ],
)
def test_an_index_that_does_not_fit_is_named(tmp_path, index, words) -> None:
    checkpoint(tmp_path, "GPT_Binning_By_Gene", "gene_expr_transformer.gpt.transformer.wte.weight")
    put(tmp_path, "index/gene2vec", json.dumps(index).encode())
    with pytest.raises(ReleaseError, match=words):
        open_vectors(Release.open(tmp_path))


def test_a_hostile_checkpoint_does_not_run(tmp_path) -> None:
    class Hostile:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    path = put(tmp_path, "model/GPT_Binning_By_Gene", b"")
    put(tmp_path, "index/gene2vec", json.dumps(INDEX).encode())
    for write in (lambda: torch.save({"model_state_dict": Hostile()}, path), lambda: path.write_bytes(pickle.dumps(Hostile()))):
        write()
        with pytest.raises(ReleaseError, match="not a readable checkpoint"):
            open_vectors(Release.open(tmp_path))
        assert not (tmp_path / "ran").exists()


def test_a_checkpoint_without_weights_is_named(tmp_path) -> None:
    path = put(tmp_path, "model/GPT_Binning_By_Gene", b"")
    put(tmp_path, "index/gene2vec", json.dumps(INDEX).encode())
    for content, words in (
        ({"state": 1}, "no “model_state_dict”"),
        ({"model_state_dict": {"x": torch.ones(1)}}, "no gene embedding"),
    ):
        torch.save(content, path)
        with pytest.raises(ReleaseError, match=words):
            open_vectors(Release.open(tmp_path))


def test_sets_are_named_and_unknown_ones_refused(tmp_path) -> None:
    put_text(tmp_path, GOOD)
    release = Release.open(tmp_path)
    assert [each.name for each in vector_sets(release)] == ["GeneRAIN-vec.200d.txt"]
    with pytest.raises(ReleaseError, match="no vectors called “mine”.*GeneRAIN-vec.200d.txt"):
        open_vectors(release, "mine")


def test_the_cache_is_used_rebuilt_and_follows_the_source(tmp_path, fresh_cache) -> None:
    path = put_text(tmp_path, GOOD)
    first = open_vectors(Release.open(tmp_path))
    folder = next((fresh_cache / "vectors").iterdir())
    again = open_vectors(Release.open(tmp_path))
    assert isinstance(again.vectors, np.memmap)
    assert not again.vectors.flags.writeable
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert first.fingerprint == again.fingerprint
    for damage in (b"broken", b""):
        (folder / "vectors.npy").write_bytes(damage)
        np.testing.assert_array_equal(open_vectors(Release.open(tmp_path)).vectors, first.vectors)
    (folder / "meta.json").write_text(json.dumps({"meta": {}, "shapes": {}}))
    np.testing.assert_array_equal(open_vectors(Release.open(tmp_path)).vectors, first.vectors)
    path.write_bytes(gzip.compress(GOOD.replace("TP53 1.0", "TP53 7.0").encode()))
    assert open_vectors(Release.open(tmp_path)).vectors[0, 0] == 7


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path, fresh_cache, monkeypatch) -> None:
    put_text(tmp_path, GOOD)

    def full(*_args, **_kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(cache, "_write", full)
    assert open_vectors(Release.open(tmp_path)).genes == ("TP53", "XIST", "ACTB")


def test_every_form_of_the_standin_release_agrees(standin) -> None:
    release = Release.open(standin)
    array, text = open_vectors(release, "GeneRAIN-vec.200d"), open_vectors(release, "GeneRAIN-vec.200d.txt")
    assert array.genes == text.genes
    np.testing.assert_allclose(array.vectors, text.vectors, atol=1e-6)
    model = open_model_vectors(release, "GPT_protein_coding_lncRNAs")
    assert model.genes == array.genes
    np.testing.assert_allclose(model.vectors, array.vectors * 0.3, rtol=1e-5)
