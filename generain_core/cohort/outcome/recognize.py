"""Recognize what kind of outcome a sample column is, and refuse what can't be predicted."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.numbers import are_dates, doubts, read_numbers
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.outcome.survival import find_event, looks_like_until, read_survival
from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.labels import CONTROLS, as_text, one_spelling
from generain_core.perturbations.donors.recognize import UNSAID
from generain_core.text import echo, listed

MOST_CLASSES = 10
"""Classes that are compared at most; a column with more values is no outcome of classes."""
GRADES = 5
"""Whole numbers of so many values at most are taken for classes."""
_OPEN = {"pending", "tbd", "to be determined", "not determined", "not tested", "not assessed", "not evaluated", "not done"}
"""Words that say that an outcome is not known yet, or was not looked at."""
_FIRST = {
    "-",
    "0",
    "no",
    "false",
    "healthy",
    "normal",
    "benign",
    "negative",
    "low",
    "alive",
    "non-responder",
    "nonresponder",
    "wildtype",
}


def column_of(obs: pd.DataFrame, column: str) -> pd.Series:
    """Return a sample column by its name.

    Raises:
        GeneRAINError: there is none, or several.
    """
    if column not in obs.columns:
        names = [str(name) for name in obs.columns]
        nearest = get_close_matches(column, names, 3)
        there = f"the nearest are {listed(nearest)}" if nearest else f"there are {listed(names)}"
        raise GeneRAINError(
            f"The samples have no column {echo(column)}; {there if names else 'they have none; join a sample sheet'}. (The "
            "column by which a sheet is joined names the samples, and can't be predicted.)"
        )
    values = obs[column]
    if isinstance(values, pd.DataFrame):
        raise GeneRAINError(f"The samples have several columns {echo(column)}; give each its own name.")
    return values


def recognize(
    obs: pd.DataFrame,
    column: str,
    *,
    event: str | None = None,
    event_value: str | None = None,
    kind: OutcomeKind | None = None,
) -> Outcome:
    """Return the outcome that a column holds: two classes, several, a number, or time and event.

    Args:
        obs: one row a sample.
        column: of the outcome; with an event, of the time.
        event: the column that says whether the event was seen; None: found by its name, '': none.
        event_value: what that column says where it was; None: recognized.
        kind: what the user says it is; None: recognized.

    Raises:
        GeneRAINError: no such column, a value of an event without one, or it can't be predicted: constant, dates, free text,
            not the kind that was said.
    """
    texts, unsaid = outcome_texts(column_of(obs, column))
    entries = [text for text in texts if text]
    if not entries:
        raise GeneRAINError(f"The column {echo(column)} is empty; name one that holds an outcome.")
    if are_dates(entries):
        raise GeneRAINError(
            f"The column {echo(column)} holds dates (such as {echo(entries[0])}), which are no outcome; "
            "give a class, a number, or the days until an event."
        )
    numbers = read_numbers(entries, column)
    if event_value is not None and (event == "" or kind not in (None, OutcomeKind.SURVIVAL)):
        raise GeneRAINError(
            f"{echo(event_value)} is said to be the value of an event, but {echo(column)} is to be no time until one; leave one "
            "of the two out."
        )
    asked = kind is OutcomeKind.SURVIVAL or event_value is not None
    varied = numbers is not None and not _grades(numbers[0])
    if asked or (kind is None and event) or (kind is None and event is None and varied):
        found = event or find_event(obs, column, asked=asked, value=event_value)
        if found:
            return read_survival(obs, column, found, texts, numbers, value=event_value, recognized=not event)
    if len(set(entries)) == 1:
        raise GeneRAINError(
            f"All {len(entries):,} samples {'with an outcome ' if unsaid else ''}have {echo(entries[0])} in {echo(column)}: a "
            f"constant can't be predicted{_counted_as_empty(unsaid)}; name a column with two values or more."
        )
    if kind is OutcomeKind.NUMBER or (kind is None and numbers is not None and not _grades(numbers[0])):
        return _number(column, texts, numbers, recognized=kind is None)
    return _classes(column, texts, kind)


def outcome_texts(values: pd.Series) -> tuple[list[str], tuple[str, ...]]:
    """Return an outcome's values as text, '' where nothing is said, and the words that were taken for that.

    Beside words that say nothing of any column (`UNSAID`) these are ``pending`` and the like, and a database's ``NULL``. Where
    ``+`` stands beside it, ``-`` is a class, and ``NULL`` is one where nothing else but one class would be left.
    """
    texts = as_text(values)
    empty = {word for word in set(texts) if word.casefold() in UNSAID | _OPEN or word == "NULL"} - {""}
    if "+" in texts:
        empty.discard("-")
    if len(set(texts) - empty - {""}) < 2:
        empty.discard("NULL")
    return ["" if text in empty else text for text in texts], tuple(sorted(empty))


def _counted_as_empty(words: Sequence[str]) -> str:
    return f" (cells with {listed(list(map(echo, words)))} count as empty)" if words else ""


def _grades(values: np.ndarray) -> bool:
    """Say whether numbers are names of classes: two values, or a few whole ones that repeat."""
    distinct = np.unique(values)
    whole = bool((distinct == np.floor(distinct)).all())
    return len(distinct) == 2 or (whole and len(distinct) <= GRADES and len(values) >= 5 * len(distinct))


def _number(
    column: str, texts: Sequence[str], numbers: tuple[np.ndarray, tuple[CohortNote, ...]] | None, *, recognized: bool
) -> Outcome:
    usable = np.array([bool(text) for text in texts])
    if numbers is None:
        wrong = next(text for text in texts if text and read_numbers([text], column) is None)
        raise GeneRAINError(f"{echo(wrong)} in {echo(column)} is no number; choose another kind of outcome, or mend the sheet.")
    values = np.full(len(texts), np.nan)
    values[usable], notes = numbers
    distinct = np.unique(values[usable])
    facts = {"column": column, "kind": OutcomeKind.NUMBER, "low": float(distinct[0]), "high": float(distinct[-1])}
    notes = (CohortNote(CohortNoteKind.TAKEN_FOR, facts | {"recognized": recognized}), *notes, *doubts(values[usable], column))
    steps = np.diff(distinct)
    if len(distinct) == usable.sum() > 5 and bool((steps == 1).all()):
        notes = (*notes, CohortNote(CohortNoteKind.LOOKS_LIKE_IDENTIFIER, {"column": column}))
    if recognized and looks_like_until(column):
        notes = (*notes, CohortNote(CohortNoteKind.TIME_WITHOUT_EVENT, {"column": column}))
    return Outcome(column=column, kind=OutcomeKind.NUMBER, values=values, usable=usable, notes=notes)


def _classes(column: str, texts: Sequence[str], kind: OutcomeKind | None) -> Outcome:
    common = one_spelling(texts)
    labels = [common[text] if text else "" for text in texts]
    classes = sorted({label for label in labels if label}, key=_order)
    count = sum(map(bool, labels))
    if len(classes) == 1:
        raise GeneRAINError(f"{echo(column)} has one class alone, {echo(classes[0])}; name a column with two or more.")
    if kind is OutcomeKind.TWO_CLASSES and len(classes) > 2:
        raise GeneRAINError(f"{echo(column)} has {len(classes)} classes ({listed(classes)}), not two; leave the kind open.")
    if len(classes) > MOST_CLASSES:
        _nearly_numbers(column, [text for text in texts if text])
        what = "an identifier of the samples" if len(classes) == count else "free text"
        raise GeneRAINError(
            f"{echo(column)} has {len(classes):,} values over {count:,} samples (such as {echo(classes[0])}), like {what}; "
            f"name a column with at most {MOST_CLASSES} classes, or with numbers."
        )
    codes = {name: float(i) for i, name in enumerate(classes)}
    values = np.array([codes.get(label, -1.0) for label in labels])
    found = OutcomeKind.TWO_CLASSES if len(classes) == 2 else OutcomeKind.CLASSES
    facts = {"column": column, "kind": found, "classes": tuple(classes), "recognized": kind is None}
    notes = [CohortNote(CohortNoteKind.TAKEN_FOR, facts)]
    if merged := sorted(text for text, label in common.items() if text != label):
        notes.append(CohortNote(CohortNoteKind.SPELLINGS_MERGED, {"column": column, "texts": tuple(merged)}))
    notes += _codes_for_nothing(column, labels)
    return Outcome(column=column, kind=found, values=values, usable=values >= 0, classes=tuple(classes), notes=tuple(notes))


def _codes_for_nothing(column: str, labels: Sequence[str]) -> list[CohortNote]:
    """Return notes on codes such as 9, -9 and 99 beside others from 0 to 5, which often stand for what is not known."""
    kinds = set(filter(None, labels))
    codes = [code for code in ("-9", "-99", "-1", "9", "99", "999", "8", "88") if code in kinds]
    rest = kinds.difference(codes)
    if len(rest) < 2 or not all(label.isdigit() and int(label) <= GRADES for label in rest):
        return []
    facts = [{"column": column, "value": float(code), "samples": labels.count(code)} for code in codes]
    return [CohortNote(CohortNoteKind.STAND_IN, each) for each in facts]


def _nearly_numbers(column: str, texts: Sequence[str]) -> None:
    """Refuse a column of numbers in which some are none, naming these.

    Raises:
        GeneRAINError: most are numbers, or all are, as percentages, in several units or too many for classes.
    """
    wrong = [text for text in texts if read_numbers([text.removesuffix("%").lstrip("<>≤≥~ ").strip()], column) is None]
    marked = [text for text in texts if text not in wrong and text.strip("<>≤≥~% ") != text]
    odd = list(dict.fromkeys([*wrong, *marked]))
    if not odd and read_numbers(texts, column) is not None:
        raise GeneRAINError(
            f"{echo(column)} has {len(set(texts)):,} numbers, too many for classes (at most {MOST_CLASSES}); call it a number, "
            "or put ranges of it into a column of their own."
        )
    if not odd:
        examples = list(dict.fromkeys(texts))
        raise GeneRAINError(
            f"{echo(column)} writes numbers in several ways (such as {echo(examples[0])} and {echo(examples[1])}); write plain "
            "numbers, all in one unit."
        )
    if len(wrong) < len(texts) / 2:
        raise GeneRAINError(
            f"{echo(column)} would be a number, but {listed([echo(text) for text in odd])} "
            f"{'are none' if len(odd) > 1 else 'is none'}; write plain numbers, and leave cells empty where nothing is known."
        )


def _order(label: str) -> tuple[bool, float, str]:
    """Sort classes: usual names of controls first, then numbers, then words."""
    first = bool(CONTROLS.fullmatch(label)) or label.casefold() in _FIRST
    try:
        return not first, float(label), label
    except ValueError:
        return not first, np.inf, label
