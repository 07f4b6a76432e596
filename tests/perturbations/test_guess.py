"""Which column is taken for the perturbation and for the batch, by hand."""

import numpy as np
import pandas as pd

from generain_core.perturbations.design import guess
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.design.guess import guess_batch_columns, guess_perturbation_column
from generain_core.perturbations.notes import NoteKind
from generain_core.wording.perturbations import note_sentence


def test_the_column_with_a_usual_name_of_controls_is_taken_among_those_named_so() -> None:
    obs = pd.DataFrame({"dose": ["1", "2"], "gene_id": ["7", "8"], "target": ["control", "TP53"]})
    assert guess_perturbation_column(obs, list(obs)) == "target"
    assert guess_perturbation_column(obs, ["dose", "gene_id"]) == "gene_id"
    assert guess_perturbation_column(obs, ["dose"]) == "dose"


def test_a_batch_has_controls_beside_all_perturbed_samples() -> None:
    obs = pd.DataFrame({"target": ["control", "control", "A", "B"], "batch": list("1212"), "plate": list("1123")})
    assert guess_batch_columns(obs, "target", "control", ["plate", "batch"]) == ["batch"]
    assert guess_batch_columns(obs, "target", "control", ["plate"]) == []


def test_batches_that_hold_perturbed_samples_and_no_control_are_said_unless_compared_within() -> None:
    obs = pd.DataFrame(
        {"what": ["ctrl"] * 3 + ["A", "A", "B", "B"], "batch": ["b1"] * 3 + ["b1", "b1", "b2", "b3"]}, index=list("abcdefg")
    )
    notes = make_design(obs, "what", "ctrl", resolver=None).notes
    said = [note_sentence(note) for note in notes if note.kind is NoteKind.BATCH_WITHOUT_CONTROLS]
    assert len(said) == 1
    assert "2 perturbed samples are of a batch without a control (b2 and b3)" in said[0]
    for choices in ({"covariates": ["batch"]}, {"reference": "others"}):
        kinds = [note.kind for note in make_design(obs, "what", "ctrl", resolver=None, **choices).notes]
        assert NoteKind.BATCH_WITHOUT_CONTROLS not in kinds


def test_a_batch_that_is_not_said_is_none() -> None:
    """-666 stands for nothing in the Connectivity Map's files."""
    obs = pd.DataFrame({"plate": ["a", "a", "b", "-666", "-666.0", ""]})
    is_control = np.array([True, False, False, False, False, False])
    assert guess.batch_without_controls(obs, is_control, ~is_control, ()) == ("plate", ["b"], 1)
    assert (
        guess.batch_without_controls(obs[obs["plate"] != "b"], *(np.delete(m, 2) for m in (is_control, ~is_control)), ()) is None
    )
