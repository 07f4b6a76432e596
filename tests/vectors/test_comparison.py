"""Two genes against each other, held against a loop over all genes."""

import numpy as np

from generain_core.release.files import choose
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.comparison import NEAREST, compare_genes, cosines_to


def test_ranks_share_and_shared_neighbors_are_those_of_a_loop() -> None:
    space = Atlas.open(choose()).space
    a, b = "RPL3", "GAS5"
    pair = compare_genes(space, a, b)
    vectors = {gene: space.unit([gene])[0].astype(np.float64) for gene in space.genes}
    order = {
        gene: sorted((each for each in vectors if each != gene), key=lambda each: -float(vectors[gene] @ vectors[each]))
        for gene in (a, b)
    }
    assert pair.rank_of_b == order[a].index(b) + 1
    assert pair.rank_of_a == order[b].index(a) + 1
    assert set(pair.shared) == set(order[a][:NEAREST]) & set(order[b][:NEAREST])
    below = len(order[a]) - pair.rank_of_b
    assert pair.percent_below == 100 * below / (len(order[a]) - 1)
    assert cosines_to(space, a, [b]) == [pair.cosine]
