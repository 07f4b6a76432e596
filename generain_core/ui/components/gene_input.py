"""The box that takes any gene name, and what it says when a name is not a gene's symbol."""

from collections.abc import Iterable
from typing import Protocol

import streamlit as st

from generain_core.errors import GeneError
from generain_core.genes import Resolved, Resolver
from generain_core.lists.list_files import split_names
from generain_core.ui.components import list_button
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown, sentence
from generain_core.vectors import GeneSpace

EXAMPLES = "Symbol, alias or Ensembl ID"
_LONGEST = 400_000
_PAUSE = "0.5s"
"""How long one must stop typing for the app to look what begins so."""


def gene_box(label: str, key: str, resolver: Resolver, space: GeneSpace | None) -> str | None:
    """Show the box and return the gene (of the vector set, if given) that it names, or None after saying why it names none."""
    name = links.url_widget(st.text_input, label, key=key, unset="", type="search", placeholder=EXAMPLES, live=_PAUSE)
    if not name:
        return None
    found = resolver.resolve(name)
    if found.gene is None:
        links.hold(key)  # what is being typed is no place to go back to
        _offer(found, key, resolver)
        return None
    if found.status != "symbol" and found.reason:
        is_name = found.reason.startswith(("a ", "an "))  # such as: an alias of TP53
        words = f"{found.input} is {found.reason}." if is_name else sentence(found.reason)
        st.caption(f":material/info: **{escape_markdown(found.gene)}**: {escape_markdown(words, 600)}")
    try:
        if space is not None:
            space.row(found.gene)
    except GeneError as problem:
        st.warning(escape_markdown(problem))
        return None
    return found.gene


def choose(key: str, gene: str) -> None:
    """Put a gene into a box; for callbacks."""
    st.session_state[key] = gene


def fill(key: str, genes: Iterable[str]) -> None:
    """Put genes into a box for many; for callbacks, or before another page is opened."""
    st.session_state[key] = "\n".join(genes)


def _offer(found: Resolved, key: str, resolver: Resolver) -> None:
    """Offer the genes that may be meant; of a name that is still being typed, those that begin so."""
    begun = resolver.typed.begin(found.input) if found.status == "unknown" else []
    if not begun:
        show = st.info if found.status == "ambiguous" else st.warning
        show(escape_markdown(sentence(found.reason)), icon=":material/help:")
    names = begun or [(gene, "") for gene in found.candidates or found.suggestions]
    if not names:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("These begin so:" if begun else "Choose one:" if found.candidates else "Did you mean:", width="content")
    for gene, other in names[:12]:
        label = f"{gene} ({other})" if other else gene
        row.button(escape_markdown(label, 60), key=f"{key}_pick_{gene}", on_click=choose, args=(key, gene))


class Genes(Protocol):
    """Genes with a name for all of them, such as a vector set."""

    @property
    def name(self) -> str: ...  # noqa: D102

    def __contains__(self, gene: object) -> bool: ...


class NamedGenes(Protocol):
    """Genes that can be found by any of their names, such as an atlas."""

    @property
    def resolver(self) -> Resolver: ...  # noqa: D102

    @property
    def space(self) -> Genes: ...  # noqa: D102


def gene_list_box(label: str, key: str, atlas: NamedGenes) -> list[str]:
    """Show a box for many names and return the genes of the set found in it, saying what became of the rest."""
    linked = links.arrived(keys.GENES, key)
    if linked is not None:
        st.session_state[key] = " ".join(linked)[:_LONGEST]
    names_of_lists = gene_lists.workspace().names
    if names_of_lists:
        st.selectbox(
            "Take one of your lists",
            names_of_lists,
            index=None,
            key=f"{key}_kept",
            placeholder="The one used last comes first",
            on_change=_take,
            args=(key,),
        )
    text = st.text_area(
        label,
        key=key,
        height=120,
        max_chars=_LONGEST,
        placeholder="RPL3, RPS6, ENSG00000141510 …",
        help="Names in any form, separated by spaces, commas, semicolons or new lines.",
        persist_state="session",
    )
    names = list(dict.fromkeys(split_names(text or "")))
    links.carry(keys.GENES, [" ".join(names)] if names else [], "gene names")
    if not names:
        return []
    table = atlas.resolver.resolve_many(names)
    in_set = table["gene"].map(lambda gene: gene in atlas.space)
    genes = list(dict.fromkeys(table.loc[in_set, "gene"]))
    rest = table.loc[~in_set, ["input", "status", "reason"]]
    rest = rest.assign(reason=rest["reason"].where(table["gene"].isna(), f"it is not in {atlas.space.name}"))
    st.caption(f"{len(genes):,} genes found from {len(names):,} names; {len(rest):,} names not used.")
    _offer_to_keep(genes, dict(zip(rest["input"], rest["reason"], strict=True)), key)
    if len(rest):
        with st.expander("Names not used, and why"):
            st.dataframe(rest, hide_index=True, height=220, key=f"{key}_rest")
    return genes


def _take(key: str) -> None:
    """Put a list of the session into a box for many genes."""
    name = str(st.session_state.get(f"{key}_kept"))
    if name in gene_lists.workspace():
        fill(key, gene_lists.workspace().use(name).genes)
        st.session_state[f"{key}_kept"] = None


def _offer_to_keep(genes: list[str], missing: dict[str, str], key: str) -> None:
    """Offer to keep genes that were pasted, unless a list has just these."""
    if genes and not any(set(genes) == set(each.genes) for each in gene_lists.workspace()):
        list_button.offer("My genes", genes, key, gene_lists.origin_of(genes), missing=missing)
