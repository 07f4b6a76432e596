"""Sentences on the result of a perturbation experiment."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from generain_core.perturbations.notes import Note, NoteKind
from generain_core.text import Amount, Count, listed, with_noun
from generain_core.wording.screens import SCREEN_SENTENCES, SCREEN_TEMPLATES

_TEMPLATES: Mapping[NoteKind, str] = SCREEN_TEMPLATES | {
    NoteKind.FROM_SPECIES: (
        "From {species}: its genes stand under the names of their one-to-one human orthologs, and the models were trained on "
        "human samples."
    ),
    NoteKind.CELLS_SUMMED: (
        "{cells:,} cells were summed to {sums:,} {sums:pseudobulk|pseudobulks} by {by}: {least:,} to {most:,} cells each, "
        "{median:,} in the middle."
    ),
    NoteKind.CELLS_DRAWN: (
        "Sums of {least:,} to {most:,} cells differ by their number of cells alone; so {drawn:,} cells at most were drawn at "
        "random of each (seed {seed}): {cells:,} cells in all."
    ),
    NoteKind.THINNED: (
        "Perturbed and reference samples differ in depth ({differ:,} of {perturbations:,} perturbations; ratios "
        "{low:significant} to {high:significant}), which moves samples and genes as a perturbation does. So each deeper sample "
        "was thinned at random to {depth:,} counts (seed {seed}), and all results are of these."
    ),
    NoteKind.NOT_THINNED: "Depths were left as they are, as was asked.",
    NoteKind.UNEQUAL_DEPTH: (
        "{untestable:,} of {perturbations:,} {perturbations:perturbation|perturbations} {untestable:gets|get} no p-value, as the "
        "samples differ in depth from those they are compared with and can't be made equal; the table says how."
    ),
    NoteKind.NO_MODEL: "This release has no model that can embed samples; expression space only.",
    NoteKind.TOO_FEW_EXPRESSED: (
        "Too thin for the model; expression space only: {fit} of {samples:,} samples have more than {min_genes:,} expressed "
        "genes, the richest has {most:,}."
    ),
    NoteKind.TOO_FEW_MEASURED: (
        "Too thin for the model; expression space only: {coverage:percent} of the model's genes were measured, and at least "
        "50 % are "
        "needed."
    ),
    NoteKind.EXPRESSION_ONLY: "{samples:,} {samples:sample is|samples are} in the expression space only, with too few "
    "expressed genes.",
    NoteKind.MORE_LABELS_MERGED: "So were the ways of writing of {labels:,} other {labels:label|labels}; all are in the "
    "table of labels.",
    NoteKind.WITHOUT_LABEL: "{samples:,} {samples:sample|samples} without a value in {column} {samples:was|were} left out.",
    NoteKind.WITHOUT_STRATUM: "{samples:,} {samples:sample|samples} without a value in {column} {samples:was|were} left out.",
    NoteKind.WITHOUT_PAIR: "{samples:,} {samples:sample|samples} without a value in {column} {samples:was|were} left out.",
    NoteKind.MAY_BE_PAIRS: (
        "Each of the {values:,} values of {column} has perturbed samples and controls. If these belong together, compare them as "
        "pairs; more can be found (Pairs: {column}; --pair)."
    ),
    NoteKind.AGAINST_OTHERS: "Each perturbation was compared with all other samples of its strata, not with the controls alone.",
    NoteKind.ROUGH_SPREAD: (
        "The spread of controls was estimated with {freedom} degrees of freedom only; effects in its units are rough."
    ),
    NoteKind.SPREAD_OF_REPLICATES: (
        "The spread of controls can't be told (one control a stratum); lengths are in units of the spread of replicates of all "
        "perturbations instead. Comparing with all other samples may serve better."
    ),
    NoteKind.NO_SPREAD: "No group has two samples, so there is no spread to measure lengths in, and no effect can be told.",
    NoteKind.UNTESTED: "{untested:,} of {perturbations:,} {perturbations:perturbation|perturbations} {untested:has|have} "
    "no p-value; the table says why.",
    NoteKind.FEW_RELABELINGS: (
        "With {tests:,} {tests:test|tests} and few relabellings, a single strong effect may miss a false discovery rate of 5 %."
    ),
    NoteKind.REFERENCE_DRAWN: "Of more than {most:,} reference samples, about so many were drawn at random (seed {seed}).",
    NoteKind.LITTLE_VARIANCE: (
        "These {components} components hold {share:percent} of the variance: an effect on few genes may lie outside them and "
        "not be "
        "found here. Look at the genes of what you expect to act."
    ),
}


def note_sentence(note: Note) -> str:
    """Return a note as a sentence, with its space before it."""
    template = _TEMPLATES.get(note.kind)
    facts = {name: _speaking(fact) for name, fact in note.facts.items()}
    sentence = template.format(**facts) if template else _LISTS[note.kind](note.facts)
    return f"{note.space.capitalize()}: {sentence}" if note.space else sentence


def note_sentences(notes: Iterable[Note]) -> list[str]:
    """Return notes as sentences."""
    return [note_sentence(note) for note in notes]


def _spellings_summed(facts: Mapping[str, Any]) -> str:
    spellings = listed([f"{text} as {common}" for text, common in facts["spelling"].items()], most=4)
    return f"Cells were summed with those that differ in capitals or blanks only: {spellings}."


def _numbers_taken_off(facts: Mapping[str, Any]) -> str:
    labels = facts["labels"]
    return (
        f"{listed(labels, most=6)} {'were' if len(labels) > 1 else 'was'} taken for the control {facts['control']}, the number "
        "taken off. If it is a time or a dose, leave them as written."
    )


def _labels_merged(facts: Mapping[str, Any]) -> str:
    return f"{listed(facts['as_written'], most=4)} → {facts['label']}."


def _may_be_controls(facts: Mapping[str, Any]) -> str:
    return f"{listed(facts['labels'], most=4)} may be controls too; they were taken for perturbations."


def _contrast(facts: Mapping[str, Any]) -> str:
    names, others = facts["only"], facts["others"]
    rest = f"; {with_noun(others, 'sample')} of other groups took no part" if others else ""
    return f"Only {listed(names, most=6)} {'was' if len(names) == 1 else 'were'} compared with {facts['control']}{rest}."


def covariates_read(kinds: Mapping[str, Iterable[str]]) -> str:
    """Return covariates in words, each with what it was read as, given its kinds or none for a number."""
    words = [f"{name} as {f'kinds ({listed(list(some), most=4)})' if some else 'a number'}" for name, some in kinds.items()]
    return listed(words, most=6)


def _covariates(facts: Mapping[str, Any]) -> str:
    missing, some = facts["missing"], facts["missing"] != 1
    left = f" {missing:,} sample{'s' if some else ''} without a value in one of them {'were' if some else 'was'} left out."
    read = covariates_read(facts["kinds"])
    return f"Effects are beside covariates: {read}; intervals and energy distances are not given so.{left if missing else ''}"


def donors_read(facts: Mapping[str, Any]) -> str:
    """Return where donors were read, in words."""
    if facts["source"] == "names":
        return "told by the samples' names"
    return f"column {facts['source']}{', recognized by its name' if facts['recognized'] else ''}"


def _repeats_summed(facts: Mapping[str, Any]) -> str:
    some = facts["several"] != 1
    return (
        f"{facts['several']:,} of {facts['donors']:,} donors ({donors_read(facts)}) {'have' if some else 'has'} several samples "
        "of one group. These are not independent, so they were summed: each donor counts once in a group, and "
        f"{facts['before']:,} samples became {facts['after']:,}.{_crossed(facts)} If they are independent, say so (Donors: none; "
        "--donor none)."
    )


def _repeats_kept(facts: Mapping[str, Any]) -> str:
    some = facts["several"] != 1
    return (
        f"{facts['several']:,} of {facts['donors']:,} donors ({donors_read(facts)}) {'have' if some else 'has'} several samples "
        "of one group, which were compared as independent, as was asked. If they are not, p-values are too small."
    )


def _may_be_repeats(facts: Mapping[str, Any]) -> str:
    return (
        f"By their names, {listed(facts['examples'], most=3)} have several samples of one group each, which were compared as "
        "independent. If each is one culture or donor, p-values are too small: have each counted once (Donors: names; --donor "
        "names), or name a column of donors."
    )


def _donors_crossed(facts: Mapping[str, Any]) -> str:
    return (
        f"{facts['crossed']:,} of {facts['donors']:,} donors ({donors_read(facts)}) have both perturbed and control samples, "
        f"which were compared as if they were of different donors. {_pairs(facts)}"
    )


def _crossed(facts: Mapping[str, Any]) -> str:
    return (
        "" if facts["paired"] or facts["crossed"] < 2 else f" {facts['crossed']:,} have perturbed and controls; {_pairs(facts)}"
    )


def _pairs(facts: Mapping[str, Any]) -> str:
    if facts["source"] == "names":
        return "Compared as pairs, more can be found: join a sample sheet with a column of donors."
    return f"Compared as pairs, more can be found (Pairs: {facts['source']}; --pair)."


_LISTS: Mapping[NoteKind, Callable[[Mapping[str, Any]], str]] = SCREEN_SENTENCES | {
    NoteKind.SPELLINGS_SUMMED: _spellings_summed,
    NoteKind.NUMBERS_TAKEN_OFF: _numbers_taken_off,
    NoteKind.LABELS_MERGED: _labels_merged,
    NoteKind.CONTRAST: _contrast,
    NoteKind.COVARIATES: _covariates,
    NoteKind.MAY_BE_CONTROLS: _may_be_controls,
    NoteKind.REPEATS_SUMMED: _repeats_summed,
    NoteKind.REPEATS_KEPT: _repeats_kept,
    NoteKind.MAY_BE_REPEATS: _may_be_repeats,
    NoteKind.DONORS_CROSSED: _donors_crossed,
}


def _speaking(fact: object) -> object:
    """Return a number that knows its words or how it is written; anything else as it is."""
    if isinstance(fact, int | np.integer):
        return Count(fact)
    return Amount(fact) if isinstance(fact, float | np.floating) else fact
