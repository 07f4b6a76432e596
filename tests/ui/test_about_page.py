"""The About page: licence, citation, the demo's own figures; another release without them."""

import json

from generain_core import settings
from generain_core.release.files import FILES
from tests.ui.test_pages import healthy, words


def test_the_demo_says_how_it_was_made_and_how_well_it_does(visit) -> None:
    app = visit("about")
    healthy(app)
    shown = words(app)
    for part in ("MIT licence", "CC BY-NC 4.0", "no biology", "every count is simulated"):
        assert part in shown
    assert "10.1101/2024.03.07.583777" in app.code[0].value
    said = json.loads((settings.DEMO_RELEASE / FILES["demo/proof"][0]).read_text())
    assert f"{said['made']['reference_samples']:,} samples" in shown
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Coding neighbors"] == f"{100 * said['neighbors']['coding']['share']:.0f} %"
    assert values["Attributes, AUROC"] == f"{said['attributes']['median_auroc']:.2f}"
    near = said["samples"]["nearest_of_type"]
    poor = [name for name in near if near[name] <= 2 * said["samples"]["chance"]]
    assert poor == ["BERT_Pred_Expr_Binning_By_Gene"]
    assert f"{poor[0]} predicts what was hidden" in shown.replace("\\", "")
    table, versions = (frame.value for frame in app.dataframe)
    assert table["result"].iloc[1] == f"{100 * said['neighbors']['lncRNA']['share']:.0f} %"
    assert {"streamlit", "torch", "Python"} <= set(versions["what"])


def test_another_release_shows_no_figures(visit, standin) -> None:
    app = visit("about", standin)
    healthy(app)
    assert not app.metric
    assert "How this demo was made" not in words(app)
    assert len(app.dataframe) == 1


def test_damaged_figures_are_one_sentence(visit, tmp_path) -> None:
    path = tmp_path / "release" / FILES["demo/proof"][0]
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = visit("about", tmp_path / "release")
    assert not app.exception
    assert "write the demo release again" in app.error[0].value
