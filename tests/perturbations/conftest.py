"""An experiment of two guides on the demo."""

import numpy as np
import pytest

from generain_core.samples.interpret.expression import Expression
from tests.samples.toy import table


@pytest.fixture(scope="module")
def screen(resolver) -> Expression:
    """Return 8 controls and 6 samples each of two guides' genes, one of which moves 200 genes; with old and odd names."""
    rng = np.random.default_rng(0)
    genes = resolver.table.model.index.tolist()[:2600]
    what = ["ctrl"] * 8 + ["sgCD3E-1", "CD3E_2", "CD3E_3", "cd3e", "CD3E ", "CD3E_1"] + ["RPL3_1", "RPL3_2"] * 3
    level = np.tile(rng.gamma(2.0, 200, len(genes)), (len(what), 1))
    level[8:14, :200] *= 3
    counts = rng.poisson(level * rng.uniform(0.5, 2, (len(what), 1))).astype(float)
    return table(counts, genes, obs={"what": what, "block": [f"d{i % 4}" for i in range(len(what))]})
