"""Where samples lie in a gene's distribution, by hand."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.samples.binning.expression_percentiles import among


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_values_and_shares_are_those_of_the_formula(kind) -> None:
    counts = np.array([[0, 5], [99, 1], [10, 0]], np.float32)
    bins = np.array([[1, 2], [3, 4], [5, 6]], np.int16)
    obs = pd.DataFrame({"total_counts": [1e7, 1e7, 1e6]}, index=["a", "b", "c"])
    data = anndata.AnnData(kind(counts), obs=obs, var=pd.DataFrame(index=["G", "H"]), layers={"bins": bins})
    reference = np.array([0, 0, 1, 2, 2, 3], np.float32)
    table = among(data, "G", reference)
    assert table["sample"].tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(table["value"], [0, 2, np.log10(101)], rtol=1e-6)
    np.testing.assert_allclose(table["above"], [0, 3 / 6, 5 / 6])
    assert table["bin"].tolist() == [1, 3, 5]
    assert among(data, "K", reference) is None
