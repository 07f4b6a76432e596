"""Which genes might do it: an attribute's genes, coding and lncRNA apart, all genes of it, and attributes like it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from generain_core.attributes.known_members import KnownMembers
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import similar
from generain_core.attributes.store.attribute_store import find_attribute
from generain_core.errors import GeneRAINError
from generain_core.ui.attributes import charts, columns, evidence_view, known_members
from generain_core.ui.components import figures, gene_input, gene_maps, gene_tables, list_button, meaning
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown

KINDS = {"coding": "Protein-coding genes", "lncRNA": "lncRNAs"}


def attribute_box(label: str, key: str, predictions: Predictions) -> str | None:
    """Show the box of attributes and return the one chosen; a name in the address may be in any case, or a part of one."""

    def read(word: str) -> str | None:
        try:
            return word if word in predictions.store.attributes else find_attribute(predictions.store, word)
        except GeneRAINError as problem:
            st.warning(escape_markdown(problem), icon=":material/help:")
            return None

    chosen: str | None = links.url_widget(
        st.selectbox,
        label,
        predictions.store.attributes.tolist(),
        index=None,
        key=key,
        placeholder=f"Type to search {len(predictions.store.table):,} attributes",
        unset=None,
        read=read,
    )
    return chosen


def view(predictions: Predictions) -> None:
    """Show the genes of an attribute."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        attribute = attribute_box("Attribute", keys.ATTRIBUTE, predictions)
    with right:
        gene = gene_input.gene_box("Mark a gene", keys.GENE, predictions.resolver, None)
    if attribute is None:
        return
    layout.name_tab(attribute[:80], "Attributes")
    place = predictions.store.place(attribute)
    _facts(predictions, place)
    known = known_members.box(predictions)
    with st.expander("Mark my genes"):
        mine = gene_input.gene_list_box("My gene list", keys.LIST, predictions)
    marked = [each for each in dict.fromkeys([*([gene] if gene else []), *mine]) if each in predictions.store]
    values = predictions.probabilities(attribute)
    figure = charts.histogram(
        values,
        predictions.biotype_classes,
        float(predictions.store.medians[place]),
        {each: float(values[predictions.store.row(each)]) for each in marked},
        simulated=predictions.release.simulated,
    )
    figures.show(figure, key="attribute_histogram", name="attribute")
    if marked:
        _standing(predictions, known, attribute, marked)
    if gene is not None and gene in predictions.store:
        evidence_view.panel(predictions, known, gene, attribute)
    shown = _top(predictions, known, attribute)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        on_map(values, marked, attribute, highest=known.part(attribute, shown) if known is not None else {})
    with right:
        _similar(predictions, attribute, place)
    meaning.line("probability-and-percentile")


def _facts(predictions: Predictions, place: int) -> None:
    row = st.container(horizontal=True, gap="small")
    row.badge(f"median {predictions.store.medians[place]:.3f}", icon=":material/bar_chart:", color="gray")
    for column, value in predictions.store.table.iloc[place].items():
        if value not in ("", None) and not pd.isna(value):
            words = f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
            row.badge(escape_markdown(f"{columns.title_of(str(column))}: {words}", 80), color="gray")


def _standing(predictions: Predictions, members: KnownMembers | None, attribute: str, marked: list[str]) -> None:
    table = predictions.standing(attribute, marked)
    if members is not None:
        rows = np.array([predictions.store.row(gene) for gene in marked], np.intp)
        table.insert(1, "known", members.marks(attribute, rows))
    table = table.sort_values("rank", kind="stable")
    height = min(35 * len(table) + 38, 240)
    gene_tables.choose(columns.show, table, predictions, name="marked", key="marked_genes", height=height)
    list_button.offer(f"Looked at in {attribute}"[:60], table["gene"], "marked_genes", gene_lists.origin_of(table["gene"]))


def _top(predictions: Predictions, known: KnownMembers | None, attribute: str) -> np.ndarray:
    """Show the most probable genes of each kind; return their rows in the store."""
    mask = known.of(attribute) if known is not None else None
    only = mask is not None and links.url_widget(st.toggle, "Leave out known members", key=keys.PREDICTED_ONLY, unset=False)
    if mask is not None:
        members = predictions.store.percentiles_of(predictions.store.place(attribute))[mask]
        middle = float(np.nanmedian(members)) if len(members) else float("nan")
        st.caption(
            f"{int(mask.sum()):,} known members have predictions; half of them are above percentile {middle:.1f}. "
            f"The classifier has learned from them. {known_members.MARKS}."
        )
    rows: list[np.ndarray] = []
    k = int(links.url_widget(st.number_input, "How many of each kind", 5, 500, 20, 5, key=keys.K, width=180, unset=20))
    for column, (kind, title) in zip(st.columns(2, gap="medium"), KINDS.items(), strict=True):
        with column:
            st.header(title, anchor=False)
            try:
                table = predictions.of_attribute(attribute, k, kind, without=mask if only else None)
            except GeneRAINError as problem:
                st.caption(escape_markdown(problem))
                continue
            places = np.array([predictions.store.row(gene) for gene in table["gene"]], np.intp)
            rows.append(places)
            if known is not None:
                table.insert(1, "known", known.marks(attribute, places))
            gene_tables.choose(
                columns.show,
                table.drop(columns=["biotype", "ensembl_gene"]),
                predictions,
                name=kind,
                key=f"top_{kind}_{predictions.store.place(attribute)}",
                height=380,
                alt=f"The {len(table)} most probable {title}",
            )
            row = st.container(horizontal=True, vertical_alignment="center")
            with row:
                details = f"{len(table)} most probable {title} of {attribute}"
                columns.save(table, predictions, f"attribute_{kind}", details, list_button.Origin.ATTRIBUTE.note)
                list_button.offer(f"{title} of {attribute}", table["gene"], f"attribute_{kind}", list_button.Origin.ATTRIBUTE)
    return np.concatenate(rows) if rows else np.empty(0, np.intp)


def on_map(
    values: np.ndarray | None,
    marked: list[str],
    attribute: str,
    chosen: list[str] | None = None,
    highest: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Show all genes on the map, colored by a value of each gene with predictions, or some chosen ones over the rest.

    `highest` are rows of the predictions by what they are called; those that are predicted only are hollow.
    """
    st.header("On the map", anchor=False)
    try:
        atlas = resources.atlas()
    except GeneRAINError as problem:
        st.caption(escape_markdown(problem))
        return
    result = gene_maps.projection(atlas)
    if result is None:
        return
    if chosen is not None:
        layers = gene_maps.list_over_rest(result, chosen, "chosen genes", figures.LISTED)
    else:
        known = resources.predictions().store
        rows = np.array([known.row(gene) if gene in known else -1 for gene in result.genes])
        colored = np.where(rows >= 0, (values if values is not None else np.zeros(1))[rows], np.nan)
        there = ~np.isnan(colored)
        layers = [
            figures.Layer("no prediction", np.flatnonzero(~there), figures.GREY, 2.5),
            figures.Layer("Probability", np.flatnonzero(there), colored[there], 3.5, "Viridis"),
        ]
        place = {known.genes[row]: row for rows in (highest or {}).values() for row in rows}
        for title, rows_of in (highest or {}).items():
            wanted = set(rows_of.tolist())
            there = np.array([i for i, gene in enumerate(result.genes) if place.get(gene) in wanted], np.intp)
            symbol = "circle-open" if title == "predicted only" else "circle"
            layers.append(figures.Layer(title, there, figures.LISTED, 6, symbol=symbol))
    stars = dict.fromkeys(marked[:10], figures.MARK)
    drawn = figures.gene_map(
        result, [each for each in layers if len(each.rows)], stars, simulated=atlas.release.simulated, height=460
    )
    figures.show(drawn.figure, key="attribute_map", name="attribute_map", alt=f"{attribute} on the map")


def _similar(predictions: Predictions, attribute: str, place: int) -> None:
    st.header("Attributes like it", anchor=False)
    table = _alike(predictions.store.fingerprint, place, predictions)
    columns.show(table[["correlation", "attribute", "median"]], predictions, "similar_attributes", own=columns.NARROW, height=420)
    columns.save(table, predictions, "similar_attributes", f"attributes like {attribute}")
    meaning.line("attributes-that-are-alike")


@st.cache_resource(max_entries=64, show_spinner="Comparing with all attributes …")
def _alike(fingerprint: str, place: int, _predictions: Predictions) -> pd.DataFrame:
    return similar(_predictions.store, place, 20)
