"""A table of perturbations, each with the gene that it is aimed at: with the ways on from that gene, and the genes as lists."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.files import Release
from generain_core.ui.components import gene_tables, list_button, tables

TARGET, PAIR = "target", ("target_a", "target_b")


def show(
    table: pd.DataFrame,
    release: Release,
    name: str,
    key: str,
    columns: Mapping[str, Any],
    *,
    parts: Mapping[str, Iterable[bool]] | None = None,
    background: Iterable[str] = (),
    title: str = "",
    **options: Any,
) -> None:
    """Show a table of perturbations as one of genes, where any of them names a gene; else as a table alone.

    Args:
        table: with a column ``target``, or one of each of a pair; '' where there is no gene.
        release: that its values are from.
        name: of the table in links.
        key: of the table's widget.
        columns: what its columns mean.
        parts: rows that can be kept as lists of their own, beside all.
        background: the genes that could have been in the table; those of the table if not said.
        title: how the names of lists begin.
        options: of `tables.show`.
    """
    pair = PAIR if set(PAIR) <= set(table) else (TARGET,)
    genes = [gene for gene in dict.fromkeys(table[list(pair)].fillna("").astype(str).to_numpy().ravel()) if gene]
    if not genes:
        tables.show(table, release, key, columns, **options)
        return
    gene_tables.show(table, release, name, key, columns, gene_columns=pair, **options)
    tested = tuple(background) or tuple(genes)
    with st.container(horizontal=True, vertical_alignment="center"):
        for words, rows in {"": [True] * len(table), **(parts or {})}.items():
            chosen = table.loc[list(rows), list(pair)].fillna("").astype(str).to_numpy().ravel()
            label = f"{list_button.LABEL}: {words}" if words else list_button.LABEL
            called = f"{title or 'Targets'}: {words}" if words else title or "Targets"
            listed = [gene for gene in chosen if gene]
            list_button.offer(
                called[:80], listed, f"{key}_{words}".rstrip("_"), list_button.Origin.TESTED, background=tested, label=label
            )
