"""The verdict of a cohort in sentences, and its methods for a paper."""

from collections.abc import Iterable

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import (
    ALPHAS,
    COMPONENTS,
    COX_COMPONENTS,
    PENALIZERS,
    RIDGE,
    SPARSE,
    SPARSE_ALPHAS,
    SPARSE_PENALIZERS,
)
from generain_core.cohort.run import CohortResult
from generain_core.cohort.validation.comparison import MARGIN
from generain_core.cohort.validation.least_error import WIDENING
from generain_core.release.files import Release
from generain_core.text import echo, listed, signed, significant
from generain_core.version import __version__
from generain_core.wording.cohort import KINDS, METRICS


def verdict_sentence(result: CohortResult) -> str:
    """Return the verdict, the comparison that it stands on, and how many samples would tell."""
    comparison, outcome = result.comparison, result.design.outcome
    metric, difference = METRICS[outcome.primary], comparison.difference
    scores = (
        f"{metric} {comparison.model.mean:.2f} of the model against {comparison.expression.mean:.2f} of "
        f"expression{_chosen(result)}, a difference "
        f"of {signed(difference.mean, 3)} ({signed(difference.low, 3)} to {signed(difference.high, 3)}, {_p(difference.p_value)})"
    )
    needed = needed_sentence(result)
    words = {
        "better": f"The model predicts {echo(outcome.column)} better than expression does: {scores}.",
        "worse": f"The model predicts {echo(outcome.column)} worse than expression does: {scores}.",
        "no_better": (
            f"The model predicts {echo(outcome.column)} no better than expression does: {scores}. A gain of {MARGIN:g} is ruled "
            "out."
        ),
        "too_few": (
            f"Too few samples to tell whether the model predicts {echo(outcome.column)} better than expression does: {scores}. "
            f"{needed}"
        ),
    }
    if comparison.verdict == "no_better" and comparison.difference.p_value < 0.05:
        if comparison.difference.mean < 0:
            return f"Neither the model nor expression predicts {echo(outcome.column)} better than chance does: {scores}."
        return f"The model says no more of {echo(outcome.column)} than chance does: {scores}."
    return words[comparison.verdict]


def _chosen(result: CohortResult) -> str:
    """Return in how many folds each side of expression, and each model of several, was chosen."""
    counts = result.comparison.chosen_expression
    names = {"expression_pca": "components", "expression_lasso": "LASSO"}
    each = [f"{names[name]} in {count}" for name, count in counts.items() if count]
    return f" ({listed(each)} of the folds, as inner folds chose)"


def needed_sentence(result: CohortResult) -> str:
    """Return how many samples would show a difference that matters, at the variance seen; '' where that can't be told."""
    comparison, metric = result.comparison, METRICS[result.design.outcome.primary]
    if not comparison.needed:
        return ""
    of_donors = ""
    if result.design.groups.source:
        donors = len(set(result.groups.tolist()))
        of_donors = f" (about {_round(comparison.needed * donors / len(result.samples.names)):,} donors)"
    return (
        f"At the variance seen, about {_round(comparison.needed):,} samples{of_donors} would show a difference of {MARGIN:g} "
        f"{metric}; here are {len(result.samples.names):,}."
    )


def _round(number: float) -> int:
    """Return a number to two digits: no more is known."""
    return int(float(f"{number:.2g}"))


def _p(value: float) -> str:
    return "p < 0.0001" if value < 1e-4 else f"p {significant(value)}"


def cohort_methods(result: CohortResult, release: Release) -> str:
    """Return what was done, for a paper."""
    design, choices, outcome = result.design, result.choices, result.design.outcome
    models = listed([name.partition(":")[2] for name in result.results if name.startswith("embedding:")])
    who = "donors" if design.groups.source else "samples"
    primary, count = METRICS[outcome.primary], len(set(result.groups.tolist()))
    together = "no donor split over folds, " if design.groups.source else ""
    event = f", the event {listed(list(map(echo, outcome.event_words)), 'or')} of {echo(outcome.event)}" if outcome.event else ""
    text = (
        f"{echo(outcome.column)} ({KINDS[outcome.kind]}{event}) was predicted from {len(result.samples.names):,} samples of "
        f"{count:,} {who}. Samples were embedded by {models} of GeneRAIN [1]: the mean of the last hidden states over expressed "
        "genes, after Binning-By-Gene. Beside the embeddings stood bins and log10(count · 10⁷ / total + 1) "
        "as up to 50 principal components, LASSO on the 2,000 genes that vary most"
    )
    if outcome.kind is OutcomeKind.NUMBER:
        text += " (an elastic net, where inner folds chose it)"
    names = [each.name for each in design.covariates]
    text += f", and the covariates {listed(names)}, alone and with embeddings. " if names else ". "
    probe = {
        OutcomeKind.NUMBER: "ridge regression",
        OutcomeKind.SURVIVAL: "Cox's model with a ridge penalty, on up to 20 components",
    }.get(outcome.kind, "logistic regression with a ridge penalty")
    text += (
        f"Probes were {probe}. Scaling, components, the choice of genes and penalties were fitted in training samples alone, "
        f"penalties by inner cross-validation. Scores are of {choices.repeats} repeats of {design.folds}-fold cross-validation, "
        f"stratified by the outcome, {together}seed {choices.seed} (scikit-learn's StratifiedKFold or, of donors, "
        "StratifiedGroupKFold, shuffled; splits.csv has who was held out when), with up to five inner folds, divided likewise. "
        f"Settings to choose from were {_settings(outcome.kind)}. "
        f"The paired difference is by the corrected resampled t-test [2]. {_intervals(outcome.kind)} The comparison was fixed "
        "beforehand: the embedding "
        "that inner folds choose against the better of expression's two, chosen likewise, by "
        f"{primary}; better or worse at 5 %, two-sided; no better where a gain of {MARGIN:g} is ruled out at 5 %. "
    )
    if result.null:
        text += (
            f"The null exchanged outcomes between {result.null[0].between} {result.null[0].permutations:,} times, with ridge or "
            "LASSO by least squares in folds that don't look at the outcome; p = (b + 1) / (m + 1). "
        )
    if design.adjust:
        names = [each.name for each in design.adjust]
        text += f"{listed(names)} was regressed out of embeddings, bins and expression inside the folds. "
    return (
        f"{text}{release.label}; GeneRAIN Explorer {__version__}.\n\n"
        "[1] GeneRAIN: multifaceted representation of genes via deep learning of gene expression networks. Genome Biology; "
        "preprint doi 10.1101/2024.03.07.583777.\n"
        "[2] Nadeau C, Bengio Y. Inference for the generalization error. Mach Learn 2003; 52: 239–281. "
        "doi 10.1023/A:1024068626366.\n"
        "[3] Bates S, Hastie T, Tibshirani R. Cross-validation: what does it estimate and how well does it do it? J Am Stat "
        "Assoc 2024; 119: 1434–1445.\n"
    )


def _intervals(kind: OutcomeKind) -> str:
    """Return how intervals of scores are made."""
    floor = " They are no narrower than the number of donors of each class allows (of an AUROC by Hanley and McNeil 1982)."
    return (
        f"Intervals of scores are by its error times {WIDENING:g}, as folds of one cohort vary less than cohorts do [3]; the "
        f"factor is that with which 95 % intervals of simulated cohorts hold.{floor if kind.of_classes else ''}"
    )


def _settings(kind: OutcomeKind) -> str:
    """Return what inner folds choose from, by the names of scikit-learn and lifelines."""
    if kind is OutcomeKind.SURVIVAL:
        dense, sparse = f"penalizer {_each(PENALIZERS)}", f"penalizer {_each(SPARSE_PENALIZERS)} of LASSO"
    elif kind is OutcomeKind.NUMBER:
        dense = f"alpha {_each(ALPHAS)}"
        sparse = f"alpha {_each(SPARSE_ALPHAS)} with l1_ratio 1 or 0.5 of the elastic net (outcome scaled)"
    else:
        dense, sparse = f"C {_each(RIDGE)}", f"C {_each(SPARSE)} of LASSO"
    components = COX_COMPONENTS if kind is OutcomeKind.SURVIVAL else COMPONENTS
    return f"{dense} (ridge), {sparse}, and {_each(sorted(components))} components"


def _each(values: Iterable[float]) -> str:
    return listed([f"{value:g}" for value in values], "or")
