"""One line by each result: what it shows and what it does not, with the way to its formula, assumptions and sources."""

import streamlit as st

from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording import entries


def line(name: str, words: str = "", *, also: tuple[str, ...] = ()) -> None:
    """Say what a result shows, and link to its methods.

    Args:
        name: of its entry in `entries`.
        words: what is to be known of the result at hand, before that; Markdown.
        also: further entries that explain numbers of the result.
    """
    shows = f"Shows {entries.entry(name).shows}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{words} {escape_markdown(shows, 600)}".strip(), width="stretch")
        for each in (name, *also):
            _link(each, f"Method: {entries.entry(each).title}")


def _link(name: str, label: str) -> None:
    st.page_link(
        "pages/guide.py",
        label=label,
        icon=":material/menu_book:",
        query_params={keys.GUIDE_PART: entries.PART, keys.METHOD_ENTRY: name},
        help="In the guide: formula, assumptions and citation, ready to paste",
        width="content",
    )
