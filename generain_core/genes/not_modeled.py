"""Why a known gene is not in the model, in one sentence."""

from collections.abc import Iterable

from generain_core.genes.biotypes import biotype_class, spoken
from generain_core.settings import MEAN_CUTOFF


def left_out_reason(biotype: str, mean: float, has_token: bool, has_row: bool) -> str:
    """Return the reason that the evidence supports best: kind of gene, then expression, then absence.

    Args:
        biotype: the gene's biotype, '' if unknown.
        mean: mean log10 depth-scaled count in ARCHS4, NaN if unknown.
        has_token: the gene is in the token index.
        has_row: the gene is among the gene rows that the release was made from.
    """
    kind = biotype_class(biotype)
    if kind == "other":
        return f"{spoken(biotype)}: the model holds protein-coding and lncRNA genes only"
    if mean <= MEAN_CUTOFF:
        return f"its mean expression in ARCHS4, {_below(mean)}, is not above the cut-off of {MEAN_CUTOFF:g}"
    if has_token and mean != mean:
        return "it has a token but is too little expressed to be in any model input"
    what = "it" if kind == "unknown" else f"{spoken(biotype)} that"
    if has_row or has_token:
        return f"{what} is among the gene rows of this release, but not among the genes of the model"
    return f"{what} is not among the gene rows this release was made from"


def left_out_reasons(evidence: Iterable[tuple[str, float, bool, bool]]) -> list[str]:
    """Return `left_out_reason` of many genes."""
    cache: dict[tuple[str, float | None, bool, bool], str] = {}
    reasons = []
    for biotype, mean, has_token, has_row in evidence:
        key = (biotype, None if mean != mean else mean, has_token, has_row)
        if key not in cache:
            cache[key] = left_out_reason(biotype, mean, has_token, has_row)
        reasons.append(cache[key])
    return reasons


def _below(mean: float) -> str:
    """Write a mean so that rounding doesn't lift it to the cut-off."""
    return next((text for d in (2, 3, 4) if float(text := f"{mean:.{d}g}") < MEAN_CUTOFF), f"{mean:g}")
