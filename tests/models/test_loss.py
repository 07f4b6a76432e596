"""The loss of a sample: against a loop over the whole logits, and over the authors' golden logits."""

import numpy as np
import pytest
import torch

from generain_core.models import loss
from generain_core.models.loss import MASKED, ROUNDS, next_gene_loss, sample_losses
from generain_core.models.types import ModelInput
from tests.models import golden

pytestmark = pytest.mark.skipif(not golden.HERE, reason=golden.WHY)


def _cross_entropy(logits: np.ndarray, target: int) -> float:
    shifted = logits.astype(np.float64) - logits.max()
    return float(np.log(np.exp(shifted).sum()) - shifted[target])


def test_the_loss_of_gpt_is_that_of_the_authors_logits() -> None:
    data = np.load(golden.GOLDEN / "models.npz")
    network, tried = golden.network(), 0
    for tokens, unexpressed, logits in zip(data["tokens"], data["unexpressed"], data["GPT_Binning_By_Gene_logits"], strict=True):
        n = int((~unexpressed).sum())
        if unexpressed[:n].any():
            continue  # the order of bins puts the unexpressed last
        tried += 1
        mask = torch.from_numpy(~unexpressed).long()[None]
        given = ModelInput(torch.from_numpy(tokens)[None], torch.arange(len(tokens))[None], mask, torch.arange(len(tokens))[None])
        with torch.inference_mode():
            made = float(next_gene_loss(network, given)[0])
        expected = np.mean([_cross_entropy(logits[i], tokens[i + 1]) for i in range(n - 1)])
        assert made == pytest.approx(expected, abs=1e-4)
    assert tried


def test_the_loss_of_gpt_is_that_of_a_loop() -> None:
    network, bins = golden.network(), golden.some_bins()
    given, hidden = golden.plain(network, bins)
    with torch.inference_mode():
        logits = network.head(hidden).numpy()
    made = sample_losses(network, bins, golden.TOKENS)
    for row in range(len(bins)):
        n = int(given.mask[row].sum())
        expected = np.mean([_cross_entropy(logits[row, i], int(given.tokens[row, i + 1])) for i in range(n - 1)])
        assert made[row] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", ["BERT_Pred_Genes_Binning_By_Gene", "BERT_Pred_Expr_Binning_By_Gene"])
def test_the_loss_of_bert_is_that_of_a_loop(name) -> None:
    network, bins = golden.network(name), golden.some_bins()
    bins[3] = 1
    bins[3, :2] = 50, 70  # two expressed genes: mostly none of them is drawn
    given, _ = golden.plain(network, bins)
    numbers = np.random.default_rng(7).random((ROUNDS, network.genes)).astype(np.float32)
    made = sample_losses(network, bins, golden.TOKENS, seed=7)
    genes = given.positions if name == "BERT_Pred_Expr_Binning_By_Gene" else given.tokens
    for row in range(len(bins)):
        n, found = int(given.mask[row].sum()), []
        for drawn in numbers:
            own = drawn[genes[row, :n].numpy()]
            hide = np.flatnonzero(own < MASKED) if (own < MASKED).any() else [int(own.argmin())]
            shown = given.tokens[row : row + 1].clone()
            shown[0, hide] = 0
            with torch.inference_mode():
                hidden = network.hidden(shown, given.positions[row : row + 1], given.mask[row : row + 1])
                logits = network.head(hidden)[0].numpy()
            found += [_cross_entropy(logits[i], int(given.tokens[row, i])) for i in hide]
        assert made[row] == pytest.approx(np.mean(found), abs=1e-4)


@pytest.mark.parametrize("name", golden.FAMILIES)
def test_blocks_of_logits_and_company_change_nothing(name, monkeypatch) -> None:
    network, bins = golden.network(name), golden.some_bins()
    wanted = sample_losses(network, bins, golden.TOKENS)
    alone = np.concatenate([sample_losses(network, bins[i : i + 1], golden.TOKENS) for i in range(3)])
    assert np.abs(alone - wanted[:3]).max() < 1e-5
    most = []
    real = type(network).logits
    monkeypatch.setattr(loss, "LOGIT_BYTES", 4 * 310 * 7)
    monkeypatch.setattr(type(network), "logits", lambda self, states: most.append(len(states)) or real(self, states))
    assert np.abs(sample_losses(network, bins, golden.TOKENS) - wanted).max() < 1e-5
    assert max(most) <= (7 if name != "BERT_Pred_Expr_Binning_By_Gene" else 4 * 310 * 7 // (4 * 101))


def test_a_sample_of_one_gene_has_nothing_to_predict() -> None:
    bins = np.ones((1, len(golden.TOKENS)), np.int16)
    bins[0, 5] = 70
    assert np.isnan(sample_losses(golden.network(), bins, golden.TOKENS)).all()


def test_what_a_network_expects_surprises_it_less() -> None:
    network = golden.network()
    bins = golden.some_bins(1, seed=3)
    given, hidden = golden.plain(network, bins)
    with torch.inference_mode():
        likely = network.head(hidden)[0, 0]
    order = torch.argsort(likely[3:210], descending=True)
    second = np.ones((2, len(golden.TOKENS)), np.int16)
    first = int(given.columns[0, 0])
    second[:, first] = 100
    second[0, [int(i) for i in order if int(i) != first][:1]] = 50
    second[1, [int(i) for i in order if int(i) != first][-1:]] = 50
    best, worst = sample_losses(network, second, golden.TOKENS)
    assert best < worst


@pytest.mark.parametrize("name", ["BERT_Pred_Genes_Binning_By_Gene", "BERT_Pred_Expr_Binning_By_Gene"])
def test_15_percent_of_genes_are_hidden_in_four_passes_by_token_0(name, monkeypatch) -> None:
    """What the network is shown, against a drawing of the genes by the numbers that were published with it: 15 %, 4, 0."""
    network, bins = golden.network(name), golden.some_bins(4)
    shown: list[ModelInput] = []
    real = type(network).expressed_hidden
    monkeypatch.setattr(type(network), "expressed_hidden", lambda self, given: shown.append(given) or real(self, given))
    sample_losses(network, bins, golden.TOKENS, seed=7)
    given, _ = golden.plain(network, bins)
    numbers = np.random.default_rng(7).random((4, network.genes)).astype(np.float32)
    genes = (given.positions if name == "BERT_Pred_Expr_Binning_By_Gene" else given.tokens).numpy()
    assert len(shown) == 4
    for one, drawn in zip(shown, numbers, strict=True):
        for row in range(4):
            n = int(given.mask[row].sum())
            own = drawn[genes[row, :n]]
            hidden = np.flatnonzero(own < 0.15) if (own < 0.15).any() else np.array([own.argmin()])
            expected = given.tokens[row].clone()
            expected[hidden] = 0
            width = one.tokens.shape[1]
            assert torch.equal(one.tokens[row], expected[:width])
