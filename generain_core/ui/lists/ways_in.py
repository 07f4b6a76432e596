"""The ways in for lists: pasted names, and files in any of the usual forms."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from generain_core import workers
from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.gene_list import GeneList, Origin, refuse_unknown, resolve_list
from generain_core.lists.list_files import ListFile, lists_of, read_list_file, split_names
from generain_core.lists.workspace import unique_title
from generain_core.samples.io.isolated import limits
from generain_core.ui.lists.examples import EXAMPLES
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

MOST_BYTES = 100 << 20
MOST_AT_ONCE = 20
"""Sets of a GMT file that are kept at once; of more, one chooses."""
TYPES = ["txt", "csv", "tsv", "xlsx", "gmt", "gz"]
_FILE_SETS = "_list_file_sets"
_NAME, _GENES = "list_paste_name", "list_paste_genes"


class Words(NamedTuple):
    """Names of genes as they were brought, and how the list came about, where its file says so."""

    names: tuple[str, ...]
    origin: Origin = Origin.USER


def section(resolver: Resolver) -> None:
    """Show the ways in."""
    lists = gene_lists.workspace()
    with st.expander("New list", icon=":material/add:", expanded=not len(lists), key=f"list_new_{len(lists)}"):
        _paste(resolver)
        _upload(resolver)


def offer_examples(atlas: Atlas) -> None:
    """Say what a list is for, and offer some to begin with."""
    st.info(
        "Paste names or bring a file, or press “Use as a list” beside any table of genes: neighbors, a lasso on the map, the "
        "genes of an attribute or a rule, those that a perturbation moved.",
        icon=":material/playlist_add:",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("For example:", width="content")
    for name, genes in EXAMPLES.items():
        there = tuple(gene for gene in genes if gene in atlas.space)
        if len(there) > 1:
            example = GeneList(name=name, genes=there, missing={})
            row.button(name, key=f"list_example_{name}", on_click=gene_lists.keep, args=(example,))


def read_upload(content: bytes, name: str) -> ListFile:
    """Read an uploaded file in a child process, which a hostile or damaged one costs and no more.

    Raises:
        GeneRAINError: it is too large, can't be read, or ended the process that read it.
    """
    if len(content) > MOST_BYTES:
        raise GeneRAINError(f"{name[:60]} has {len(content) >> 20:,} MB; lists of up to {MOST_BYTES >> 20} MB are read.")
    with tempfile.TemporaryDirectory(prefix="generain-list-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        file: ListFile = workers.run(
            read_list_file, path, name, subject=f"Reading {name[:60]}", limits=limits(), records=(ListFile,)
        )
    return file


def _paste(resolver: Resolver) -> None:
    with st.form("list_paste", border=False):
        st.text_input("Name", key=_NAME, max_chars=80, placeholder="My genes")
        st.text_area(
            "Genes",
            key=_GENES,
            height=120,
            max_chars=2_000_000,
            placeholder="RPL3, RPS6, ENSG00000141510 …",
            help="Names in any form, separated by blanks, commas, semicolons, bars, tabs or new lines.",
        )
        st.form_submit_button("Make the list", type="primary", on_click=_take_pasted, args=(resolver,))


def _take_pasted(resolver: Resolver) -> None:
    """Make a list of what was pasted; what leads to no list stays in the box."""
    words = split_names(st.session_state.get(_GENES) or "")
    name = (st.session_state.get(_NAME) or "").strip() or "My genes"
    if not words:
        _tell("Paste at least one name.")
    elif _keep_words({name: Words(tuple(words))}, resolver):
        st.session_state[_NAME] = st.session_state[_GENES] = ""


def _upload(resolver: Resolver) -> None:
    number = st.session_state.get("_list_uploads", 0)
    files = st.file_uploader(
        "Or files",
        type=TYPES,
        accept_multiple_files=True,
        key=f"list_upload_{number}",
        max_upload_size=MOST_BYTES >> 20,
        help="Text, csv, xlsx, or GMT with a list a line. The column that names genes is found by itself.",
    )
    if files:
        found: dict[str, Words] = {}
        for file in files:
            try:
                with st.spinner("Reading …"):
                    content = read_upload(file.getvalue(), file.name)
                    for title, words in lists_of(content, resolver).items():
                        found[unique_title(title, found)] = Words(tuple(words), content.origin_of(title))
            except GeneRAINError as problem:
                _tell(str(problem))
            streamlit_internals.release_upload(file)
        st.session_state["_list_uploads"] = number + 1
        if len(found) > MOST_AT_ONCE:
            st.session_state[_FILE_SETS] = found
        else:
            _keep_words(found, resolver)
        st.rerun()
    for words in st.session_state.pop("_list_problems", []):
        st.error(escape_markdown(words, 600))
    _choose_sets(resolver)


def _choose_sets(resolver: Resolver) -> None:
    """Let some of many sets be chosen."""
    sets: dict[str, Words] | None = st.session_state.get(_FILE_SETS)
    if not sets:
        return
    names = st.multiselect(
        f"Which of the {len(sets):,} sets?", list(sets), key="list_sets_chosen", max_selections=MOST_AT_ONCE, placeholder="Type"
    )
    row = st.container(horizontal=True)
    if row.button("Keep these", key="list_sets_keep", disabled=not names):
        del st.session_state[_FILE_SETS]
        _keep_words({name: sets[name] for name in names}, resolver)
        st.rerun()
    row.button("None", key="list_sets_none", on_click=lambda: st.session_state.pop(_FILE_SETS, None))


def _keep_words(lists: Mapping[str, Words], resolver: Resolver) -> bool:
    """Keep lists of names, tell why some can't be kept, and return whether all could."""
    problems: list[str] = []
    for name, each in lists.items():
        result = resolve_list(each.names, resolver, name=name, origin=each.origin)
        try:
            gene_lists.workspace().keep(refuse_unknown(result))
        except GeneRAINError as problem:
            problems.append(str(problem))
    st.session_state.pop(keys.KEPT_LIST, None)
    _tell(*problems[:3])
    return not problems


def _tell(*problems: str) -> None:
    state: Any = st.session_state
    state.setdefault("_list_problems", []).extend(problems)
