"""The tests of gene sets, in words."""

from typing import NamedTuple


class Words(NamedTuple):
    """What is said of a test.

    Attributes:
        found: what the number of sets at a rate of 5 % is called; it follows the number.
        among: what was looked at.
        null: under what its p is, and what that is worth.
        axis: of its ratio.
        of_p: behind "p" and "FDR" in a table.
        none: what is said where no set is below 5 %.
    """

    found: str
    among: str
    null: str
    axis: str
    of_p: str
    none: str


TESTS = {
    "over-representation": Words(
        "share more genes with the list than lists drawn at random from the background, at an FDR of 5 %.",
        "{list_size:,} genes of the list are among the {background:,} that could have been on it.",
        "Hypergeometric test, one-sided: genes are drawn one by one. Genes that vary together come together, so of a list that a "
        "test of samples chose, small p-values are more frequent than they say.",
        "overlap over what is expected",
        "hypergeometric",
        "No set has an FDR of 5 % or less. The best are shown all the same.",
    ),
    "ranks": Words(
        "lie higher than genes exchanged one by one would, at an FDR of 5 %.",
        "{background:,} genes are ranked.",
        "Wilcoxon’s rank sum, one-sided. This describes the ranking and is no test of an experiment: sets whose genes vary "
        "together lie high or low without any effect (p of .05 or less in 35 % of simulated experiments in which nothing acts). "
        "For a test, take the ranking from Perturbations, where the samples are at hand.",
        "probability of lying higher, over ½",
        "genes exchanged",
        "No set lies higher than genes exchanged would, at an FDR of 5 %. The highest are shown all the same.",
    ),
    "camera": Words(
        "have an FDR of 5 % or less.",
        "{background:,} genes were tested.",
        "Camera (Wu and Smyth 2012), two-sided: does the mean z-score of a set differ from that of other genes? Its null is "
        "widened by how much the set’s genes vary together in the samples, so that being co-regulated is not enough.",
        "difference of mean z-scores",
        "",
        "No set has an FDR of 5 % or less. The best are shown all the same.",
    ),
}
