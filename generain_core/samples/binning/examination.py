"""What would become of an expression table, before it is binned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.acceptance import MIN_GENES, TRAINED_TOTAL, accept, lowered
from generain_core.samples.binning.gene_matching import FINE, NAMELESS, THIN, Match, NameResolver, match_genes
from generain_core.samples.interpret.expression import Expression
from generain_core.text import echo, listed, percent


@dataclass(frozen=True)
class Examined:
    """What would be binned, before it is: quick, so that a page can show it at once.

    Attributes:
        match: which rows are which genes.
        acceptance: one row a sample; see `accept`.
        warnings: one sentence each, to stay with the result.
    """

    match: Match
    acceptance: pd.DataFrame
    warnings: tuple[str, ...]

    def report(self) -> dict[str, Any]:
        """Return what was kept, dropped, matched and left out, as plain values."""
        match, dropped = self.match, self.acceptance[~self.acceptance["kept"]]
        return {
            "samples_kept": int(self.acceptance["kept"].sum()),
            "samples_dropped": [{"sample": str(s), "reason": str(r)} for s, r in dropped["reason"].items()],
            "samples": self.acceptance.reset_index(names="sample").to_dict("records"),
            "genes_in_input": int(match.counted.sum()),
            "genes_matched": len(match.genes),
            "genes_missing": len(match.missing),
            "coverage": match.coverage,
            "verdict": match.verdict,
            "genes_summed": {gene: list(rows) for gene, rows in match.summed.items()},
            "set_aside": list(match.identifiers("set aside")),
            "ambiguous": list(match.identifiers("ambiguous")),
            "not_in_model": len(match.identifiers("not_in_model")),
            "unknown": len(match.identifiers("unknown")),
            "warnings": list(self.warnings),
        }


def examine(
    expression: Expression,
    boundaries: Boundaries,
    resolver: NameResolver,
    *,
    chunk: int | None = None,
    min_genes: int = MIN_GENES,
) -> Examined:
    """Match the genes and judge the samples, without binning.

    Raises:
        GeneRAINError: no gene is found, or an option is out of range.
    """
    match = match_genes(expression.identifiers, resolver, boundaries.genes)
    acceptance = accept(expression, match, min_genes)
    warnings = [
        _of_species(expression),
        *_warnings(match, chunk, min_genes),
        _nameless(expression, match),
        _shallow(expression, acceptance),
    ]
    return Examined(match, acceptance, tuple(w for w in warnings if w))


def _of_species(expression: Expression) -> str:
    """Say of samples of another species what they are, in the words of the note on their names."""
    start = f"From {expression.from_species}:"
    return next((note for note in expression.notes if note.startswith(start)), "") if expression.from_species else ""


def _warnings(match: Match, chunk: int | None, min_genes: int) -> list[str]:
    found = (
        f"Only {percent(match.coverage)} of the gene set was found: {match.verdict} (fine from {percent(FINE)}, thin from "
        f"{percent(THIN)})."
    )
    thin = found if match.coverage < FINE else ""
    together = chunk is not None and chunk > 1
    ranked = f"Runs of {chunk} samples were ranked together: a sample's bins depend on its neighbors in the file."
    return [thin, ranked if together else "", lowered(min_genes)]


def _shallow(expression: Expression, acceptance: pd.DataFrame) -> str:
    """Say which samples have fewer counts than any that the models were trained on."""
    totals = acceptance.loc[acceptance["kept"], "total_counts"]
    shallow = totals[totals < TRAINED_TOTAL]
    if expression.value_kind not in ("counts", "estimated counts") or not len(shallow):
        return ""
    name, total, fewer = echo(str(shallow.index[0])), f"{shallow.iloc[0]:,.0f}", f"fewer than {TRAINED_TOTAL:,} counts"
    which = f"{len(shallow):,} of {len(totals):,} samples have {fewer}, such as {name} with {total}"
    if len(totals) == 1:
        which = f"The only sample, {name}, has {total}, {fewer}"
    return f"{which}: the models were trained on samples with more, so what they say of these is less certain."


def _nameless(expression: Expression, match: Match) -> str:
    """Say how many rows have no name (none, or NA, nan, #N/A … in its place) and what share of all values they hold."""
    rows = (match.rows["reason"] == NAMELESS).to_numpy() & ~match.counted
    if not rows.any():
        return ""
    values: Any = expression.values
    whole, nameless = float(values.sum()), float(values[:, np.flatnonzero(rows)].sum())
    names = listed([echo(name) for name in dict.fromkeys(match.rows.loc[rows, "identifier"]) if name.strip()][:3], "or")
    count = int(rows.sum())
    return (
        f"{count:,} row{'s' if count > 1 else ''} without a name{f' ({names} in its place)' if names else ''} "
        f"{'were' if count > 1 else 'was'} set aside, with {percent(nameless / whole if whole else 0, 1)} of all values: "
        "they count neither as genes nor for the depth."
    )
