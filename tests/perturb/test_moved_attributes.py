"""Predicted attributes of moved genes against scipy's test, with planted attributes, missing values and too few genes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.attributes.store import AttributeStore
from generain_core.errors import GeneRAINError
from generain_core.perturb.attributes import LIKE_EACH, moved_attributes
from tests.perturb.test_moved import stated


def store_of(values: np.ndarray) -> AttributeStore:
    n, genes = values.shape
    names = tuple(f"G{i}" for i in range(genes))
    table = pd.DataFrame(index=pd.Index([f"term {i}" for i in range(n)]))
    nothing = np.zeros(n)
    by_gene = np.ascontiguousarray(values.T)
    return AttributeStore(names, table, values, by_gene, nothing, nothing, nothing, nothing, "toy", (), "toy")


@pytest.fixture
def values() -> np.ndarray:
    made = np.random.default_rng(0).random((6, 400)).astype(np.float32)
    made[2, :30] += 0.5
    made[3] = np.round(made[3], 1)
    made[4, 5:9] = np.nan
    made[5] = 0.25
    return made


def test_the_planted_attribute_is_first_and_all_equal_scipys_test(values) -> None:
    moved = stated([f"G{i}" for i in range(400)], {f"G{i}" for i in range(30)}, "G390", np.random.default_rng(1))
    made = moved_attributes(moved, store_of(values))
    assert made.table["attribute"][0] == "term 2"
    assert made.table["fdr"][0] < 0.01
    assert (made.n, made.like) == (30, 30 * LIKE_EACH)
    frame = moved.table.set_index("gene")["mean_reference"]
    rest = [g for g in frame.index if g != "G390" and int(g[1:]) >= 30]
    free, like = dict.fromkeys(rest), []
    for gene in moved.table["gene"][:30]:
        near = sorted(free, key=lambda g: abs(frame[g] - frame[gene]))[:LIKE_EACH]
        like += near
        for each in near:
            del free[each]
    rows = made.table.set_index("attribute")
    other = [int(g[1:]) for g in like]
    for i in range(5):
        x, y = values[i, :30], values[i, other]
        x, y = x[np.isfinite(x)], y[np.isfinite(y)]
        expected = stats.mannwhitneyu(x, y, method="asymptotic")
        assert rows.loc[f"term {i}", "auroc"] == pytest.approx(expected.statistic / len(x) / len(y))
        assert rows.loc[f"term {i}", "p_value"] == pytest.approx(expected.pvalue, rel=1e-6)
        assert rows.loc[f"term {i}", "median_moved"] == pytest.approx(np.median(x), rel=1e-6)
    assert rows.loc["term 4", "genes"] == 26
    assert rows.loc["term 5", "auroc"] == 0.5
    assert np.isnan(rows.loc["term 5", "p_value"])


def test_few_moved_genes_make_room_for_the_surest_and_too_few_are_refused(values) -> None:
    genes = [f"G{i}" for i in range(400)]
    made = moved_attributes(stated(genes, {"G1"}, "G390", np.random.default_rng(1)), store_of(values))
    assert made.n == 100
    assert "as only 1 have" in made.chosen
    with pytest.raises(GeneRAINError, match="too few to compare"):
        moved_attributes(stated(genes[:12], {"G1"}, "G390", np.random.default_rng(1)), store_of(values))
