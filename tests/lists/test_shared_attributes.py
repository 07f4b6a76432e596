"""Shared attributes: against loops, and the level of both p-values over random lists."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_generain
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.lists.shared_attributes import shared_attributes
from generain_core.settings import DEMO_RELEASE
from generain_core.vectors.matched_genes import draw, strata_of


@pytest.fixture(scope="module")
def predictions():
    return open_generain(DEMO_RELEASE).predictions


def listed(genes, origin=Origin.USER) -> GeneList:
    return GeneList(name="l", genes=tuple(genes), missing={}, origin=origin)


def test_means_and_p_values_equal_a_loop(predictions) -> None:
    store = predictions.store
    genes = ["RPL3", "RPS6", "CD3E", "TP53"]
    found = shared_attributes(predictions, listed([*genes, "no such gene"]))
    assert (found.genes, found.missing) == (4, ("no such gene",))
    rows = [store.row(gene) for gene in genes]
    drawn = draw(strata_of(predictions), np.array(rows), 999, np.random.default_rng(0))
    shares = np.stack([store.percentiles(gene) for gene in store.genes])
    means = np.stack([shares[each].mean(axis=0) for each in [rows, *drawn]])
    effects = (means - means.mean(0)) / means.std(0, ddof=1)
    for row in found.table.head(20).itertuples():
        place = store.place(row.attribute)
        assert row.mean_percentile == pytest.approx(means[0, place], abs=1e-3)
        assert row.expected == pytest.approx(means[1:, place].mean(), abs=1e-3)
        assert row.p_value == pytest.approx((1 + (means[1:, place] >= means[0, place]).sum()) / 1000, abs=0.0011)
        assert row.p_adjusted == pytest.approx((effects.max(axis=1) >= effects[0, place] - 1e-5).mean(), abs=0.0021)


def test_p_values_of_random_lists_hold_their_level(predictions) -> None:
    strata = strata_of(predictions)
    rng = np.random.default_rng(5)
    lists = draw(strata, rng.permutation(len(predictions.store.genes))[:12], 80, rng)
    single, smallest = [], []
    for rows in lists:
        table = shared_attributes(predictions, listed(predictions.store.genes[row] for row in rows), seed=1).table
        single.append(table.set_index("attribute").loc[predictions.store.attributes[7], "p_value"])
        smallest.append(table["p_adjusted"].min())
    for level in (0.1, 0.3, 0.5):
        bound = 4 * np.sqrt(level * (1 - level) / 80)
        assert abs(np.mean(np.array(single) <= level) - level) < bound
        assert abs(np.mean(np.array(smallest) <= level) - level) < bound


def test_a_list_chosen_by_similarity_gets_no_p(predictions) -> None:
    table = shared_attributes(predictions, listed(["RPL3", "RPS6"], Origin.RULE)).table
    assert table[["p_value", "p_adjusted"]].isna().all(axis=None)
    assert table["effect"].notna().all()


def test_unknown_genes_alone_are_refused(predictions) -> None:
    with pytest.raises(GeneRAINError, match="has predicted attributes"):
        shared_attributes(predictions, listed(["x"]))
