"""The Perturbations page: from the example to a ranking, and what is said where nothing can be compared."""

from generain_core.ui import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until


def test_the_example_goes_from_samples_to_a_ranking_and_methods(visit) -> None:
    app = visit("perturbations")
    healthy(app)
    app.button(key="perturb_example").click().run()
    until(app, is_read)
    app.run()
    healthy(app)
    app.button(key="perturb_run").click().run()
    until(app, lambda app: "perturb_result" in app.session_state[keys.SAMPLES].memory)
    app.run()
    healthy(app)
    assert [metric.label for metric in app.metric][:4] == ["Perturbations", "Perturbed", "Controls", "Name a gene"]
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Alike").run()
    until(app, lambda app: "perturb_plane_result" in app.session_state[keys.SAMPLES].memory)
    app.run()
    healthy(app)
    assert len(app.get("plotly_chart")) == 2
    near = next(table.value for table in app.dataframe if "rank_back" in table.value)
    assert len(near) == int(app.metric[0].value) - 1
    assert near["cosine"].is_monotonic_decreasing
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Foreseen").run()
    healthy(app)
    assert "at least 4 are needed" in words(app)
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("Methods").run()
    healthy(app)
    assert "Benjamini" in app.code[0].value
    assert "SIMULATED" in app.code[0].value
    assert "SIMULATED" in words(app)
