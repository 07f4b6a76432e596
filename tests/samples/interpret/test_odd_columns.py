"""Columns that are no samples by their numbers alone; and that no sample is taken for one."""

import numpy as np
import pytest

from generain_core.samples.interpret.roles.group_means import sums_of_groups
from generain_core.samples.interpret.roles.odd_columns import copied_columns, odd_columns, rounded_blends
from generain_core.samples.interpret.roles.sample_facts import describe_samples
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.interpret.values import judge


def tissues(seed: int, samples: int = 8, genes: int = 1500, *, apart: float = 1.2, depth: float = 60.0) -> np.ndarray:
    """Return samples × genes of counts of samples as unlike as tissues are, of unlike depth, many genes silent."""
    rng = np.random.default_rng(seed)
    mean = rng.normal(1.0, 2.2, genes) + rng.normal(0, apart, (samples, genes))
    silent = rng.random(genes) < 0.3
    return rng.poisson(np.where(silent, 0.02, np.exp(mean)) * rng.gamma(2, depth / 2, (samples, 1)) / depth).astype(float)


@pytest.mark.parametrize("apart", [0.3, 1.2])
def test_no_sample_is_taken_for_anything_else(apart):
    for seed in range(40):
        counts = tissues(seed, apart=apart)
        cpm = (counts / counts.sum(axis=1, keepdims=True) * 1e6).round(seed % 5)
        for block in (counts, cpm):
            assert odd_columns(block) == {}
            thin = block.copy()
            thin[2, 500:] = 0
            assert odd_columns(thin) == {}
            assert rounded_blends(block) == {}
            assert sums_of_groups(block) == {}


@pytest.mark.parametrize("kind", ["lengths", "clusters", "order", "identifiers", "shares"])
def test_what_is_no_sample_is_found_among_samples(kind):
    for seed in range(20):
        rng, counts = np.random.default_rng(seed + 1000), tissues(seed)
        genes = counts.shape[1]
        odd = {
            "lengths": rng.lognormal(7.5, 0.8, genes).round(),
            "clusters": rng.integers(1, 9, genes) * 1.0,
            "order": rng.permutation(genes) + 1.0,
            "identifiers": rng.choice(200_000, genes, replace=False) * 1.0,
            "shares": rng.beta(0.6, 0.6, genes),
        }[kind]
        assert list(odd_columns(np.vstack([counts[:3], odd, counts[3:]]))) == [3]


@pytest.mark.parametrize("decimals", [0, 2, 4, 9])
def test_rounded_means_and_sums_of_groups_are_found_with_their_number(decimals):
    for seed in range(10):
        counts = tissues(seed)
        if decimals:
            counts = (counts / counts.sum(axis=1, keepdims=True) * 1e6).round(decimals)
        means = [counts[:4].mean(axis=0).round(decimals), counts[4:].mean(axis=0).round(decimals)]
        found = rounded_blends(np.vstack([counts, *means])) if decimals < 9 else {8: ("mean", 4), 9: ("mean", 4)}
        assert found == {8: ("mean", 4), 9: ("mean", 4)}
        assert rounded_blends(np.vstack([counts[:4].sum(axis=0) + 1.0 * (np.arange(1500) % 2), counts])) == {}
    exact = np.vstack([counts[:2].sum(axis=0), counts, counts[2:].sum(axis=0)])
    assert {place: len(members) for place, members in sums_of_groups(exact).items()} == {0: 2, 9: 6}
    total = np.vstack([counts, counts.sum(axis=0)])
    assert sums_of_groups(total) == {}, "the sum of all is told elsewhere, by its name too"


def test_kinds_of_values_by_their_sums_and_floors():
    counts = tissues(0, genes=12_000, depth=400.0)
    cpm = counts / counts.sum(axis=1, keepdims=True) * 1e6
    assert judge(cpm.round()).kind == ValueKind.SCALED
    assert judge(counts).kind == ValueKind.COUNTS
    rng = np.random.default_rng(0)
    drawn = np.array([rng.multinomial(1_000_000, row / row.sum()) for row in counts]).astype(float)
    assert judge(drawn).kind == ValueKind.COUNTS, "counts drawn to one depth"
    assert judge(cpm * 17_000 * rng.uniform(0.95, 1.05, (8, 1))).kind == ValueKind.SCALED
    half = cpm.copy()
    half[4:] = np.log2(half[4:] + 1)
    assert judge(half.round(3)).kind == ValueKind.MIXED
    whole = counts.copy()
    whole[4:] = np.log2(whole[4:] + 1).round()
    assert judge(whole).kind == ValueKind.MIXED
    whole[4:] = cpm[4:].round()
    assert judge(whole).kind == ValueKind.MIXED
    assert judge(np.vstack([counts, rng.binomial(counts.astype(int), 0.01)])).kind == ValueKind.COUNTS, "shallow ones beside deep"
    shares = cpm.copy()
    shares[4:] /= 1e6
    assert judge(shares).kind == ValueKind.SCALED
    for floored in (counts + 1, cpm + 0.5, np.maximum(cpm, 38.29)):
        assert "stands in many cells" in judge(floored).unsure
    assert not judge(np.maximum(counts, 1)[:, counts.min(axis=0) > 0]).unsure


@pytest.mark.parametrize(("added", "formula"), [(0, "log2(x)"), (1, "log2(x + 1)")])
def test_gaps_stand_for_zeros_where_zeros_are_few(added, formula):
    with np.errstate(divide="ignore"):
        logs = np.log2(tissues(0, genes=8000) + added)
    holes = np.where(np.isfinite(logs), logs, np.nan)
    if added:
        holes[:, ::30] = np.nan
    judged = judge(holes)
    assert (judged.kind, judged.log.formula) == (ValueKind.LOG, formula)


def test_a_copy_of_a_sample_is_told():
    counts = tissues(0)
    assert copied_columns(np.vstack([counts, counts[1]])) == {8: 1}
    assert copied_columns(np.zeros((3, 300))) == {}


def test_genes_before_the_first_that_is_known_are_genes():
    """On a release of few genes many are unknown: leading ones too."""
    counts = tissues(3, genes=300) + 1
    names = [f"GENE{i}" for i in range(300)]
    kinds = [("symbol", True) if i % 3 == 2 and i > 30 else ("unknown", False) for i in range(300)]
    assert describe_samples(counts, names, kinds, leading=True) == {}
    known = [("unknown", False) if i < 2 else ("symbol", True) for i in range(300)]
    facts = describe_samples(counts, ["WBC", "PLT", *names[2:]], known, leading=True)
    assert list(facts) == [0, 1]
    assert list(describe_samples(counts, ["score a", *names[1:]], [("unknown", False), *kinds[1:]], leading=True))[:1] == [0]


def test_a_sample_far_deeper_than_those_beside_it_is_one() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        means = rng.lognormal(6, 1.8, 250)
        block = np.array([rng.poisson(means / means.sum() * depth) for depth in (3e4,) * 5 + (1e7,)], np.float64)
        while len(set(block[5])) < block.shape[1]:
            block[5] = rng.poisson(means / means.sum() * 1e7)
        assert odd_columns(block) == {}
        block[5] = rng.permutation(100_000)[:250]
        assert set(odd_columns(block)) == {5}
