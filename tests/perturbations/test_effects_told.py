"""Which effects are told, by which test, and which are not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.analysis import COLUMNS, combine_rankings, rank
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.effects.unpaired import unpaired_effect
from generain_core.wording.perturbations import note_sentences
from tests.perturbations.simulate import experiment
from tests.perturbations.test_effect import QUICK


def test_a_p_value_is_refined_where_random_ones_end() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(40, 3)) + np.r_[np.full(8, 6.0), np.zeros(32)][:, None]
    made = unpaired_effect(points, np.arange(40) < 8, np.zeros(40, dtype=int), 1.0, Settings(permutations=999, bootstrap=0))
    assert made.p_value == pytest.approx(1 / (20 * 999 + 1))
    assert made.smallest_p == made.p_value


def test_one_sample_a_group_gives_no_p_and_says_so() -> None:
    rng = np.random.default_rng(0)
    obs = pd.DataFrame({"what": ["ctrl"] * 30 + ["A"]}, index=[f"s{i}" for i in range(31)])
    space = Space(name="expression", words="toy", samples=tuple(obs.index), points=rng.normal(size=(31, 4)))
    ranking = rank(space, make_design(obs, "what", "ctrl"), QUICK)
    row = ranking.table.iloc[0]
    assert np.isnan(row["p_value"])
    assert "one sample" in row["note"]
    assert np.isfinite(row["length"])
    assert combine_rankings([ranking])["found_in"].tolist() == ["not testable"]


def test_three_against_three_are_tested_by_rotation_and_four_against_four_by_exchange() -> None:
    rng = np.random.default_rng(0)
    for n in (3, 4):
        obs = pd.DataFrame({"what": ["ctrl"] * n + ["A"] * n}, index=[f"s{i}" for i in range(2 * n)])
        space = Space(name="expression", words="toy", samples=tuple(obs.index), points=rng.normal(size=(2 * n, 4)))
        row = rank(space, make_design(obs, "what", "ctrl"), QUICK).table.iloc[0]
        assert row["test"] == ("moderated" if n == 3 else "exchange")
        assert np.isfinite(row["p_value"])
        assert row["assumes"]
        assert row["why"] == ""


def test_two_against_four_have_no_p_and_it_is_said() -> None:
    points = np.random.default_rng(0).normal(size=(6, 3))
    made = unpaired_effect(points, np.arange(6) < 2, np.zeros(6, dtype=int), 1.0, QUICK)
    assert np.isnan(made.p_value)
    assert "too few samples" in made.why
    assert made.note == made.why
    assert made.test == made.assumes == ""


def test_perturbations_that_are_all_in_one_stratum_are_compared_there_and_those_without_controls_are_told_so() -> None:
    rng = np.random.default_rng(0)
    what = ["ctrl"] * 5 + ["A"] * 5 + ["B"] * 5 + ["ctrl"] * 5 + ["C"] * 4
    batch = ["x"] * 15 + ["y"] * 5 + ["z"] * 4
    obs = pd.DataFrame({"what": what, "batch": batch}, index=[f"s{i}" for i in range(24)])
    points = rng.normal(size=(24, 4)) + 50 * (np.array(batch) == "y")[:, None]
    table = rank(
        Space(name="expression", words="toy", samples=tuple(obs.index), points=points),
        make_design(obs, "what", "ctrl", strata=["batch"]),
        QUICK,
    ).table.set_index("perturbation")
    assert table.loc[["A", "B"], "n_reference"].tolist() == [5, 5]
    assert table.loc["A", "length"] < 3  # the controls of the far batch take no part
    assert np.isnan(table.loc["C", "p_value"])
    assert table.loc["C", "note"] == "no control in its strata"


def test_one_control_a_stratum_borrows_the_spread_of_replicates() -> None:
    rng = np.random.default_rng(0)
    what = ["ctrl", "A", "A", "B", "B"] * 2
    obs = pd.DataFrame({"what": what, "batch": ["x"] * 5 + ["y"] * 5}, index=[f"s{i}" for i in range(10)])
    space = Space(name="expression", words="toy", samples=tuple(obs.index), points=rng.normal(size=(10, 4)))
    ranking = rank(space, make_design(obs, "what", "ctrl", strata=["batch"]), QUICK)
    assert any("one control a stratum" in note for note in note_sentences(ranking.notes))
    assert ranking.table["length"].notna().all()
    assert ranking.table["p_value"].isna().all()
    rest = rank(space, make_design(obs, "what", "ctrl", strata=["batch"], reference="others"), QUICK)
    assert rest.table["p_value"].notna().all()
    assert set(rest.table["n_reference"]) == {6}


def test_effects_in_one_space_only_are_marked() -> None:
    rng = np.random.default_rng(3)
    space, design = experiment(rng, {"A": 6.0, "B": 0.0}, controls=20, replicates=6)
    other = Space(name="embedding", words="toy", samples=space.samples, points=rng.normal(size=space.points.shape))
    second = rank(space, design, QUICK)
    table = combine_rankings([rank(other, design, QUICK), second]).set_index("perturbation")
    for column in COLUMNS[2:]:  # the same statistics of both spaces
        same = second.table.set_index("perturbation")[column][table.index]
        pd.testing.assert_series_equal(table[f"expression_{column}"], same, check_names=False)
    assert table.loc["A", "expression_energy_fdr"] < 0.05
    assert table.loc["A", "found_in"] == "expression only"
    assert table.loc["B", "found_in"] == "neither"
    assert table.loc["A", "expression_fdr"] < 0.05 < table.loc["A", "fdr"]
    assert set(COLUMNS) <= set(table.reset_index().columns)


def test_a_perturbation_without_samples_in_one_space_stays_in_the_table() -> None:
    rng = np.random.default_rng(3)
    space, design = experiment(rng, {"A": 6.0, "B": 6.0}, controls=20, replicates=6)
    kept = np.array(design.labels != "B")
    other = Space(name="embedding", words="toy", samples=tuple(np.array(space.samples)[kept]), points=space.points[kept])
    table = combine_rankings([rank(other, design, QUICK), rank(space, design, QUICK)]).set_index("perturbation")
    assert table.index.tolist() == ["A", "B"]
    assert (table.loc["B", "n_samples"], table.loc["B", "expression_n_samples"]) == (0, 6)
    assert table.loc["B", "note"] == "none of its samples can be compared in this space"
    assert table.loc["B", "found_in"] == "embedding not testable"
    assert table.loc["B", "expression_fdr"] < 0.05


def test_two_thousand_perturbations_can_be_cancelled() -> None:
    space, design = experiment(np.random.default_rng(0), {f"P{i}": 0.0 for i in range(2000)}, replicates=2)
    told = []

    def tell(share: float, words: str) -> None:
        told.append(share)
        if len(told) > 5:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        rank(space, design, QUICK, tell)
    assert told == sorted(told)
    assert told[-1] < 0.01


def test_without_any_control_left_it_says_so() -> None:
    space, design = experiment(np.random.default_rng(0), {"A": 0.0})
    kept = Space(name="embedding", words="the embedding", samples=space.samples[20:], points=space.points[20:])
    with pytest.raises(GeneRAINError, match="No control sample"):
        rank(kept, design)


def test_many_references_are_thinned_and_it_is_said() -> None:
    space, design = experiment(np.random.default_rng(0), {"A": 4.0}, controls=1500, width=3)
    ranking = rank(space, design, Settings(permutations=99, bootstrap=0))
    assert ranking.table["n_reference"].tolist() == [1000]
    assert any("drawn at random" in note for note in note_sentences(ranking.notes))
    space, design = experiment(np.random.default_rng(0), {"A": 4.0}, controls=1000, width=3)
    ranking = rank(space, design, Settings(permutations=99, bootstrap=0))
    assert ranking.table["n_reference"].tolist() == [1000]
    assert not any("drawn at random" in note for note in note_sentences(ranking.notes))


def test_no_counterpart_of_a_pair_is_left_out() -> None:
    space, design = experiment(np.random.default_rng(0), {"A": 4.0}, controls=1500, width=3)
    design = replace(design, pairs=np.arange(len(design.samples)) % 300)
    ranking = rank(space, design, Settings(permutations=99, bootstrap=0))
    assert ranking.table["n_reference"].tolist() == [25]  # five with each of the five perturbed samples
    assert not any("drawn at random" in note for note in note_sentences(ranking.notes))


def test_distances_are_euclidean() -> None:
    points = np.random.default_rng(0).normal(size=(9, 3))
    x, y = points[:4], points[4:]
    made = unpaired_effect(points, np.arange(9) < 4, np.zeros(9, dtype=int), 1.0, QUICK)
    assert made.energy == pytest.approx(2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean())


def test_two_samples_along_one_line_are_held_to_one_degree_of_freedom() -> None:
    """By Welch's t with the freedom of the smaller group, which is never too small a p (Hsu)."""
    rng, found = np.random.default_rng(4), []
    for _ in range(60):
        points = rng.normal(size=16)
        points[:2] *= 3
        made = unpaired_effect(points[:, None], np.arange(16) < 2, np.zeros(16, dtype=int), 1.0, QUICK)
        welch = stats.ttest_ind(points[:2], points[2:], equal_var=False)
        assert made.p_value >= 2 * stats.t.sf(abs(welch.statistic), 1) - 1e-12
        found.append(made.p_value <= 0.05)
    assert np.mean(found) <= 0.08
