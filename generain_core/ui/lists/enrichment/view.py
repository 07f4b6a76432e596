"""Which gene sets are over-represented in a list, or lie at the top of a ranking."""

from typing import Any

import pandas as pd
import streamlit as st

from generain_core.lists.camera import SampleRanking, camera
from generain_core.lists.enrichment import Enrichment, over_representation, rank_enrichment
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.lists.term_network import term_network
from generain_core.release.provenance import provenance
from generain_core.text import listed
from generain_core.ui.components import downloads, figures, list_button, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.lists import work
from generain_core.ui.lists.enrichment import charts
from generain_core.ui.lists.enrichment.backgrounds import background_box
from generain_core.ui.lists.enrichment.libraries import choose as choose_libraries
from generain_core.ui.lists.enrichment.rankings import IN_LIST, OWN, ranking_box
from generain_core.ui.lists.enrichment.words import TESTS
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import resembles

SHOWN = 500
QUICK = 12_000
"""Sets that are tested in less than two seconds."""
LEVEL = 0.05
survives_reload("list_enrich_fold", "list_enrich_in_", "list_background_", "list_libraries_")
_COLUMNS = {
    "set": st.column_config.TextColumn("Gene set", width=265),
    "library": st.column_config.TextColumn("Library", width=100),
    "overlap": st.column_config.NumberColumn(
        "Overlap", format="localized", width=65, help="Genes of the set on the list, or ranked."
    ),
    "size": st.column_config.NumberColumn("Size", format="localized", width=55, help="Genes of the set in the background."),
    "ratio": st.column_config.NumberColumn("Ratio", format="%.2f", width=60, help="Over what is expected; 1 is chance."),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", width=85),
    "fdr": st.column_config.NumberColumn("FDR", format="%.2g", width=85, help="Benjamini–Hochberg, within its library."),
    "correlation": st.column_config.NumberColumn(
        "Correlation", format="%.3f", help="Of the set's genes in what the test leaves unexplained; it widens the null."
    ),
    "genes": st.column_config.TextColumn("Genes", width=95),
    "folded_into": st.column_config.TextColumn("As", help="A better set that has mostly the same genes of the list."),
}


def _columns(of_p: str) -> dict[str, Any]:
    """Return the columns, p and FDR with the name of the null that they are under, where it is not what one would think."""
    if not of_p:
        return _COLUMNS
    within = f"{of_p[0].upper()}{of_p[1:]}. Benjamini–Hochberg, within its library."
    return _COLUMNS | {
        "set": st.column_config.TextColumn("Gene set", width=165),  # the others' titles are long here
        "genes": st.column_config.TextColumn("Genes", width=100),
        "p_value": st.column_config.NumberColumn(f"p, {of_p}", format="%.2g"),
        "fdr": st.column_config.NumberColumn(f"FDR, {of_p}", format="%.2g", help=within),
    }


def view(atlas: Atlas, genes: GeneList) -> None:
    """Show the inputs, and what is found."""
    libraries = choose_libraries(atlas.release, atlas.resolver)
    if not libraries:
        st.info("Bring a GMT file with gene sets, such as a library of MSigDB or Enrichr.")
        return
    ranking, ranked_by = ranking_box(atlas, genes)
    sets = sum(map(len, libraries.values()))
    key = (atlas.release.fingerprint, genes.genes, tuple((name, id(sets)) for name, sets in libraries.items()))
    if ranked_by == IN_LIST:
        background, which = background_box(atlas, genes)
        if background is None:
            return

        def make(_: object) -> Enrichment:
            return over_representation(genes.genes, libraries, background, genes.missing)

        result = work.result("enrich", (key, which, hash(background)), f"Testing {sets:,} sets", make, quick=sets <= QUICK)
        words = f"over-representation, against {which}"
    elif ranking is None:
        return
    else:
        scores = ranking
        tested = ranked_by == OWN and genes.residuals is not None

        def make_ranked(_: object) -> Enrichment:
            if ranked_by == OWN and genes.residuals is not None:
                return camera(SampleRanking(scores=scores, residuals=genes.residuals, freedom=genes.freedom), libraries)
            return rank_enrichment(scores, libraries)

        ranked_key = (key, ranked_by, tested, hash(tuple(scores.items())))
        result = work.result("enrich_ranks", ranked_key, f"Testing {sets:,} sets", make_ranked)
        words = ranked_by
    if result is not None:
        _show(atlas, genes, result, words)


def _show(atlas: Atlas, genes: GeneList, result: Enrichment, words: str) -> None:
    table = result.table
    count = int((table["fdr"] <= LEVEL).sum())
    told = TESTS[result.test]
    st.markdown(
        f"**{count:,}** of {len(table):,} sets {told.found} {escape_markdown(_best(table, count), 400)} "
        + told.among.format(list_size=result.list_size, background=result.background_size)
    )
    meaning.line("enrichment-of-gene-sets", f"{told.null} Genes that the model does not have are never counted.")
    if result.test == "over-representation" and genes.origin.by_similarity:
        st.caption(resembles(genes.origin))
    if result.missing and result.test == "over-representation":
        st.caption(f"{len(result.missing):,} names of the list are not in the background and are not counted.")
    fold = st.toggle("Fold sets of mostly the same genes", True, key="list_enrich_fold", persist_state="session")
    folded = table[table["folded_into"] == ""] if fold else table
    found = folded[folded["fdr"] <= LEVEL]
    if len(found) < count:
        st.caption(f"{count - len(found):,} of them {'is' if count - len(found) == 1 else 'are'} folded into better ones.")
    drawn = found if len(found) else folded[folded["overlap"] > 0].head(10)
    if len(drawn):
        figure = charts.dots(drawn, told.axis, simulated=atlas.release.simulated)
        figures.show(figure, key="list_enrich_dots", name="gene_sets", kind="svg", zoom=False, alt="The best gene sets")
    if not len(found):
        st.info(told.none)
    _table(atlas, genes, result, folded, words)
    if len(found) > 1:
        st.subheader("Which of them overlap", anchor=False)
        joined = term_network(table[table["fdr"] <= LEVEL])
        figure = charts.network(joined, simulated=atlas.release.simulated)
        figures.show(figure, key="list_enrich_network", name="gene_set_network", kind="svg", alt="Gene sets that overlap")
        st.caption(
            f"The {len(joined.terms):,} best sets, folded ones too. Lines join sets that share a fifth or more of their genes of "
            "the list; a dot's size is its overlap, its color the FDR, as above. The best are named where there is room, the "
            "others when you point at them."
        )


def _best(table: pd.DataFrame, count: int) -> str:
    """Return which sets are found, the best first, and that libraries are corrected one by one where there are several."""
    libraries = table["library"].nunique()
    each = f"FDR is within each of the {libraries:,} libraries, so that it need not rise with p." if libraries > 1 else ""
    names = [str(name) for name in table[(table["fdr"] <= LEVEL) & (table["folded_into"] == "")].nsmallest(3, "p_value")["set"]]
    return " ".join(filter(None, [f"Best: {listed(names)}." if count and names else "", each]))


def _table(atlas: Atlas, genes: GeneList, result: Enrichment, folded: pd.DataFrame, words: str) -> None:
    shown = folded.head(SHOWN).assign(genes=[", ".join(each[:200]) for each in folded["genes"].head(SHOWN)])
    several = ["library"] if shown["library"].nunique() > 1 else []
    ends = [*several, "genes", *(["folded_into"] if (shown["folded_into"] != "").any() else [])]
    order = ["set", "fdr", "overlap", "size", "ratio", "p_value", *(["correlation"] if result.test == "camera" else []), *ends]
    event = tables.show(
        shown[order],
        atlas.release,
        f"list_enrich_table_{result.test}",
        _columns(TESTS[result.test].of_p),
        height=360,
        on_select="rerun",
        selection_mode="single-row",
        alt="Gene sets",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        whole = result.table.assign(genes=[" ".join(each) for each in result.table["genes"]])
        origin = provenance(atlas.release, f"gene sets in {genes.name}", words, result.test)
        downloads.offer(File("CSV", "gene_sets.csv", whole), origin=origin)
        rows = [i for i in event["selection"]["rows"] if i < len(shown)]
        if rows:
            chosen = folded.iloc[rows[0]]
            name = f"{genes.name}: {chosen['set']}"
            origin_of = genes.origin if genes.origin.by_similarity else Origin.USER
            list_button.offer(name, chosen["genes"], "enriched", origin_of, label=f"{list_button.LABEL}: the overlap")
        else:
            st.caption("Select a row to take its overlapping genes as a list.", width="content")
    if len(folded) > SHOWN:
        st.caption(escape_markdown(f"The first {SHOWN:,} are shown; the file has all {len(result.table):,}."))
