"""What was understood of an expression table, shown for correction."""

import pandas as pd
import streamlit as st

from generain_core.samples.correct import Corrections
from generain_core.samples.diagnose import Findings
from generain_core.samples.examine import Examined
from generain_core.samples.match import FINE, THIN
from generain_core.samples.raw import RawTable
from generain_core.ui.words import plain

_AXES = ("rows", "columns")


def corrections(raw: RawTable, found: Findings) -> Corrections:
    """Show how the file was understood in boxes that can be changed, and return what was changed."""
    said = Corrections()
    boxes = st.columns(3)
    with boxes[0]:
        axis = st.segmented_control("Genes are in", _AXES, default=found.genes_in, required=True, key=f"axis_{raw.sha256[:12]}")
        if axis != found.genes_in:
            said["genes_in"] = str(axis)
    with boxes[1]:
        names = [each.name for each in found.gene_columns if each.axis == axis] or [found.gene_column]
        if len(names) > 1:
            start = names.index(found.gene_column) if found.gene_column in names else 0
            column = st.selectbox("Genes are named by", names, start, key=f"column_{axis}_{raw.sha256[:12]}")
            if column != found.gene_column:
                said["gene_column"] = column
        else:
            st.text_input("Genes are named by", names[0], disabled=True, key=f"column_{axis}_{raw.sha256[:12]}")
    with boxes[2]:
        if len(found.layers) > 1:
            layers = list(found.layers)
            layer = st.selectbox("Counts are in", layers, layers.index(found.layer), key=f"layer_{raw.sha256[:12]}")
            if layer != found.layer:
                said["layer"] = layer
    return said


def repairs(raw: RawTable, found: Findings) -> Corrections:
    """Offer what makes logs and missing values usable, and return what was accepted."""
    said = Corrections()
    log = found.values.log
    if found.values.kind == "log" and log is not None:
        base = "e" if 2.7 < log.base < 2.8 else f"{log.base:g}"
        form = f"log base {base} of {'x + 1' if log.plus_one else 'x'}"
        st.info(plain(f"These look like logs: {form}. {log.why}"), icon=":material/functions:")
        if st.checkbox(f"Undo the log ({form})", key=f"undo_{raw.sha256[:12]}"):
            said["back_transform"] = True
    if found.values.missing:
        where = f"{found.values.missing:,} cells have no value."
        if st.checkbox(f"Take missing values as 0. {where}", key=f"missing_{raw.sha256[:12]}"):
            said["missing_as_zero"] = True
    return said


def understood(raw: RawTable, found: Findings) -> None:
    """Say in words and figures how the file was understood, and why."""
    figures = st.columns(4)
    figures[0].metric("Samples", f"{found.samples:,}", border=True)
    figures[1].metric(
        "Rows that name genes" if found.genes_in == "rows" else "Columns that name genes", f"{found.genes:,}", border=True
    )
    figures[2].metric("Recognized", f"{found.recognized / max(found.genes, 1):.1%}", border=True)
    figures[3].metric("Values", found.values.kind, border=True)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in list(found.identifier_kinds.items())[:6])
    st.caption(plain(f"{raw.source}: {raw.format}. Names: {kinds}. Organism: {found.organism}.", 600))
    with st.expander("Why it was understood so"):
        for sentence in (*raw.notes, *found.evidence):
            st.markdown(f"- {plain(sentence, 600)}")


def notice(kind: str) -> None:
    """Say what the kind of values means for the bins, where it matters."""
    if kind == "CPM/TPM":
        st.warning(
            "These are CPM or TPM. Their scale does not matter, since every sample is brought to one depth; but TPM corrects for "
            "the length of genes and counts don't, so that bias stays in the bins. Give counts if you have them."
        )


def acceptance(result: Examined) -> None:
    """Show coverage in words, warnings, and what becomes of each sample and each row."""
    report = result.report()
    figures = st.columns(4)
    figures[0].metric("Samples kept", f"{report['samples_kept']:,} of {len(result.acceptance):,}", border=True)
    figures[1].metric("Genes matched", f"{report['genes_matched']:,}", border=True)
    figures[2].metric("Genes missing", f"{report['genes_missing']:,}", border=True)
    figures[3].metric(
        "Coverage", f"{report['coverage']:.1%}", report["verdict"], delta_color="off", delta_arrow="off", border=True
    )
    st.caption(
        f"Coverage is the share of the gene set found in your table: fine from {FINE:.0%}, thin from {THIN:.0%}, below that too "
        "thin to trust."
    )
    for sentence in report["warnings"]:
        st.warning(plain(sentence))
    samples, rows, missing = st.tabs(["Samples", "Rows of your table", "Genes missing"])
    with samples:
        st.dataframe(result.acceptance.reset_index(), hide_index=True, height=280, key="acceptance", column_config=_SAMPLES)
    with rows:
        table = result.match.rows
        counts = table["status"].value_counts()
        st.caption(
            plain(
                ", ".join(f"{n:,} {status}" for status, n in counts.items()) + f"; {len(result.match.summed):,} genes summed", 500
            )
        )
        notable = table[table["status"].isin(["set aside", "ambiguous", "not_in_model", "unknown"])]
        st.dataframe(notable, hide_index=True, height=280, key="match_rows")
        if result.match.summed:
            summed = pd.DataFrame(
                {"gene": list(result.match.summed), "rows": [", ".join(r) for r in result.match.summed.values()]}
            )
            st.caption("Genes whose rows are summed")
            st.dataframe(summed, hide_index=True, height=200, key="summed_rows")
    with missing:
        st.dataframe(pd.DataFrame({"gene": result.match.missing}), hide_index=True, height=280, key="missing_genes")


_SAMPLES = {
    "sample": st.column_config.TextColumn("Sample"),
    "total_counts": st.column_config.NumberColumn("Total", format="localized", help="Over all gene rows of your table."),
    "n_genes_by_counts": st.column_config.NumberColumn("Expressed genes", format="localized", help="Gene rows above zero."),
    "n_genes_matched": st.column_config.NumberColumn("of these matched", format="localized"),
    "kept": st.column_config.CheckboxColumn("Kept"),
    "reason": st.column_config.TextColumn("Why not"),
}
