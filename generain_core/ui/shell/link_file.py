"""The file that a link was made with: the link names it, so that whoever opens it knows what to bring."""

from collections.abc import Mapping, Sequence

import streamlit as st

from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

PARAMETER = "file"
_LONGEST = 120


def wanted(example: str = "") -> None:
    """Say on a page without samples which file the link that was opened needs.

    Args:
        example: name of the file that the page's example has, which one click brings.
    """
    if not (asked := _asked("")):
        return
    how = "It is the example of this release: “Use the example” brings it." if asked == example else "Bring it, as it was there."
    st.info(
        f"The link that you opened was made with the file **{escape_markdown(asked, _LONGEST)}**, which a link does not carry. "
        f"{how} What was chosen and looked at is then as it was.",
        icon=":material/attach_file:",
    )


def shows(source: str) -> None:
    """Note which file a page shows, for its link to name; say it where the link that was opened was made with another."""
    name = source[:_LONGEST]
    page, number = st.session_state.get(keys.PAGE), st.session_state.get(keys.UPLOADS)
    st.session_state.setdefault(keys.LINK_FILES, {})[page] = (number, name)
    asked = _asked(name)
    if asked and asked != name:
        st.warning(
            f"The link that you opened was made with the file **{escape_markdown(asked, _LONGEST)}**. What it says is applied to "
            "this one, as far as it fits.",
            icon=":material/attach_file:",
        )


def forget() -> None:
    """Forget which file a link needs, for another one is wanted."""
    st.session_state.pop(keys.ASKED_FILE, None)


def of(page: str) -> str:
    """Return the file that a page showed last, if it is the one at hand; else ""."""
    number, name = st.session_state.get(keys.LINK_FILES, {}).get(page, (None, ""))
    return str(name) if number == st.session_state.get(keys.UPLOADS) else ""


def beside(page: str, changes: Mapping[str, Sequence[str]], *, needed: bool) -> dict[str, list[str]]:
    """Return what else of the address changes: the name of the file goes with other changes, and never makes a step of its own.

    Args:
        page: that is shown.
        changes: of the address.
        needed: whether anything stands in the address that only this file makes sense of.
    """
    name = of(page)
    if not name or not changes:
        return {}
    st.session_state[keys.SEEN_FILE] = name
    words = [name] if needed else []
    return {PARAMETER: words} if st.query_params.get_all(PARAMETER) != words else {}


def _asked(name: str) -> str:
    """Return the file that a link named that was opened, until it is there."""
    here = st.query_params.get(PARAMETER, "")
    if here and here not in (name, st.session_state.get(keys.SEEN_FILE)):
        st.session_state[keys.ASKED_FILE] = here
    st.session_state[keys.SEEN_FILE] = here
    if name and st.session_state.get(keys.ASKED_FILE) == name:
        forget()
    return str(st.session_state.get(keys.ASKED_FILE, ""))
