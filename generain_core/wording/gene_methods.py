"""How genes were tested in a perturbation experiment, in words for a paper: what was done there, not what could have been."""

from math import comb

import numpy as np
import pandas as pd

from generain_core.perturbations.depth.thinning import COUNTED
from generain_core.perturbations.effects.analysis import blocks_of, usable_samples
from generain_core.perturbations.genes.enough_counts import LEAST_COUNT, LEAST_PER_MILLION
from generain_core.perturbations.genes.moved_attributes import LEAST
from generain_core.perturbations.genes.moved_genes import CHECKS, EXCHANGES
from generain_core.perturbations.run import Perturbed

_MANY = 10


def told_of_genes(result: Perturbed) -> dict[str, str]:
    """Return how the genes of a result were tested, and what is predicted of them, with references in braces."""
    groups = _groups(result)
    return {"genes": _genes(result, groups), "attributes": _attributes(groups)}


def _attributes(groups: pd.DataFrame) -> str:
    start = (
        "For each predicted attribute {GeneRAIN}, the moved genes' probabilities were placed among those of 200 genes of like "
        "expression"
    )
    told = groups["exchanges"] >= LEAST
    if not told.any():
        return f"{start}, and attributes ranked by their mean place."
    rest = "" if told.all() else f"; with fewer than {LEAST} exchanges attributes were ranked only"
    return (
        f"{start}, and their mean place compared with that of as many surest genes of exchanged labels (up to {EXCHANGES} "
        "exchanges, or all), two-sided, p = (b + 1) / (m + 1), adjusted by the farthest of all attributes in each exchange "
        f"{{Westfall}}{rest}."
    )


def _genes(result: Perturbed, groups: pd.DataFrame) -> str:
    design = result.design
    what = "pair" if design.pairs is not None else "stratum" if design.strata_by else ""
    intercept = f" with an intercept for each {what}" if what else ""
    enough = f"{LEAST_COUNT} counts in a sample of middle depth"
    if result.expression.value_kind not in COUNTED:
        enough = f"{LEAST_PER_MILLION:g} per million"
    smaller = groups[["perturbed", "reference"]].min(axis=1)
    rules = []
    if (smaller > _MANY).any():
        rules.append("of more than ten, seven in ten of the others")
    if (groups["perturbed"] == 1).any():
        rules.append("of one sample against many, in half of all")
    how_many = f" ({'; '.join(rules)})" if rules else ""
    sentences = [
        f"Genes were tested by a moderated t-test {{Smyth}} of a linear model{intercept}, with a trend of the prior variance "
        "over the mean log2 of depth-scaled counts {trend}, two-sided, with false discovery rates {BH}; a gene was tested if it "
        f"had {enough} in as many samples as the smaller group has{how_many} {{filter}}."
    ]
    if groups["unequal"].any():
        where = "Groups are unequal, so" if groups["unequal"].all() else "Where groups are unequal,"
        sentences.append(
            f"{where} p is the larger of that and of the share of all genes' statistics under exchanged labels that are as "
            "large {Tusher}."
        )
    if (groups["exchanges"] >= CHECKS).any():
        every = "" if (groups["exchanges"] >= CHECKS).all() else f", where these can be exchanged in {CHECKS} ways or more"
        within = f" within {'pairs' if what == 'pair' else 'strata'}" if what else ""
        sentences.append(f"The same test was repeated with labels exchanged{within}{every}.")
    if any(name in design.targets for name in design.perturbations):
        sentences.append(
            "Nearness to the target of a perturbation is the mean cosine of the genes moved at a false discovery rate of 5 % to "
            "it in GeneRAIN-vec {GeneRAIN}, against that of the same genes to others of like expression."
        )
    return " ".join(sentences)


def _groups(result: Perturbed) -> pd.DataFrame:
    """Return of each perturbation its samples, those it is compared with, whether a block is unequal, and exchanges of labels."""
    design = result.design
    design = design.take(usable_samples(design))
    counts = pd.crosstab(blocks_of(design), design.labels.astype(str))
    rows = []
    for name in design.perturbations:
        own = counts[name].to_numpy()
        other = counts.sum(axis=1).to_numpy() - own if design.reference == "others" else counts[design.control].to_numpy()
        shared = (own > 0) & (other > 0)
        own, other = own[shared], other[shared]
        ways = float(np.prod([float(comb(int(k + m), int(k))) for k, m in zip(own, other, strict=True)]))
        unequal = bool((own != other).any())
        exchanges = (ways if unequal else ways / 2) - 1  # of one and its mirror image, one; the labels as they are, none
        rows.append((int(own.sum()), int(other.sum()), unequal, exchanges))
    return pd.DataFrame(rows, columns=["perturbed", "reference", "unequal", "exchanges"])
