"""A table of genes, a row of which can be selected: the ways on from its gene."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.files import Release
from generain_core.ui.components import tables
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown

GENE = ("gene",)
PICKED = "pick_"
"""How the names begin, in links, of the gene that is chosen of a table."""


def show(
    table: pd.DataFrame,
    release: Release,
    name: str,
    key: str,
    columns: Mapping[str, Any] | None = None,
    *,
    against: str | None = None,
    gene_columns: Sequence[str] = GENE,
    **options: Any,
) -> None:
    """Show a table of genes as `tables.show` does, and what `choose` adds."""
    ways: dict[str, Any] = {"name": name, "key": key, "against": against, "gene_columns": gene_columns}
    choose(tables.show, table, release, **ways, columns=columns, **options)


def choose(
    draw: Callable[..., Any],
    table: pd.DataFrame,
    source: Any,
    *,
    name: str,
    key: str,
    against: str | None = None,
    gene_columns: Sequence[str] = GENE,
    linked: bool = True,
    **options: Any,
) -> None:
    """Show a table of genes, and the ways on from the one that is selected by its row, or by its name with keys alone.

    Args:
        draw: shows the table and returns what is selected of it.
        table: of genes.
        source: what `draw` asks for after the table: the release, or the predictions.
        name: of the table in links, which hold the chosen gene.
        key: of the table's widget.
        against: the gene to compare with; without one, that is chosen on the page Compare.
        gene_columns: that name the genes of a row; of two, a row is a pair. A row may have none.
        linked: whether the chosen gene is in the link; not so in a fragment, which can't write one.
        options: of `draw`.
    """
    named = table[list(gene_columns)].fillna("").astype(str)
    genes = [gene for gene in dict.fromkeys(named.to_numpy().ravel()) if gene]
    picked, seen = f"{PICKED}{name}", f"_seen_{name}"
    asked = st.session_state.get(picked) or st.query_params.get(picked)
    if asked is not None and asked in genes:
        options["selection_default"] = {"selection": {"rows": [int(named.isin([asked]).any(axis=1).to_numpy().argmax())]}}
    event = draw(table, source, key=key, on_select="rerun", selection_mode="single-row", **options)
    rows = [i for i in event["selection"]["rows"] if i < len(table)]
    if rows and (key, rows) != st.session_state.get(seen):
        st.session_state[picked] = named.iloc[rows[0], 0] or None
    st.session_state[seen] = (key, rows)
    if st.session_state.get(picked) not in (None, *genes):
        st.session_state[picked] = None
    with st.container(horizontal=True, vertical_alignment="center"):
        box: dict[str, Any] = {"index": None, "placeholder": "Open or compare a gene: select its row, or type it", "width": 380}
        box |= {"key": picked, "label_visibility": "collapsed"}
        chosen = (
            links.url_widget(st.selectbox, "Gene of the table", genes, unset=None, **box)
            if linked
            else st.selectbox("Gene of the table", genes, **box)
        )
        if chosen:
            partner = _partner(named, rows, str(chosen))
            _ways_on(str(chosen), partner or against)
            if partner:
                _open(partner)


def _partner(named: pd.DataFrame, rows: list[int], gene: str) -> str:
    """Return the other gene of the row that is selected, if that has two and one is this."""
    pair = [] if not rows else named.iloc[rows[0]].tolist()
    return next((other for other in pair if other != gene), "") if gene in pair else ""


def _open(gene: str) -> None:
    label = f"Open {escape_markdown(gene, 40)}"
    st.page_link("pages/gene.py", label=label, query_params={keys.GENE: gene}, icon=":material/genetics:")


def _ways_on(gene: str, against: str | None) -> None:
    shown = escape_markdown(gene, 40)
    _open(gene)
    alone = against in (None, gene)
    pair = {keys.A: gene} if alone else {keys.A: str(against), keys.B: gene}
    label = f"Compare {shown} with …" if alone else f"Compare {escape_markdown(str(against), 40)} and {shown}"
    st.page_link("pages/compare.py", label=label, query_params=pair, icon=":material/compare_arrows:")
