"""A link names the file that it was made with, and whoever opens it is told."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from generain_core.ui.shell import keys, link_file

    st.session_state[keys.PAGE] = "cohort"
    if st.session_state.get("brought"):
        link_file.shows(st.session_state["brought"])
    else:
        link_file.wanted("example.csv.gz")
    changes = {"cohort_view": ["Genes"]}
    told = (link_file.beside("cohort", changes, needed=True), link_file.beside("cohort", changes, needed=False))
    st.write(str((*told, link_file.beside("cohort", {}, needed=True), link_file.of("cohort"), link_file.of("samples"))))


def test_the_file_goes_with_other_changes_and_never_makes_a_step_of_its_own() -> None:
    app = AppTest.from_function(_page)
    app.session_state["brought"] = "mine.csv"
    app.run()
    assert app.markdown[0].value == "({'file': ['mine.csv']}, {}, {}, 'mine.csv', '')"
    assert len(app.warning) == len(app.info) == 0


def test_whoever_opens_a_link_is_told_what_to_bring_until_it_is_there() -> None:
    app = AppTest.from_function(_page)
    app.query_params["file"] = "th*eirs.csv"
    app.run()
    assert r"th\*eirs\.csv" in app.info[0].value
    app.session_state["brought"] = "mine.csv"
    app.run()
    assert r"th\*eirs\.csv" in app.warning[0].value
    app.session_state["brought"] = "th*eirs.csv"
    app.run()
    assert len(app.warning) == 0
    app.session_state["brought"] = "mine.csv"
    app.run()
    assert len(app.warning) == 0


def test_an_example_is_offered_as_what_it_is() -> None:
    app = AppTest.from_function(_page)
    app.query_params["file"] = "example.csv.gz"
    app.run()
    assert "“Use the example” brings it" in app.info[0].value
