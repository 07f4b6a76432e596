"""Orders of equal bins: the mean over several, against orders made by hand, and what Stability says of them."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.models.checks.stability import stability
from generain_core.models.embedding import embed_samples
from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.models.ties import embed_orders, mean_over_orders
from generain_core.release.files import Release


@pytest.fixture(scope="module")
def opened(standin):
    return open_model(Release.open(standin), "GPT_Binning_By_Gene")


@pytest.fixture(scope="module")
def tokens(opened) -> np.ndarray:
    return np.sort(np.array(list(opened.index.values()))[3:203])


def coarse(samples: int, genes: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 12, (samples, genes)) * 150


def test_the_mean_is_that_of_permuted_columns(opened, tokens) -> None:
    bins = coarse(4, len(tokens))
    each = []
    for number in range(3):
        order = np.random.default_rng((7, number)).permutation(len(tokens))
        each.append(embed_bins(opened.network, bins[:, order], tokens[order]))
    made = mean_over_orders(opened.network, bins, tokens, 3, seed=7)
    np.testing.assert_allclose(made.embedding, np.mean(each, axis=0), atol=1e-6)
    spread = np.sqrt(np.mean([((e - np.mean(each, axis=0)) ** 2).sum(1) for e in each], axis=0))
    np.testing.assert_allclose(made.spread, spread, rtol=1e-4)
    assert (made.spread > 0).all()


def test_without_equal_bins_no_order_moves_anything(opened, tokens) -> None:
    rng = np.random.default_rng(1)
    bins = np.stack([rng.permutation(np.arange(2, 2 + len(tokens))) for _ in range(3)])
    made = mean_over_orders(opened.network, bins, tokens, 3)
    np.testing.assert_allclose(made.embedding, embed_bins(opened.network, bins, tokens), atol=1e-5)
    assert made.spread.max() < 1e-4


def test_more_orders_depend_less_on_the_seed(opened, tokens) -> None:
    bins = coarse(3, len(tokens), 2)
    apart = {}
    for orders in (1, 12):
        first, second = (mean_over_orders(opened.network, bins, tokens, orders, seed=seed).embedding for seed in (0, 1))
        apart[orders] = float(np.linalg.norm(first - second))
    assert apart[12] < 0.6 * apart[1]


def test_stability_tells_how_far_other_orders_move_samples(opened, tokens) -> None:
    bins = coarse(6, len(tokens), 3)
    own = embed_bins(opened.network, bins, tokens)
    measured = stability(opened.network, bins, tokens, own, shares=(0.1,), rounds=2, seed=5)
    moved = np.zeros(6)
    for embedding in embed_orders(opened.network, bins, tokens, 2, seed=5):
        moved += ((embedding - own) ** 2).sum(1)
    np.testing.assert_allclose(measured.ties["spread"], np.sqrt(moved / 2), rtol=1e-4)
    assert measured.ties["same_nearest"].between(0, 1).all()
    assert "Equal bins may stand in any order" in measured.tie_verdict
    assert len(measured.samples) == 6


@pytest.mark.parametrize("orders", [0, 101])
def test_orders_that_can_not_be_are_refused(orders, opened, tokens) -> None:
    with pytest.raises(GeneRAINError, match="orders of equal bins"):
        mean_over_orders(opened.network, coarse(1, len(tokens)), tokens, orders)


def test_samples_carry_the_spread_and_say_so(opened, standin) -> None:
    import anndata

    genes = [gene for gene in opened.index if gene in opened.modelled][:300]
    adata = anndata.AnnData(np.ones((3, len(genes)), np.float32))
    adata.var_names = genes
    adata.layers["bins"] = coarse(3, len(genes), 4)
    one, five = adata.copy(), adata.copy()
    said = embed_samples(five, Release.open(standin), opened, device="cpu", tie_orders=5)
    plain = embed_samples(one, Release.open(standin), opened, device="cpu")
    assert said["tie_orders"] == 5
    assert said["tie_spread"] == pytest.approx(np.median(five.obs["generain_tie_spread"]))
    assert "tie_orders" not in plain
    assert "generain_tie_spread" not in one.obs
    assert not np.allclose(one.obsm["X_generain"], five.obsm["X_generain"])
