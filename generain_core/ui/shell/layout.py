"""What surrounds every page: the way in, the mark of simulated values, the sidebar, the licence."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.ui.guide import shown as guide
from generain_core.ui.jobs import preparation
from generain_core.ui.session import kept_keys, session_restore
from generain_core.ui.shell import access, keys, links, resources, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.ui.work import at_rest
from generain_core.vectors import vector_sets
from generain_core.version import __version__

_T = TypeVar("_T")
_PUBLISHED = "GeneRAIN-vec"
NAME = "GeneRAIN Explorer"
ASSETS = settings.ASSETS
PAPER = "https://doi.org/10.1101/2024.03.07.583777"
RECORD = "https://doi.org/10.5281/zenodo.10408775"


def begin_page(page: str) -> None:
    """Begin a page: through ``app.py`` first if it was reached without (a link to a server just started); take up work again."""
    if st.session_state.get(keys.READY):
        links.arrive(Path(page).stem, again=True)
        at_rest.arrive()
        session_restore.keep()
        kept_keys.settle()
        return
    st.session_state[keys.PARKED] = (page, {name: st.query_params.get_all(name) for name in st.query_params})
    st.switch_page("app.py")


def mark_ready() -> None:
    """Tell the pages that ``app.py`` has run, and go on to a page that waited for it."""
    st.session_state[keys.READY] = True
    parked = st.session_state.pop(keys.PARKED, None)
    if parked:
        page, query = parked
        st.switch_page(page, query_params=query)


def prepare() -> None:
    """Have what all users wait for at first made beside the pages."""
    with contextlib.suppress(GeneRAINError):  # the page itself says what ails the release
        preparation.begin(resources.release())


def sidebar(pages: Sequence[streamlit_internals.Page], shown: streamlit_internals.Page, *sections: Callable[[], None]) -> None:
    """Show beside a page the way to all pages, what is loaded, the choice of vectors, further sections, and the licence.

    A link to a page leads to what it showed last, in one entry of the browser's history.
    """
    with st.sidebar:
        for page in pages:
            st.page_link(page, query_params=links.address_of(page.url_path or "home"))
        try:
            _loaded(resources.release())
        except GeneRAINError as problem:
            st.error(escape_markdown(access.discreet(problem)))
        for section in sections:
            section()
        guide.link(shown.url_path)
        st.caption(
            f"GeneRAIN Explorer {__version__} · code MIT · data CC BY-NC 4.0. Please cite the "
            f"paper (Genome Biology; [preprint]({PAPER})) and the [release]({RECORD}). Nothing you enter is sent to anyone."
        )


def _loaded(release: Release) -> None:
    if release.simulated:
        st.badge("SIMULATED values", color="orange")
    st.caption(f"Release: {escape_markdown(release.name)} · {release.fingerprint}")
    names = [each.name for each in vector_sets(release)]
    if len(names) > 1:
        links.url_widget(
            st.selectbox,
            "Gene vectors",
            names,
            key=keys.VECTORS,
            unset=names[0],
            format_func=lambda name: _PUBLISHED if name == names[0] and name.startswith(_PUBLISHED) else name,
            help="GeneRAIN-vec as published, or the gene embedding of one of the models. All pages use the one chosen here.",
        )


def title(text: str, words: str) -> None:
    """Show a page's title, what the page is for, and the mark if values are simulated: in one line where there is room."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    name_tab(*([] if text == NAME else [text]))
    row.title(text, anchor=False, width="content")
    row.markdown(words, width="content")
    with row:
        simulated_mark()


def name_tab(*view: str) -> None:
    """Name the tab of the browser by what it shows, the closest first, such as gene and page."""
    st.set_page_config(page_title=" · ".join([*view, NAME]))


def trained_on() -> str:
    """Return what the models of the release at hand were trained on, in words."""
    try:
        simulated = resources.release().simulated
    except GeneRAINError:
        simulated = False
    return "simulated samples of bulk RNA-seq" if simulated else "410,000 human bulk RNA-seq samples"


def simulated_mark() -> None:
    """Say that values are simulated, if they are."""
    try:
        release = resources.release()
    except GeneRAINError:
        return
    if release.simulated:
        st.badge("SIMULATED values, not GeneRAIN results", color="orange")


def manages() -> bool:
    """Say whether whoever looks at the page looks after the release: downloads, builds references, has every file checked."""
    return access.manages()


def attempt(action: Callable[..., object], *arguments: object) -> None:
    """Do what was asked for and run the page again; say in one sentence why it can't be done."""
    try:
        action(*arguments)
    except GeneRAINError as problem:
        st.error(escape_markdown(access.discreet(problem), 1000))
    else:
        st.rerun()


def need(opening: Callable[[], _T]) -> _T:
    """Return what a page can't do without, such as `resources.atlas`; end the page with a sentence if it can't be opened."""
    try:
        return opening()
    except GeneRAINError as problem:
        stop(problem)


def want(opening: Callable[[], _T]) -> _T | None:
    """Return what a page is fuller with; None, after a warning, if it can't be opened."""
    try:
        return opening()
    except GeneRAINError as problem:
        st.warning(escape_markdown(access.discreet(problem), 1000))
        return None


def stop(problem: GeneRAINError | str) -> NoReturn:
    """Say in one sentence what keeps this page from going on, and end it."""
    st.error(escape_markdown(access.discreet(problem), 1000), icon=":material/error:")
    st.page_link("pages/home.py", label="What is loaded, and what is missing", icon=":material/home:")
    links.end()
