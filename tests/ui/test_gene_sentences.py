"""What the page Gene says of neighbors' p-values."""

import pandas as pd

from generain_core.ui.gene.neighbors import significance_sentence


def neighbors(*p_values: float, searched: int) -> pd.DataFrame:
    genes = [f"G{i}" for i in range(len(p_values))]
    return pd.DataFrame({"gene": genes, "p_value": p_values, "p_adjusted": [min(1.0, p * searched) for p in p_values]})


def test_neighbors_that_are_no_more_than_chance_are_called_so() -> None:
    words = significance_sentence(neighbors(0.04, 0.011, searched=3498), 3498)
    assert words.startswith("None of these 2 is shown")
    assert "the smallest p is 0.011" in words
    assert "among 3,498 genes about 38 as alike or more are expected by chance" in words  # 3,498 × .011


def test_a_p_that_can_not_be_smaller_is_told_of() -> None:
    """Of 40,000 random pairs none is as alike, which is much, and still no proof for the best of thousands."""
    least = 1 / 40_001
    assert significance_sentence(neighbors(0.04, least, searched=31_652), 31_652) == (
        "G1 is more alike than each of 40,000 random pairs. For the best of 31,652 genes that is no proof yet: p adjusted can't "
        "be below 0.79 here."
    )
    words = significance_sentence(neighbors(least, 2 * least, *[least] * 4, searched=31_652), 31_652)
    assert words.startswith("G0, G2, G3 and 2 more are more alike than each")
    words = significance_sentence(neighbors(0.04, 2 * least, searched=3498), 3498)
    assert words.endswith("the smallest p is 5 × 10⁻⁵ (G1), and 0.17 adjusted for 3,498 genes searched.")


def test_what_stands_out_is_named() -> None:
    words = significance_sentence(neighbors(0.04, 1 / 40_001, 0.5, searched=1000), 1000)
    assert words == "More alike than chance, with all 1,000 genes searched counted (p adjusted ≤ 0.05): G1."
