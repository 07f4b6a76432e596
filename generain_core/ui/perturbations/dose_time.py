"""Effect of compounds against dose or time, shown and offered for download."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.dose_time import Trends, find_trends, level_columns
from generain_core.perturbations.shifts_file import parameters
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, figures, meaning, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.perturbations import experiment
from generain_core.ui.perturbations.charts import COLORS, WORDS
from generain_core.ui.perturbations.columns import SHARED_COLUMNS
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.shell import links
from generain_core.ui.shell.escaping import escape_markdown

survives_reload("perturb_level", "perturb_trend_")
_TRENDS = experiment.Part[Trends]("trends")
_QUICK = 10
_COLUMNS = SHARED_COLUMNS | {
    "compound": st.column_config.TextColumn("Compound", pinned=True),
    "space": st.column_config.TextColumn("Space"),
    "levels": st.column_config.NumberColumn("Levels", format="localized"),
    "plates": st.column_config.NumberColumn("Plates", format="localized"),
    "effect_lowest": st.column_config.NumberColumn("Effect, lowest", format="%.2f"),
    "effect_highest": st.column_config.NumberColumn("Effect, highest", format="%.2f"),
    "spearman": st.column_config.NumberColumn("Spearman", format="%.2f", help="Of level and length of the shift."),
    "p_value": st.column_config.NumberColumn("p of trend", format="%.2g", help="By exchanging levels within plates."),
    "smallest_p": st.column_config.NumberColumn("Smallest p", format="%.2g", help="That the levels' orders can give."),
    "orders": st.column_config.NumberColumn("Orders", format="localized", help="Of levels that were looked at."),
    "exact": st.column_config.CheckboxColumn("All", help="Whether these are all orders that there are."),
    "why": st.column_config.TextColumn("Note"),
}


def offers(result: Perturbed) -> bool:
    """Say whether a column holds doses or times."""
    return bool(level_columns(result.expression.obs))


def trends(session: Session, result: Perturbed, choices: Choices, release: Release) -> None:
    """Show each compound's effect against dose or time, and the test of its trend."""
    obs = result.expression.obs
    levels = level_columns(obs)
    level = links.url_widget(
        st.segmented_control, "Against", levels, default=levels[0], required=True, key="perturb_level", unset=levels[0]
    )
    quick = len(result.design.perturbations) <= _QUICK
    found = experiment.part(
        session, _TRENDS, (choices, level), "Trends", lambda tell: find_trends(result, str(level), progress=tell), quick=quick
    )
    if found is None:
        return
    compounds = list(dict.fromkeys(map(str, found.table["compound"])))
    name = links.url_widget(
        st.selectbox, "Compound", compounds, key=f"perturb_trend_{level}", address="perturb_compound", unset=compounds[0]
    )
    figures.show(
        _chart(found, str(name), simulated=release.simulated),
        key="perturb_trend_chart",
        name="dose_time",
        kind="svg",
        zoom=False,
        alt="Effect of a compound against dose or time, in the model's space and in plain expression",
    )
    certain = found.table[found.table["fdr"] <= ALPHA].groupby("space")["compound"].nunique()
    counts = ", ".join(f"{n:,} in {WORDS[str(space)]}" for space, n in certain.items()) or "none"
    meaning.line(
        "dose-and-time",
        escape_markdown(
            f"Effect: in spreads of the controls, less noise. Compounds with a trend over {found.level} at a false discovery "
            f"rate of 5 %: {counts}. Levels are exchanged within plates only.",
            600,
        ),
    )
    tables.show(found.table, release, "perturb_trends", _COLUMNS, height=320, placeholder="")
    origin = provenance(release, parameters(result), f"trend of {found.compound} over {found.level}")
    downloads.offer(File("Trends", "trends.csv", found.table), File("Curves", "trend_curves.csv", found.curves), origin=origin)


def _chart(found: Trends, compound: str, *, simulated: bool) -> go.Figure:
    figure = go.Figure()
    for space, curve in found.curves[found.curves["compound"] == compound].groupby("space", sort=False):
        figure.add_trace(
            go.Scatter(
                x=curve["level"],
                y=curve["effect"],
                mode="lines+markers",
                name=WORDS[str(space)],
                line={"color": COLORS[str(space)]},
                hovertemplate="%{x:.3g}<br>effect %{y:.2f}<extra></extra>",
            )
        )
    positive = bool((found.curves["level"] > 0).all()) and float(found.curves["level"].max() / found.curves["level"].min()) > 20
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 12, "t": 40, "b": 44},
        xaxis={"title": {"text": escape(found.level)}, **({"type": "log", "dtick": 1} if positive else {"type": "linear"})},
        yaxis={"title": {"text": "effect, in spreads of the controls"}, "rangemode": "tozero", "zeroline": False},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
    )
    figures.mark_simulated(figure, simulated)
    return figure
