"""A gene's identity card."""

from urllib.parse import quote

import pandas as pd
import streamlit as st

from generain_core.genes import GeneTable, Resolver
from generain_core.ui.shell.escaping import escape_markdown, sentence
from generain_core.wording.genes import absence_reason, membership_sentence


def card(gene: str, resolver: Resolver) -> None:
    """Show what is known of a gene, which models know it, and where else to look."""
    table = resolver.table
    frame = table.frame
    facts: pd.Series = frame.reindex([gene]).iloc[0]
    st.header(escape_markdown(gene), anchor=False)
    description = _word(facts, "description")
    if description:
        st.markdown(escape_markdown(description))
    row = st.container(horizontal=True, gap="small")
    for words, icon in _badges(facts, table):
        row.badge(escape_markdown(words), icon=icon, color="gray")
    aliases = [name for name in _word(facts, "aliases").split("|") if name]
    if aliases:
        st.caption(f"Also known as {escape_markdown(', '.join(aliases), 300)}")
    models, missing = resolver.memberships(gene)
    known = membership_sentence(models, {each.model: absence_reason(each) for each in missing})
    st.caption(f":material/neurology: {escape_markdown(sentence(known), 600)}")
    st.markdown(" · ".join(f"[{title}]({address})" for title, address in links(gene, _word(facts, "ensembl_gene")).items()))


def _word(facts: pd.Series, name: str) -> str:
    value = facts.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _badges(facts: pd.Series, table: GeneTable) -> list[tuple[str, str]]:
    badges = []
    if biotype := _word(facts, "biotype"):
        badges.append((biotype.replace("_", " "), ":material/category:"))
    if ensembl_gene := _word(facts, "ensembl_gene"):
        badges.append((ensembl_gene, ":material/fingerprint:"))
    if _word(facts, "chromosome"):
        badges.append((_position(facts), ":material/location_on:"))
    mean = facts.get("mean")
    if pd.notna(mean):
        means = table.model["mean"]
        above = 100 * float((means < mean).sum()) / max(int(means.notna().sum()), 1)
        spread = f" ± {facts['sd']:.2f} SD" if pd.notna(facts.get("sd")) else ""
        badges.append((f"mean expression {mean:.2f}{spread} (log10), higher than {above:.0f} % of genes", ":material/bar_chart:"))
    return badges


def _position(facts: pd.Series) -> str:
    if pd.isna(facts.get("start")):
        return f"chromosome {facts['chromosome']}"
    strand = {"+": " (+)", "-": " (−)"}.get(str(facts.get("strand")), "")
    return f"{facts['chromosome']}:{int(facts['start']):,}–{int(facts['end']):,}{strand}"


def links(gene: str, ensembl_gene: str) -> dict[str, str]:
    """Return title → address of a gene's pages elsewhere; by Ensembl ID where it is known."""
    symbol = quote(gene, safe="")
    by_id = quote(ensembl_gene, safe="") or symbol
    return {
        "Ensembl": f"https://www.ensembl.org/Homo_sapiens/Gene/Summary?g={by_id}",
        "NCBI Gene": f"https://www.ncbi.nlm.nih.gov/gene/?term={by_id}+AND+human%5Borgn%5D",
        "GeneCards": f"https://www.genecards.org/cgi-bin/carddisp.pl?gene={symbol}",
        "Human Protein Atlas": f"https://www.proteinatlas.org/search/{by_id}",
        "GTEx": f"https://gtexportal.org/home/gene/{by_id}",
        "ARCHS4": f"https://maayanlab.cloud/archs4/gene/{symbol}",
        "PubMed": f"https://pubmed.ncbi.nlm.nih.gov/?term={symbol}",
    }
