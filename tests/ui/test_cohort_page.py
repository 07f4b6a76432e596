"""The page Cohort: from the example to a verdict, with what is wrong said before anything is computed."""

import time

from streamlit.testing.v1 import AppTest

from generain_core.ui.shell import keys
from tests.conftest import PROJECT


def _open(link: dict[str, list[str]] | None = None) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
    for name, words in (link or {}).items():
        app.query_params[name] = words
    app.switch_page("pages/cohort.py").run()
    return app


def _until(app: AppTest, done, seconds: float = 150.0) -> None:
    end = time.monotonic() + seconds
    while not done(app):
        assert time.monotonic() < end, [each.value for each in app.error]
        time.sleep(0.3)
        app.run()
    assert not app.exception, app.exception


def test_the_example_comes_to_a_verdict() -> None:
    app = _open()
    app.button(key="cohort_example").click().run()
    _until(app, lambda each: any(box.label == "Predict" for box in each.selectbox))
    predict = next(box for box in app.selectbox if box.label == "Predict")
    assert predict.value == "sex"  # the tissues have four samples each, too few
    predict.set_value("tissue").run()
    assert "Too few" in app.error[0].value
    next(box for box in app.selectbox if box.label == "Predict").set_value("sex").run()
    for label, value in (("Repeats", 1), ("Folds", 3), ("Exchanged outcomes", 19)):
        next(box for box in app.number_input if box.label == label).set_value(value)
    app.run()
    in_link = {name: words for name, words in app.session_state[keys.STEPS].items() if words}
    assert in_link == {"cohort_repeats": ["1"], "cohort_folds": ["3"], "cohort_permutations": ["19"]}
    _colleague(in_link | {"cohort_donors": ["tissue"], "cohort_adjust": ["tissue"], "cohort_kind": ["two_classes"]})
    app.button(key="cohort_run").click().run()
    _until(app, lambda each: any("expression" in head.value for head in each.header))
    assert any(head.value == "Worse than expression" for head in app.header)
    table = app.dataframe[0].value
    assert {"Bins", "Expression, LASSO", "GPT, coding genes and lncRNAs"} <= set(table["representation"])
    assert set(table["simulated"]) == {"SIMULATED"}
    for name, words in {
        "Predictions": "held out",
        "Confounding": "library size",
        "Genes": "same rank in the samples",
        "Probe": "no code is in it",
        "Methods": "",
    }.items():
        app.session_state["cohort_view"] = name
        app.run()
        assert not app.exception, app.exception
        assert any(words in caption.value for caption in app.caption), name
        if name == "Predictions":
            assert len(app.dataframe[0].value) == 32
            assert len(app.get("plotly_chart")) == 2
        if name == "Genes":
            assert "XIST" in set(app.dataframe[0].value["gene"])
    assert "Nadeau" in app.text[-1].value


def _colleague(link: dict[str, list[str]]) -> None:
    """Open a link, bring the file, and find all boxes as they were."""
    app = _open(link)
    app.button(key="cohort_example").click().run()
    _until(app, lambda each: any(box.label == "Predict" for box in each.selectbox))
    boxes = {box.label: box.value for box in (*app.selectbox, *app.multiselect, *app.number_input)}
    assert boxes["Donors"] == "tissue"
    assert boxes["Regress out"] == ["tissue"]
    assert boxes["It is"] == link["cohort_kind"][0]
    assert [boxes[name] for name in ("Repeats", "Folds", "Exchanged outcomes")] == [1, 3, 19]


def test_of_very_many_columns_the_first_are_offered_and_those_that_are_typed() -> None:
    def page() -> None:
        import streamlit as st

        from generain_core.ui.cohort.inputs import _columns
        from generain_core.ui.shell import links

        links.arrive("cohort")
        st.write(str(_columns([f"v{i}" for i in range(40_000)], 0)[:2]))
        st.write(str(len(_columns(["a", "b"], 1))))

    app = AppTest.from_function(page, default_timeout=120).run()
    assert "40,000 columns" in app.info[0].value
    app.text_input[0].set_value("v39999, v9,nobody").run()
    assert app.markdown[0].value == "['v39999', 'v9']"
    assert app.markdown[1].value == "2"
    assert "nobody" in app.warning[0].value
