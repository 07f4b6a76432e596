"""Time and event: the column that says whether the event was seen, found or given, and both read."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.numbers import doubts
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.errors import GeneRAINError
from generain_core.perturbations.donors.recognize import texts_of
from generain_core.text import echo, listed

LEAST_EVENTS = 10
_TIME = re.compile(
    r"(?:^|[^a-z])(?:time|days?|months?|years?|surv\w*|follow\w*|os|pfs|dfs|rfs|dss|ttp|efs)(?:$|[^a-z])", re.IGNORECASE
)
_EVENT = re.compile(r"event|status|vital|dead|death|deceased|died|relapse|recurr|progress|censor", re.IGNORECASE)
_CODED = re.compile(r"^([01]):.*$")
_YES = {"1", "true", "yes", "y", "dead", "deceased", "died", "death", "event", "relapse", "relapsed", "progressed", "recurred"}
_NO = {"0", "false", "no", "n", "alive", "living", "censored", "no event", "none", "disease free", "progression free"}


def find_event(obs: pd.DataFrame, column: str, *, asked: bool) -> str:
    """Return the column that says whether the event was seen, by its name and values; '' if there is none.

    Args:
        obs: one row a sample.
        column: of the time; unless survival was asked for, its name must say that it is one.
        asked: whether the user said that the outcome is a time.

    Raises:
        GeneRAINError: survival was asked for, and no or several columns may be the event.
    """
    if not asked and not _TIME.search(column.replace("_", " ")):
        return ""
    named = [str(name) for name in obs.columns if str(name) != column and _EVENT.search(str(name))]
    found = [name for name in named if isinstance(obs[name], pd.Series) and _is_event(texts_of(obs[name]))]
    if len(found) == 1:
        return found[0]
    if asked or len(found) > 1:
        there = f"{listed(found)} may be it" if found else "none of the columns is called event, status, death or the like"
        raise GeneRAINError(
            f"Say which column tells whether the event was seen ({there}): name it as the event (--event). Is {echo(column)} no "
            "time until an event, say that it is a number (--kind number)."
        )
    return ""


def event_words(texts: Sequence[str]) -> tuple[list[str], bool]:
    """Return what an event column says, and whether it was coded 1 and 2, of which 2 is the event (as in R's survival).

    Of words with their code before them, such as ``0:LIVING`` and ``1:DECEASED``, the code is taken.
    """
    words = [_CODED.sub(r"\1", text.casefold()) for text in texts]
    if set(words) - {""} == {"1", "2"}:
        return [{"1": "0", "2": "1"}.get(word, "") for word in words], True
    return words, False


def _is_event(texts: Sequence[str]) -> bool:
    words = {text for text in event_words(texts)[0] if text}
    return len(words) == 2 and len(words & _YES) == 1 and len(words & _NO) == 1


def read_survival(
    obs: pd.DataFrame,
    column: str,
    event: str,
    times: Sequence[str],
    numbers: tuple[np.ndarray, tuple[CohortNote, ...]] | None,
    *,
    recognized: bool,
) -> Outcome:
    """Return times with whether the event was seen.

    Raises:
        GeneRAINError: times are no numbers or negative, the event's words are not known, or there are too few events.
    """
    if event not in obs.columns or not isinstance(obs[event], pd.Series):
        raise GeneRAINError(f"The samples have no one column {echo(event)} for the event; name one that there is.")
    if numbers is None:
        raise GeneRAINError(
            f"The times in {echo(column)} are no numbers (such as {echo(next(filter(None, times)))}); give numbers."
        )
    if "censor" in event.casefold():
        raise GeneRAINError(
            f"{echo(event)} may say that the event was seen or that it was not; give a column in which 1 is the event."
        )
    words, is_coded = event_words(texts_of(obs[event]))
    unknown = sorted(set(words) - _YES - _NO - {""})
    if unknown:
        raise GeneRAINError(
            f"{echo(event)} has {listed([echo(word) for word in unknown])}; write 1 where the event was seen and 0 where not."
        )
    values = np.full((len(times), 2), np.nan)
    has_time = np.array([bool(text) for text in times])
    values[has_time, 0] = numbers[0]
    values[:, 1] = [np.nan if not word else float(word in _YES) for word in words]
    usable = np.isfinite(values).all(1)
    if (values[usable, 0] < 0).any():
        raise GeneRAINError(f"{echo(column)} has times below 0, such as {values[usable, 0].min():g}; give times since the start.")
    seen = int(values[usable, 1].sum())
    if seen < LEAST_EVENTS:
        raise GeneRAINError(f"The event was seen in {seen} samples, too few to tell; at least {LEAST_EVENTS} are needed.")
    facts = {"column": column, "kind": OutcomeKind.SURVIVAL, "event": event, "events": seen, "recognized": recognized}
    doubted = doubts(values[usable, 0], column)
    coded = (CohortNote(CohortNoteKind.EVENT_CODED, {"column": event}),) if is_coded else ()
    notes = (CohortNote(CohortNoteKind.TAKEN_FOR, facts), *numbers[1], *doubted, *coded)
    return Outcome(column=column, kind=OutcomeKind.SURVIVAL, values=values, usable=usable, event=event, notes=notes)
