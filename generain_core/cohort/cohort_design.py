"""The design of a cohort: outcome, donors, covariates and what is wrong with them, before anything is computed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import NO_GROUPS, CohortChoices
from generain_core.cohort.design.covariates import Covariate, find_covariates, read_covariates, role_of
from generain_core.cohort.design.events import check_events
from generain_core.cohort.design.groups import Groups, find_groups
from generain_core.cohort.design.leaks import determines, same_columns
from generain_core.cohort.design.near_leaks import nearly_columns
from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.outcome.recognize import outcome_texts, recognize
from generain_core.cohort.outcome.survival import LEAST_EVENTS
from generain_core.errors import GeneRAINError
from generain_core.perturbations.donors.recognize import may_be_donors, texts_of
from generain_core.text import echo, listed

LEAST_DONORS = 5
"""Donors of a class below which it can't be predicted."""
FEW_DONORS = 10
"""Donors of a class below which little can be told."""
_MOST_LOOKED_AT = 2000
"""Columns among which some that may be donors are looked for."""
_REPEATS = 2 / 3
"""Values a sample, at most, of columns that may be donors."""
_DETERMINES = CohortNoteKind.BATCH_DETERMINES
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False, kw_only=True)
class CohortDesign:
    """What is predicted of which samples, who belongs together, and what else is known.

    Attributes:
        outcome: of all samples of the table; its classes are those that are left.
        rows: samples that have an outcome and can be used.
        groups: of all samples.
        covariates: that are predicted from, of all samples.
        adjust: that are regressed out.
        folds: that there can be.
        notes: what has to be known.
    """

    outcome: Outcome
    rows: Rows
    groups: Groups
    covariates: tuple[Covariate, ...]
    adjust: tuple[Covariate, ...]
    folds: int
    notes: tuple[CohortNote, ...]

    @property
    def truth(self) -> NDArray[np.float64]:
        """Return the outcomes of the samples that are used."""
        return self.outcome.values[self.rows]


def design_cohort(obs: pd.DataFrame, samples: Sequence[str], choices: CohortChoices) -> CohortDesign:
    """Return the design that the choices make of a sample table.

    Raises:
        GeneRAINError: a column is missing or can't be predicted, or classes have too few donors.
    """
    choices.check()
    outcome = recognize(obs, choices.predict, event=choices.event, event_value=choices.event_value, kind=choices.kind)
    if choices.groups is not None and choices.groups == choices.predict:
        raise GeneRAINError(f"{echo(choices.predict)} can't be outcome and donor at once; name another column for the donors.")
    groups = find_groups(obs, samples, choices.groups)
    notes = list(outcome.notes)
    if missing := int((~outcome.usable).sum()):
        words = outcome_texts(obs[choices.predict])[1]
        notes.append(CohortNote(CohortNoteKind.WITHOUT_OUTCOME, {"samples": missing, "of": len(samples), "words": words}))
    outcome, of_donors = check_donors(outcome, groups)
    rows = np.flatnonzero(outcome.usable)
    notes += of_donors
    notes.append(_on_groups(obs, samples, choices, groups, rows))
    if groups.merged:
        notes.append(CohortNote(CohortNoteKind.SPELLINGS_MERGED, {"column": groups.source, "texts": groups.merged}))
    of_leaks, given_away, nearly = _leaks(obs, outcome, rows, groups)
    notes += of_leaks
    if choices.covariates is None:
        found = find_covariates(obs, (choices.predict, outcome.event, groups.source, *choices.adjust))
    else:
        found = read_covariates(obs, choices.covariates)
    without = nearly if choices.covariates is None else ()
    covariates, of_covariates = _usable_covariates(found, outcome, rows, given_away, without)
    notes += of_covariates
    adjust = read_covariates(obs, choices.adjust)
    for name in filter(None, (choices.predict, outcome.event, *given_away)):
        if name in choices.adjust:
            raise GeneRAINError(
                f"{echo(name)} is the outcome or says the same, and can't be regressed out; leave it out there (--adjust)."
            )
        if name in (choices.covariates or ()):
            raise GeneRAINError(
                f"{echo(name)} is the outcome or says the same, and is no covariate; leave it out there (--covariates)."
            )
    for each in adjust:
        if determines(each, outcome, rows):
            notes.append(CohortNote(_DETERMINES, {"column": each.name, "outcome": outcome.column}))
    if adjust:
        notes.append(CohortNote(CohortNoteKind.ADJUSTED, {"columns": choices.adjust}))
    like_donors = _like_donors(obs, outcome, rows, groups) if choices.groups is None else ()
    if like_donors:
        notes.append(CohortNote(CohortNoteKind.LIKE_DONORS, {"columns": like_donors}))
    told = set(like_donors) | {
        note.facts.get("column") for note in notes if note.kind in (_DETERMINES, CohortNoteKind.COVARIATE_LEFT_OUT)
    }
    if others := tuple(name for name in nearly if name not in told):
        notes.append(CohortNote(CohortNoteKind.NEARLY_A_COLUMN, {"column": outcome.column, "columns": others}))
    folds = min(choices.folds, _most_folds(outcome, groups, rows))
    if folds < choices.folds:
        notes.append(CohortNote(CohortNoteKind.FEWER_FOLDS, {"folds": folds, "asked": choices.folds}))
    return CohortDesign(
        outcome=outcome,
        rows=rows,
        groups=groups,
        covariates=covariates,
        adjust=adjust,
        folds=folds,
        notes=tuple(notes),
    )


def restrict(design: CohortDesign, kept: Sequence[bool]) -> CohortDesign:
    """Return the design over those of its samples that can be binned, checked again.

    Raises:
        GeneRAINError: classes have too few donors among them.
    """
    usable = np.zeros(len(design.outcome.usable), dtype=bool)
    usable[design.rows[np.asarray(kept, dtype=bool)]] = True
    outcome, notes = check_donors(replace(design.outcome, usable=usable), design.groups)
    rows = np.flatnonzero(outcome.usable)
    folds = min(design.folds, _most_folds(outcome, design.groups, rows))
    more = tuple(note for note in notes if note.kind is CohortNoteKind.SMALL_CLASS_LEFT_OUT)
    return replace(design, outcome=outcome, rows=rows, folds=folds, notes=(*design.notes, *more))


def check_donors(outcome: Outcome, groups: Groups) -> tuple[Outcome, list[CohortNote]]:
    """Leave out classes of fewer than five donors where two others are left, and warn below ten.

    Raises:
        GeneRAINError: fewer than two classes have five donors, there are fewer than ten donors in all, or one had the event and
            had it not at one time.
    """
    rows = np.flatnonzero(outcome.usable)
    who = "donors" if groups.source else "samples"
    check_events(outcome, groups)
    if not outcome.kind.of_classes:
        count = len(np.unique(groups.codes[rows]))
        if count < 2 * LEAST_DONORS:
            raise GeneRAINError(
                f"Only {count} {who} have an outcome in {echo(outcome.column)}, too few to tell anything; at least "
                f"{2 * LEAST_DONORS} are needed."
            )
        if outcome.kind is OutcomeKind.SURVIVAL and groups.source:
            seen = len(np.unique(groups.codes[rows][outcome.values[rows, 1] > 0]))
            if seen < LEAST_EVENTS:
                raise GeneRAINError(f"The event was seen in {seen} donors, too few to tell; at least {LEAST_EVENTS} are needed.")
        few = count < 2 * FEW_DONORS
        return outcome, [CohortNote(CohortNoteKind.FEW_DONORS, {"counts": {outcome.column: count}, "who": who})] if few else []
    counts = [len(np.unique(groups.codes[rows][outcome.values[rows] == k])) for k in range(len(outcome.classes))]
    enough = [k for k, count in enumerate(counts) if count >= LEAST_DONORS]
    named = dict(zip(outcome.classes, counts, strict=True))
    if len(enough) < 2:
        each = listed([f"{name}: {count}" for name, count in named.items()])
        hint = ""
        if groups.source and groups.count <= len(outcome.classes):
            hint = f" The groups ({groups.source}) are the outcome itself, so that no donor can be held out."
        raise GeneRAINError(
            f"Too few {who} to tell anything of {echo(outcome.column)} ({each}); at least {LEAST_DONORS} {who} in each of two "
            f"classes are needed, better {FEW_DONORS}.{hint}"
        )
    notes = []
    if len(enough) < len(outcome.classes):
        left = {name: count for k, (name, count) in enumerate(named.items()) if k not in enough}
        notes.append(CohortNote(CohortNoteKind.SMALL_CLASS_LEFT_OUT, {"counts": left, "who": who}))
        renumbered = np.full(len(outcome.classes) + 1, -1.0)
        renumbered[enough] = np.arange(len(enough))
        values = renumbered[outcome.values.astype(np.intp)]
        kind = OutcomeKind.TWO_CLASSES if len(enough) == 2 else OutcomeKind.CLASSES
        classes = tuple(outcome.classes[k] for k in enough)
        outcome = replace(outcome, values=values, usable=outcome.usable & (values >= 0), classes=classes, kind=kind)
    few_donors = {name: named[name] for name in outcome.classes if named[name] < FEW_DONORS}
    if few_donors:
        notes.append(CohortNote(CohortNoteKind.FEW_DONORS, {"counts": few_donors, "who": who}))
    return outcome, notes


def _most_folds(outcome: Outcome, groups: Groups, rows: Rows) -> int:
    codes, truth = groups.codes[rows], outcome.values[rows]
    if not outcome.kind.of_classes:
        return max(2, len(np.unique(codes)) // 2)
    return min(len(np.unique(codes[truth == k])) for k in range(len(outcome.classes)))


def _on_groups(obs: pd.DataFrame, samples: Sequence[str], choices: CohortChoices, groups: Groups, rows: Rows) -> CohortNote:
    count = len(np.unique(groups.codes[rows]))
    facts = {"source": groups.source, "donors": count, "samples": len(rows), "recognized": groups.recognized}
    facts |= {"example": next((groups.labels[i] for i in rows if groups.labels[i]), "")}
    if groups.source:
        return CohortNote(CohortNoteKind.GROUPS, facts)
    if choices.groups == NO_GROUPS:
        there = find_groups(obs, samples, None)
        if there.source and len(np.unique(there.codes[rows])) < len(rows):
            return CohortNote(CohortNoteKind.GROUPS_IGNORED, facts | {"source": there.source})
    return CohortNote(CohortNoteKind.NO_GROUPS, facts)


def _leaks(
    obs: pd.DataFrame, outcome: Outcome, rows: Rows, groups: Groups
) -> tuple[list[CohortNote], tuple[str, ...], tuple[str, ...]]:
    """Return a note on columns that are the outcome, these, and those that nearly are or determine it."""
    same = same_columns(obs, outcome, rows, (outcome.event,))
    known = (outcome.column, outcome.event, groups.source, *same)
    nearly = tuple(name for name in nearly_columns(obs, outcome, rows, groups.codes) if name not in known)
    notes = [CohortNote(CohortNoteKind.SAME_AS_COLUMN, {"column": outcome.column, "columns": same})] if same else []
    return notes, same, nearly


def _varies(values: NDArray[np.float64]) -> bool:
    """Say whether a column has different numbers among those that are known."""
    return any(len(np.unique(column[np.isfinite(column)])) > 1 for column in values.T)


def _like_donors(obs: pd.DataFrame, outcome: Outcome, rows: Rows, groups: Groups) -> tuple[str, ...]:
    """Return the columns that may be donors where none are known: values repeat as those of donors do, each with one outcome."""
    if groups.source:
        return ()
    values, found = outcome.values[rows], []
    for i, name in enumerate(map(str, obs.columns[:_MOST_LOOKED_AT])):
        if name in (outcome.column, outcome.event) or role_of(name) != "other":
            continue
        texts = texts_of(obs.iloc[rows, i])
        if not 2 * LEAST_DONORS <= len(set(texts)) <= _REPEATS * len(texts) or not may_be_donors(texts):
            continue
        first, own = np.unique(np.array(texts), return_index=True, return_inverse=True)[1:]
        if (values == values[first][own]).all():
            found.append(name)
    return tuple(found)


def _usable_covariates(
    found: Sequence[Covariate], outcome: Outcome, rows: Rows, same: Sequence[str], without: Sequence[str]
) -> tuple[tuple[Covariate, ...], list[CohortNote]]:
    """Leave out covariates that are the outcome or determine it, and say so; of others those that are not wanted."""
    kept, notes = [], []
    for each in found:
        if each.name in same or determines(each, outcome, rows):
            kind = _DETERMINES if each.role == "batch" else CohortNoteKind.COVARIATE_LEFT_OUT
            notes.append(CohortNote(kind, {"column": each.name, "outcome": outcome.column}))
        elif each.name not in without and _varies(each.values[rows]):
            kept.append(each)
    if not kept and not notes and not without:
        notes.append(CohortNote(CohortNoteKind.NO_COVARIATES))
    return tuple(kept), notes
