"""What becomes of each sample and each row of an expression table, before it is binned."""

import pandas as pd
import streamlit as st

from generain_core.release.files import Release
from generain_core.samples.binning.examination import Examined
from generain_core.samples.binning.gene_matching import FINE, THIN
from generain_core.text import percent
from generain_core.ui.components import gene_tables, list_button, meaning
from generain_core.ui.samples.corrections import figures
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.wording.simulated import table_fits

_NOTABLE = ("set aside", "ambiguous", "not_in_model", "unknown")
_SHOWN = 2_000
_WORDS = {"not_in_model": "not in the model", "symbol": "by symbol", "ensembl": "by Ensembl ID", "alias": "by alias"}
_WORDS |= {"previous": "by previous symbol"}


def warn(result: Examined, *, simulated: bool) -> None:
    """Say what has to be known of the samples, and how a real table fits a simulated release."""
    if simulated and (words := table_fits(result.match)):
        st.success(escape_markdown(words), icon=":material/check_circle:")
        st.page_link("pages/release.py", label="Get the release", icon=":material/inventory_2:")
    for sentence in result.report()["warnings"]:
        st.warning(escape_markdown(sentence), icon=":material/warning:")


def show(result: Examined, release: Release) -> None:
    """Show coverage, and what becomes of each sample and each row."""
    report = result.report()
    figures(
        ("Samples kept", f"{report['samples_kept']:,} of {len(result.acceptance):,}"),
        ("Genes matched", f"{report['genes_matched']:,}"),
        ("Genes missing", f"{report['genes_missing']:,}"),
        ("Coverage", percent(report["coverage"], 1)),
        last=report["verdict"],
    )
    levels = f": fine from {percent(FINE)}, thin from {percent(THIN)}, below that too thin to trust"
    words = f"Coverage is the share of the gene set found in your table{levels if report['verdict'] == 'fine' else ''}."
    meaning.line("coverage-and-acceptance", words)
    samples, rows, missing = st.tabs(["Samples", "Rows of your table", f"Genes missing ({report['genes_missing']:,})"])
    with samples:
        st.dataframe(result.acceptance.reset_index(), hide_index=True, height=280, key="acceptance", column_config=_SAMPLES)
    with rows:
        _rows(result, release)
    with missing:
        _genes(pd.DataFrame({"gene": result.match.missing}), release, "missing", "Genes missing")


def _genes(table: pd.DataFrame, release: Release, name: str, called: str) -> None:
    """Show genes of the model with the ways on, and offer them as a list; of very many the first."""
    if table.empty:
        return
    gene_tables.show(table.head(_SHOWN), release, name, f"{name}_genes", _ROWS, height=240)
    with st.container(horizontal=True, vertical_alignment="center"):
        list_button.offer(called, table["gene"], f"{name}_genes", list_button.Origin.TESTED)
        if len(table) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(table):,} are shown; the list has all.")


def _rows(result: Examined, release: Release) -> None:
    table, summed = result.match.rows, result.match.summed
    counts = ", ".join(f"{n:,} {_WORDS.get(str(status), status)}" for status, n in table["status"].value_counts().items())
    st.caption(escape_markdown(f"{counts}. Shown are the rows that lead to no gene of the model, and why.", 500))
    notable = table.loc[table["status"].isin(_NOTABLE), ["identifier", "status", "reason"]]
    notable = notable.assign(status=notable["status"].replace(_WORDS))
    st.dataframe(notable, hide_index=True, height=280, key="match_rows", column_config=_ROWS)
    if summed:
        st.caption(f"{len(summed):,} genes have several rows, which are summed.")
        listed = pd.DataFrame({"gene": list(summed), "rows": [", ".join(names) for names in summed.values()]})
        _genes(listed, release, "summed", "Genes of several rows")


_ROWS = {
    "identifier": st.column_config.TextColumn("Row"),
    "status": st.column_config.TextColumn("What it is"),
    "reason": st.column_config.TextColumn("Why"),
    "gene": st.column_config.TextColumn("Gene"),
    "rows": st.column_config.TextColumn("Its rows"),
}
_SAMPLES = {
    "sample": st.column_config.TextColumn("Sample"),
    "total_counts": st.column_config.NumberColumn("Total", format="localized", help="Over all gene rows of your table."),
    "n_genes_by_counts": st.column_config.NumberColumn("Expressed genes", format="localized", help="Gene rows above zero."),
    "n_genes_matched": st.column_config.NumberColumn("Of these matched", format="localized"),
    "kept": st.column_config.CheckboxColumn("Kept"),
    "reason": st.column_config.TextColumn("Why not"),
}
