"""A comparison of the release's example comes back with a work file: nothing is to be pressed again."""

from generain_core.release.files import choose
from generain_core.ui.perturbations.experiment import COMPARISON
from generain_core.ui.session.session import Session
from generain_core.ui.shell import keys
from generain_core.ui.work import capture, panel
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until
from tests.ui.work.test_saved_and_opened import in_session, opened

PAGES = ("perturbations", "cohort", "samples")


def compared(app) -> bool:
    session: Session = app.session_state[keys.SAMPLES]
    return COMPARISON.latest(session) is not None


def test_a_comparison_of_the_example_comes_back(visit, mapped, monkeypatch, tmp_path) -> None:
    app = visit("perturbations")
    app.button(key="perturb_example").click().run()
    until(app, is_read)
    app.run()
    app.button(key="perturb_run").click().run()
    until(app, compared)
    before = {}
    for name in PAGES:
        app = app.switch_page(f"pages/{name}.py").run()
        before[name] = (words(app), [each.value.to_csv() for each in app.dataframe])
    content = panel.content(in_session(app, monkeypatch, capture.capture), choose())

    again = opened(content, tmp_path)
    assert again.session_state[keys.SAMPLES].is_example
    for name in PAGES:
        again = again.switch_page(f"pages/{name}.py").run()
        healthy(again)
        assert (words(again), [each.value.to_csv() for each in again.dataframe]) == before[name]
    assert compared(again)
    assert "perturb_run" not in {each.key for each in again.switch_page("pages/perturbations.py").run().button}
