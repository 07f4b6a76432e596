"""The box that takes any gene name, and what it says when a name is not a gene's symbol."""

from typing import Protocol

import streamlit as st

from generain_core.errors import GeneError
from generain_core.genes import Resolved, Resolver
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown, sentence
from generain_core.vectors import GeneSpace

EXAMPLES = "Symbol, alias or Ensembl ID"
_LONGEST = 200_000


def gene_box(label: str, key: str, resolver: Resolver, space: GeneSpace | None) -> str | None:
    """Show the box and return the gene (of the vector set, if given) that it names, or None after saying why it names none."""
    name = links.url_widget(st.text_input, label, key=key, unset="", type="search", placeholder=EXAMPLES)
    if not name:
        return None
    found = resolver.resolve(name)
    if found.gene is None:
        _offer(found, key)
        return None
    if found.status != "symbol" and found.reason:
        st.caption(f":material/info: **{escape_markdown(found.gene)}** — {escape_markdown(sentence(found.reason))}")
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


def _offer(found: Resolved, key: str) -> None:
    show = st.info if found.status == "ambiguous" else st.warning
    show(escape_markdown(sentence(found.reason)), icon=":material/help:")
    names = found.candidates or found.suggestions
    if not names:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("Choose one:" if found.candidates else "Did you mean:", width="content")
    for gene in names[:12]:
        row.button(escape_markdown(gene), key=f"{key}_pick_{gene}", on_click=choose, args=(key, gene))


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
    text = st.text_area(
        label,
        key=key,
        height=120,
        max_chars=_LONGEST,
        placeholder="RPL3, RPS6, ENSG00000141510 …",
        help="Names in any form, separated by spaces, commas, semicolons or new lines.",
        persist_state="session",
    )
    names = list(dict.fromkeys((text or "").replace(",", " ").replace(";", " ").split()))
    links.carry(keys.GENES, [" ".join(names)] if names else [], "gene names")
    if not names:
        return []
    table = atlas.resolver.resolve_many(names)
    in_set = table["gene"].map(lambda gene: gene in atlas.space)
    genes = list(dict.fromkeys(table.loc[in_set, "gene"]))
    rest = table.loc[~in_set, ["input", "status", "reason"]]
    rest = rest.assign(reason=rest["reason"].where(table["gene"].isna(), f"it is not in {atlas.space.name}"))
    st.caption(f"{len(genes):,} genes found from {len(names):,} names; {len(rest):,} names not used.")
    if len(rest):
        with st.expander("Names not used, and why"):
            st.dataframe(rest, hide_index=True, height=220, key=f"{key}_rest")
    return genes
