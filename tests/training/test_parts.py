"""Parts of training by themselves: the loss without whole logits, masks, chunks, the log."""

from dataclasses import replace

import anndata
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.models.types import ModelInput
from generain_core.training import cross_entropy
from generain_core.training.cross_entropy import summed_cross_entropy
from generain_core.training.data import open_chunks, split, token_index
from generain_core.training.masks import draw, masked, next_gene, some_of
from generain_core.training.train import Options
from tests.training.toy import GENES, some_bins


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("room", [1, 4 * 11 * 3, 1 << 20])
def test_the_loss_and_its_gradients_are_torchs(bias, room, monkeypatch) -> None:
    monkeypatch.setattr(cross_entropy, "LOGIT_BYTES", room)
    random = torch.Generator().manual_seed(0)
    states, weight, extra = (torch.randn(*shape, generator=random, requires_grad=True) for shape in ((7, 5), (11, 5), (11,)))
    targets = torch.randint(0, 11, (7,), generator=random)
    inputs = [states, weight, *([extra] if bias else [])]
    plain = torch.nn.functional.cross_entropy(states @ weight.T + (extra if bias else 0), targets, reduction="sum")
    ours = summed_cross_entropy(states, weight, extra if bias else None, targets)
    assert torch.allclose(ours, plain, atol=1e-5)
    for a, b in zip(torch.autograd.grad(3 * ours, inputs), torch.autograd.grad(3 * plain, inputs), strict=True):
        assert torch.allclose(a, b, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(summed_cross_entropy(states, weight, extra if bias else None, targets), plain, atol=1e-5)


def test_in_16_bits_the_gradients_stay_near() -> None:
    random = torch.Generator().manual_seed(0)
    states, weight = (torch.randn(*shape, generator=random, requires_grad=True) for shape in ((40, 16), (30, 16)))
    targets = torch.randint(0, 30, (40,), generator=random)
    exact = torch.autograd.grad(summed_cross_entropy(states, weight, None, targets), [states, weight])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = summed_cross_entropy(states, weight, None, targets)
    assert loss.dtype == torch.float32
    for a, b in zip(torch.autograd.grad(loss, [states, weight]), exact, strict=True):
        assert a.dtype == torch.float32
        assert float((a - b).norm() / b.norm()) < 0.02


def test_no_place_has_no_loss() -> None:
    weight = torch.ones(3, 2, requires_grad=True)
    loss = summed_cross_entropy(torch.ones(0, 2, requires_grad=True), weight, None, torch.zeros(0, dtype=torch.long))
    assert loss == 0
    assert torch.autograd.grad(loss, weight)[0].abs().max() == 0


def _given(samples: int = 40, places: int = 50, expressed: int = 30) -> ModelInput:
    tokens = torch.arange(3, 3 + places).repeat(samples, 1)
    mask = (torch.arange(places) < expressed).long().repeat(samples, 1)
    return ModelInput(tokens, torch.arange(places).repeat(samples, 1), mask, tokens - 3)


@pytest.mark.parametrize("family", ["bert_genes", "bert_expression"])
def test_masks_have_the_shares_that_were_asked_for(family) -> None:
    given, genes = _given(400), torch.arange(3, 3 + 500)
    task = masked(given, draw(np.arange(400), 50, (0,)), genes, family, Options(mask_share=0.8, random_share=0.1))
    hidden, expressed = task.predicted, given.mask.bool()
    assert not (hidden & ~expressed).any()
    assert float(hidden.sum() / expressed.sum()) == pytest.approx(0.15, abs=0.01)
    assert torch.equal(task.targets, given.tokens)
    assert torch.equal(task.shown.tokens[~hidden], given.tokens[~hidden])
    shown, true = task.shown.tokens[hidden], given.tokens[hidden]
    assert float((shown == 0).float().mean()) == pytest.approx(0.8, abs=0.03)
    assert float((shown == true).float().mean()) == pytest.approx(0.1, abs=0.03)
    other = shown[(shown != 0) & (shown != true)]
    low, high = (3, 502) if family == "bert_genes" else (1, 100)
    assert low <= int(other.min()) < low + (high - low) * 0.1
    assert high - (high - low) * 0.1 < int(other.max()) <= high


def test_a_sample_with_expressed_genes_has_something_to_predict() -> None:
    given = _given(200, expressed=1)
    task = masked(given, draw(np.arange(200), 50, (0,)), torch.arange(3, 53), "bert_genes", Options(masked=0.01))
    assert torch.equal(task.predicted, given.mask.bool())
    nothing = masked(_given(2, expressed=0), draw(np.arange(2), 50, (0,)), torch.arange(3, 53), "bert_genes", Options())
    assert not nothing.predicted.any()


def test_a_samples_masks_do_not_depend_on_its_company() -> None:
    many = draw(np.arange(10), 20, (7, 2, 1))
    assert np.array_equal(draw(np.array([4]), 20, (7, 2, 1))[:, 0], many[:, 4])
    assert not np.array_equal(draw(np.array([4]), 20, (7, 2, 2))[:, 0], many[:, 4])


def test_gpt_predicts_the_next_expressed_gene() -> None:
    task = next_gene(_given(1, 5, 3))
    assert task.predicted.tolist() == [[True, True, False, False, False]]
    assert task.targets[0, :2].tolist() == [4, 5]
    published = next_gene(_given(1, 5, 3), unexpressed=True)
    assert published.predicted.tolist() == [[True, True, True, True, False]]
    assert published.targets[0, :4].tolist() == [4, 5, 6, 7]
    assert not next_gene(_given(1, 5, 0), unexpressed=True).predicted.any()


def test_genes_that_are_shown_are_drawn_and_keep_their_bins() -> None:
    given = _given(6, 50, 30)
    few = some_of(given, np.arange(6), 20, (3, 2, 0))
    assert few.tokens.shape == (6, 20)
    for row in range(6):
        count = int(few.mask[row].sum())
        assert few.mask[row].tolist() == [1] * count + [0] * (20 - count)
        assert few.tokens[row, :count].tolist() == sorted(few.tokens[row, :count].tolist())
        assert len(set(few.tokens[row].tolist())) == 20
        assert torch.equal(few.tokens[row] - 3, few.columns[row])
    assert torch.equal(some_of(given, np.array([4]), 20, (3, 2, 0)).tokens[0], few.tokens[4])
    assert not torch.equal(some_of(given, np.array([4]), 20, (3, 2, 1)).tokens[0], few.tokens[4])
    assert some_of(given, np.arange(6), 50, (0,)) is given


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 300), st.floats(0, 0.9), st.integers(0, 100))
def test_a_split_has_every_sample_once(samples, share, seed) -> None:
    learned, held = split(samples, share, seed)
    assert sorted([*learned, *held]) == list(range(samples))
    assert len(learned) >= 1
    assert abs(len(held) - share * samples) <= 1
    assert np.array_equal(split(samples, share, seed)[1], held)


def _h5ad(path, bins, genes=GENES, **uns):
    anndata.AnnData(np.ones(bins.shape, np.float32), layers={"bins": bins}, uns=uns).write_h5ad(path)
    adata = anndata.read_h5ad(path)
    adata.var_names = genes
    adata.write_h5ad(path)
    return path


def test_chunks_on_disk_give_the_rows_of_arrays(tmp_path) -> None:
    bins = some_bins()
    np.save(tmp_path / "a.npy", bins[:20])
    packed = sparse.csr_matrix(np.where(bins[30:] > 1, bins[30:], 0))
    paths = [tmp_path / "a.npy", _h5ad(tmp_path / "b.h5ad", bins[20:30]), _h5ad(tmp_path / "c.h5ad", packed)]
    chunks, index = open_chunks(paths, GENES, "gpt", modelled=set(GENES[1:]))
    assert isinstance(chunks.arrays[0], np.memmap)
    assert index == token_index(GENES)
    assert chunks.tokens.tolist() == list(range(4, 63))
    wanted = np.array([49, 0, 25, 19, 20, 35])
    assert np.array_equal(chunks.rows(wanted), bins[wanted][:, 1:])
    assert open_chunks(paths[1:], None, "gpt")[1] == index


def test_genes_without_a_token_are_not_read() -> None:
    chunks, _ = open_chunks([some_bins()], GENES, "gpt", {"G5": 9, "G7": 4, "X": 11})
    assert (chunks.columns.tolist(), chunks.tokens.tolist()) == ([7, 5], [4, 9])


def test_samples_are_the_same_whatever_the_order_of_their_columns() -> None:
    bins, index = some_bins(), token_index(GENES)
    order = np.random.default_rng(2).permutation(len(GENES))
    wanted, _ = open_chunks([bins], GENES, "gpt", index)
    found, _ = open_chunks([bins[:, order]], [GENES[i] for i in order], "gpt", index)
    assert found.tokens.tolist() == wanted.tokens.tolist() == sorted(index[gene] for gene in GENES)
    assert np.array_equal(found.rows(np.arange(len(bins))), wanted.rows(np.arange(len(bins))))


@pytest.mark.parametrize(
    ("chunks", "genes", "message"),
    [
        ([], GENES, "There are no chunks"),
        ([some_bins()], GENES[:-1], "Chunk 0 has 60 columns, but the gene list has 59 genes"),
        ([some_bins()], [*GENES[:-1], "G3"], "names 'G3' twice"),
        ([some_bins()], [f"X{i}" for i in range(60)], "Of 60 genes 0 are in the token index"),
        ([some_bins()], None, "give the gene list that belongs to them"),
        ([some_bins()[0]], GENES, "Chunk 0 is \\(60,\\) of float32"),
        ([some_bins()[:0]], GENES, "Chunk 0 is \\(0, 60\\)"),
        ([some_bins().astype(str)], GENES, "binned samples are numbers"),
        ([some_bins(), some_bins() * 100], GENES, "Chunk 1 has the value .* bins are whole numbers from 1 to 2,000"),
        ([some_bins() + 0.5], GENES, "in sample 0 .*whole numbers"),
        ([some_bins() * np.nan], GENES, "has the value nan in sample 0"),
        ([some_bins() - 1], GENES, "has the value 0 in sample 0"),
        ([some_bins() * 0 + 1, some_bins() * 0 + 1], GENES, "nothing to learn"),
        (["nowhere.npy"], GENES, "There is no file nowhere.npy"),
        (["nowhere.h5ad"], GENES, "nowhere.h5ad can't be read"),
    ],
)
def test_chunks_that_can_not_be_are_refused(chunks, genes, message, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GeneRAINError, match=message):
        open_chunks(chunks, genes, "gpt", None if genes is None or genes[0] != "X0" else {"G1": 3})


def test_files_that_can_not_be_are_refused(tmp_path) -> None:
    bins = some_bins(5)
    np.save(tmp_path / "object.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "object.npy").read_bytes()[:40])
    (tmp_path / "text.h5ad").write_text("no")
    anndata.AnnData(bins).write_h5ad(tmp_path / "counts.h5ad")
    _h5ad(tmp_path / "other.h5ad", bins, [*GENES[1:], "G0"])
    _h5ad(tmp_path / "high.h5ad", bins * 100)
    _h5ad(tmp_path / "set.h5ad", bins, generain={"gene_set": "coding_lncrna"})
    for name, message in {
        "object.npy": "not a readable .npy",
        "cut.npy": "not a readable .npy",
        "text.h5ad": "cut off, damaged",
        "counts.h5ad": r'no layers\["bins"\]',
        "other.h5ad": "has the gene 'G1' in column 0 where the gene list has 'G0'",
        "high.h5ad": "high.h5ad has the value",
        "set.h5ad": "bins are of the gene set coding_lncrna, but GPT_Binning_By_Gene reads gene2vec",
    }.items():
        with pytest.raises(GeneRAINError, match=message):
            open_chunks([tmp_path / name], GENES, "GPT_Binning_By_Gene")


@pytest.mark.parametrize("family", ["bert_genes", "bert_expression"])
def test_published_masks_by_hand(family) -> None:
    """In BERT_Pred_Genes every hidden gene is token 0; in BERT_Pred_Expr bins are hidden in three ways."""
    given = _given(1, 8, 7)
    draws = np.zeros((3, 1, 8), dtype=np.float32)
    draws[1, 0] = [0.0, 0.79, 0.0, 0.8, 0.89, 0.9, 0.0, 0.0]
    draws[0, 0, 6:] = 0.9
    task = masked(given, draws, torch.arange(20, 30), family, Options())
    other = [20, 20, 8] if family == "bert_genes" else [1, 1, 8]
    hidden = [0] * 6 if family == "bert_genes" else [0, 0, 0, *other]
    assert task.shown.tokens.tolist() == [[*hidden, 9, 10]]


@pytest.mark.parametrize("family", ["bert_genes", "bert_expression"])
def test_masks_by_hand(family) -> None:
    """Hidden below 15 %; of those, 80 % become 0, the next 10 % another, the rest stay; borders belong to the upper part."""
    given = _given(1, 8, 7)
    hide = [0.0, 0.14, 0.15, 0.149, 0.1, 0.05, 0.9, 0.0]
    fate = [0.0, 0.79, 0.0, 0.8, 0.89, 0.9, 0.0, 0.0]
    other = [0.0, 0.0, 0.0, 0.0, 0.999, 0.5, 0.0, 0.0]
    draws = np.array([[hide], [fate], [other]], dtype=np.float32)
    task = masked(given, draws, torch.arange(20, 30), family, Options(mask_share=0.8, random_share=0.1))
    assert task.predicted.tolist() == [[True, True, False, True, True, True, False, False]]
    low, high = (20, 29) if family == "bert_genes" else (1, 100)
    assert task.shown.tokens.tolist() == [[0, 0, 5, low, high, 8, 9, 10]]
    assert task.targets.tolist() == given.tokens.tolist()


def test_the_smallest_number_is_hidden_where_none_is_small_enough() -> None:
    draws = np.full((3, 1, 5), 0.5, dtype=np.float32)
    draws[0] = [0.9, 0.7, 0.8, 0.95, 0.1]
    task = masked(_given(1, 5, 4), draws, torch.arange(3, 9), "bert_genes", Options())
    assert task.predicted.tolist() == [[False, True, False, False, False]]
    assert task.shown.tokens.tolist() == [[3, 0, 5, 6, 7]]


def test_an_empty_sample_has_one_place_to_attend_to() -> None:
    both = replace(_given(2, 5), mask=torch.cat([_given(1, 5, 0).mask, _given(1, 5, 2).mask]))
    task = masked(both, draw(np.arange(2), 5, (0,)), torch.arange(3, 9), "bert_genes", Options()).readable()
    assert task.shown.mask.tolist() == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0]]
    assert not task.predicted[0].any()


def test_the_published_shares_are_the_defaults() -> None:
    published = Options()
    assert (published.masked, published.replacements("bert_expression")) == (0.15, (0.8, 0.1))
    assert (published.width, published.layers, published.positions, published.dropout) == (200, 6, 2048, 0.05)
    assert (published.learning_rate, published.warm_up, published.weight_decay) == (1e-4, 0.2, 0.01)
