import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_generain
from generain_core.lists.enrichment import benjamini_hochberg, over_representation, rank_enrichment, resolve_sets
from generain_core.settings import DEMO_RELEASE

BACKGROUND = [f"g{i}" for i in range(60)]


def tail(total: int, marked: int, drawn: int, seen: int) -> float:
    """Return the hypergeometric tail from binomial coefficients."""
    ways = sum(math.comb(marked, k) * math.comb(total - marked, drawn - k) for k in range(seen, min(marked, drawn) + 1))
    return ways / math.comb(total, drawn)


def libraries(seed: int = 0, sets: int = 40) -> dict[str, dict[str, frozenset[str]]]:
    rng = np.random.default_rng(seed)
    made = {f"set {i}": frozenset(rng.choice(BACKGROUND, rng.integers(2, 25), replace=False)) for i in range(sets)}
    return {"one": dict(list(made.items())[: sets // 2]), "two": dict(list(made.items())[sets // 2 :])}


def test_over_representation_equals_binomial_coefficients() -> None:
    genes = BACKGROUND[:14]
    result = over_representation([*genes, "elsewhere"], libraries(), BACKGROUND)
    assert (result.background_size, result.list_size) == (60, 14)
    assert result.missing == {"elsewhere": "it is not in the background"}
    assert len(result.table) == 40
    every = {title: members for sets in libraries().values() for title, members in sets.items()}
    for row in result.table.itertuples():
        members = every[row.set]
        assert row.size == len(members)
        assert row.genes == [gene for gene in genes if gene in members]
        assert row.overlap == len(row.genes)
        assert row.p_value == pytest.approx(tail(60, len(members), 14, row.overlap), rel=1e-9)
        assert row.ratio == pytest.approx(row.overlap / (len(members) * 14 / 60))
    assert (result.table["p_value"].diff().dropna() >= 0).all()


def test_rates_are_adjusted_within_a_library() -> None:
    table = over_representation(BACKGROUND[:14], libraries(), BACKGROUND).table
    for _, part in table.groupby("library"):
        ordered = part.sort_values("p_value")
        rates = ordered["p_value"].to_numpy() * len(part) / np.arange(1, len(part) + 1)
        wanted = np.minimum(1, np.minimum.accumulate(rates[::-1])[::-1])
        assert ordered["fdr"].to_numpy() == pytest.approx(wanted)
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.04, 0.04])


def test_unknown_members_are_never_counted() -> None:
    sets = {"lib": {"half known": frozenset([*BACKGROUND[:5], "x1", "x2", "x3"]), "unknown": frozenset(["x1"])}}
    table = over_representation(BACKGROUND[:10], sets, BACKGROUND).table.set_index("set")
    assert table.loc["half known", "size"] == 5
    assert table.loc["unknown", ["size", "overlap", "p_value", "fdr"]].tolist() == [0, 0, 1.0, 1.0]
    assert table.loc["half known", "fdr"] == table.loc["half known", "p_value"]


def test_a_set_of_mostly_the_same_genes_is_folded_but_stays() -> None:
    sets = {"lib": {"a": frozenset(BACKGROUND[:9]), "b": frozenset(BACKGROUND[:8]), "c": frozenset(BACKGROUND[20:26])}}
    table = over_representation(BACKGROUND[:10], sets, BACKGROUND).table.set_index("set")
    assert table.loc[["a", "b", "c"], "folded_into"].tolist() == ["", "a", ""]
    assert len(table) == 3


def test_null_lists_are_rarely_called() -> None:
    rng = np.random.default_rng(5)
    called = [
        (over_representation(rng.choice(BACKGROUND, 14, replace=False), libraries(), BACKGROUND).table["p_value"] <= 0.05).mean()
        for _ in range(60)
    ]
    assert np.mean(called) <= 0.055


@pytest.mark.parametrize("ties", [False, True])
def test_ranks_equal_scipy(ties) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=60).round(1 if ties else 9)
    scores = dict(zip(BACKGROUND, values.tolist(), strict=True))
    result = rank_enrichment(scores, libraries())
    every = {title: members for sets in libraries().values() for title, members in sets.items()}
    for row in result.table.itertuples():
        inside = np.array([gene in every[row.set] for gene in BACKGROUND])
        method = "asymptotic" if ties else "exact"
        wanted = mannwhitneyu(values[inside], values[~inside], alternative="greater", method=method)
        assert row.p_value == pytest.approx(wanted.pvalue, rel=1e-9)
        assert row.overlap == inside.sum()
        above = (
            np.mean([a > b for a in values[inside] for b in values[~inside]])
            + np.mean([a == b for a in values[inside] for b in values[~inside]]) / 2
        )
        assert row.ratio == pytest.approx(2 * above)


def test_a_long_ranking_is_tested_by_the_normal_tail() -> None:
    rng = np.random.default_rng(3)
    names = [f"g{i}" for i in range(3000)]
    values = rng.normal(size=3000)
    members = frozenset(rng.choice(names, 40, replace=False))
    inside = np.array([name in members for name in names])
    values[inside] += 0.5
    result = rank_enrichment(dict(zip(names, values.tolist(), strict=True)), {"lib": {"set": members, "none": frozenset(["x"])}})
    wanted = mannwhitneyu(values[inside], values[~inside], alternative="greater", method="asymptotic").pvalue
    assert result.table["p_value"].iloc[0] == pytest.approx(wanted, rel=1e-9)
    assert result.table.iloc[1][["set", "overlap", "p_value"]].tolist() == ["none", 0, 1.0]
    top = result.table["genes"].iloc[0]
    assert top == sorted(
        (n for n, v, i in zip(names, values, inside, strict=True) if i and v > np.median(values)),
        key=lambda n: -values[names.index(n)],
    )


def test_what_can_not_be_asked() -> None:
    with pytest.raises(GeneRAINError, match="background"):
        over_representation(["x"], libraries(), BACKGROUND)
    with pytest.raises(GeneRAINError, match="two or more"):
        rank_enrichment({"g1": 1.0}, libraries())


def test_sets_of_which_no_member_is_a_gene_are_refused() -> None:
    """All their p-values would be 1, as if nothing were over-represented."""
    resolver = open_generain(DEMO_RELEASE).resolver
    known = resolve_sets({"a": {"x": ("RPL3", "nothing")}}, resolver)
    assert known == {"a": {"x": frozenset(["RPL3"])}}
    with pytest.raises(GeneRAINError, match="No member of the 2 sets of entrez .*'7157'"):
        resolve_sets({"a": {"x": ("RPL3",)}, "entrez": {"one": ("7157", "4609"), "two": ("672",)}}, resolver)
