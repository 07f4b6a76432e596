"""Sentences on which models know a gene, and why one is missing there."""

from collections.abc import Mapping, Sequence

from generain_core.genes import Absence, Missing
from generain_core.release.model_descriptions import MODELS, describe_model
from generain_core.text import listed

_SENTENCES = {
    Absence.UNMODELED: "it is in no input of any model",
    Absence.NO_TOKEN: "their token index has no such gene",
    Absence.NO_BOUNDARIES: "it has a token there, but no binning boundaries, so that no sample of the training had it",
    Absence.UNTOLD: "this release has neither their token index nor their boundaries, so that it can't be told",
}


def absence_reason(missing: Missing) -> str:
    """Return why models do not know a gene, as a part of a sentence."""
    by_vocabulary = describe_model(missing.model).gene_set == "gene2vec"
    if missing.absence is Absence.OLD_NAME:
        names = listed(list(missing.names), "or")
        vocabulary = "Gene2vec's vocabulary, with names of 2018," if by_vocabulary else "their token index"
        return f"{vocabulary} has it as {names} only, a name that no sample of the training had: that token was never trained"
    if missing.absence is Absence.NO_TOKEN and by_vocabulary:
        return "Gene2vec's vocabulary, with names of 2018, which is their token index, has it under no name that is known here"
    return _SENTENCES[missing.absence]


def membership_sentence(models: Sequence[str], missing_from: Mapping[str, str]) -> str:
    """Return which models know a gene, and why the others do not; '' where there is no gene to know.

    Args:
        models: those that know it.
        missing_from: model → why it does not, see `absence_reason`.
    """
    if not models and not missing_from:
        return ""
    reasons: dict[str, list[str]] = {}
    for model, reason in missing_from.items():
        reasons.setdefault(reason, []).append(model)
    known = f"known to all {len(MODELS)} models" if not missing_from else f"known to {listed(list(models))}" if models else ""
    others = [f"not to {listed(names)}: {reason}" for reason, names in reasons.items()]
    return "; ".join(part for part in (known, *others) if part)
