"""The lists at hand: which one is looked at, and what is made of several."""

from dataclasses import replace

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.gene_list import OPERATIONS, GeneList, combine, resolve_list
from generain_core.lists.list_files import split_names
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

_WORDS = {
    "union": "in any of them",
    "intersection": "in all of them",
    "difference": "in the first alone",
}


def section(resolver: Resolver) -> GeneList | None:
    """Show the lists, those used last first, and return the one that is looked at; None without any."""
    lists = gene_lists.workspace()
    if not len(lists):
        return None
    names = lists.names
    if st.session_state.get(keys.KEPT_LIST) not in names:
        st.session_state[keys.KEPT_LIST] = names[0]
    sizes = {each.name: len(each) for each in lists}
    name = st.radio(
        f"Your {len(names):,} lists" if len(names) > 1 else "Your list",
        names,
        key=keys.KEPT_LIST,
        format_func=lambda each: f"{escape_markdown(each, 60)} · {sizes[each]:,}",
        on_change=_use,
    )
    chosen = lists.get(str(name))
    _rename(chosen, resolver)
    _combine(names)
    return chosen


def _use() -> None:
    gene_lists.workspace().use(st.session_state[keys.KEPT_LIST])


def _rename(chosen: GeneList, resolver: Resolver) -> None:
    with st.expander("Add genes, rename or remove", icon=":material/edit:"):
        added = f"list_added_{chosen.name}"
        st.text_input(
            "Add genes", key=added, placeholder="GATA1, KLF1", max_chars=100_000, on_change=_add, args=(chosen, added, resolver)
        )
        st.text_input(
            "Name", chosen.name, key=f"list_name_{chosen.name}", max_chars=80, on_change=_give_name, args=(chosen.name,)
        )
        row = st.container(horizontal=True)
        row.button("Remove", key="list_remove", icon=":material/delete:", on_click=_remove, args=(chosen.name,))
        row.button("Remove all", key="list_remove_all", on_click=_remove_all)


def _give_name(name: str) -> None:
    try:
        renamed = gene_lists.workspace().rename(name, st.session_state[f"list_name_{name}"])
    except GeneRAINError as problem:
        st.toast(escape_markdown(problem), icon=":material/error:")
    else:
        st.session_state[keys.KEPT_LIST] = renamed.name


def _add(chosen: GeneList, key: str, resolver: Resolver) -> None:
    more = resolve_list(split_names(st.session_state[key]), resolver)
    st.session_state[key] = ""
    genes = tuple(dict.fromkeys((*chosen.genes, *more.genes)))
    missing = {**chosen.missing, **more.missing}
    gene_lists.workspace().change(replace(chosen, genes=genes, missing=missing, ranking={}, residuals=None))


def _remove(name: str) -> None:
    gene_lists.workspace().drop(name)


def _remove_all() -> None:
    for name in gene_lists.workspace().names:
        gene_lists.workspace().drop(name)


def _combine(names: tuple[str, ...]) -> None:
    if len(names) < 2:
        return
    with st.expander("Combine", icon=":material/join_inner:"):
        chosen = st.multiselect("Lists", names, key="list_combined", placeholder="Two or more, the first first")
        operation = st.segmented_control(
            "Genes",
            OPERATIONS,
            default="union",
            required=True,
            format_func=lambda each: _WORDS[each],
            key="list_operation",
        )
        lists = [gene_lists.workspace().get(name) for name in chosen]
        if len(lists) > 1:
            result = combine(lists, operation)
            st.caption(f"{len(result):,} genes")
            st.button("Keep", key="list_combine", on_click=gene_lists.keep, args=(result,), disabled=not result.genes)
