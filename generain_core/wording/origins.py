"""Where a list came from, in words."""

from generain_core.lists.gene_list import Origin

WORDS = {
    Origin.USER: "brought by you",
    Origin.NEIGHBORS: "chosen for being similar to a gene",
    Origin.LASSO: "chosen for lying together on the map",
    Origin.EXPANSION: "chosen for being similar to a list",
    Origin.ATTRIBUTE: "chosen by a predicted attribute",
    Origin.RULE: "chosen by a rule over predicted attributes",
    Origin.ANALOGY: "chosen by an analogy",
    Origin.MOVED: "moved by a perturbation",
    Origin.TESTED: "found by a test",
}
CIRCULAR = (
    "No p-value is given: this list was {how}, so that its genes are alike by construction. A test of whether they are would "
    "only find again what it was made by."
)

RESEMBLES = (
    "This list was {how}, so its genes resemble each other more than random ones; that a set is over-represented says what they "
    "resemble, and not more."
)


def resembles(origin: Origin) -> str:
    """Return what gene sets say of a list of this origin; "" where it was not chosen by similarity."""
    return RESEMBLES.format(how=WORDS[origin]) if origin.by_similarity else ""


def circular(origin: Origin) -> str:
    """Return why no p-value is given to a list of this origin."""
    return CIRCULAR.format(how=WORDS[origin])
