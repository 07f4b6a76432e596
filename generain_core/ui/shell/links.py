"""Widgets whose value a link can carry, and that still hold it when one comes back to their page.

Streamlit takes such values out of the address when a page is left, in an entry of the browser's history of its own. So the
Back button arrives at an address without them, which Streamlit takes for a wish to have the defaults again. What a widget
held is therefore put aside, and given back on arrival from another page; on the page itself, an empty address is obeyed.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from generain_core.ui.shell import keys

_T = TypeVar("_T")
_SENT = "to_"


def towards(key: str, text: str) -> dict[str, str]:
    """Return what a link to another page carries for a box there, whatever a box of this name holds on the page it stands on.

    Of a link that carries the box's own name, Streamlit drops it where this page has such a box too: the other page would
    show what stands here.
    """
    return {_SENT + key: text}


def arrive(page: str) -> None:
    """Note which page is shown; called first on each page."""
    returning = st.session_state.pop(keys.RETURNING, False)
    st.session_state[keys.ARRIVED] = returning or st.session_state.get(keys.PAGE) != page
    st.session_state[keys.PAGE] = page


def url_widget(
    widget: Callable[..., _T], *arguments: Any, key: str, unset: _T, arrived: bool | None = None, **options: Any
) -> _T:
    """Show a widget bound to the address under its key and return its value.

    `unset` is what the widget has where the address says nothing of it. `arrived` tells, of a widget that is shown before
    the page begins, whether the page is another than before.
    """
    held, again, sent = f"_held_{key}", f"_again_{key}", _SENT + key
    if sent in st.query_params:
        st.session_state[key] = st.query_params[sent]
        del st.query_params[sent]
    if again in st.session_state:
        st.session_state[key] = st.session_state.pop(again)
    value = widget(*arguments, key=key, bind="query-params", persist_state="session", **options)
    before = st.session_state.get(held, unset)
    arrived = st.session_state.get(keys.ARRIVED) if arrived is None else arrived
    if arrived and value == unset != before and key not in st.query_params:
        st.session_state[again], st.session_state[keys.RETURNING] = before, True
        st.rerun()
    st.session_state[held] = value
    return value


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
    if letters <= LONGEST:
        if st.query_params.get_all(parameter) != list(values):
            st.query_params[parameter] = list(values)
        return
    st.query_params.pop(parameter, None)
    st.caption(
        f"A link to this page does not hold these {called}: they have {letters:,} letters, and some programs cut off addresses "
        f"with more than {LONGEST:,}. Send the list along with the link."
    )


def arrived(parameter: str, key: str) -> list[str] | None:
    """Return the words that a link brought for a widget which has no value yet; None if there are none."""
    words = st.query_params.get_all(parameter)
    return words if words and key not in st.session_state else None
