"""Token audit: which genes of a sample the model read, in what order, and which it did not."""

import streamlit as st

from generain_core.genes.resolve import Resolver
from generain_core.lists.gene_list import Origin
from generain_core.models.checks.token_audit import Audit, audit_tokens
from generain_core.models.embedded_file import details
from generain_core.models.embedding import Embedded
from generain_core.models.model import open_model
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, gene_tables, list_button, meaning
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding import embedding_jobs as work
from generain_core.ui.embedding import map_view
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered
from generain_core.ui.shell.escaping import escape_markdown

_COLUMNS = {
    "place": st.column_config.NumberColumn("Place", format="localized", help="In the order in which genes went in."),
    "gene": st.column_config.TextColumn("Gene"),
    "ensembl_gene": st.column_config.TextColumn("Ensembl ID"),
    "bin": st.column_config.NumberColumn("Bin", format="localized", help="1 not expressed, 2,000 above nearly all references."),
    "token": st.column_config.NumberColumn("Token", help="What the model reads here: the gene's index, or its expression bin."),
    "position": st.column_config.NumberColumn("Position", help="0, 1, 2 …; the gene's index in BERT that predicts expression."),
    "expressed": st.column_config.CheckboxColumn("Expressed", help="Genes that are not expressed are masked."),
}


_AUDIT = Remembered[Audit]("embed_audit")


def view(session: Session, release: Release, resolver: Resolver, request: work.EmbeddingRequest, result: Embedded) -> None:
    """Show what the model read of a sample."""
    chosen = map_view.sample(result.adata.obs_names.tolist())
    if chosen is None:
        return

    def look() -> Audit:
        return audit_tokens(open_model(release, request.model), result.adata, chosen)

    found = _AUDIT.of(session, (request.key, chosen), look)
    figures = st.columns(4)
    read = int(found.entered["expressed"].sum())
    figures[0].metric("Expressed genes read", f"{read:,}", border=True)
    figures[1].metric("Expressed genes cut", f"{len(found.cut):,}", border=True, help="More than fit into the model.")
    figures[2].metric(
        "Lowest bin read", "all" if found.cut_bin is None else f"{found.cut_bin:,}", border=True, help="Where genes were cut."
    )
    figures[3].metric("Genes the model lacks", f"{found.not_read:,}", border=True, help="Of those that were binned.")
    meaning.line("what-a-model-reads", escape_markdown(" ".join(found.words), 1000))
    entered = found.entered.assign(ensembl_gene=result.adata.var["ensembl_gene"].reindex(found.entered["gene"]).to_numpy())
    entered.insert(0, "place", range(1, len(entered) + 1))
    cut = found.cut.assign(ensembl_gene=result.adata.var["ensembl_gene"].reindex(found.cut["gene"]).to_numpy())
    origin = provenance(release, *details(result), f"token audit of {chosen}")
    tabs = st.tabs([f"Read ({len(entered):,})", f"Cut ({len(cut):,})"])
    order = ["place", "gene", "ensembl_gene", "bin", "token", "position", "expressed"]
    for tab, table, name in zip(tabs, (entered, cut), ("read", "cut"), strict=True):
        shown = [column for column in order if column in table]
        with tab:
            plain = [column for column in shown if column not in ("token", "position", "expressed")]  # the file has these
            gene_tables.show(table[plain], release, f"genes_{name}", f"embed_{name}", _COLUMNS, height=340)
            with st.container(horizontal=True):
                background = map(str, result.adata.var_names)
                called = f"Genes {name} of {chosen}"[:60]
                list_button.offer(called, table["gene"], f"audit_{name}", Origin.TESTED, background=background)
                downloads.offer(File("CSV", f"genes_{name}.csv", table[shown]), origin=origin)
