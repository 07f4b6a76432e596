"""What was done, in words that can be pasted into a paper, with its sources."""

from generain_core import __version__
from generain_core.perturb.run import Perturbed
from generain_core.release import Release

REFERENCES = {
    "GeneRAIN": "GeneRAIN: preprint, doi 10.1101/2024.03.07.583777.",
    "energy": "Székely GJ, Rizzo ML. Energy statistics: a class of statistics based on distances. J Stat Plan Inference 2013; "
    "143: 1249–1272. doi 10.1016/j.jspi.2013.03.018.",
    "BH": "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. "
    "J R Stat Soc B 1995; 57: 289–300. doi 10.1111/j.2517-6161.1995.tb02031.x.",
    "E-test": "Peidli S, et al. scPerturb: harmonized single-cell perturbation data. Nat Methods 2024; 21: 531–540. "
    "doi 10.1038/s41592-023-02144-y.",
}


def methods(result: Perturbed, release: Release) -> str:
    """Return the methods of an analysis: a paragraph a step, the notes, and the references, with the mark if simulated."""
    choices, design = result.choices, result.design
    settings = choices.settings
    spaces = " and, as a baseline, in ".join(_space(r.space.words, r.space.name) for r in result.rankings)
    reference = "the controls" if design.reference == "control" else "all other samples"
    within = f" within {' and '.join(design.strata_by)}" if design.strata_by else ""
    test = (
        f"by flipping the signs of the differences of pairs ({design.pair_by})"
        if design.pairs is not None
        else f"by exchanging labels{within}"
    )
    lines = [
        f"Perturbations were read from the column {design.column} and compared with {reference} ({design.control}){within}. "
        f"{counted(len(design.perturbations), 'perturbation')} and {counted(int(design.is_control.sum()), 'control sample')} "
        f"were compared in {spaces}.",
        "The shift of a perturbation is the difference of means"
        + (" of each pair, averaged" if design.pairs is not None else (", averaged over strata" if design.strata_by else ""))
        + "; its length is given in units of the spread of the controls (root mean square distance from their mean), less what "
        "noise alone adds. Distributions were compared by the energy distance with Euclidean distances [1, 2].",
        f"P-values are of the shift's length, {test}: all relabellings where there are at most 10,000, else "
        f"{settings.permutations:,} random ones, p = (b + 1) / (m + 1) (seed {settings.seed}; p-values near the smallest "
        "possible were taken anew from 20 times as many). Where the smallest possible p-value exceeds 0.05 none is given. False "
        "discovery rates are Benjamini and Hochberg's [3]. "
        f"Intervals are 95 % bootstrap intervals ({settings.bootstrap:,} draws within groups), corrected for the length that "
        "resampling adds.",
        *(f"Note: {note}" for note in result.notes),
        f"[1] {REFERENCES['energy']}",
        f"[2] {REFERENCES['E-test']}",
        f"[3] {REFERENCES['BH']}",
        *([f"[4] {REFERENCES['GeneRAIN']}"] if result.model else []),
        f"{release.label}; GeneRAIN Explorer {__version__}",
    ]
    return "\n\n".join(lines)


def counted(n: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def _space(words: str, name: str) -> str:
    return f"the {words} (mean of the last hidden states over expressed genes) [4]" if name == "embedding" else f"the {words}"
