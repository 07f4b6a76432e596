"""Names of a list that led to no gene: said above whatever is asked of it, with the reason and names that are close."""

import pandas as pd
import streamlit as st

from generain_core.genes import Resolver
from generain_core.lists.gene_list import GeneList
from generain_core.release.provenance import provenance
from generain_core.text import listed
from generain_core.ui.components import downloads, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

_SUGGESTED = 30
"""Names, the first of all, for which close ones are looked for."""
_COLUMNS = {
    "name": st.column_config.TextColumn("Name", width=120),
    "reason": st.column_config.TextColumn("Why it is not used", width=500),
    "close": st.column_config.TextColumn("Close to it", width=120),
}


def line(atlas: Atlas, genes: GeneList) -> None:
    """Say which names are not used, and offer the reasons; nothing where all are."""
    count = len(genes.missing)
    if not count:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    first = listed([escape_markdown(name, 20) for name in genes.missing], most=4)
    of_all = f"**{count:,}** of {count + len(genes):,} names" if count > 1 else "**1** name"
    row.markdown(f":material/help: {of_all} not used: {first}", width="content")
    with row.popover("Why"):
        rest = table(atlas.resolver, genes)
        tables.show(rest, atlas.release, "list_missing", _COLUMNS, height=240, width=720)
        downloads.offer(File("CSV", "names_not_used.csv", rest), origin=provenance(atlas.release, genes.name))


def table(resolver: Resolver, genes: GeneList) -> pd.DataFrame:
    """Return a row for each name that is not used: name, reason, close (symbols spelled like it, where nobody is called that)."""
    names = list(genes.missing)
    unknown = [
        found.input
        for found in resolver.resolve_list(names[:_SUGGESTED])
        if found.status == "unknown" and found.input[:1].isalpha()
    ]
    close = {name: ", ".join(resolver.suggest(name, 2)) for name in unknown}
    return pd.DataFrame({"name": names, "reason": list(genes.missing.values()), "close": [close.get(name, "") for name in names]})
