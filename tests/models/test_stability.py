"""Stability: spread, denominators and verdicts against loops in plain numpy and cases worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.models import ties
from generain_core.models.checks import stability as tested
from generain_core.models.checks.stability import stability, summarize_spreads
from tests.models import golden

GENES = 40
SHARES, ROUNDS = (0.1, 0.4), 3
PLACE = np.random.default_rng(5).normal(size=(GENES, 3))


def _place(row: np.ndarray) -> np.ndarray:
    """Return where an embedder that can be followed by hand puts a sample: the mean place of its expressed genes."""
    genes = [gene for gene in range(GENES) if row[gene] > 1]
    return sum(float(row[gene]) * PLACE[gene] for gene in genes) / len(genes)


@pytest.fixture
def measured(monkeypatch):
    """Return bins, embeddings, the stability of samples, and the bins that each round had embedded."""

    def go(bins: np.ndarray, **options):
        rounds = []

        def embed(network, given, tokens, **_):
            rows = np.concatenate([given[start : start + 2] for start in range(0, given.shape[0], 2)])
            rounds.append(rows)
            return np.array([_place(row) for row in rows], np.float32)

        def embed_in_another_order(network, given, tokens, **_):
            given = np.concatenate([given[start : start + 2] for start in range(0, given.shape[0], 2)])
            return np.array([_place(row) for row in given[:, np.argsort(tokens)]], np.float32)

        monkeypatch.setattr(tested, "embed_bins", embed)
        monkeypatch.setattr(ties, "embed_bins", embed_in_another_order)
        own = np.array([_place(row) for row in bins], np.float32)
        found = stability(None, bins, np.arange(GENES), own, shares=SHARES, rounds=ROUNDS, seed=3, **options)
        return own.astype(float), found, rounds

    return go


def _bins(samples: int = 7) -> np.ndarray:
    rng = np.random.default_rng(0)
    bins = rng.integers(2, 50, (samples, GENES))
    bins[rng.random(bins.shape) < 0.3] = 1
    return bins


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return math.sqrt(sum((float(x) - float(y)) ** 2 for x, y in zip(a, b, strict=True)))


def test_every_figure_equals_a_loop_over_samples_and_rounds(measured) -> None:
    bins = _bins()
    own, found, rounds = measured(bins)
    n = len(bins)
    pairs = sorted(_distance(own[i], own[j]) for i in range(n) for j in range(i))
    assert len(pairs) == 21
    median = pairs[10]
    table = found.samples.set_index(["share", "sample"])
    assert len(table) == n * len(SHARES)
    for number, share in enumerate(SHARES):
        turns = rounds[number * ROUNDS : (number + 1) * ROUNDS]
        lines = []
        for i in range(n):
            away = [_distance(_place(turn[i]), own[i]) for turn in turns]
            spread = math.sqrt(sum(each**2 for each in away) / ROUNDS)
            nearest = min(_distance(own[i], own[j]) for j in range(n) if j != i)
            stays = [
                away[turn] < min(_distance(_place(turns[turn][i]), own[j]) for j in range(n) if j != i) for turn in range(ROUNDS)
            ]
            lines.append((spread, spread / nearest, spread / median, sum(stays) / ROUNDS))
            made = table.loc[(share, i)]
            assert made[["spread", "to_nearest", "to_median", "itself"]].tolist() == pytest.approx(lines[-1], rel=1e-4)
        whole = found.shares.set_index("share").loc[share]
        middle = [sorted(line[part] for line in lines)[n // 2] for part in range(3)]
        assert whole[["spread", "to_nearest", "to_median"]].tolist() == pytest.approx(middle, rel=1e-4)
        assert whole["itself"] == pytest.approx(sum(line[3] for line in lines) / n)
    assert 0 < found.samples["itself"].mean() < 1
    assert found.ties["spread"].max() < 1e-3  # this embedder knows no order
    assert (found.ties[["itself", "same_nearest"]] == 1).all(axis=None)


def test_what_is_dropped_is_the_share_of_the_expressed_genes_of_each_sample_and_nothing_else(measured) -> None:
    bins = _bins()
    before = bins.copy()
    _, _, rounds = measured(bins)
    np.testing.assert_array_equal(bins, before)
    assert len(rounds) == len(SHARES) * ROUNDS
    patterns = set()
    for number, made in enumerate(rounds):
        for row, was in zip(made, bins, strict=True):
            lost = (row == 1) & (was > 1)
            assert lost.sum() == round(SHARES[number // ROUNDS] * (was > 1).sum())
            np.testing.assert_array_equal(row[~lost], was[~lost])
            patterns.add((tuple(was), tuple(lost)))
    assert len(patterns) == len(rounds) * len(bins)


def test_of_many_samples_some_are_tried_and_held_against_all_as_their_nearest(measured, monkeypatch) -> None:
    monkeypatch.setattr(tested, "MOST_SAMPLES", 3)
    bins = _bins(9)
    own, found, _ = measured(bins)
    assert found.samples["sample"].tolist() == [0, 4, 8] * len(SHARES)
    of_tried = sorted(_distance(own[i], own[j]) for i, j in ((0, 4), (0, 8), (4, 8)))
    for _, line in found.samples.iterrows():
        i = int(line["sample"])
        nearest = min(_distance(own[i], own[j]) for j in range(9) if j != i)
        assert line["spread"] / line["to_nearest"] == pytest.approx(nearest, rel=1e-4)
        assert line["spread"] / line["to_median"] == pytest.approx(of_tried[1], rel=1e-4)


def test_one_sample_has_a_spread_and_no_verdict(measured) -> None:
    _, found, _ = measured(_bins(1))
    assert (found.samples["spread"] > 0).all()
    assert found.samples[["to_nearest", "to_median"]].isna().all(axis=None)
    assert set(found.samples["verdict"]) == {"nothing to compare with"}
    assert found.verdict.startswith("One sample alone has no distances")


def _table(ratios: dict[float, list[float]]) -> pd.DataFrame:
    rows = [
        {"sample": i, "share": share, "spread": 2 * ratio, "to_nearest": ratio, "to_median": ratio / 4, "itself": 1.0}
        for share, of_share in ratios.items()
        for i, ratio in enumerate(of_share)
    ]
    return pd.DataFrame(rows)


def test_a_sample_is_stable_to_a_quarter_and_loose_to_a_half_of_the_way_to_its_nearest() -> None:
    found = summarize_spreads(_table({0.05: [0.0, 0.25, 0.2501, 0.5, 0.5001, 3.0]}), 3, 0)
    assert found.samples["verdict"].tolist() == ["stable", "stable", "loose", "loose", "unstable", "unstable"]


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.2] * 9 + [0.3], "stable"),
        ([0.2] * 8 + [0.3] * 2, "loose"),
        ([0.25] * 10, "stable"),
        ([0.4] * 9 + [0.6], "loose"),
        ([0.1] * 8 + [0.6] * 2, "unstable"),
        ([0.5] * 10, "loose"),
        ([0.51] * 10, "unstable"),
    ],
)
def test_nine_samples_of_ten_decide_for_all(ratios, verdict) -> None:
    assert summarize_spreads(_table({0.05: ratios}), 3, 0).shares["verdict"].tolist() == [verdict]


@pytest.mark.parametrize(
    ("ratios", "begins", "says"),
    [
        ((0.1, 0.2), "Stable", "hardly change who is near whom"),
        ((0.1, 0.3), "Loose", "the picture is stable up to 5 %"),
        ((0.3, 0.4), "Loose", "in place, but not in its near neighbors"),
        ((0.6, 0.9), "Unstable", "trust groups that are far apart, not single neighbors"),
        ((0.1, 0.9), "Loose", "stable up to 5 %"),
    ],
)
def test_the_sentence_follows_from_the_shares_and_gives_the_figures_of_the_largest(ratios, begins, says) -> None:
    found = summarize_spreads(_table({0.05: [ratios[0]] * 10, 0.2: [ratios[1]] * 10}), 3, 0)
    assert found.verdict.startswith(f"{begins}: with 20 % of the expressed genes missing")
    assert f"by {ratios[1]:.2f} of the distance to its nearest other sample ({ratios[1] / 4:.2f} of the median distance)" in (
        found.verdict
    )
    assert says in found.verdict


@pytest.mark.skipif(not golden.HERE, reason=golden.WHY)
def test_with_a_network_too_the_spread_is_that_of_what_was_dropped() -> None:
    network, bins = golden.network(), golden.some_bins(4)
    given, hidden = golden.plain(network, bins)
    mask = given.mask.numpy()[:, :, None]
    own = ((hidden.numpy() * mask).sum(1) / mask.sum(1)).astype(np.float32)
    found = stability(network, bins, golden.TOKENS, own, shares=(0.2,), rounds=1, seed=2)
    dropped = tested._Dropped(bins, np.arange(4), 0.2, (2, 0, 0))[0:4]
    given, hidden = golden.plain(network, dropped)
    mask = given.mask.numpy()[:, :, None]
    moved = (hidden.numpy() * mask).sum(1) / mask.sum(1)
    wanted = [_distance(moved[i], own[i]) for i in range(4)]
    assert found.samples["spread"].tolist() == pytest.approx(wanted, rel=1e-3)


def test_shares_and_embeddings_that_fit_nothing_are_refused() -> None:
    for shares in ((), (0.0,), (0.5, 1.0)):
        with pytest.raises(GeneRAINError, match="give shares between 0 and 1"):
            stability(None, _bins(2), np.arange(GENES), np.zeros((2, 3), np.float32), shares=shares)
    with pytest.raises(GeneRAINError, match="2 samples but embeddings of 3"):
        stability(None, _bins(2), np.arange(GENES), np.zeros((3, 3), np.float32))
