"""Which column is taken for the perturbation and for the batch, by hand."""

import numpy as np
import pandas as pd
import pytest

from generain_core.perturbations.design import guess
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.design.guess import guess_batch_columns, guess_pairs, guess_perturbation_column
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


def paired(**changes) -> pd.DataFrame:
    """Return four donors, each with a treated sample and a control."""
    table = pd.DataFrame({"dex": ["no", "yes"] * 4, "cell": [name for name in "abcd" for _ in range(2)], "lane": ["x", "y"] * 4})
    return table.assign(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("cell", 4)),
        ({"cell": list("aabbccdd")}, ("cell", 4)),
        ({"cell": ["a", "a", "b", "b", "c", "c", "d", "e"]}, None),  # d and e have one each
        ({"cell": list("aaaabbbb")}, None),  # two batches are no pairs
        ({"cell": ["a", "a", "b", "b", "c", "c", "d", ""]}, None),
        ({"dex": ["no", "yes", "yes", "no", "no", "yes", "yes", "yes"]}, None),  # the last has no control
        ({"dex": ["no", "low", "no", "high", "no", "low", "no", "high"]}, ("cell", 4)),
    ],
)
def test_pairs_are_told_by_each_value_having_both(changes, expected) -> None:
    obs = paired(**changes)
    labels, strata = obs["dex"].to_numpy(object), np.zeros(8, dtype=np.int64)
    assert guess_pairs(obs, labels, "no", strata, ["dex"]) == expected


def test_pairs_are_not_asked_for_where_they_are_spoken_for_or_cross_strata() -> None:
    obs = paired()
    labels = obs["dex"].to_numpy(object)
    assert guess_pairs(obs, labels, "no", np.zeros(8, dtype=np.int64), ["dex", "cell"]) is None
    assert guess_pairs(obs, labels, "no", np.array([0, 1] * 4), ["dex"]) is None
    assert guess_pairs(obs, labels, "no", np.array([0] * 4 + [1] * 4), ["dex"]) == ("cell", 4)
    notes = make_design(obs, "dex", "no").notes
    assert [(note.kind, note.facts) for note in notes] == [(NoteKind.MAY_BE_PAIRS, {"column": "cell", "values": 4})]
    assert not make_design(obs, "dex", "no", pair="cell").notes
    batches = pd.DataFrame({"dex": (["no"] * 3 + ["yes"] * 3) * 3, "batch": np.repeat(list("abc"), 6)})
    assert not make_design(batches, "dex", "no").notes  # three of a kind: a batch, whose strata serve
