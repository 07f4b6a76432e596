"""Whether anybody is there for a session's work: which tabs each session was seen in, and whether one is still connected."""

from generain_core.ui.shell import streamlit_internals

_TABS: dict[str, tuple[str, ...]] = {}
_MOST = 1000


def note(session: str, tab: str) -> None:
    """Note that a session is looked at in a tab; of very many, those that are gone are forgotten."""
    if tab in _TABS.get(session, ()):
        return
    before = [each for each in _TABS.pop(session, ()) if streamlit_internals.is_connected(each)]
    _TABS[session] = (*before, tab)
    if len(_TABS) > _MOST:
        for old in [each for each in tuple(_TABS) if not is_there(each)][: len(_TABS) - _MOST]:
            _TABS.pop(old, None)


def is_there(session: str) -> bool:
    """Say whether one of a session's tabs is connected; one that was never seen in a tab of a server counts as there."""
    tabs = _TABS.get(session)
    return tabs is None or not streamlit_internals.is_serving() or any(map(streamlit_internals.is_connected, tabs))
