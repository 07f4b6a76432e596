"""A screen without replicates from its labels to ranked perturbations, moved genes, targets and what acts alike."""

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.label_preview import recognized
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.perturbations.published_example import read_choices
from generain_core.perturbations.run import Perturbed, run
from generain_core.perturbations.screens.one_against_many import one_against_many
from generain_core.perturbations.similarity.shift_similarity import compare_shifts, neighboring_perturbations
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind

GENES = [f"GENE{i}" for i in range(300)]


class Names:
    def resolve_many(self, names, /):
        known = [name if str(name).startswith("GENE") else None for name in names]
        status = ["symbol" if gene else "unknown" for gene in known]
        return pd.DataFrame({"input": list(names), "gene": known, "status": status}, dtype=object)


def table(controls: int, perturbed: int, seed: int = 0) -> Expression:
    """Return counts of a screen: the first ten knock-downs move forty genes alike, all lower their target."""
    generator = np.random.default_rng(seed)
    labels = [f"{i}_{GENES[i]}_P1P2" for i in range(perturbed)] + [
        f"{900 + i}_non-targeting_non-targeting" for i in range(controls)
    ]
    logs = np.tile(generator.uniform(4, 8, len(GENES)), (len(labels), 1)) + generator.normal(0, 0.1, (len(labels), len(GENES)))
    logs[: min(10, perturbed), 100:140] += np.linspace(-1, 1, 40)
    logs[np.arange(perturbed), np.arange(perturbed)] -= 2
    counts = generator.poisson(np.exp(logs) * generator.uniform(0.7, 1.5, (len(labels), 1))).astype(float)
    return Expression(
        values=counts,
        samples=tuple(labels),
        identifiers=tuple(GENES),
        obs=pd.DataFrame(index=pd.Index(labels, dtype=object)),
        source="screen.csv",
        sha256="0",
        value_kind=next(iter(ValueKind)),
        notes=(),
    )


def compared(expression: Expression, **options: Any) -> Perturbed:
    choices = read_choices(Choices(column="", control="", model="", **options), recognized(expression, Names()))
    return run(expression, choices, cast(Any, None), Names())


@pytest.fixture(scope="module")
def result() -> Perturbed:
    return compared(table(40, 40))


def test_planted_knock_downs_are_found_first(result) -> None:
    assert set(result.table["perturbation"].head(10)) == set(GENES[:10])
    assert (result.table["test"] == "controls").all()
    assert (result.table.head(10)["tail_fdr"] <= 0.05).all()
    assert {"distance", "tail_p", "depth_ratio", "assumes", "why"} <= set(result.table)


def test_genes_of_one_against_many_are_moved(result) -> None:
    genes = find_moved_genes(result, GENES[0], "log2")
    found = genes.table.loc[genes.table["fdr"] <= 0.05, "gene"].tolist()
    planted = {GENES[0], *GENES[100:115], *GENES[125:140]}
    assert len(planted & set(found)) >= 24
    assert len(set(found) - set(GENES[100:140]) - {GENES[0]}) <= 4
    assert genes.n_samples == 1
    assert np.median(genes.by_chance) <= 1


def test_targets_of_single_samples_are_told(result) -> None:
    targets = measure_targets(result)
    assert len(targets) == 40
    assert (targets["verdict"] == "down").mean() > 0.9
    assert targets["left_percent"].median() == pytest.approx(100 * np.exp(-2), rel=0.3)


def test_knock_downs_that_move_the_same_genes_act_alike(result) -> None:
    near = neighboring_perturbations(compare_shifts(result.rankings[0]), GENES[0], 9)
    assert set(near["perturbation"]) == set(GENES[1:10])


def test_an_example_with_forty_rows_is_judged_or_says_why() -> None:
    few = compared(table(8, 32))
    assert few.table["p_value"].isna().all() or (few.table["test"] != "").any()
    enough = compared(table(20, 20))
    assert (enough.table["smallest_p"] == 1 / 21).all()
    with pytest.raises(GeneRAINError, match="1 control can't be a yardstick"):
        compared(table(1, 39), test="controls")


def test_labels_are_said_in_the_choices(result) -> None:
    assert result.choices.labels is not None
    assert result.design.targets[GENES[3]] == GENES[3]


def test_one_against_many_is_the_t_test_of_a_linear_model() -> None:
    from scipy.stats import ttest_ind

    values = np.random.default_rng(0).normal(size=21)
    one = np.arange(21) == 0
    change, p, n = one_against_many(values, one, ~one, np.zeros(21, dtype=np.int64))
    assert (change, p, n) == (
        pytest.approx(values[0] - values[1:].mean()),
        pytest.approx(ttest_ind(values[:1], values[1:]).pvalue),
        20,
    )
    assert np.isnan(one_against_many(values[:6], one[:6], ~one[:6], np.zeros(6, dtype=np.int64))[1])
