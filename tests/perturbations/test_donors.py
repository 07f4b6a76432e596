"""Several samples of one donor: recognized, made one value, said; and a simulation of what it does to the p-value."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.donors.one_value import merge_repeats
from generain_core.perturbations.donors.recognize import donor_column, donors_in_names
from generain_core.perturbations.donors.repeats import find_repeats
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.run import run
from generain_core.perturbations.screens.dose_time import find_trends
from generain_core.release.files import choose
from generain_core.wording.methods import methods
from generain_core.wording.perturbations import note_sentences
from tests.perturbations.test_moved import AnyGene
from tests.samples.toy import table

CHOICES = Choices(column="what", control="ctrl", model="", settings=Settings(199, 0), cells="keep")
GENES = [f"G{i}" for i in range(40)]


def samples(rng, donors=6, repeats=3, own=0.5, names="", **columns):
    """Return donors × repeats counts, the first half of the donors treated; donors vary much more than their repeats."""
    base = rng.gamma(1, 1, len(GENES)) * 300 + 100
    each = np.repeat(np.exp(rng.normal(0, own, (2 * donors, len(GENES)))), repeats, axis=0)
    obs = {"what": np.repeat(["A", "ctrl"], donors * repeats).tolist()} | columns
    index = [f"{names}{i // repeats:02d}_rep{i % repeats + 1}" for i in range(len(each))] if names else None
    return table(rng.poisson(base * each).astype(float), GENES, index, obs)


def donor_of(donors=12, repeats=3):
    return np.repeat([f"P{i}" for i in range(donors)], repeats).tolist()


def test_repeats_of_a_donor_are_summed_and_said_and_kept_apart_where_asked() -> None:
    expression = samples(np.random.default_rng(0), patient=donor_of(), rin=[7.0, 8.0, 9.0] * 12)
    result = run(expression, CHOICES, None, AnyGene())
    row = result.table.iloc[0]
    assert (row["n_samples"], row["n_reference"]) == (6, 6)
    by_hand = np.array([expression.values[i : i + 3].sum(0) for i in range(0, 36, 3)])
    equal = run(expression, replace(CHOICES, depth=0), None, AnyGene()).expression
    assert np.array_equal(equal.values, by_hand)
    assert (result.expression.values <= by_hand).all()  # thinned, where depths differ
    assert result.expression.obs["patient"].tolist() == [f"P{i}" for i in range(12)]
    assert result.expression.obs["rin"].isna().all()  # repeats differ in it
    words = " ".join(note_sentences(result.notes))
    assert "12 of 12 donors (column patient, recognized by its name)" in words
    assert "36 samples became 12" in words
    assert "--donor none" in words
    assert "36 samples became 12" in methods(result, choose(), [])
    apart = run(expression, replace(CHOICES, donor="none"), None, AnyGene())
    assert apart.table.loc[0, "n_samples"] == 18
    assert "p-values are too small" in " ".join(note_sentences(apart.notes))
    same = run(expression, replace(CHOICES, donor="patient"), None, AnyGene())
    pd.testing.assert_frame_equal(same.table, result.table)
    with pytest.raises(GeneRAINError, match="no sample column 'other' of donors"):
        run(expression, replace(CHOICES, donor="other"), None, AnyGene())


def test_donors_are_told_by_names_but_not_by_those_of_perturbations() -> None:
    rng = np.random.default_rng(1)
    result = run(samples(rng, names="P"), CHOICES, None, AnyGene())
    assert result.table.loc[0, "n_samples"] == 6
    assert "told by the samples' names" in " ".join(note_sentences(result.notes))
    what = np.repeat(["TP53", "MYC", "KRAS", "EGFR", "PTEN", "ctrl"], 3)
    obs = pd.DataFrame({"what": what}, index=[f"{word}_rep{i % 3 + 1}" for i, word in enumerate(what)])
    assert find_repeats(obs, make_design(obs, "what", "ctrl"), None) is None
    doses = [f"{word}_{dose}uM_24h_rep{i}" for word in ("A", "B", "ctrl") for dose in (1, 10) for i in (1, 2, 3)]
    obs = pd.DataFrame({"what": [name.split("_")[0] for name in doses]}, index=doses)
    assert find_repeats(obs, make_design(obs, "what", "ctrl"), None) is None
    assert donor_column(pd.DataFrame({"donor_age": [1, 1, 2, 2], "patient_group": list("aabb")})) == ""


@pytest.mark.parametrize("form", ["LJP005_A375_24H_X1_B19:{row}{i:02d}", "plate 3 {row}{i}", "{row}{i:02d}"])
def test_rows_of_a_plate_are_no_lanes_or_replicates(form) -> None:
    assert donors_in_names([form.format(row=row, i=i) for row in "ACLR" for i in range(1, 9)]) == []
    lanes = [f"P{donor:02d}_L{lane:02d}" for donor in range(1, 9) for lane in (1, 2)]
    assert len(set(donors_in_names(lanes))) == 8


def test_numbered_cultures_in_names_are_asked_about_and_one_value_each_where_said() -> None:
    what = np.repeat(["A", "ctrl"], 18)
    names = [f"{word}_{i // 3 % 6 + 1}_rep{i % 3 + 1}" for i, word in enumerate(what)]
    plain = samples(np.random.default_rng(2))
    expression = table(plain.values, GENES, names, {"what": what.tolist()})
    asked = run(expression, CHOICES, None, AnyGene())
    assert asked.table.loc[0, "n_samples"] == 18
    assert NoteKind.MAY_BE_REPEATS in {note.kind for note in asked.notes}
    assert "If each is one culture or donor, p-values are too small" in " ".join(note_sentences(asked.notes))
    said = run(expression, replace(CHOICES, donor="names"), None, AnyGene())
    assert said.table.loc[0, "n_samples"] == 6


def test_donors_with_both_are_offered_as_pairs_and_repeats_within_pairs_are_one() -> None:
    rng = np.random.default_rng(3)
    both = table(samples(rng, repeats=2).values, GENES, None, {"what": ["A", "ctrl"] * 12, "donor": donor_of(12, 2)})
    words = " ".join(note_sentences(run(both, CHOICES, None, AnyGene()).notes))
    assert "12 of 12 donors (column donor, recognized by its name) have both" in words
    assert "Pairs: donor; --pair" in words
    obs = {"what": ["A", "A", "ctrl"] * 12, "donor": donor_of()}
    paired = table(samples(rng).values, GENES, None, obs)
    result = run(paired, replace(CHOICES, pair="donor"), None, AnyGene())
    assert len(result.expression.samples) == 24
    assert find_moved_genes(result, "A", "log2").freedom == 11  # of twelve pairs, not of 36 samples


def test_donors_over_strata_get_no_p_value() -> None:
    expression = samples(np.random.default_rng(4), donor=donor_of(), time=["0h", "1h", "2h"] * 12)
    result = run(expression, replace(CHOICES, strata=("time",)), None, AnyGene())
    assert np.isnan(result.table.loc[0, "p_value"])
    assert "stand in several strata (time)" in result.table.loc[0, "why"]
    with pytest.raises(GeneRAINError, match="several strata"):
        find_moved_genes(result, "A", "log2")
    within = run(expression, replace(CHOICES, strata=("time",), donor="none"), None, AnyGene())
    assert np.isfinite(within.table.loc[0, "p_value"])
    summed = run(expression, CHOICES, None, AnyGene())
    with pytest.raises(GeneRAINError, match="summed over levels"):
        find_trends(summed, "time")


def test_covariates_of_one_donor_are_averaged_or_refused() -> None:
    expression = samples(np.random.default_rng(5), donor=donor_of(), rin=[7.0, 8.0, 9.0] * 12, lane=["a", "b", "c"] * 12)
    design = make_design(expression.obs, "what", "ctrl")
    repeats = find_repeats(expression.obs, design, None)
    assert merge_repeats(expression, repeats, ("rin",)).obs["rin"].tolist() == [8.0] * 12
    with pytest.raises(GeneRAINError, match="differ in the covariate 'lane'"):
        merge_repeats(expression, repeats, ("lane",))


@pytest.mark.slow
def test_one_value_a_donor_holds_the_level_and_samples_taken_for_donors_do_not() -> None:
    """SIMULATED: 6 against 6 donors of three samples each, no effect; 3 standard errors around 5 % of 120 are 11 %."""
    found = {None: 0, "none": 0}
    for seed in range(60):
        expression = samples(np.random.default_rng([6, seed]), repeats=3, own=0.3, donor=donor_of())
        for choice in found:
            choices = replace(CHOICES, donor=choice, settings=Settings(99, 0))
            found[choice] += run(expression, choices, None, AnyGene()).table.loc[0, "p_value"] <= 0.05
    assert found[None] <= 60 * 0.134
    assert found["none"] >= 60 * 0.5
