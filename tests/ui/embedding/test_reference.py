"""The Samples page among a reference: built by a job, then one's samples placed in it."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from generain_core.reference.placement import Reference, place_samples
from generain_core.ui.components import figures
from generain_core.ui.embedding import placement
from generain_core.ui.embedding.reference_chart import figure
from generain_core.ui.shell import keys
from tests.ui.embedding.on_page import MODEL, embedded, made
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import until


@pytest.fixture
def no_references(standin):
    shutil.rmtree(standin / "references", ignore_errors=True)
    yield standin / "references"
    shutil.rmtree(standin / "references", ignore_errors=True)


def test_a_reference_is_built_and_the_samples_placed_in_it(binned, no_references, monkeypatch) -> None:
    monkeypatch.setattr("generain_core.ui.shell.access.manages", lambda: True)
    app = embedded(binned())
    app.segmented_control(key="embed_view").set_value("Reference").run()
    healthy(app)
    assert "There is none for this model yet" in words(app)
    app.text_input(key="reference_words").set_value("liver").run()
    app.number_input(key="reference_min_genes").set_value(500).run()
    assert app.button(key="reference_build").label == "Build from 10 samples of ARCHS4"
    app.text_input(key="reference_name").set_value("../out").run()
    assert "can't name a reference" in words(app)
    app.text_input(key="reference_name").set_value("liver").run()
    app.button(key="reference_build").click().run()
    until(app, lambda app: placement.placement_job(MODEL).latest(app.session_state[keys.SAMPLES]) is not None)
    app.run()
    healthy(app)
    reference = Reference.open(no_references / "liver")
    assert len(reference) == 10
    found = made(app)
    expected = place_samples(reference, found.adata.obsm["X_generain"], list(found.adata.obs_names), model=MODEL)
    shown = next(frame.value for frame in app.dataframe if "verdict" in frame.value)
    assert shown["sample"].tolist() == expected.samples["sample"].tolist()
    assert shown["nearest"].tolist() == expected.samples["nearest"].tolist()
    assert set(shown["simulated"]) == {"SIMULATED"}
    assert "in_reference" not in shown
    assert "in this reference themselves" not in words(app)
    assert "No flags are given" in words(app)
    near = next(frame.value for frame in app.dataframe if "neighbor" in frame.value)
    assert near["neighbor"].tolist() == expected.nearest["neighbor"].tolist()[:10]
    traces = json.loads(app.get("plotly_chart")[-1].proto.spec)["data"]
    assert sum(len(trace["text"]) for trace in traces) == len(reference) + len(expected.samples)
    assert {trace["type"] for trace in traces} == {"scattergl"}
    labels = [button.label for button in app.get("download_button")]
    assert {"Placed samples (csv)", "Nearest samples (csv)"} <= set(labels)


class Labelled(SimpleNamespace):
    """As much of a reference as is drawn of it."""

    def __len__(self) -> int:
        return len(self.table)


def test_labels_on_the_map_are_told_apart_by_color() -> None:
    tissues = [f"tissue {i}" for i in range(9) for _ in range(20 - i)]
    table = pd.DataFrame({"tissue": tissues, "sample": [f"s{i}" for i in range(len(tissues))]})
    reference = Labelled(table=table, places=np.zeros((len(tissues), 2), np.float32))
    own = pd.DataFrame({"sample": ["a", "b"], "x": 0.0, "y": 0.0, "out_of_distribution": [False, True]})
    traces = figure(reference, SimpleNamespace(samples=own), simulated=True).data
    names = [trace.name for trace in traces]
    assert names == ["other reference samples", *(f"tissue {i}" for i in range(8)), "yours", "yours, unlike the reference"]
    colors = [trace.marker.color for trace in traces[:-1]]
    assert len(set(colors)) == len(colors)
    assert colors[0] == figures.GREY
    assert sum(len(trace.text) for trace in traces[:-2]) == len(tissues)
