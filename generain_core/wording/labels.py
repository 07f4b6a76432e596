"""Sentences on what was read of sample labels."""

from generain_core.perturbations.design.label_preview import LabelPreview
from generain_core.perturbations.design.label_reading import LabelReading
from generain_core.text import listed, with_noun

FIELD_WORDS = {
    "target": "target (a gene)",
    "compound": "compound",
    "dose": "dose",
    "time": "time",
    "guide": "guide",
    "replicate": "replicate",
    "mechanism": "mechanism (KO, KD)",
    "transcript": "transcript",
    "ensembl": "Ensembl ID",
    "number": "running number",
    "well": "well",
    "other": "something else",
}


def preview_sentences(preview: LabelPreview, reading: LabelReading) -> list[str]:
    """Return what has to be known of labels before anything is compared."""
    where = f"the column {reading.source}" if reading.source else "the names of the samples"
    sentences = [
        f"Labels were read from {where} ({reading.pattern.words}): {preview.fit:,} of {preview.labels:,} fit, with "
        f"{with_noun(preview.perturbations, 'perturbation')} and {with_noun(preview.controls, 'control sample')} "
        f"({reading.pattern.control})."
    ]
    if preview.combinations:
        sentences.append(f"{with_noun(preview.combinations, 'combination')} of several targets: without a single target.")
    if preview.not_fitting:
        names, one = listed(list(preview.not_fitting), most=3), preview.labels - preview.fit == 1
        does, are = ("does", "is") if one else ("do", "are")
        sentences.append(
            f"{with_noun(preview.labels - preview.fit, 'label')} {does} not fit and {are} left out, such as {names}."
        )
    if not preview.controls:
        sentences.append("No label is a control; say by which word controls are called.")
    if preview.other_controls:
        names = listed(list(preview.other_controls), most=4)
        sentences.append(
            f"Controls are often called {names} too; here that is a condition of its own, compared with "
            f"{reading.pattern.control}. Give it as the control if it is the one."
        )
    if preview.without_gene:
        names = listed(list(preview.without_gene), "or", 4)
        sentences.append(f"No gene is called {names}; what they do is measured, but not their target.")
    if preview.repeated:
        names = listed(list(preview.repeated), most=3)
        sentences.append(f"{with_noun(len(preview.repeated), 'label')} say the same as another ({names}); their mean is taken.")
    for field, values in preview.groups.items():
        sentences.append(
            f"{field} differs among controls too ({listed(list(values), most=4)}): if it is a cell line, batch, donor or time, "
            "compare within it."
        )
    if preview.disagreeing:
        names = listed(list(preview.disagreeing), most=2)
        sentences.append(
            f"In {with_noun(len(preview.disagreeing), 'label')} target and Ensembl ID are different genes ({names}); the "
            "ID counts."
        )
    return sentences
