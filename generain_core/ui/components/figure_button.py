"""The button beside a chart that makes a figure for a paper of it."""

from collections.abc import Callable
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from generain_core.release.provenance import csv_bytes, provenance
from generain_core.ui.components.paper import publication
from generain_core.ui.shell import resources

_TYPES: dict[publication.Kind, str] = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


def offer(figure: go.Figure, key: str, name: str, complete: Callable[[], go.Figure] | None = None) -> None:
    """Offer a chart as PNG, SVG and PDF of a journal's width, and the data that it is drawn of.

    Args:
        figure: the chart.
        key: of its widget.
        name: of the files, without ending.
        complete: draws the chart with all its points, where some are a picture on the page.
    """
    with st.popover("Figure", icon=":material/image:", key=f"figure_{key}"):
        width = st.selectbox("Width", list(publication.WIDTHS), key=f"figure_width_{key}", persist_state="session")
        font = st.number_input(
            "Text, in points", 5.0, 14.0, 7.0, 0.5, format="%.1f", key=f"figure_font_{key}", persist_state="session"
        )
        chosen = publication.Format(publication.WIDTHS[str(width)], float(font))
        row = st.container(horizontal=True)
        if not publication.has_browser():
            st.warning(publication.NO_BROWSER)
        for kind, mime in _TYPES.items() if publication.has_browser() else ():
            row.download_button(
                kind.upper(),
                partial(_image, complete, figure, chosen, kind),
                f"{name}.{kind}",
                mime,
                key=f"figure_{kind}_{key}",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "Source data (CSV)",
            partial(_source_data, complete, figure, name),
            f"{name}_source_data.csv",
            "text/csv",
            key=f"figure_data_{key}",
            icon=":material/table:",
            on_click="ignore",
        )
        st.caption(
            f"{chosen.width:g} × {publication.height_of(figure, chosen):.0f} mm on white, whatever the theme; PNG with "
            f"{publication.DPI} dots an inch. It takes some seconds."
        )


def _image(
    complete: Callable[[], go.Figure] | None, figure: go.Figure, chosen: publication.Format, kind: publication.Kind
) -> bytes:
    return publication.image(complete() if complete else figure, chosen, kind)


def _source_data(complete: Callable[[], go.Figure] | None, figure: go.Figure, name: str) -> bytes:
    data = publication.source_data(complete() if complete else figure)
    return csv_bytes(data, provenance(resources.release(), f"source data of {name}"))
