"""Binned samples: what binning did to a sample or a gene, and the way to take them away."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from generain_core.release.files import Release
from generain_core.samples.binning.before_after import before_after, reference_values
from generain_core.samples.binning.binned_files import write_h5ad, write_tsv
from generain_core.samples.binning.normalize import Normalized
from generain_core.samples.interpret.expression import Expression
from generain_core.text import with_noun
from generain_core.ui.components import capsule_button, meaning, steps
from generain_core.ui.components import figures as charts
from generain_core.ui.components.capsule_tables import binning_line
from generain_core.ui.components.downloads import File, offer
from generain_core.ui.session import binning
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.own_values import rests_on_simulated
from generain_core.ui.session.session import Session
from generain_core.ui.session.steps import Summed
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown

_STEP = "bins"
_WHICH, _SHOWN = survives_reload("which_"), survives_reload(keys.SHOWN)


def preview(expression: Expression, rows: int = 8, columns: int = 12) -> pd.DataFrame:
    """Return the first samples and genes of a table, as read."""
    part: Any = expression.values[:rows, :columns]
    values = part.toarray() if hasattr(part, "toarray") else part
    return pd.DataFrame(values, index=list(expression.samples[:rows]), columns=[str(n) for n in expression.identifiers[:columns]])


def show_preview(expression: Expression) -> None:
    """Offer a look at the first samples and genes."""
    with st.expander("Preview", icon=":material/visibility:"):
        st.dataframe(preview(expression), key="preview", height=240)


def section(session: Session, summed: Summed, release: Release) -> None:
    """Show the bins at hand, and offer them."""
    binning.describe_anew(session, summed)
    if session.normalized is None:
        return
    about = session.normalized.adata.uns["generain"].get("second_opinion", {})
    with steps.step(_STEP, "Bins"):
        effect(session, session.normalized, release)
        downloads(session.normalized, summed.expression, Path(session.source).name.split(".")[0])
        opinion(about)
    if sentences := [escape_markdown(str(text), 700) for text in about.get("sentences", ())]:
        st.warning("\n\n".join(sentences), icon=":material/troubleshoot:")
    data, verdict = session.normalized.adata, f"; second opinion: {about['verdict']}" if about else ""
    steps.done(_STEP, f"{with_noun(data.n_obs, 'sample')} × {with_noun(data.n_vars, 'gene')}{verdict}")


def opinion(about: dict[str, Any]) -> None:
    """Show the numbers of the second opinion on the samples."""
    if not about:
        return
    with st.expander(f"Second opinion: {about['verdict']}", icon=":material/troubleshoot:"):
        reference = str(about["reference"])
        words = f"There is {reference}" if reference.startswith("none") else f"Each sample is held against {reference}"
        st.caption(escape_markdown(f"{words}.", 400))
        st.dataframe(pd.DataFrame(about["samples"]), hide_index=True, height=240, key="second_opinion")
        st.dataframe(pd.DataFrame(about["limits"]), hide_index=True, key="second_opinion_limits")


def effect(session: Session, result: Normalized, release: Release) -> None:
    """Show counts, log depth and bins of a chosen sample, or of a chosen gene over the samples beside the reference."""
    data, number = result.adata, st.session_state.get(keys.UPLOADS, 0)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    of = row.segmented_control(
        "Show", ["a sample", "a gene"], default="a sample", required=True, key=_SHOWN, persist_state="session"
    )
    names = list(data.obs_names if of == "a sample" else data.var_names)
    name = str(
        row.selectbox("Which", names, key=f"{_WHICH}{of}_{number}", filter_mode="contains", persist_state="session", width=320)
    )
    values = before_after(data, name, "sample" if of == "a sample" else "gene")
    reference = np.empty(0) if of == "a sample" else reference_values(release, data, name)
    what = "genes" if of == "a sample" else "samples"
    figures = {
        "log10(count)": (np.log10(values.counts), charts.GREY, np.empty(0)),
        "log10(depth-scaled count + 1)": (values.logs, charts.CODING, reference),
        "bin": (values.bins, charts.LNCRNA, np.empty(0)),
    }
    for i, (column, (axis, drawn)) in enumerate(zip(st.columns(3), figures.items(), strict=True)):
        own = axis != "bin" and not len(drawn[2])
        figure = _histogram(axis, what, *drawn, simulated=rests_on_simulated(session, release, own=own))
        with column:
            charts.show(figure, key=f"effect_{i}", name=f"binning_{i + 1}", alt=f"{axis} of {of}: a histogram")
    beside = " Behind your samples, in grey: the reference samples, among which bins rank." if len(reference) else ""
    meaning.line(
        "bins",
        f"From counts to bins: {len(values.counts):,} {what} above zero; {values.zeros:,} zeros, which are bin 1, "
        f"are not drawn.{beside} 2,000 is above nearly all reference samples.",
    )


def _histogram(axis: str, what: str, values: np.ndarray, color: str, behind: np.ndarray, *, simulated: bool) -> go.Figure:
    figure, norm = go.Figure(), "percent" if len(behind) else ""
    both = np.concatenate([values, behind])
    low, high = (1.0, 2001.0) if axis == "bin" else (float(both.min(initial=0)), float(both.max(initial=0)) or 1.0)
    edges = {"start": low, "end": high * 1.0001, "size": (high - low) / 40}
    for each, shade, name in ((behind, charts.GREY, "reference"), (values, color, "yours")):
        figure.add_trace(
            go.Histogram(
                x=each.astype(np.float32),
                xbins=edges,
                histnorm=norm,
                name=name,
                marker={"color": shade, "line": {"width": 0}},
                opacity=0.6 if len(behind) else 1,
                hovertemplate=f"%{{x}}<br>%{{y:.3~g}}{' %' if norm else ''} {what if name == 'yours' else 'reference samples'}"
                "<extra></extra>",
            )
        )
    figure.update_layout(
        height=260,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"title": {"text": axis}},
        yaxis={"title": {"text": f"% of {what}" if norm else what}},
        bargap=0,
        barmode="overlay",
        showlegend=False,
    )
    charts.mark_simulated(figure, simulated)
    return figure


def downloads(result: Normalized, expression: Expression, stem: str) -> None:
    """Offer the binned samples as h5ad, their bins as a table, and the report."""
    report = result.report | {"notes": list(expression.notes), "provenance": result.adata.uns["generain"]["provenance"]}
    offer(
        File("h5ad", f"{stem}_binned.h5ad", lambda: _written(result, "out.h5ad")),
        File("Bins as tsv.gz", f"{stem}_bins.tsv.gz", lambda: _written(result, "out.tsv.gz")),
        File("Report", f"{stem}_report.json", lambda: json.dumps(report, indent=1)),
    )
    options, bins = result.adata.uns["generain"]["options"], result.adata.layers["bins"]
    if expression.own is None and "gene_set" in options:
        capsule_button.offer_made(
            f"{stem}_bins",
            lambda folder: binning_line(expression, str(options["gene_set"]), int(options["min_genes"]), bins, folder),
        )


def _written(result: Normalized, name: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="generain-download-") as folder:
        path = Path(folder) / name
        (write_h5ad if name.endswith("h5ad") else write_tsv)(result.adata, path)
        return path.read_bytes()
