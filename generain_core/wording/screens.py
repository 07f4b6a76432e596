"""Sentences on screens that are judged by their controls."""

from collections.abc import Callable, Mapping
from typing import Any

from generain_core.perturbations.notes import NoteKind
from generain_core.text import percent, significant, with_noun

SCREEN_TEMPLATES: dict[NoteKind, str] = {
    NoteKind.CONTROLS_ASKED: (
        "Perturbations are judged by the controls' own distances, as you asked ({controls:,} {controls:control|controls}, "
        "{perturbations:,} {perturbations:perturbation|perturbations})."
    ),
    NoteKind.CONTROLS_ALONE: (
        "{single:,} of {perturbations:,} {perturbations:perturbation|perturbations} {single:has|have} one sample, so that "
        "labels can't be exchanged; each is judged by how "
        "far it lies from the controls, ranked among the {controls:,} controls themselves, each left out in turn."
    ),
    NoteKind.CONTROLS_CHOSEN: (
        "Labels could be exchanged here, and controls can be ranked. The controls were taken: with {samples} "
        "{samples:sample|samples} a "
        "perturbation beside {controls:,} controls, their own distances are the better yardstick, and no spread has to be equal. "
        "Options lets you exchange labels instead."
    ),
    NoteKind.CONTROLS_TOO_FEW: (
        "{single:,} of {perturbations:,} {perturbations:perturbation|perturbations} {single:has|have} one sample, and there "
        "{controls:is|are} {controls:,} {controls:control|controls}: too few to rank a "
        "perturbation among. From 19 controls on, a p-value of 5 % can be reached."
    ),
    NoteKind.BATCH_WITHOUT_CONTROLS: (
        "{samples:,} perturbed {samples:sample is|samples are} of a {column} without a control ({batches}): what the {column} "
        "does and what the perturbation does can't be told apart there. Compare within {column}; they then get no p-value."
    ),
    NoteKind.CONTROLS_DEPTH: (
        "{perturbations:,} {perturbations:perturbation has|perturbations have} a depth more than 1.5 times outside that "
        "of all controls "
        "and {perturbations:gets|get} no p-value."
    ),
    NoteKind.CEILING_CONTROLS: (
        "Noise ceiling: one control in twenty, left out, lies {effect:.2f} spreads or more from the others, and the means of two "
        "halves of the controls are {halves:.2f} apart; an effect of a single sample below that is no more than noise."
    ),
    NoteKind.CEILING_GUIDES: (
        "Noise ceiling: shifts of samples of the same perturbation (guides of a target) have a median cosine of {within:.2f} "
        "({perturbations:,} {perturbations:perturbation|perturbations}), those of different ones {between:.2f}. Where the "
        "two are alike, the experiment is "
        "too weak to tell directions, whatever the perturbations do."
    ),
}


def _yardstick(facts: Mapping[str, Any]) -> str:
    yardstick = "controls of all strata, each from the mean of its own"
    if facts["strata"] == 1:
        yardstick = "all controls"
    elif facts["within"]:
        yardstick = "the controls of their own stratum"
    depth = ""
    if facts["explained"] > 0:
        depth = (
            f" What depth foresees of the controls' distances ({percent(facts['explained'])} of their variance) is taken off all."
        )
    return (
        f"Distances are of {facts['words']}, under a covariance of the controls alone, {percent(facts['shrinkage'])} of it "
        "shrunken "
        f"to a sphere; {facts['controls']:,} controls were left out in {facts['parts']} parts and measured under the fit of the "
        f"others. Perturbations are ranked among {yardstick}.{depth}"
    )


def _floor(facts: Mapping[str, Any]) -> str:
    floor, tests, needed = facts["floor"], facts["tests"], facts["needed"]
    start = f"The smallest p-value that the controls can give is {significant(floor)}"
    if needed <= 1:
        return f"{start}, so that a single one of {with_noun(tests, 'perturbation')} can have a false discovery rate of 5 %."
    if needed > tests:
        return (
            f"{start}: with {with_noun(tests, 'perturbation')} no false discovery rate can reach 5 %. The p-value of a "
            "tail fitted to the "
            "controls stands beside it: it reaches further, and rests on that fit."
        )
    return (
        f"{start}: a false discovery rate of 5 % needs at least {needed:,} of {tests:,} perturbations beyond all controls. The "
        "p-value of a tail fitted to the controls stands beside it: it reaches further, and rests on that fit."
    )


SCREEN_SENTENCES: dict[NoteKind, Callable[[Mapping[str, Any]], str]] = {
    NoteKind.CONTROLS_YARDSTICK: _yardstick,
    NoteKind.CONTROLS_FLOOR: _floor,
}
CONTROLS_METHODS = (
    "Perturbations were judged by the controls: the Mahalanobis distance of a perturbation (of the mean of its samples) from the "
    "controls of its stratum, under a covariance fitted to controls alone and shrunken {Ledoit}, was ranked among those of "
    "controls (of means of as many), left out in up to 20 parts and measured under the fit of the others, which saw neither; "
    "log distances are less their trend with depth among controls; p = (b + 1) / (n + 1). Beside it, p-values are given of a "
    "generalized Pareto tail fitted to the farthest fifth (at least four) of the controls' distances by Hill's estimate {Hill}, "
    "beyond the (k + 1)th of n controls with probability (k + 1) / (n + 1), "
    "not below 10⁻⁶, the smallest level that simulations show them to hold."
)
CONTROLS_REFERENCES = {
    "Ledoit": "Ledoit O, Wolf M. A well-conditioned estimator for large-dimensional covariance matrices. J Multivar Anal 2004; "
    "88: 365–411. doi 10.1016/S0047-259X(03)00096-4.",
    "Hill": "Hill BM. A simple general approach to inference about the tail of a distribution. Ann Stat 1975; 3: 1163–1174. "
    "doi 10.1214/aos/1176343247.",
}
