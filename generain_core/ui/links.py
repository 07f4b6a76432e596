"""Widgets whose value a link can carry, and that still hold it when one comes back to their page.

Streamlit takes such values out of the address when a page is left, in an entry of the browser's history of its own. So the
Back button arrives at an address without them, which Streamlit takes for a wish to have the defaults again. What a widget
held is therefore put aside, and given back on arrival from another page; on the page itself, an empty address is obeyed.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from generain_core.ui import keys

_T = TypeVar("_T")


def arrive(page: str) -> None:
    """Note which page is shown; called first on each page."""
    returning = st.session_state.pop(keys.RETURNING, False)
    st.session_state[keys.ARRIVED] = returning or st.session_state.get(keys.PAGE) != page
    st.session_state[keys.PAGE] = page


def bound(widget: Callable[..., _T], *arguments: Any, key: str, unset: _T, **options: Any) -> _T:
    """Show a widget bound to the address under its key and return its value.

    `unset` is what the widget has where the address says nothing of it.
    """
    held, again = f"_held_{key}", f"_again_{key}"
    if again in st.session_state:
        st.session_state[key] = st.session_state.pop(again)
    value = widget(*arguments, key=key, bind="query-params", persist_state="session", **options)
    before = st.session_state.get(held, unset)
    if st.session_state.get(keys.ARRIVED) and value == unset != before and key not in st.query_params:
        st.session_state[again], st.session_state[keys.RETURNING] = before, True
        st.rerun()
    st.session_state[held] = value
    return value
