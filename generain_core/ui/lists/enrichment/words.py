"""The tests of gene sets, in words."""

from typing import NamedTuple


class Words(NamedTuple):
    """What is said of a test: what was looked at, its null, and the axis of its ratio."""

    among: str
    null: str
    axis: str


_INDEPENDENT = (
    "Its null exchanges genes and so takes them for independent: genes of one set that vary together make small p-values more "
    "frequent than they claim."
)
TESTS = {
    "over-representation": Words(
        "{list_size:,} genes of the list are among the {background:,} that could have been on it.",
        f"Hypergeometric test, one-sided. {_INDEPENDENT}",
        "overlap over what is expected",
    ),
    "ranks": Words(
        "{background:,} genes are ranked.",
        f"Wilcoxon’s rank sum, one-sided: do a set’s genes lie higher? {_INDEPENDENT}",
        "probability of lying higher, over ½",
    ),
    "camera": Words(
        "{background:,} genes were tested.",
        "Camera (Wu and Smyth 2012), two-sided: does the mean z-score of a set differ from that of other genes? Its null is "
        "widened by how much the set’s genes vary together in the samples, so that being co-regulated is not enough.",
        "difference of mean z-scores",
    ),
}
