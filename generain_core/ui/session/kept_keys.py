"""Which widgets' values are part of one's work: each view registers its own, where it spells their keys.

Choices come back after a reload, and with a work file. What is looked at (the view) stands in the address, and comes back
with a work file alone.
"""

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from generain_core.ui.shell import keys

Simple = str | int | float | bool | list[Any] | tuple[Any, ...]
_STARTS: set[str] = set()
_ACTIONS: set[str] = set()
_PLAIN = (str, int, float, bool)
VIEW = frozenset(
    {
        *(keys.GENE, keys.VECTORS, keys.METHOD, keys.COLOR, keys.BIOTYPE, keys.K, keys.GENES, keys.A, keys.B, keys.C, keys.MODE),
        *(keys.FORMULA, keys.ATTRIBUTE, keys.ATTRIBUTE_VIEW, keys.ATTRIBUTE_ORDER, keys.ATTRIBUTE_SEARCH, keys.ATTRIBUTE_FOLD),
        *(keys.LEAST_RELIABLE, keys.RULE, keys.PREDICTED_ONLY, keys.WAY, keys.LIST_VIEW, keys.PERTURB_VIEW, keys.SAMPLE_LIST),
        *(keys.HEATMAP, keys.LIST, keys.KEPT_LIST, keys.ANSWERS, keys.PLUS, keys.MINUS),
    }
)
"""Keys of what is looked at on the pages."""
_PENDING = "_pending_choices"


def survives_reload(start: str, *more: str) -> str:
    """Register keys that begin so as choices, and return the first."""
    _STARTS.update((start, *more))
    return start


def action(key: str) -> str:
    """Register the key of a button or an upload that begins as choices do as none, and return it.

    Streamlit refuses to show one that was given a value.
    """
    _ACTIONS.add(key)
    return key


def is_registered(key: str) -> bool:
    """Say whether a view registered this key, or how it begins, as a choice."""
    return key.startswith(tuple(_STARTS)) and key not in _ACTIONS


def is_plain(value: object) -> bool:
    """Say whether a value is one that a box can have, and that a file can hold."""
    return isinstance(value, _PLAIN) or (isinstance(value, list | tuple) and all(isinstance(each, _PLAIN) for each in value))


def current() -> tuple[dict[str, Simple], dict[str, Simple]]:
    """Return the choices of this session, those that wait for their views included, and what is looked at."""
    state = {str(key): cast(Simple, value) for key, value in st.session_state.items() if is_plain(value)}
    choices = {key: value for key, value in state.items() if is_registered(key)}
    return {**st.session_state.get(_PENDING, {}), **choices}, {key: value for key, value in state.items() if key in VIEW}


def put(choices: Mapping[str, Any]) -> None:
    """Give boxes the values that they had, before any is shown; those of views that were not opened yet wait for them."""
    plain = {str(key): value for key, value in choices.items() if is_plain(value)}
    for key in plain.keys() & VIEW:
        st.session_state[key] = plain[key]
    st.session_state[_PENDING] = {key: value for key, value in plain.items() if key not in VIEW}
    settle()


def settle() -> None:
    """Give their values to the boxes whose views were opened since; once a run, before any is shown."""
    waiting = st.session_state.get(_PENDING) or {}
    for key in [key for key in waiting if is_registered(key)]:
        st.session_state[key] = waiting.pop(key)
