"""Which column is taken for the perturbation and for the batch, by hand."""

import pandas as pd

from generain_core.perturbations.design.guess import guess_batch_columns, guess_perturbation_column


def test_the_column_with_a_usual_name_of_controls_is_taken_among_those_named_so() -> None:
    obs = pd.DataFrame({"dose": ["1", "2"], "gene_id": ["7", "8"], "target": ["control", "TP53"]})
    assert guess_perturbation_column(obs, list(obs)) == "target"
    assert guess_perturbation_column(obs, ["dose", "gene_id"]) == "gene_id"
    assert guess_perturbation_column(obs, ["dose"]) == "dose"


def test_a_batch_has_controls_beside_all_perturbed_samples() -> None:
    obs = pd.DataFrame({"target": ["control", "control", "A", "B"], "batch": list("1212"), "plate": list("1123")})
    assert guess_batch_columns(obs, "target", "control", ["plate", "batch"]) == ["batch"]
    assert guess_batch_columns(obs, "target", "control", ["plate"]) == []
