"""Widgets whose value a link can carry, and that the browser's Back button takes back.

Each change of one is an entry of the browser's history, so that Back and Forward go through genes and views. Streamlit's own
binding overwrites the entry that one is at; what the widgets of a run came to is therefore written by the server, all at once
(`writing`). An address that the browser went back to is obeyed as it is. One that a link brought counts for what it says; the
rest stays as it was in this session.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

import streamlit as st

from generain_core.ui.shell import keys, link_file, streamlit_internals

_T = TypeVar("_T")
_THREAD = threading.local()
_PAGES: dict[str, set[str]] = {}
"""Page → keys of its steps, for the links of the sidebar."""
_SHARED = dict.fromkeys(("gene", "map", "attributes"), (keys.GENE,))
"""What a page has of others before it was ever shown."""
_UNSET: dict[str, object] = {}
"""Key of a step → what it is where the address says nothing of it."""


_NOTHING = ""
"""Word of the address for a box that was emptied, where it is not empty to begin with."""


class _End(BaseException):
    """The page ends here, on purpose."""


def arrive(page: str, *, again: bool = False) -> None:
    """Note which page is shown, and whether the browser went back to it.

    Args:
        page: its name in the address.
        again: the page says so itself, and means nothing new if ``app.py``, which runs before any, has said it.
    """
    said = st.session_state.pop(keys.BEGUN, False)
    if again and said:
        return
    st.session_state[keys.BEGUN] = not again
    st.session_state[keys.ARRIVED] = arrived = st.session_state.get(keys.PAGE) != page
    last = {key for key, words in st.session_state.get(keys.ADDRESS, {}).items() if words}
    st.session_state[keys.SHOWN_STEPS] = last | (set() if arrived else st.session_state.get(keys.SHOWN_STEPS, set()))
    st.session_state[keys.PAGE] = page
    if streamlit_internals.went_back():
        st.session_state[keys.WENT_BACK] = set(_UNSET)
    st.session_state[keys.STEPS] = {}


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Run a page, then write into the address what its steps came to, in one entry of the browser's history."""
    _THREAD.writes = True
    try:
        yield
    except _End:
        _write(complete=False)
    else:
        _write(complete=True)
    finally:
        _THREAD.writes = False


def end() -> NoReturn:
    """End the page here; what its steps came to so far is written. After `st.stop`, Streamlit lets nothing be written."""
    if getattr(_THREAD, "writes", False):
        raise _End
    st.stop()


def _write(*, complete: bool) -> None:
    steps: dict[str, list[str]] = st.session_state.get(keys.STEPS, {})
    _PAGES.setdefault(str(st.session_state.get(keys.PAGE)), set()).update(steps)
    wanted = dict(steps)
    if complete:  # of a page that waits for a file or a job, boxes that a link speaks of may come later
        wanted |= {key: [] for key in st.session_state.get(keys.SHOWN_STEPS, ()) if key not in steps}
    changes = {key: words for key, words in wanted.items() if st.query_params.get_all(key) != words}
    changes |= link_file.beside(str(st.session_state.get(keys.PAGE)), changes, needed=any(steps.values()))
    streamlit_internals.rewrite_address(changes)
    st.session_state[keys.ADDRESS] = {key: st.query_params.get_all(key) for key in steps}
    st.session_state[keys.WENT_BACK] = set()


def url_widget(
    widget: Callable[..., _T],
    *arguments: Any,
    key: str,
    unset: _T,
    read: Callable[[str], _T] | None = None,
    address: str = "",
    **options: Any,
) -> _T:
    """Show a widget whose value stands in the address under its key, and return its value.

    Args:
        widget: such as `st.text_input`; after its label come its options, or the least and the most number.
        key: of the widget, and its name in the address.
        address: its name there, where its key is another for each file that is brought.
        unset: what the widget has where the address says nothing of it.
        read: what a word of the address stands for; without it the word itself, if the widget can have it.
        arguments: of the widget.
        options: of the widget, by name.
    """
    name = address or key
    here = _here(name, unset)
    if here is not None:
        st.session_state[key] = read(here[-1]) if read is not None and here else _value(here, unset, arguments[1:])
    value = widget(*arguments, key=key, persist_state="session", **options)
    words = [] if value is None or value == unset else _words(value)
    st.session_state[keys.STEPS][name] = words
    if address:
        st.session_state.setdefault(keys.BOXES, {})[name] = (st.session_state.get(keys.UPLOADS), words)
    return value


def begin_anew(key: str, start: object) -> None:
    """Have a step begin anew, in this session and in the address, unless a link that was opened asks there for something else."""
    here = st.query_params.get_all(key)
    if key in st.session_state and here in ([], _words(st.session_state[key])):
        st.session_state[key] = start
        streamlit_internals.rewrite_address({key: []} if here else {})


def hold(key: str) -> None:
    """Leave in the address what it says of a widget, for its present value is none that a link should lead to."""
    st.session_state[keys.STEPS][key] = st.query_params.get_all(key)


def _here(key: str, unset: object) -> list[str] | None:
    """Return the words of the address where it is to be obeyed, else None."""
    _UNSET[key] = unset
    obeyed, went_back = (st.session_state.setdefault(name, new()) for name, new in ((keys.ADDRESS, dict), (keys.WENT_BACK, set)))
    here = st.query_params.get_all(key)
    is_new = bool(here) and (st.session_state.get(keys.ARRIVED) or here != obeyed.get(key, []))
    if not is_new and key not in went_back:
        return None
    obeyed[key] = here
    went_back.discard(key)
    return here


def _value(words: list[str], unset: Any, accepts: Sequence[Any]) -> Any:
    """Return what the words of an address say, or `unset` where they say nothing that the widget could have."""
    choices = accepts[0] if accepts and isinstance(accepts[0], list) else None
    try:
        if isinstance(unset, bool):
            return {"true": True, "false": False}[words[-1]]
        if isinstance(unset, tuple | list) and choices is None:
            numbers = tuple(type(unset[0])(word) for word in words)
            return numbers if len(numbers) == 2 and accepts[0] <= numbers[0] <= numbers[1] <= accepts[1] else unset
        if isinstance(unset, list):
            if words == [_NOTHING]:
                return []
            return [word for word in words if word in accepts[0]] or unset
        if isinstance(unset, int | float):
            number = type(unset)(words[-1])
            return number if accepts[0] <= number <= accepts[1] else unset
    except (KeyError, ValueError, IndexError):
        return unset
    return words[-1] if words and (choices is None or words[-1] in choices) else unset


def _words(value: Any) -> list[str]:
    if isinstance(value, tuple | list):
        return [str(each) for each in value] or [_NOTHING]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def address_of(page: str) -> dict[str, str | list[str]]:
    """Return what a link to a page must say for it to show what it showed last: the steps that it has, as they are now."""
    shown = {key for key in (*_PAGES.get(page, ()), *_SHARED.get(page, ()), keys.VECTORS) if key in _UNSET}
    boxes: dict[str, tuple[object, list[str]]] = st.session_state.get(keys.BOXES, {})
    values = {key: st.session_state.get(key) for key in sorted(shown - set(boxes))}
    present = st.session_state.get(keys.UPLOADS)  # what was chosen for a file before says nothing of another
    of_files: dict[str, str | list[str]] = {
        name: words for name, (file, words) in boxes.items() if name in shown and file == present and words
    }
    said = of_files | {key: _words(value) for key, value in values.items() if value is not None and value != _UNSET[key]}
    return said | ({link_file.PARAMETER: link_file.of(page)} if said and link_file.of(page) else {})


LONGEST = 1500
"""Letters of a list that a link carries; browsers, servers and mail programs cut off longer addresses."""


def carry(parameter: str, values: Sequence[str], called: str) -> None:
    """Put the words of a list into the address, or say why not; `arrived` reads them.

    Args:
        parameter: its name in the address, of no widget that is bound.
        values: the words.
        called: what to call them, in the plural.
    """
    letters = sum(map(len, values)) + len(values)
    words = list(values) if letters <= LONGEST else []
    _UNSET[parameter] = []
    st.session_state.setdefault(keys.STEPS, {})[parameter] = words
    st.session_state.setdefault(keys.ADDRESS, {})[parameter] = words  # so that a fragment's own change is none to be obeyed
    if not words:
        st.query_params.pop(parameter, None)
    elif st.query_params.get_all(parameter) != words:
        st.query_params[parameter] = words
    if letters > LONGEST:
        st.caption(
            f"A link to this page does not hold these {called}: they have {letters:,} letters, and some programs cut off "
            f"addresses with more than {LONGEST:,}. Send the list along with the link."
        )


def brought(parameter: str) -> list[str] | None:
    """Return the words of `carry` that a link brought just now, or that the browser went back to; else None."""
    return _here(parameter, [])


def arrived(parameter: str, key: str) -> list[str] | None:
    """Return the words that a link brought for a widget, or that the browser went back to; None where there are none."""
    here = _here(parameter, [])
    if here is None and key not in st.session_state:
        here = st.query_params.get_all(parameter) or None
    return here
