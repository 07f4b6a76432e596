"""Methods of all numbers: one by its name, or those of a page, each ready to paste."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.ui.shell import keys, links, resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.version import __version__
from generain_core.wording.entries import Entry, entries


def show() -> None:
    """Show a box that finds an entry by title or number, and that entry, or all of one group."""
    known = entries()
    chosen = links.url_widget(
        st.selectbox,
        "Find a number or a result",
        list(known),
        key=keys.METHOD_ENTRY,
        unset=None,
        index=None,
        filter_mode="contains",
        format_func=lambda name: f"{known[name].title} ({', '.join(known[name].numbers)})",
        placeholder="p_value, grade, coherence, effect …",
    )
    origin = _origin()
    if chosen:
        _entry(known[chosen], origin)
        return
    groups = list(dict.fromkeys(each.group for each in known.values()))
    group = links.url_widget(
        st.segmented_control,
        "Of",
        groups,
        key=keys.METHOD_GROUP,
        unset=groups[0],
        default=groups[0],
        required=True,
        label_visibility="collapsed",
    )
    for each in known.values():
        if each.group == group:
            _entry(each, origin)


def _entry(entry: Entry, origin: str) -> None:
    st.subheader(entry.title, anchor=False)
    st.markdown(f"Shows {escape_markdown(entry.shows, 600)}")
    st.caption(f"Columns: {', '.join(f'`{number}`' for number in entry.numbers)}")
    st.code(entry.text(origin), language=None, wrap_lines=True)


def _origin() -> str:
    try:
        release: Release = resources.release()
    except GeneRAINError:
        return f"GeneRAIN Explorer {__version__}"
    return f"{release.label}; GeneRAIN Explorer {__version__}"
