"""Genes and lists added and taken away: the genes nearest to what is left, with p against random sums."""

import streamlit as st

from generain_core.lists.list_files import split_names
from generain_core.text import significant
from generain_core.ui.compare import formulas
from generain_core.ui.components import capsule_button, downloads, gene_tables, list_button, meaning
from generain_core.ui.lists import work
from generain_core.ui.session import gene_lists
from generain_core.ui.session.kept_keys import action, survives_reload
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.arithmetic import Arithmetic, arithmetic
from generain_core.vectors.atlas import Atlas

EXAMPLE = {keys.PLUS: "CD8A, CD19", keys.MINUS: "CD3E"}
_EXAMPLE = action("sum_example")
MOST_TERMS = 20
"""Genes on a side: of more, a list is meant, whose mean is one term."""
_SHORT = 500
"""Genes of all terms up to which a capsule's command names them."""
survives_reload(f"{keys.PLUS}_lists", f"{keys.MINUS}_lists")
Term = tuple[str, tuple[str, ...]]
"""What a term is called, and its genes."""


def section(atlas: Atlas) -> None:
    """Show the inputs of a sum, and the genes nearest to it."""
    left, right = st.columns(2)
    with left:
        plus = _side(atlas, "Add", keys.PLUS)
    with right:
        minus = _side(atlas, "Take away", keys.MINUS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        formula, k = formulas.formula(), formulas.answers()
    if not plus:
        if all(gene in atlas.space for words in EXAMPLE.values() for gene in split_names(words)):
            st.button("Example: CD8A + CD19 − CD3E", key=_EXAMPLE, on_click=_fill)
        st.caption("Each gene is a term; a list is one term, the mean of its vectors.")
        return
    words = _words(plus, minus)
    layout.name_tab(words[:80], "Compare")
    asked = (tuple(genes for _, genes in plus), tuple(genes for _, genes in minus), k, formula)
    key = (atlas.space.fingerprint, *asked)
    result = work.result("sum", key, "Comparing with random sums", lambda tell: arithmetic(atlas, *asked))
    if result is not None:
        _show(atlas, result, words, plus, minus)


def _side(atlas: Atlas, label: str, key: str) -> list[Term]:
    """Return the terms of a side: its genes one by one, and its lists."""
    text = links.url_widget(st.text_input, f"{label} genes", key=key, unset="", placeholder="CD8A, CD19")
    names = list(dict.fromkeys(split_names(text or "")))
    found = atlas.resolver.resolve_many(names)["gene"] if names else ()
    genes = [gene for gene in dict.fromkeys(found) if gene is not None and gene in atlas.space]
    rest = [name for name, gene in zip(names, found, strict=True) if gene is None or gene not in atlas.space]
    if rest:
        st.warning(escape_markdown(f"No gene with a vector: {', '.join(rest[:20])}.", 400))
    if len(genes) > MOST_TERMS:
        st.warning(f"The first {MOST_TERMS} of {len(genes):,} genes are taken; keep more as a list, which is one term.")
    terms: list[Term] = [(gene, (gene,)) for gene in genes[:MOST_TERMS]]
    shelf = gene_lists.workspace()
    if len(shelf):
        box = f"{key}_lists"
        if box in st.session_state:  # lists may have been renamed or removed since
            st.session_state[box] = [name for name in st.session_state[box] if name in shelf]
        words = "Each as the mean of its genes"
        for name in st.multiselect(f"{label} lists", shelf.names, key=box, placeholder=words, persist_state="session"):
            there = tuple(gene for gene in shelf.get(name).genes if gene in atlas.space)
            if there:
                terms.append((name, there))
            else:
                st.warning(escape_markdown(f"No gene of {name} has a vector.", 200))
    return terms


def _words(plus: list[Term], minus: list[Term]) -> str:
    return " + ".join(name for name, _ in plus) + "".join(f" − {name}" for name, _ in minus)


def _fill() -> None:
    for key, words in EXAMPLE.items():
        st.session_state[key] = words


def _show(atlas: Atlas, result: Arithmetic, words: str, plus: list[Term], minus: list[Term]) -> None:
    first = plus[0][1][0] if len(plus[0][1]) == 1 else None
    alt = f"The {len(result.table):,} genes nearest to {words}"
    gene_tables.show(result.table, atlas.release, "sum", "sum_table", against=first, height=390, alt=alt)
    terms = [",".join(genes) for _, genes in plus], [",".join(genes) for _, genes in minus]
    with st.container(horizontal=True):
        details = (f"sum {words}, {result.formula} vectors", list_button.Origin.ANALOGY.note)
        downloads.offer_gene_table(result.table, atlas, "sum", *details)
        list_button.offer(words, result.table["gene"], "sum", list_button.Origin.ANALOGY)
        if sum(len(genes) for _, genes in (*plus, *minus)) <= _SHORT:
            line = ["sum-of", *terms[0], *(["--minus", *terms[1]] if minus else []), "-k", str(len(result.table))]
            capsule_button.offer("sum", [*line, "--formula", result.formula, "--vectors", atlas.space.name])
    st.markdown(
        f"**p {significant(result.p_value)}**: the share of {result.draws:,} random sums, of like {', '.join(result.matched_on)}"
        f", whose best answer is as near (mean cosine {result.null_mean:.3f})."
    )
    meaning.line(
        "analogies-and-sums-of-genes",
        f"Over {formulas.SAID[result.formula]}; the genes of the terms are left out. The p is of the best answer alone, and "
        "there always is one.",
    )
