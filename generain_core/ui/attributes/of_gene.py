"""What a gene might do: its attributes, on the page Attributes and, in short, on the page of the gene."""

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.ui.attributes import charts, columns, evidence_view, known_members, ready
from generain_core.ui.components import capsule_button, figures, gene_input, meaning
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown

_IN_TABLE = ("attribute", "known", "grade", "probability", "percentile")
ORDERS = {"Percentile": "percentile", "Probability": "probability"}
_FACETS = 6
_RANGES = 4
_SHOWN = ("attribute", "probability", "percentile")
_DETAILS = ("median", "rank", "alike_attributes")
"""Columns that are in the file, and not in the table, which has what matters in its width."""


def section(release: Release, gene: str) -> None:
    """Show a gene's likeliest attributes in short; for the page of the gene."""
    st.header("Predicted attributes", anchor=False)
    if not release.has("attributes"):
        st.caption("Not shown: this release has no predicted attributes.")
        return
    predictions = ready.opened(release)
    if predictions is None:
        return
    try:
        table = predictions.of_gene(gene, 15, by="percentile", folded=True)
    except GeneRAINError as problem:
        st.caption(escape_markdown(problem))
        return
    if not len(table):
        st.caption("The release has no probability of any attribute for this gene.")
        return
    reliability = [predictions.store.roles.reliability] if predictions.store.roles.reliability else []
    graded = evidence_view.graded(predictions, known_members.known_members(predictions), gene, table[[*_SHOWN, *reliability]])
    graded, why_none = evidence_view.said_once(graded)
    columns.show(graded, predictions, "gene_attributes", own=columns.NARROW, height=320)
    if why_none:
        st.caption(escape_markdown(why_none))
    else:
        meaning.line("grade")
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        columns.save(table, predictions, f"{gene}_attributes", f"attributes of {gene}")
    row.page_link("pages/attributes.py", label="All of them, with how to read them", query_params={keys.GENE: gene})


def view(predictions: Predictions) -> None:
    """Show the attributes of a gene with everything to choose and sort them by."""
    gene = gene_input.gene_box("Gene", keys.GENE, predictions.resolver, None)
    if gene is None:
        if not st.session_state.get(keys.GENE):
            examples(predictions)
        return
    if gene not in predictions.store:
        st.warning(f"{escape_markdown(gene)} is not among the {len(predictions.store.genes):,} genes with predictions.")
        return
    layout.name_tab(gene, "Attributes")
    known = known_members.box(predictions)
    with st.expander("Choose among the attributes", icon=":material/filter_alt:"):
        among = _chosen(predictions)
    row = st.container(horizontal=True, vertical_alignment="top")
    order = links.url_widget(
        row.segmented_control,
        "Highest first by",
        list(ORDERS),
        default="Percentile",
        required=True,
        key=keys.ATTRIBUTE_ORDER,
        unset="Percentile",
    )
    k = links.url_widget(row.number_input, "How many", 5, 500, 20, 5, key=keys.K, width=140, unset=20)
    folded = links.url_widget(
        row.toggle,
        "Fold what is nearly the same",
        True,
        key=keys.ATTRIBUTE_FOLD,
        help="Many gene sets overlap. Attributes whose probabilities correlate by 0.95 or more over all genes are shown once.",
        unset=True,
    )
    table = predictions.of_gene(gene, int(k), by=ORDERS[order], among=among, folded=bool(folded))
    if not len(table):
        st.info(
            "The release has no probability of any attribute for this gene."
            if among.all()
            else "No attribute is left; take some of the conditions away."
        )
        return
    if known is not None:
        marks = known.marks_of_gene(predictions.store.row(gene), table["attribute"].tolist())
        table.insert(1, "known", marks)
    graded = evidence_view.graded(predictions, known, gene, table)
    if answer := evidence_view.in_words(graded):
        st.markdown(answer)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        shown = graded.drop(columns=[*_DETAILS, "why", "alike", *predictions.store.roles.facets], errors="ignore")
        event = columns.show(
            shown[[name for name in shown if name in _IN_TABLE or name == predictions.store.roles.reliability]],
            predictions,
            f"attributes_of_{gene}",
            leading=ORDERS[order],
            own=columns.NARROW,
            height=min(35 * len(table) + 38, 640),
            on_select="rerun",
            selection_mode="single-row",
            selection_default={"selection": {"rows": [0]}},
            alt=f"The {len(table)} likeliest attributes of {gene}",
        )
        details = f"{len(table)} of {int(among.sum()):,} attributes of {gene} by {ORDERS[order]}{', folded' if folded else ''}"
        columns.save(graded, predictions, f"{gene}_attributes", details)
        if among.all():
            folding = ["--fold"] if folded else []
            capsule_button.offer(f"{gene}_attributes", ["attributes", gene, "-k", str(k), "--by", ORDERS[order], *folding])
        meaning.line("grade", "● is a known member, which needs no prediction; ○ is predicted only." if known is not None else "")
        meaning.line("probability-and-percentile")
    picked = [i for i in event["selection"]["rows"] if i < len(table)]
    if picked:
        with left:
            _among_all_genes(predictions, gene, table.iloc[picked[0]])
    with right:
        if picked:
            evidence_view.panel(predictions, known, gene, str(table["attribute"].iloc[picked[0]]))
        else:
            st.caption("Select a row to see where this gene stands among all genes in that attribute, and how sure that is.")


def examples(predictions: Predictions) -> None:
    """Offer some genes to begin with."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("For example:", width="content")
    for name in ("XIST", "GAS5", "MALAT1", "TP53", "CD3E"):
        if name in predictions.store:
            row.button(name, key=f"example_{name}", on_click=gene_input.choose, args=(keys.GENE, name))


def _chosen(predictions: Predictions) -> np.ndarray:
    roles, table = predictions.store.roles, predictions.store.table
    row = st.container(horizontal=True, vertical_alignment="bottom")
    words = links.url_widget(
        row.text_input,
        "With these words",
        key=keys.ATTRIBUTE_SEARCH,
        type="search",
        max_chars=200,
        placeholder="immune, splicing, GO:0006397 …",
        unset="",
    )
    facets: dict[str, list[str]] = {}
    for column in roles.facets[:_FACETS]:
        values = sorted(table[column].astype(str).unique())
        facets[column] = links.url_widget(
            row.multiselect,
            str(column).replace("_", " ").capitalize(),
            values,
            key=f"{keys.ATTRIBUTE_FACETS}_{column}",
            placeholder="all",
            unset=[],
        )
    least = 0.0
    if roles.reliability:
        least = links.url_widget(
            row.number_input,
            f"Least {columns.title_of(roles.reliability)}",
            0.0,
            1.0,
            0.0,
            0.05,
            key=keys.LEAST_RELIABLE,
            width=160,
            unset=0.0,
        )
    ranges = _ranges(row, table[list(roles.numbers[:_RANGES])])
    if not roles.facets and not roles.reliability:
        st.caption(
            "The predictions of this release are numbers alone: nothing tells the attributes' library or how reliable they are. "
            "A tab-separated table data/annotation/attributes.tsv in the release, with columns such as attribute, library and "
            "test_auroc, brings both here."
        )
    return predictions.chosen(words or "", facets, least, ranges)


def _ranges(row: DeltaGenerator, numbers: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Ask for a range of each column of numbers; return those that were narrowed."""
    chosen = {}
    for column in numbers:
        values = numbers[column].to_numpy(float)
        values = values[np.isfinite(values)]
        whole = bool((values == np.round(values)).all())
        kind: type[int] | type[float] = int if whole else float
        least, most = kind(values.min()), kind(values.max())
        low, high = links.url_widget(
            row.slider,
            columns.title_of(str(column)),
            least,
            most,
            (least, most),
            key=f"{keys.ATTRIBUTE_RANGES}_{column}_{least}_{most}",
            width=230,
            unset=(least, most),
        )
        if (low, high) != (least, most):
            chosen[str(column)] = (float(low), float(high))
    return chosen


def _among_all_genes(predictions: Predictions, gene: str, row: pd.Series) -> None:
    """Show where a gene stands among all genes in an attribute."""
    attribute = str(row["attribute"])
    values = predictions.probabilities(attribute)
    median = float(predictions.store.medians[predictions.store.place(attribute)])
    st.header(f"{escape_markdown(gene)} among all genes: {escape_markdown(attribute, 100)}", anchor=False)
    st.caption(
        f"Rank {row['rank']:,} of all genes; median of all genes {median:.3f}."
        + (f" Nearly the same: {escape_markdown(row['alike_attributes'], 300)}." if row.get("alike_attributes") else "")
    )
    figure = charts.histogram(
        values,
        predictions.biotype_classes,
        median,
        {gene: float(values[predictions.store.row(gene)])},
        simulated=predictions.release.simulated,
    )
    figures.show(figure, key="attribute_histogram", name=f"{gene}_attribute")
    st.page_link(
        "pages/attributes.py",
        label="Its genes, and attributes like it",
        icon=":material/arrow_forward:",
        query_params={keys.ATTRIBUTE_VIEW: "For an attribute", keys.ATTRIBUTE: attribute, keys.GENE: gene},
    )
