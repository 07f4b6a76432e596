"""What the genes of a list have in common: a heatmap of genes and attributes."""

import streamlit as st

from generain_core.attributes.heatmap import MOST_ATTRIBUTES, MOST_GENES, WAYS, heatmap
from generain_core.attributes.predictions import Predictions
from generain_core.ui.attributes import charts, columns, known_members
from generain_core.ui.components import figures, gene_input, list_button, meaning
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import keys, links

_TITLES = {"Shared": "shared", "Varied": "varied"}


def view(predictions: Predictions) -> None:
    """Show the genes of a list against attributes."""
    left, right = st.columns([1, 3], gap="medium")
    with left:
        genes = gene_input.gene_list_box("My gene list", keys.LIST, predictions)
        way = links.url_widget(
            st.segmented_control,
            "Attributes that are",
            list(_TITLES),
            default="Shared",
            required=True,
            key=keys.WAY,
            help=f"Shared: {WAYS['shared']}. Varied: {WAYS['varied']}. Nearly identical ones count once.",
            unset="Shared",
        )
        most = links.url_widget(st.number_input, "How many", 5, MOST_ATTRIBUTES, 20, 5, key=keys.K, unset=20)
        linked = links.arrived(keys.AGAINST, keys.HEATMAP)
        if linked is not None:
            st.session_state[keys.HEATMAP] = [each for each in linked if each in predictions.store.attributes][:MOST_ATTRIBUTES]
        chosen = st.multiselect(
            "Or choose them",
            predictions.store.attributes.tolist(),
            key=keys.HEATMAP,
            persist_state="session",
            placeholder="Type to search",
            max_selections=MOST_ATTRIBUTES,
        )
        links.carry(keys.AGAINST, chosen, "attributes")
        if len(genes) > MOST_GENES:
            st.warning(f"{len(genes):,} genes were given; the first {MOST_GENES} are shown.")
    with right:
        if not genes:
            st.info("Paste gene names to see which attributes they share.")
            return
        drawn = heatmap(predictions, genes[:MOST_GENES], chosen, way=_TITLES[way], most=int(most))
        known = known_members.known_members(predictions)
        marks = None
        if known is not None:
            marks = known.mask([predictions.store.row(gene) for gene in drawn.genes], drawn.attributes)
        figures.show(
            charts.heatmap(drawn, marks, simulated=predictions.release.simulated),
            key="attribute_heatmap",
            name="attributes_heatmap",
            zoom=False,
            alt=f"Percentiles of {len(drawn.genes)} genes in {len(drawn.attributes)} attributes",
        )
        summary, height = drawn.summary.sort_values("mean", ascending=False), min(35 * len(drawn.summary) + 38, 260)
        columns.show(summary[["mean", "attribute", "spread"]], predictions, "heatmap_summary", height=height)
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            words = "chosen attributes" if chosen else f"attributes {WAYS[_TITLES[way]]}"
            details = f"{len(drawn.genes)} genes against {words}"
            columns.save(drawn.table(), predictions, "attributes_heatmap", details)
            if len(drawn.genes) < len(genes):
                list_button.offer("Genes of the heatmap", drawn.genes, "heatmap", gene_lists.origin_of(drawn.genes))
            dots = "" if marks is None or not marks.any() else " Dots are known members."
        meaning.line(
            "attributes-of-several-genes", f"Colors are percentiles among all genes, so that attributes can be compared.{dots}"
        )
