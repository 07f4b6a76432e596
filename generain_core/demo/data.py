"""What the demo release is made of before anything is learned: gene rows, simulated counts, and what follows from these."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core import settings
from generain_core.demo.genes import MODELLED_KINDS, gene_rows
from generain_core.demo.perturbed import Screen, simulate_screen
from generain_core.demo.programs import gene_facts
from generain_core.demo.programs.sample_types import SAMPLE_TYPES
from generain_core.demo.recipe import Recipe
from generain_core.demo.simulate import Expression, gene_traits, simulate_expression

EXAMPLE_TYPES = ("liver", "HepG2 cells", "skeletal muscle", "heart", "brain cortex", "whole blood", "T cells", "NK cells")
EXAMPLE_PER_TYPE = 4


@dataclass(frozen=True)
class DemoData:
    """All rows of the simulated ARCHS4 file, and what was drawn for them.

    Attributes:
        rows: symbol, biotype, ensembl_gene and the statistics of each row.
        expression: counts of each row in each reference sample; the networks are trained on these.
        modelled: positions of the rows that the model holds, in their order.
        example: samples that are in no reference and that no network has seen.
        screen: knock-downs and controls, seen by none either.
    """

    rows: pd.DataFrame
    expression: Expression
    modelled: npt.NDArray[np.int64]
    example: Expression
    screen: Screen

    @property
    def genes(self) -> list[str]:
        """Return the model's genes."""
        return self.rows["symbol"].iloc[self.modelled].tolist()

    @property
    def lncrna(self) -> npt.NDArray[np.bool_]:
        """Return which of the model's genes are lncRNAs."""
        return np.asarray(self.rows["biotype"].iloc[self.modelled] == "lncRNA")

    def by_type(self) -> pd.DataFrame:
        """Return mean log expression of the model's genes in each type of sample: genes × types."""
        values = pd.DataFrame(self.expression.log_expression[self.modelled].T, columns=self.genes)
        return values.groupby(np.array(self.expression.sample_types)).mean().T


def demo_data(recipe: Recipe) -> DemoData:
    """Simulate expression of all rows, and take the statistics and the genes of the model from it."""
    rows = gene_rows()
    symbol, low, _ = gene_facts.TWO_ROWS
    silent = rows["symbol"].isin(gene_facts.LITTLE_EXPRESSED.split()) | (
        (rows["symbol"] == symbol) & (rows["ensembl_gene"] == low)
    )
    traits = gene_traits(rows["symbol"].tolist(), (rows["biotype"] == "lncRNA").to_numpy(), silent.to_numpy(), recipe.seed)
    expression = simulate_expression(traits, list(SAMPLE_TYPES), recipe.per_type, (recipe.seed, 2))
    values = expression.log_expression
    rows["gene_mean"] = values.mean(axis=1).round(6)
    rows["gene_std"] = values.std(axis=1).round(6)
    best = rows.sort_values("gene_mean", ascending=False, kind="stable").drop_duplicates("symbol").index
    rows["max_mean_nondup"] = rows.index.isin(best)
    kept = rows["max_mean_nondup"] & (rows["gene_mean"] > settings.MEAN_CUTOFF) & rows["biotype"].isin(MODELLED_KINDS)
    example = simulate_expression(traits, EXAMPLE_TYPES, EXAMPLE_PER_TYPE, (recipe.seed, 3))
    return DemoData(rows, expression, np.flatnonzero(kept), example, simulate_screen(traits, (recipe.seed, 4)))
