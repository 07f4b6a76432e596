"""Sentences that answer what came of a perturbation experiment, each against a table small enough to read."""

import numpy as np
import pandas as pd

from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity
from generain_core.wording.effects import alike_sentence, attributes_sentence, genes_sentence, ranking_sentence

BOTH = ("embedding", "expression")


def table(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Return perturbations with the same p-value and false discovery rate in each space."""
    names, model, plain = zip(*rows, strict=True)
    return pd.DataFrame(
        {"perturbation": names, "p_value": model, "fdr": model, "expression_p_value": plain, "expression_fdr": plain}
    )


def test_one_perturbation_is_said_with_its_p_values() -> None:
    assert ranking_sentence(table(("dex", 0.018, 0.0004)), BOTH, "control") == (
        "dex moves the samples away from control in the model's space (p 0.018) and in plain expression (p 0.0004)."
    )
    one = ranking_sentence(table(("dex", 0.2, 0.01)), BOTH, "control")
    assert one == (
        "dex moves the samples away from control in plain expression (p 0.01); in the model's space that is not shown (p 0.2)."
    )
    none = ranking_sentence(table(("dex", 0.2, 0.3)), BOTH, "control")
    assert none.startswith("It is not shown that dex moves the samples away from control: p 0.2 in the model's space and p 0.3")
    assert "does not show that it does not" in none
    assert "in the model's space" not in ranking_sentence(table(("dex", np.nan, 0.01)), BOTH, "control")
    assert ranking_sentence(table(("dex", np.nan, np.nan)), BOTH, "control") == ""


def test_several_are_counted_where_they_were_found_and_the_surest_is_of_either_space() -> None:
    some = table(("A", 0.01, 0.02), ("B", 0.03, 0.5), ("C", 0.4, 0.001), ("D", 0.6, 0.7), ("E", np.nan, np.nan))
    assert ranking_sentence(some, BOTH, "control") == (
        "3 of 4 perturbations that could be tested move the samples (1 in both spaces, 1 in the model's space alone and 1 in "
        "plain expression alone), at a false discovery rate of 5 %; the surest is C."
    )
    alone = ranking_sentence(some[["perturbation", "p_value", "fdr"]].head(4), ("expression",), "control")
    assert (
        alone == "2 of 4 perturbations move the samples in plain expression, at a false discovery rate of 5 %; the surest is A."
    )
    tail = some.assign(fdr=1.0, expression_fdr=1.0, tail_fdr=[0.01, 1, 1, 1, 1], expression_tail_fdr=[0.01, 1, 0.02, 1, 1])
    assert ranking_sentence(tail, BOTH, "control") == (
        "None of 5 perturbations is shown to move the samples at a false discovery rate of 5 %; by the tail fitted to the "
        "controls, 2."
    )


def similarity(space: str, shifts: list[list[float]]) -> ShiftSimilarity:
    of = np.array(shifts, dtype=float)
    unit = of / np.linalg.norm(of, axis=1, keepdims=True)
    return ShiftSimilarity(
        space=space,
        perturbations=("GATA1", "TAL1", "RPL3"),
        targets=("GATA1", "TAL1", "RPL3"),
        shifts=of,
        cosines=unit @ unit.T,
        signal=np.array([0.9, 0.9, 0.2]),
        found=np.array([True, True, False]),
        samples=np.array([3, 3, 3]),
        centered=False,
        notes=(),
    )


def test_the_nearest_is_said_and_what_the_other_space_says_of_it() -> None:
    model = similarity("embedding", [[1, 0], [0.8, 0.6], [0, 1]])
    same, another = similarity("expression", [[1, 0], [1, 0.0], [0, 1]]), similarity("expression", [[1, 0], [0, 1], [0.6, 0.8]])
    assert alike_sentence(model, "GATA1") == "TAL1 acts most like GATA1: cosine 0.80 in the model's space."
    assert alike_sentence(model, "GATA1", same).endswith("0.80 in the model's space, and 1.00 in plain expression.")
    assert alike_sentence(model, "GATA1", another).endswith("; 0.00 in plain expression, where RPL3 is nearer (0.60).")
    assert "mostly noise" in alike_sentence(model, "RPL3")
    opposite = similarity("embedding", [[1, 0], [-1, 0.1], [-1, -0.1]])
    assert alike_sentence(opposite, "GATA1").startswith(
        "No perturbation acts like GATA1 in the model's space: the highest cosine is −1.00"
    )


def test_attributes_are_said_with_their_side() -> None:
    table = pd.DataFrame(
        {
            "attribute": ["DNA repair", "erythroid", "heme", "liver"],
            "place": [17.0, 80.0, 70.0, 50.0],
            "expected": [50.0, 55.0, 52.0, 50.0],
            "p_adjusted": [0.005, 0.005, 0.05, 0.9],
        }
    )
    assert attributes_sentence(table) == (
        "Moved genes stand out in 3 predicted attributes (adjusted p of 0.05): higher than usual in erythroid and heme; lower "
        "than usual in DNA repair."
    )
    assert attributes_sentence(table.assign(p_adjusted=0.2)).startswith("In no predicted attribute")
    assert attributes_sentence(table.assign(p_adjusted=np.nan, expected=np.nan)) == (
        "Moved genes stand farthest out, without a p-value: higher than usual in erythroid and heme; lower than usual in DNA "
        "repair."
    )


def test_moved_genes_are_counted_up_and_down() -> None:
    found = pd.DataFrame({"gene": ["HBE1", "GATA1", "ALAS2", "KLF1"], "change": [1.0, -2.0, -1.0, -0.5]})
    assert genes_sentence(found, 3500, "GATA1") == (
        "GATA1 moves 4 genes of 3,500 at a false discovery rate of 5 %: 1 up, 3 down; the surest: HBE1 up, GATA1 down and ALAS2 "
        "down."
    )
    assert genes_sentence(found[:0], 10, "GATA1").startswith("No gene of 10 is shown to be moved by GATA1")
