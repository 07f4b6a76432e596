"""Binned samples: what binning did to a sample or a gene, and the way to take them away."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from generain_core.samples.expression import Expression
from generain_core.samples.normalize import Normalized
from generain_core.samples.provenance import write_h5ad, write_tsv
from generain_core.ui import charts, keys

_ORANGE = charts.LNCRNA


def preview(made: Expression, rows: int = 8, columns: int = 12) -> pd.DataFrame:
    """Return the first samples and genes of a table, as read."""
    part: Any = made.values[:rows, :columns]
    values = part.toarray() if hasattr(part, "toarray") else part
    return pd.DataFrame(values, index=list(made.samples[:rows]), columns=[str(n) for n in made.identifiers[:columns]])


def effect(result: Normalized, *, simulated: bool) -> None:
    """Show counts, log depth and bins of a chosen sample, or of a chosen gene over the samples."""
    data = result.adata
    row = st.container(horizontal=True, vertical_alignment="bottom")
    of = row.segmented_control(
        "Show", ["a sample", "a gene"], default="a sample", required=True, key=keys.SHOWN, persist_state="session"
    )
    names = list(data.obs_names if of == "a sample" else data.var_names)
    name = row.selectbox("Which", names, key=f"which_{of}", filter_mode="contains")
    counts, bins = _values(data, str(name), of == "a sample")
    totals = data.obs["total_counts"].to_numpy(float)
    scale = totals[data.obs_names.get_loc(name)] if of == "a sample" else totals
    logs = np.log10(counts * 1e7 / scale + 1)
    figure = make_subplots(1, 3, subplot_titles=("counts (log10 scale)", "log10 depth-scaled", "bins"), horizontal_spacing=0.07)
    with np.errstate(divide="ignore"):
        shown = np.log10(counts[counts > 0])
    for i, (values, color) in enumerate(
        ((shown, charts.GREY), (logs[counts > 0], charts.CODING), (bins[counts > 0], _ORANGE)), 1
    ):
        figure.add_trace(go.Histogram(x=values, nbinsx=50, marker={"color": color, "line": {"width": 0}}, showlegend=False), 1, i)
    figure.update_layout(height=280, margin={"l": 8, "r": 8, "t": 40, "b": 8}, bargap=0)
    charts.mark_simulated(figure, simulated)
    st.plotly_chart(figure, key="effect", config=charts.export_config("binning"), alt=f"Counts, log depth and bins of {of}")
    zeros = int((counts == 0).sum())
    st.caption(
        f"{len(counts):,} values; {zeros:,} zeros, which are bin 1, are not drawn. "
        "Bins rank a gene's value among those of the reference samples."
    )


def downloads(result: Normalized, made: Expression, stem: str) -> None:
    """Offer the binned samples as h5ad, their bins as a table, and the report."""
    report = result.report | {"notes": list(made.notes), "provenance": result.adata.uns["generain"]["provenance"]}
    row = st.container(horizontal=True)
    for label, name, make in (
        ("h5ad", f"{stem}_binned.h5ad", lambda: _written(result, "out.h5ad")),
        ("Bins as tsv.gz", f"{stem}_bins.tsv.gz", lambda: _written(result, "out.tsv.gz")),
        ("Report", f"{stem}_report.json", lambda: json.dumps(report, indent=1).encode()),
    ):
        row.download_button(label, make, name, key=f"download_{label}", on_click="ignore", icon=":material/download:")


def _written(result: Normalized, name: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="generain-download-") as folder:
        path = Path(folder) / name
        (write_h5ad if name.endswith("h5ad") else write_tsv)(result.adata, path)
        return path.read_bytes()


def _values(data: Any, name: str, of_sample: bool) -> tuple[np.ndarray, np.ndarray]:
    counts = data[name, :].X if of_sample else data[:, name].X
    bins = data[name, :].layers["bins"] if of_sample else data[:, name].layers["bins"]
    return _flat(counts), _flat(bins)


def _flat(part: Any) -> np.ndarray:
    return (part.toarray() if hasattr(part, "toarray") else np.asarray(part)).ravel().astype(float)
