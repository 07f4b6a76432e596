"""Charts as figures for papers: looked at as pixels."""

import io
import itertools
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from generain_core.geometry.projection import SampleMap
from generain_core.ui.components import figures
from generain_core.ui.components.paper import publication
from generain_core.ui.embedding import charts
from generain_core.ui.embedding.sample_colors import Coloring, Kind
from generain_core.vectors.gene_map import Projection

needs_browser = pytest.mark.skipif(not publication.has_browser(), reason="no Chrome or Chromium to draw with")


def chart() -> go.Figure:
    """Return a map with what is hard: selected points, a long legend, a named star, the mark of simulated values, dark text."""
    rng = np.random.default_rng(0)
    projection = Projection(tuple(f"G{i}" for i in range(60)), rng.normal(size=(60, 2)).astype(np.float32), "pca", "PCA", 0.5)
    layers = [
        figures.Layer(f"a layer with a long name {i}", np.arange(10 * i, 10 * i + 10), color)
        for i, color in enumerate(("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"))
    ]
    drawn = figures.gene_map(projection, layers, {"G5": figures.MARK}, simulated=True, selectable=True, selected=np.arange(5))
    drawn.figure.update_layout(template="plotly_dark")
    return drawn.figure


def bars() -> go.Figure:
    figure = go.Figure(go.Bar(x=[3, 1, 2], y=["a very long name of a gene set, as they are", "short", "of middle length"]))
    figure["data"][0]["orientation"] = "h"
    return figure.update_layout(height=300, xaxis={"title": {"text": "−log10 p"}})


@needs_browser
@pytest.mark.parametrize(("figure", "width"), [(chart(), 85.0), (bars(), 114.0)], ids=["map", "bars"])
def test_nothing_is_cut_off_on_white_at_the_width_in_millimeters(figure: go.Figure, width: float) -> None:
    chosen = publication.Format(width, 7.0)
    with Image.open(io.BytesIO(publication.image(figure, chosen, "png"))) as picture:
        pixels = np.asarray(picture.convert("RGB"), int)
        dots = picture.info["dpi"][0]
    assert pixels.shape[1] / dots * 25.4 == pytest.approx(width, abs=0.2)
    assert pixels.shape[0] / dots * 25.4 == pytest.approx(publication.height_of(figure, chosen), abs=0.2)
    for edge in (pixels[:3], pixels[-3:], pixels[:, :3], pixels[:, -3:]):
        assert (edge == 255).all()
    assert (pixels.min(axis=2) < 60).any()  # there is dark text
    assert (pixels == 255).all(axis=2).mean() > 0.5


@needs_browser
def test_an_svg_has_the_whole_legend_in_dark_text_and_millimeters() -> None:
    text = publication.image(chart(), publication.Format(174.0, 8.0), "svg").decode()
    assert 'width="174mm"' in text[:400]
    for i in range(6):
        assert f"a layer with a long name {i}" in text
    sizes = {float(size) for size in re.findall(r"font-size: ([\d.]+)px", text)}
    assert pytest.approx(min(sizes, key=lambda size: abs(size - 8 * 96 / 72)), abs=0.05) == 8 * 96 / 72
    assert "SIMULATED" in text
    assert "G5" in text


@needs_browser
def test_a_pdf_is_of_its_width_and_draws_points_one_by_one() -> None:
    content = publication.image(bars(), publication.Format(85.0, 7.0), "pdf")
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert content.startswith(b"%PDF")
    assert box is not None
    assert float(box[1]) / 72 * 25.4 == pytest.approx(85, abs=0.3)


def test_the_chart_on_the_page_stays_and_the_copy_has_nothing_selected() -> None:
    figure = chart()
    before = figure.to_json()
    paper = publication.for_paper(figure, publication.Format())
    assert figure.to_json() == before
    assert any(trace.selectedpoints for trace in figure.data)
    assert all(trace.selectedpoints is None and trace.type == "scatter" for trace in paper.data)
    assert paper.layout.paper_bgcolor == "#ffffff"


def crowded() -> go.Figure:
    """Return a map of samples as near to each other as replicates are, one of them ringed, whose names cover each other."""
    places = np.array([[0.0, 0.0], [0.02, 0.0], [0.0, 0.02], [0.03, 0.03], [1.0, 0.6], [1.03, 0.6], [0.5, 1.0], [0.52, 1.0]])
    names = [f"SRR10395{i:02}" for i in range(8)]
    coloring = Coloring(title="dex", kinds=(Kind(name="control", rows=np.arange(8), color=figures.CODING),))
    made = SampleMap(
        places=places.astype(np.float32),
        method="pca",
        metric="cosine",
        parameters="",
        kept=1.0,
        neighbors=3,
        explained=(0.4, 0.2),
    )
    return charts.sample_map(made, names, coloring, 2, simulated=False)


@pytest.mark.parametrize("width", publication.WIDTHS.values())
def test_names_of_a_figure_cover_neither_each_other_nor_a_dot_and_no_ring_is_printed(width: float) -> None:
    figure = crowded()
    assert any(trace.marker.symbol == "circle-open" for trace in figure.data)
    paper = publication.for_paper(figure, publication.Format(width, 7.0))
    assert not any(trace.marker.symbol == "circle-open" for trace in paper.data)
    assert len(publication.source_data(figure)) == 8
    assert all("text" not in trace.mode for trace in paper.data)
    (left, right), (low, high) = paper.layout.xaxis.range, paper.layout.yaxis.range
    unit = min(0.85 * paper.layout.width / (right - left), 0.7 * paper.layout.height / (high - low))
    names = [note for note in paper.layout.annotations if note.text.startswith("SRR")]
    assert len(names) == 8
    assert {round(note.font.size, 3) for note in names} == {round(7.0 * 96 / 72, 3)}
    boxes = []
    for note in names:
        across, up = (note.ax, -note.ay) if note.showarrow else (note.xshift, note.yshift)
        middle = np.array([note.x * unit + across, note.y * unit + up])
        half = np.array([len(note.text) * note.font.size * 0.55, note.font.size]) / 2
        boxes.append((middle - half, middle + half))
    for one, other in itertools.combinations(boxes, 2):
        assert (np.minimum(one[1], other[1]) <= np.maximum(one[0], other[0])).any()


def test_source_data_holds_every_point_bar_and_cell() -> None:
    table = publication.source_data(chart())
    assert len(table) == 61  # 60 genes and the star
    row = table[table["label"] == "G17"].iloc[0]
    trace = chart().data[1]
    assert (row["layer"], row["x"], row["y"]) == ("a layer with a long name 1", trace.x[7], trace.y[7])
    cells = publication.source_data(go.Figure(go.Heatmap(z=[[1, 2], [3, 4]], x=["p", "q"], y=["a", "b"])))
    assert cells[["x", "y", "value"]].to_numpy().tolist() == [["p", "a", 1], ["q", "a", 2], ["p", "b", 3], ["q", "b", 4]]
    assert publication.source_data(bars())["x"].tolist() == [3, 1, 2]
