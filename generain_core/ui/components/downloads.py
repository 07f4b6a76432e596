"""The way to take something away: a button a file, each with where it comes from."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.provenance import csv_bytes, provenance
from generain_core.vectors.atlas import Atlas

AT_ONCE = 1000
"""Rows of a table up to which its file is made with the page; of more, when the button is pressed."""
_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "txt": "text/plain",
    "gmt": "text/plain",
}

Content = pd.DataFrame | bytes | str


@dataclass(frozen=True, eq=False)
class File:
    """A file to take away.

    Attributes:
        label: of its button.
        name: of the file, with its ending; on a page, no two files have one name.
        content: a table, which becomes CSV with its origin, or the file's bytes or text; or what makes it once it is asked for.
    """

    label: str
    name: str
    content: Content | Callable[[], Content]


def offer(*files: File, origin: str = "", **options: Any) -> None:
    """Offer files, side by side if there are several; tables with this origin in the last column.

    Args:
        files: to offer.
        origin: of the tables among them, by `provenance`.
        options: of `st.download_button`.
    """
    with st.container(horizontal=True) if len(files) > 1 else nullcontext():
        for file in files:
            st.download_button(
                file.label,
                _data(file.content, origin),
                file.name,
                _TYPES.get(file.name.rpartition(".")[2]),
                key=f"download_{file.name}",
                icon=":material/download:",
                on_click="ignore",
                **options,
            )


def offer_gene_table(table: pd.DataFrame, atlas: Atlas, name: str, *details: str) -> None:
    """Offer a table of genes as CSV: its origin names the release, the vectors and these details."""
    offer(File("CSV", f"{name}.csv", table), origin=provenance(atlas.release, atlas.space.name, *details))


def _data(content: Content | Callable[[], Content], origin: str) -> Any:
    if isinstance(content, bytes | str):
        return content
    if isinstance(content, pd.DataFrame) and len(content) <= AT_ONCE:
        return csv_bytes(content, origin)

    def make() -> bytes | str:
        value = content() if callable(content) else content
        return csv_bytes(value, origin) if isinstance(value, pd.DataFrame) else value

    return make
