"""Sample embeddings: against the authors' hidden states, alone and in company, and with what goes wrong."""

import numpy as np
import pytest
import torch

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models import batches
from generain_core.models.network import open_network
from generain_core.models.pooling import embed_bins
from tests.conftest import PROJECT

GOLDEN = PROJECT.parent / "shared" / "golden"
pytestmark = pytest.mark.skipif(not (GOLDEN / "models.npz").is_file(), reason="no ../shared/golden beside the project")
FAMILIES = {
    "GPT_Binning_By_Gene": "gpt",
    "BERT_Pred_Genes_Binning_By_Gene": "bert_genes",
    "BERT_Pred_Expr_Binning_By_Gene": "bert_expression",
}
TOKENS = np.arange(3, 210)


def _network(name="GPT_Binning_By_Gene"):
    return open_network(GOLDEN / f"GeneRAIN.{name}.pth", FAMILIES[name])


def _bins(samples=11, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).integers(-60, 120, (samples, len(TOKENS))).clip(1).astype(np.float32)


@pytest.mark.parametrize("name", ["GPT_Binning_By_Gene", "BERT_Pred_Genes_Binning_By_Gene"])
def test_it_is_the_mean_over_the_authors_hidden_states(name) -> None:
    golden = np.load(GOLDEN / "models.npz")
    for row, unexpressed, hidden in zip(golden["tokens"], golden["unexpressed"], golden[f"{name}_last_hidden"], strict=True):
        if unexpressed.any() and not unexpressed[int(np.argmax(unexpressed)) :].all():
            continue  # the order of bins puts the unexpressed last
        n = len(row)
        bins = np.where(unexpressed, 1, np.arange(n, 0, -1) + 1)[None].astype(np.float32)
        made = embed_bins(_network(name), bins, row)
        assert np.abs(made[0] - hidden[~unexpressed].mean(0)).max() < 1e-4
        break
    else:
        pytest.fail("no golden sample is in the order of bins")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sample_is_the_same_alone_and_in_any_company(name) -> None:
    network, bins = _network(name), _bins()
    together = embed_bins(network, bins, TOKENS)
    assert np.isfinite(together).all()
    assert np.abs(together[:, None] - together[None]).max(-1)[~np.eye(len(bins), dtype=bool)].min() > 1e-3
    np.testing.assert_array_equal(embed_bins(network, bins, TOKENS), together)
    for batch in (1, 3, 4):
        assert np.abs(embed_bins(network, bins, TOKENS, batch_size=batch) - together).max() < 1e-5
    assert np.abs(embed_bins(network, bins[::-1], TOKENS, batch_size=4)[::-1] - together).max() < 1e-5


def _small(monkeypatch, most: int, problem: Exception) -> list[int]:
    """Let a batch of more than so many samples fail, and return the sizes that were tried."""
    real, sizes = batches.model_input, []

    def small(bins, *rest):
        sizes.append(len(bins))
        if len(bins) > most:
            raise problem
        return real(bins, *rest)

    monkeypatch.setattr(batches, "model_input", small)
    return sizes


@pytest.mark.parametrize(
    "problem",
    [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: can't allocate memory"), MemoryError()],
)
def test_the_batch_is_halved_when_memory_runs_out(monkeypatch, problem) -> None:
    network, bins = _network(), _bins()
    wanted = embed_bins(network, bins, TOKENS)
    sizes = _small(monkeypatch, 3, problem)
    assert np.abs(embed_bins(network, bins, TOKENS, batch_size=11) - wanted).max() < 1e-5
    assert sizes == [11, 5, 2, 2, 2, 2, 2, 1]


def test_a_device_too_small_for_one_sample_is_said(monkeypatch) -> None:
    _small(monkeypatch, 0, torch.OutOfMemoryError())
    with pytest.raises(GeneRAINError, match="too little memory for one sample"):
        embed_bins(_network(), _bins(), TOKENS)


def test_a_device_lost_on_the_way_is_said(monkeypatch) -> None:
    _small(monkeypatch, 0, torch.AcceleratorError("CUDA error: the launch timed out and was terminated\nmore lines"))
    with pytest.raises(GeneRAINError, match=r"failed on the way \(CUDA error: the launch timed out and was terminated\)"):
        embed_bins(_network(), _bins(), TOKENS)


def test_a_fault_of_ours_is_not_taken_for_a_lost_device(monkeypatch) -> None:
    _small(monkeypatch, 0, RuntimeError("The size of tensor a must match"))
    with pytest.raises(RuntimeError, match="size of tensor"):
        embed_bins(_network(), _bins(), TOKENS)


def test_it_can_be_cancelled() -> None:
    told = []

    def tell(share, words) -> None:
        told.append(share)
        if share > 0.3:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        embed_bins(_network(), _bins(), TOKENS, batch_size=2, progress=tell)
    assert told == [0.0, 2 / 11, 4 / 11]


@pytest.mark.parametrize("tokens", [TOKENS + 200, TOKENS - 9])
def test_an_index_that_does_not_fit_is_refused(tokens) -> None:
    with pytest.raises(GeneRAINError, match="has 310 genes, but the token indices run"):
        embed_bins(_network(), _bins(), tokens)


def test_a_sample_without_an_expressed_gene_is_refused() -> None:
    with pytest.raises(GeneRAINError, match="no expressed gene"):
        embed_bins(_network(), np.ones((1, len(TOKENS)), np.float32), TOKENS)


def test_a_device_that_is_not_there_is_said() -> None:
    with pytest.raises(GeneRAINError, match="no device 'abacus'"):
        embed_bins(_network(), _bins(), TOKENS, device="abacus")
