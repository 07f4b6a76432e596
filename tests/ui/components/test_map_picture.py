"""A large map's ground is one picture: it shows each place, takes far fewer bytes, and a paper still gets every point."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from generain_core.ui.components import figures, gene_maps, map_picture
from generain_core.vectors.gene_map import Projection


def projection_of(places: np.ndarray) -> Projection:
    return Projection(tuple(f"g{i}" for i in range(len(places))), places.astype(np.float32), "umap", "by hand", 1.0)


@pytest.fixture(scope="module")
def large() -> Projection:
    return projection_of(np.random.default_rng(0).normal(size=(map_picture.LEAST + 100, 2)) * (3, 2))


def opacity_at(figure, point: np.ndarray) -> float:
    image = figure.layout.images[0]
    picture = Image.open(io.BytesIO(base64.b64decode(image.source.partition(",")[2]))).convert("RGBA")
    right = (point[0] - image.x) / image.sizex * picture.width
    down = (image.y - point[1]) / image.sizey * picture.height
    return picture.getpixel((min(int(right), picture.width - 1), min(int(down), picture.height - 1)))[3] / 255


def test_each_place_is_covered_where_it_lies_and_nothing_else() -> None:
    places = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [0.0, 5.0], [3.0, 4.0]])
    figure = figures.go.Figure()
    map_picture.lay_under(figure, places, "all", figures.GREY)
    once, twice = opacity_at(figure, places[0]), opacity_at(figure, places[1])
    assert once == pytest.approx(0.4, abs=1 / 14 + 0.01)  # in steps of a seventh
    assert twice == pytest.approx(1 - 0.6**2, abs=1 / 14 + 0.01)
    assert opacity_at(figure, places[3]) == opacity_at(figure, places[4]) == once
    assert [opacity_at(figure, np.array(there)) for there in ([5, 2.5], [10, 5], [0, 2.5])] == [0, 0, 0]
    picture = figure.layout.images[0]
    assert (picture.sizex, picture.sizey) == (pytest.approx(10, rel=0.02), pytest.approx(5, rel=0.02))


def test_a_large_ground_is_a_picture_of_few_bytes_and_a_paper_has_every_point(large) -> None:
    layers = gene_maps.list_over_rest(large, ["g5", "g6"], "near", figures.SECOND)
    live, drawn = (figures.gene_map(large, layers, {"g1": figures.MARK}, simulated=True, pictured=way).figure for way in (0, 1))
    assert len(drawn.to_json()) < len(live.to_json()) / 2
    assert not live.layout.images
    names = [name for trace in drawn.data for name in (trace.text if trace.text is not None else ())]
    assert names == ["g5", "g6", "g1"]
    assert sum(len(trace.x) for trace in live.data) == len(large.genes) + 1
    assert {trace.name for trace in drawn.data if trace.showlegend is not False} == {"all other genes", "near"}
    corners = next(trace for trace in drawn.data if trace.marker.opacity == 0)
    assert min(corners.x) <= large.places[:, 0].min()
    assert max(corners.y) >= large.places[:, 1].max()


def test_on_a_small_map_every_point_can_be_named() -> None:
    small = projection_of(np.random.default_rng(1).normal(size=(300, 2)))
    layers = gene_maps.list_over_rest(small, ["g5"], "near", figures.SECOND)
    drawn = figures.gene_map(small, layers, {}, simulated=False, pictured=True).figure
    assert not drawn.layout.images
    assert sum(len(trace.x) for trace in drawn.data) == 300
