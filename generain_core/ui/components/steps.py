"""Steps that fold when they are done and show what came of them in a line."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown


def step(name: str, title: str) -> DeltaGenerator:
    """Return the place of a step: folded, with its line, where it is done; open where it waits for the user.

    Args:
        name: of the step, one on a page.
        title: what it is called.
    """
    line, is_open = st.session_state.get(_key(name), ("", False))
    icon = ":material/check_circle:" if line else ":material/radio_button_unchecked:"
    return st.expander(f"**{title}**{f' · {escape_markdown(line, 300)}' if line else ''}", expanded=is_open, icon=icon)


def done(name: str, line: str) -> None:
    """Give a step the line that says what came of it. One that had to be opened stays open: the user is at work in it."""
    _, is_open = st.session_state.get(_key(name), ("", False))
    _become(name, (line, is_open))


def waits(name: str) -> None:
    """Open a step, for the user has to do something in it; called before the page ends there."""
    _become(name, ("", True))


def _become(name: str, state: tuple[str, bool]) -> None:
    """Note how a step stands, and draw the page again if it was drawn otherwise."""
    if st.session_state.get(_key(name), ("", False)) != state:
        st.session_state[_key(name)] = state
        st.rerun()


def _key(name: str) -> str:
    return f"_step_{name}_{st.session_state.get(keys.UPLOADS, 0)}"
