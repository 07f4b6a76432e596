"""The map on its page: what is drawn, selected and kept."""

import json

import numpy as np
import pytest

from generain_core.ui.components import figures
from generain_core.ui.shell import keys
from generain_core.vectors.gene_map import project
from tests.ui.test_pages import healthy, words


def test_map_gives_the_names_of_a_selection(visit, mapped) -> None:
    app = visit("map", method="PCA", color="Similarity", gene="CD3E")
    healthy(app)
    points = [{"curve_number": 0, "point_index": i} for i in (3, 7, 11)] + [{"curve_number": 9, "point_index": 0}]
    app.session_state[keys.SELECTION] = {"selection": {"points": points, "point_indices": [3, 7, 11], "box": [], "lasso": []}}
    app.run()
    healthy(app)
    names = [mapped.space.genes[i] for i in (3, 7, 11)]
    assert app.code[0].value.split() == names
    assert app.query_params[keys.PICKED_GENES] == names
    colleague = visit("map", method="PCA", color="Similarity", gene="CD3E", **{keys.PICKED_GENES: names})
    healthy(colleague)
    assert colleague.code[0].value.split() == names
    colleague.run()
    colleague.button(key="clear_selection").click().run()
    assert not colleague.code
    assert keys.PICKED_GENES not in colleague.query_params


def test_a_selection_outlives_a_map_drawn_anew(visit, mapped) -> None:
    app = visit("map", method="PCA")
    classes = mapped.biotype_classes
    lnc = np.flatnonzero(classes == "lncRNA")
    nothing = {"selection": {"points": [], "point_indices": [], "box": [], "lasso": []}}
    app.session_state[keys.SELECTION] = {"selection": {"points": [{"curve_number": 1, "point_index": 2}], "point_indices": [2]}}
    app.run()
    before = app.code[0].value
    assert before == mapped.space.genes[lnc[2]]
    app.session_state[keys.SELECTION] = nothing
    app.segmented_control(key=keys.FIGURE_FORMAT).set_value("svg").run()
    assert app.code[0].value == before
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert [trace["selectedpoints"] for trace in traces] == [[], [2], *[[]] * (len(traces) - 2)]
    app.selectbox(key=keys.COLOR).set_value("Expression").run()
    assert app.code[0].value == before
    app.button(key="clear_selection").click().run()
    healthy(app)
    assert not app.code
    assert "selectedpoints" not in json.loads(app.get("plotly_chart")[0].proto.spec)["data"][0]


def test_another_selection_takes_the_place_of_one_that_was_kept(visit, mapped) -> None:
    app = visit("map", method="PCA", color="Similarity", gene="CD3E")
    for index, kind in ((3, "svg"), (8, "png")):
        points = [{"curve_number": 0, "point_index": index}]
        app.session_state[keys.SELECTION] = {"selection": {"points": points, "point_indices": [index]}}
        app.run()
        app.session_state[keys.SELECTION] = {"selection": {"points": [], "point_indices": []}}
        app.segmented_control(key=keys.FIGURE_FORMAT).set_value(kind).run()
        assert app.code[0].value == mapped.space.genes[index]
    healthy(app)


def test_selection_over_several_traces_maps_to_the_right_genes(visit, mapped) -> None:
    app = visit("map", method="PCA")
    classes = mapped.biotype_classes
    coding, lnc = np.flatnonzero(classes == "coding"), np.flatnonzero(classes == "lncRNA")
    points = [{"curve_number": 0, "point_index": 5}, {"curve_number": 1, "point_index": 2}]
    app.session_state[keys.SELECTION] = {"selection": {"points": points, "point_indices": [5, 2]}}
    app.run()
    healthy(app)
    assert set(app.code[0].value.split()) == {mapped.space.genes[coding[5]], mapped.space.genes[lnc[2]]}


@pytest.mark.parametrize("color", ["Biotype", "Expression", "Similarity", "My list"])
def test_every_coloring_draws_every_gene_once(visit, mapped, color) -> None:
    app = visit("map", method="PCA", color=color, gene="RPL3")
    if color == "My list":
        app.text_area(key=keys.LIST).set_value("RPL3, rps6;p53 NOPE\nENSG00000141510").run()
        assert "3 genes found from 5 names" in words(app)
    healthy(app)
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert sum(len(trace["text"]) for trace in traces[:-1]) == len(mapped.space)
    assert traces[-1]["text"] == ["RPL3"]


def test_the_same_map_is_the_same_bytes(visit, mapped) -> None:
    specs = [visit("map", method="PCA").get("plotly_chart")[0].proto.spec for _ in range(2)]
    assert specs[0] == specs[1]


def test_a_box_is_chosen_on_the_map_by_keys_alone(visit, mapped) -> None:
    app = visit("map", method="PCA")
    app.slider(key="map_across").set_value((0, 50)).run()
    app.slider(key="map_upwards").set_value((40, 100)).run()
    app.button(key="map_take").click().run()
    healthy(app)
    places = project(mapped.space, "pca").places.astype(float)
    low, high = places.min(axis=0), places.max(axis=0)
    names = [
        gene
        for gene, (x, y) in zip(mapped.space.genes, places, strict=True)
        if (x - low[0]) / (high[0] - low[0]) <= 0.5 and (y - low[1]) / (high[1] - low[1]) >= 0.4
    ]
    assert 20 < len(names) < len(mapped.space)
    assert app.code[0].value.split() == names
    app.button(key="clear_selection").click().run()
    assert not app.code


def test_names_of_genes_that_lie_together_do_not_cover_each_other() -> None:
    places = np.array([[0, 0], [1, 0.5], [50, 50], [0.5, 0.2]], float)
    assert figures.label_shifts(places, np.array([100, 100])) == [20, -20, 20, 44]
