"""A screen without replicates on the pages: its labels looked at on Samples, corrected, compared, and seen in every view."""

from pathlib import Path

from generain_core.ui.perturbations import experiment
from generain_core.ui.perturbations.experiment import Part
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy, words
from tests.ui.test_perturbations_page import waited
from tests.ui.test_samples_page import is_read, until


def box(elements, label: str):
    return next(each for each in elements if each.label == label)


def figures(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_published_example_from_its_labels_to_every_view(visit, standin: Path) -> None:
    app = visit("samples", release=standin)
    app.button(key="published_example").click().run()
    until(app, is_read)
    app.run()
    healthy(app)
    assert figures(app)["Labels that fit"] == "150 of 150"
    assert figures(app)["Controls"] == "30"
    counted = next(table.value for table in app.dataframe if "field" in table.value)
    assert {"target", "transcript"} <= set(counted["field"].str.split(" ").str[0])
    box(app.text_input, "Control").set_value("nobody").run()
    assert figures(app)["Controls"] == "0"
    assert "No label is a control" in words(app)

    app.number_input(key=keys.MIN_GENES).set_value(500).run()

    app.switch_page("pages/perturbations.py").run()
    assert box(app.text_input, "Control").value == "nobody"
    box(app.text_input, "Control").set_value("non-targeting").run()
    healthy(app)
    assert figures(app)["Perturbations"] == "120"
    app.button(key="perturb_run").click().run()
    waited(app, experiment.COMPARISON)
    healthy(app)
    said = words(app)
    assert "120 of 120 perturbations have one sample, so that labels can't be exchanged" in said
    assert "ranked among the 30 controls themselves" in said
    assert "Embedding: Noise ceiling" in said
    assert int(figures(app)["By fitted tail, expression"]) > 30

    look(app, "Alike", "alike")
    near = next(table.value for table in app.dataframe if "rank_back" in table.value)
    assert len(near) == 119
    look(app, "Foreseen", "foreseen")
    assert figures(app)["Targets"] == "120"
    look(app, "Targets", "targets")
    assert int(figures(app)["Target down"]) > 80
    assert "by a t-test with the spread of these" in words(app)
    look(app, "Genes", "genes")
    assert "1 sample" in words(app)
    app.segmented_control(key=keys.PERTURB_VIEW).set_value("In silico").run()
    app.number_input(key="perturb_controls").set_value(2)
    app.number_input(key="perturb_most").set_value(2).run()
    app.button(key="perturb_silico_run").click().run()
    settle(app, "in_silico")
    table = next(table.value for table in app.dataframe if "cosine_model" in table.value)
    assert len(table) == 2
    assert (table["cosine_model"].notna() | (table["note"].fillna("") != "")).all()


def look(app, view: str, part: str) -> None:
    """Open a view, wait for what it shows, and see that nothing is wrong."""
    app.segmented_control(key=keys.PERTURB_VIEW).set_value(view).run()
    settle(app, part)


def settle(app, part: str) -> None:
    each = Part[object](part)
    until(app, lambda app: each.is_made(app.session_state[keys.SAMPLES]))
    app.run()
    healthy(app)
