"""Time and event: the column that says whether the event was seen, found or given, and both read."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.numbers import doubts
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.errors import GeneRAINError
from generain_core.perturbations.donors.recognize import texts_of
from generain_core.text import echo, listed

LEAST_EVENTS = 10
MOST_VALUES = 20
"""Values of a column that may tell of an event, at most."""
_UNTIL = re.compile(r"(?:^|[^a-z])(?:surv|survival|follow\w*|os|pfs|dfs|rfs|dss|ttp|efs|pfi|dfi|css)(?:$|[^a-z])", re.IGNORECASE)
_TIME = re.compile(rf"{_UNTIL.pattern}|(?:^|[^a-z])(?:time|days?|months?|years)(?:$|[^a-z])", re.IGNORECASE)
_NO_TIME = re.compile(
    r"(?:^|[^a-z])(?:age|old|pack|culture|passage|birth|smok\w*|hospital|ventilator|stay|length)(?:$|[^a-z])", re.IGNORECASE
)
_EVENT = re.compile(r"event|vital|dead|death|deceased|died|relapse|recurr|progress|censor", re.IGNORECASE)
_STATUS = re.compile(
    rf"^(?:status|(?:{_UNTIL.pattern}|patient|living|life).*status|(?:os|pfs|dfs|rfs|dss|efs|pfi|dfi|css))$", re.IGNORECASE
)
"""Names of a status that tells of an event; of others, such as smoking_status, the values must."""
_TURNED = re.compile(
    r"free|without|alive|living|surviv|censor|in progress"
    r"|(?:^|[^a-z])(?:no|non|not|un)(?:$|[^a-z]|event|dead|death|died|relaps|progress)",
    re.IGNORECASE,
)
"""Names of columns in which yes may mean that nothing happened."""
_CODED = re.compile(r"^([0-9]):(.*)$")
_DEATH, _RELAPSE, _PROGRESS = {"dead", "deceased", "died", "death"}, {"relapse", "relapsed", "recurred"}, {"progressed"}
_CODES = {"1", "true", "yes", "y", "t", "event"}
"""Values that say yes, to whatever the column asks."""
_YES = _CODES | _DEATH | _RELAPSE | _PROGRESS
_WORDS_FOR_NONE = {"alive", "living", "censored", "no event", "disease free", "progression free", "event free"}
_NO = {"0", "false", "no", "n", "f", "none"} | _WORDS_FOR_NONE


def looks_like_until(column: str) -> bool:
    """Say whether a column is called as a time until an event is, such as os_months or follow-up."""
    return bool(_UNTIL.search(_plain(column)))


def find_event(obs: pd.DataFrame, column: str, *, asked: bool, value: str | None = None) -> str:
    """Return the column that says whether the event was seen, by its name and values; '' if there is none.

    Args:
        obs: one row a sample.
        column: of the time; unless survival was asked for, its name must say that it is one.
        asked: whether the user said that the outcome is a time.
        value: what the column says where the event was seen, if that is known.

    Raises:
        GeneRAINError: survival was asked for, and no or several columns may be the event; or a column that is called as an
            event is, beside a time, can't be read.
    """
    if not asked and (not _TIME.search(_plain(column)) or _NO_TIME.search(_plain(column))):
        return ""
    texts = {name: texts_of(obs[name]) for name in map(str, obs.columns) if name != column and _may_tell(obs, name)}
    found = [name for name in texts if _is_event(name, texts[name], value)]
    if len(found) == 1:
        return found[0]
    unread = [name for name in texts if _is_called_event(name) and 0 < len(set(filter(None, texts[name]))) <= MOST_VALUES]
    if asked or found or unread:
        maybe = found or unread
        there = f"{listed(maybe)} may be it" if maybe else "none of the columns is called event, status, death or the like"
        raise GeneRAINError(
            f"Say which column tells whether the event was seen ({there}): name it as the event (--event). Is {echo(column)} no "
            "time until an event, say that it is a number (--kind number)."
        )
    return ""


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _may_tell(obs: pd.DataFrame, name: str) -> bool:
    """Say whether a column may tell of an event, by its name."""
    return isinstance(obs[name], pd.Series) and bool(_is_called_event(name) or "status" in name.casefold())


def _is_called_event(name: str) -> bool:
    return bool(_EVENT.search(name) or _STATUS.search(_plain(name).strip()))


def event_words(texts: Sequence[str]) -> tuple[list[str], bool]:
    """Return what an event column says, and whether it was coded 1 and 2, of which 2 is the event (as in R's survival).

    Of words with a code before them, such as ``0:LIVING`` and ``1:DECEASED``, the word is taken if it is a usual one, else the
    code.
    """
    words = [_bare(text) for text in texts]
    if set(words) - {""} == {"1", "2"}:
        return [{"1": "0", "2": "1"}.get(word, "") for word in words], True
    return words, False


def event_values(obs: pd.DataFrame, event: str) -> list[str]:
    """Return what an event column says, each value once, as it is written; empty where there is no such column."""
    if event not in obs.columns or not isinstance(obs[event], pd.Series):
        return []
    return sorted(set(filter(None, texts_of(obs[event]))))


def _bare(text: str) -> str:
    """Return a word in small letters; of ``1:DECEASED`` the word behind the code, or the code where that is not known."""
    coded = _CODED.fullmatch(text.casefold())
    if coded is None:
        return text.casefold()
    word = coded[2].strip()
    return word if word in _YES | _NO else coded[1]


def _is_event(name: str, texts: Sequence[str], value: str | None) -> bool:
    """Say whether a column tells of an event: it has the value, or two usual words of which one is the event.

    Of a status of whatever, words such as dead and alive must tell; yes and no are enough where the name says of what.
    """
    if value is not None:
        return any(map(_says(value), filter(None, texts))) and len(set(filter(None, texts))) <= MOST_VALUES
    words = {text for text in event_words(texts)[0] if text}
    tells = _is_called_event(name) or (not words & _CODES and bool(words & _WORDS_FOR_NONE))
    return tells and len(words) == 2 and len(words & _YES) == 1 and len(words & _NO) == 1


def _says(value: str) -> Callable[[str], bool]:
    """Return what tells whether a cell is the value of the event: the same text, or the code or the word of ``1:DECEASED``."""
    wanted = " ".join(value.split()).casefold()

    def says(text: str) -> bool:
        coded = _CODED.fullmatch(text.casefold())
        return wanted == text.casefold() or (coded is not None and wanted in (coded[1], coded[2].strip()))

    return says


def read_survival(
    obs: pd.DataFrame,
    column: str,
    event: str,
    times: Sequence[str],
    numbers: tuple[np.ndarray, tuple[CohortNote, ...]] | None,
    *,
    value: str | None = None,
    recognized: bool,
) -> Outcome:
    """Return times with whether the event was seen.

    Args:
        obs: one row a sample.
        column: of the time.
        event: the column that says whether the event was seen.
        times: as they are written; '' where there is none.
        numbers: of the times that there are, with notes; None if they are none.
        value: what the column says where the event was seen, all else being none; None: usual words and codes.
        recognized: whether nobody named the column of the event.

    Raises:
        GeneRAINError: times are no numbers or negative, the event's words are not known, or there are too few events.
    """
    if event not in obs.columns or not isinstance(obs[event], pd.Series):
        raise GeneRAINError(f"The samples have no one column {echo(event)} for the event; name one that there is.")
    if numbers is None:
        raise GeneRAINError(
            f"The times in {echo(column)} are no numbers (such as {echo(next(filter(None, times)))}); give numbers."
        )
    texts = texts_of(obs[event])
    events, words, told = _by_usual_words(event, texts) if value is None else _by_value(event, texts, value)
    values = np.full((len(times), 2), np.nan)
    has_time = np.array([bool(text) for text in times])
    values[has_time, 0] = numbers[0]
    values[:, 1] = events
    usable = np.isfinite(values).all(1)
    _check_followed(column, event, values, usable)
    if (values[usable, 0] < 0).any():
        raise GeneRAINError(f"{echo(column)} has times below 0, such as {values[usable, 0].min():g}; give times since the start.")
    count = int(values[usable, 1].sum())
    if count < LEAST_EVENTS:
        raise GeneRAINError(f"The event was seen in {count} samples, too few to tell; at least {LEAST_EVENTS} are needed.")
    facts = {"column": column, "kind": OutcomeKind.SURVIVAL, "event": event, "words": words, "events": count}
    taken = CohortNote(CohortNoteKind.TAKEN_FOR, facts | {"recognized": recognized})
    return Outcome(
        column=column,
        kind=OutcomeKind.SURVIVAL,
        values=values,
        usable=usable,
        event=event,
        event_words=words,
        notes=(taken, *numbers[1], *doubts(values[usable, 0], column), *told),
    )


def _check_followed(column: str, event: str, values: NDArray[np.float64], usable: NDArray[np.bool_]) -> None:
    """Refuse times that only those have in whom the event was seen, such as days to death.

    Raises:
        GeneRAINError: all who have a time had the event, and others, who had none, lack theirs.
    """
    lost = int(((values[:, 1] == 0) & ~usable).sum())
    if lost and usable.any() and (values[usable, 1] == 1).all():
        raise GeneRAINError(
            f"All who have a time in {echo(column)} had the event, and the {lost:,} who had none by {echo(event)} have no time: "
            "put how long those were followed into the same column, as survival of the dead alone says nothing."
        )


_Read = tuple[list[float], tuple[str, ...], tuple[CohortNote, ...]]
"""Whether the event was seen (1, 0, NaN where nothing is said), the words that say so, and what has to be known."""


def _by_value(event: str, texts: Sequence[str], value: str) -> _Read:
    """Read an event column in which one value is the event and all others are none.

    Raises:
        GeneRAINError: no sample has the value.
    """
    says, there = _says(value), sorted(set(filter(None, texts)))
    words = tuple(text for text in there if says(text))
    others = tuple(text for text in there if not says(text))
    if not words:
        has = listed(list(map(echo, there))) or "nothing"
        raise GeneRAINError(f"No sample has {echo(value)} in {echo(event)}, which has {has}; name one of its values.")
    facts = {"column": event, "value": words[0], "others": others}
    notes = (CohortNote(CohortNoteKind.EVENT_BESIDE_OTHERS, facts),) if len(others) > 1 else ()
    return [float(text in words) if text else np.nan for text in texts], words, notes


def _by_usual_words(event: str, texts: Sequence[str]) -> _Read:
    """Read an event column by the usual words and codes.

    Raises:
        GeneRAINError: it has others, or its name says that it may be the other way round.
    """
    codes, is_coded = event_words(texts)
    if _TURNED.search(_plain(event)) and (is_coded or set(codes) & _CODES):
        raise GeneRAINError(
            f"{echo(event)} may say that the event was seen or that it was not; name its value where the event was seen "
            "(--event-value), or give a column in which 1 is the event."
        )
    unknown = sorted({text for text, code in zip(texts, codes, strict=True) if code and code not in _YES | _NO})
    if unknown:
        raise GeneRAINError(
            f"{echo(event)} has {listed(list(map(echo, unknown)))}; name its value where the event was seen (--event-value), or "
            "write 1 there and 0 where it was not."
        )
    words = tuple(sorted({text for text, code in zip(texts, codes, strict=True) if code in _YES}))
    if sum(bool(set(codes) & each) for each in (_DEATH, _RELAPSE, _PROGRESS)) > 1:
        raise GeneRAINError(
            f"{echo(event)} has several events ({listed(list(map(echo, words)))}); name its value that is the one "
            "(--event-value), or write 1 where any of them was seen and 0 where none was."
        )
    notes = (CohortNote(CohortNoteKind.EVENT_CODED, {"column": event}),) if is_coded else ()
    return [float(code in _YES) if code else np.nan for code in codes], words, notes
