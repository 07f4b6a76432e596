"""Sentences on a cohort: what has to be known to read its verdict."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.release.model_descriptions import describe_model
from generain_core.text import echo, listed

METRICS = {
    "auroc": "AUROC",
    "balanced_accuracy": "balanced accuracy",
    "r2": "R²",
    "spearman": "Spearman's correlation",
    "concordance": "concordance",
}
KINDS = {
    OutcomeKind.TWO_CLASSES: "two classes",
    OutcomeKind.CLASSES: "several classes",
    OutcomeKind.NUMBER: "a number",
    OutcomeKind.SURVIVAL: "time and event",
}
REPRESENTATIONS = {
    "bins": "Bins",
    "expression_pca": "Expression, components",
    "expression_lasso": "Expression, LASSO",
    "covariates": "Covariates",
}
VERDICTS = {"better": "Better than expression", "no_better": "No better than expression", "worse": "Worse than expression"}
VERDICTS |= {"too_few": "Too few samples to tell"}
TO_KNOW = frozenset(
    {
        CohortNoteKind.TAKEN_FOR,
        CohortNoteKind.GROUPS,
        CohortNoteKind.EMBEDDED_BEFORE,
        CohortNoteKind.NO_COVARIATES,
        CohortNoteKind.DECIMAL_COMMAS,
        CohortNoteKind.UNIT,
        CohortNoteKind.SPELLINGS_MERGED,
        CohortNoteKind.BELOW_CHANCE,
    }
)
"""Notes that say what was decided; all others warn."""
_TEMPLATES: dict[CohortNoteKind, str] = {
    CohortNoteKind.FROM_SPECIES: "From {species}: genes stand under the names of their one-to-one human orthologs.",
    CohortNoteKind.DECIMAL_COMMAS: "Commas in {column} (such as {example}) were read as decimal points.",
    CohortNoteKind.THOUSANDS: "Commas in {column} (such as {example}) were read as separators of thousands.",
    CohortNoteKind.UNIT: "{column} was read as numbers, without the unit {unit} that all of them have.",
    CohortNoteKind.STAND_IN: (
        "{value:g} stands in {column} of {samples:,} samples, apart from all others: if it means that nothing is known, leave "
        "these cells empty. It was taken for a value."
    ),
    CohortNoteKind.LOOKS_LIKE_DATES: "{column} may hold dates as Excel counts days (36526: 1 January 2000); is it an outcome?",
    CohortNoteKind.TIME_WITHOUT_EVENT: (
        "{column} is called like a time until an event, and was taken for a number: no column says in which samples the event "
        "was seen. If some were only followed until then, join such a column and name it as the event."
    ),
    CohortNoteKind.NOTHING_COMPARED: (
        "Both sides score the same in every fold, and no better than chance, so that nothing was compared: as where nothing is "
        "left of the outcome once something was regressed out."
    ),
    CohortNoteKind.NULL_HARDLY_MOVES: (
        "Outcomes can be exchanged in few samples only (within donors, and between donors of as many samples), so that the null "
        "stays near what was observed: it and its p-value say little here."
    ),
    CohortNoteKind.EVENT_CODED: (
        "{column} has 1 and 2: 2 was taken for the event and 1 for none, as R's survival does. If it is the other way round, "
        "name 1 as the value of the event."
    ),
    CohortNoteKind.FEWER_FOLDS: "Each repeat has {folds} folds, not {asked}, as no class has donors for more.",
    CohortNoteKind.CLASS_MISSING_IN_FOLD: "{folds} folds hold one class alone and have no score.",
    CohortNoteKind.BATCH_DETERMINES: (
        "Each value of {column} holds one class of {outcome} alone: what predicts {outcome} may be {column} as well, and no "
        "calculation can tell the two apart."
    ),
    CohortNoteKind.BATCH_PREDICTS: (
        "{column} alone predicts {outcome} as well as the samples do ({metric} {score:.2f} against {best:.2f}): what is read of "
        "them may be {column}, not {outcome}."
    ),
    CohortNoteKind.TECHNICAL_PREDICTS: (
        "The {column} of a sample alone predicts {outcome} as well as all else does ({metric} {score:.2f} against {best:.2f}): "
        "what is predicted may be how samples were handled."
    ),
    CohortNoteKind.LOOKS_LIKE_IDENTIFIER: "{column} counts the samples one by one, like an identifier; is it an outcome?",
    CohortNoteKind.COVARIATE_LEFT_OUT: "{column} gives {outcome} away and is no covariate.",
    CohortNoteKind.NO_COVARIATES: "No column of age, sex or batch was recognized, so there are no covariates to predict from.",
    CohortNoteKind.NEITHER_PREDICTS: "Neither the model nor expression predicts {outcome} better than chance.",
    CohortNoteKind.MODEL_BETTER_YET_CHANCE: (
        "The model scores above expression, and yet no better than chance: both say nothing of the outcome."
    ),
}


def representation_title(representation: str) -> str:
    """Return a representation's name for people."""
    kind, _, model = representation.partition(":")
    if not model:
        return REPRESENTATIONS.get(representation, representation)
    words = {"embedding": "{}", "embedding_covariates": "{} with covariates"}[kind]
    return words.format(describe_model(model).title)


def _taken_for(facts: Mapping[str, Any]) -> str:
    column, kind = echo(facts["column"]), facts["kind"]
    how = "was taken for" if facts["recognized"] else "is"
    if kind is OutcomeKind.NUMBER:
        return f"{column} {how} a number, from {facts['low']:g} to {facts['high']:g}."
    if kind is OutcomeKind.SURVIVAL:
        where = f"{echo(facts['event'])} ({listed(list(map(echo, facts['words'])), 'or')})"
        return f"{column} {how} a time, with the event in {where}, seen in {facts['events']:,} samples."
    return f"{column} {how} {KINDS[kind]}: {listed(list(map(echo, facts['classes'])))}."


def _without(facts: Mapping[str, Any]) -> str:
    words = f" (cells with {listed(list(map(echo, facts['words'])))} count as empty)" if facts["words"] else ""
    return f"{facts['samples']:,} of {facts['of']:,} samples have no outcome{words} and were left out."


def _groups(facts: Mapping[str, Any]) -> str:
    where = (
        f"the names of the samples (such as {echo(facts['example'])})" if facts["source"] == "names" else echo(facts["source"])
    )
    how = "recognized from" if facts["recognized"] else "from"
    return f"{facts['samples']:,} samples of {facts['donors']:,} donors, {how} {where}; no donor is split over folds."


def _no_groups(facts: Mapping[str, Any]) -> str:
    return (
        f"Each of the {facts['samples']:,} samples was taken for a donor of its own. If several are of one donor, name the "
        "column of the donors: else scores are too high."
    )


def _ignored(facts: Mapping[str, Any]) -> str:
    where = "the samples' names" if facts["source"] == "names" else echo(facts["source"])
    return (
        f"Donors repeat by {where}, and were split over training and test as you asked. Scores are then too high: a probe can "
        "recognize the donor."
    )


def _small(facts: Mapping[str, Any]) -> str:
    each = listed([f"{echo(name)} ({count})" for name, count in facts["counts"].items()])
    return f"Left out for having fewer than 5 {facts['who']}: {each}."


def _few(facts: Mapping[str, Any]) -> str:
    each = listed([f"{echo(name)} has {count}" for name, count in facts["counts"].items()])
    return f"Few {facts['who']}: {each}. Below ten of a class (twenty in all of a number) little can be told."


def _same(facts: Mapping[str, Any]) -> str:
    say, are = ("say", "are") if len(facts["columns"]) > 1 else ("says", "is")
    return (
        f"{listed(list(map(echo, facts['columns'])))} {say} the same as {echo(facts['column'])}, and {are} used for nothing. If "
        "that is where or how samples were handled (a site, a batch), no calculation can tell it from the outcome."
    )


def _like_donors(facts: Mapping[str, Any]) -> str:
    return (
        f"Values of {listed(list(map(echo, facts['columns'])), 'or')} repeat as donors do, each with one outcome. If they are "
        "donors, or pairs, name the column as the donors (Donors, --groups): scores are otherwise too high."
    )


def _twins(facts: Mapping[str, Any]) -> str:
    first, second = map(echo, facts["example"])
    return (
        f"{facts['samples']:,} of {facts['of']:,} samples lie far nearer to a sample of another donor than to all others (such "
        f"as {first} and {second}), as libraries of one donor do. If they are of one, name the column of the donors: scores are "
        "otherwise far too high."
    )


def _copies(facts: Mapping[str, Any]) -> str:
    names = facts["samples"]
    return (
        f"Left out, as the file has their counts under another name too, value by value: {listed(list(map(echo, names)))}. What "
        "the sheet says of them was not looked at: see that it agrees."
    )


def _beside(facts: Mapping[str, Any]) -> str:
    others = listed(list(map(echo, facts["others"])))
    return (
        f"{echo(facts['value'])} is the event of {echo(facts['column'])}; {others} count as not seen until then. Something that "
        "makes the event impossible, such as death before a relapse, is no mere end of follow-up."
    )


def _nearly(facts: Mapping[str, Any]) -> str:
    columns, several = facts["columns"], len(facts["columns"]) > 1
    return (
        f"{listed(list(map(echo, columns)))} alone {'tell' if several else 'tells'} {echo(facts['column'])} (almost) exactly. If "
        "one was made from the other, or samples were handled by it, what predicts one may only know the other. "
        f"{'They are covariates' if several else 'It is a covariate'} only where you name {'them' if several else 'it'}."
    )


def _merged(facts: Mapping[str, Any]) -> str:
    return f"Ways of writing were taken together in {echo(facts['column'])}: {listed(list(map(echo, facts['texts'])))}."


def _dropped(facts: Mapping[str, Any]) -> str:
    names = facts["samples"]
    return (
        f"{len(names):,} sample{'s have' if len(names) > 1 else ' has'} too few expressed genes for the model and "
        f"{'were' if len(names) > 1 else 'was'} left out of all comparisons: {listed(list(names))}."
    )


def _adjusted(facts: Mapping[str, Any]) -> str:
    return (
        f"{listed(list(map(echo, facts['columns'])))} was regressed out of embeddings, bins and expression inside the folds "
        "(not of covariates that stand beside them). This takes out what depends on it linearly, on average over samples; it "
        "can't undo a batch that holds one class alone, takes out what the outcome shares with it, and leaves differences in "
        "spread."
    )


def _below_chance(facts: Mapping[str, Any]) -> str:
    each = listed([f"{representation_title(name)} ({score:.2f})" for name, score in facts["scores"].items()])
    if facts["metric"] == "r2":
        return f"R² below 0: {each}. The mean of the training samples would be the nearer guess."
    return (
        f"Below chance: {each}. Read that as chance, not as the opposite: in few samples, and where something is shared out "
        "evenly over the outcome (as a batch by design), what training samples seem to tell is the reverse of what is left for "
        "the held-out ones."
    )


def _before(facts: Mapping[str, Any]) -> str:
    which = "" if facts["samples"] == facts["of"] else f" of {facts['samples']:,} of the {facts['of']:,} samples"
    return f"The embeddings{which} by {describe_model(facts['model']).title} were at hand and used again."


def _others(facts: Mapping[str, Any]) -> str:
    return (
        f"The embeddings by {describe_model(facts['model']).title} that were at hand are of other samples, or of the same "
        "binned otherwise; these were embedded anew."
    )


_SENTENCES: dict[CohortNoteKind, Callable[[Mapping[str, Any]], str]] = {
    CohortNoteKind.TAKEN_FOR: _taken_for,
    CohortNoteKind.WITHOUT_OUTCOME: _without,
    CohortNoteKind.GROUPS: _groups,
    CohortNoteKind.NO_GROUPS: _no_groups,
    CohortNoteKind.GROUPS_IGNORED: _ignored,
    CohortNoteKind.SMALL_CLASS_LEFT_OUT: _small,
    CohortNoteKind.FEW_DONORS: _few,
    CohortNoteKind.SAME_AS_COLUMN: _same,
    CohortNoteKind.NEARLY_A_COLUMN: _nearly,
    CohortNoteKind.EVENT_BESIDE_OTHERS: _beside,
    CohortNoteKind.TWINS: _twins,
    CohortNoteKind.LIKE_DONORS: _like_donors,
    CohortNoteKind.COPIES_LEFT_OUT: _copies,
    CohortNoteKind.SPELLINGS_MERGED: _merged,
    CohortNoteKind.SAMPLES_DROPPED: _dropped,
    CohortNoteKind.ADJUSTED: _adjusted,
    CohortNoteKind.EMBEDDED_BEFORE: _before,
    CohortNoteKind.EMBEDDED_OTHERS: _others,
    CohortNoteKind.BELOW_CHANCE: _below_chance,
}


def cohort_sentence(note: CohortNote) -> str:
    """Return the sentence of a note."""
    if note.kind in _SENTENCES:
        return _SENTENCES[note.kind](note.facts)
    facts = {name: echo(value) if name in ("column", "outcome", "event") else value for name, value in note.facts.items()}
    if "metric" in facts:
        facts["metric"] = METRICS[str(facts["metric"])]
    return _TEMPLATES[note.kind].format(**facts)


def decisions(notes: Iterable[CohortNote]) -> list[str]:
    """Return the sentences that say what was decided."""
    return [cohort_sentence(note) for note in notes if note.kind in TO_KNOW]


def warnings(notes: Iterable[CohortNote]) -> list[str]:
    """Return the sentences that warn."""
    return [cohort_sentence(note) for note in notes if note.kind not in TO_KNOW]
