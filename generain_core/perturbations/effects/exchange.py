"""Labels exchanged within strata or pairs, to see what the same analysis finds where there is nothing to find."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.permutations import relabellings

Labels = NDArray[np.float64]


def exchanges(perturbed: NDArray[np.bool_], within: list[NDArray[np.int64]], most: int, seed: int) -> Labels:
    """Return the labels as they are (first row) and exchanges of them within blocks, labels × samples, 1 for perturbed.

    All exchanges where there are few, else a random choice of `most`. Where every block has as many perturbed samples as
    others, of an exchange and its mirror image, which answer alike, there is one only. So a result that is as strong in b of m
    exchanges has p = (b + 1) / (m + 1).

    Args:
        perturbed: which samples are perturbed.
        within: the samples of each block.
        most: how many exchanges at most.
        seed: of the random choice.
    """
    order = np.concatenate([np.r_[members[perturbed[members]], members[~perturbed[members]]] for members in within])
    sizes = tuple((len(members), int(perturbed[members].sum())) for members in within)
    relabeled = relabellings(sizes, most, seed)
    chosen = relabeled.chosen
    if relabeled.exact:
        if all(2 * k == n for n, k in sizes):
            chosen = chosen[(chosen == 0).any(1)]
        chosen = np.random.default_rng(seed).permutation(chosen[1:])[:most]
    labels = np.zeros((len(chosen) + 1, len(perturbed)))
    labels[0, perturbed] = 1
    np.put_along_axis(labels[1:], order[chosen], 1.0, axis=1)
    return labels
