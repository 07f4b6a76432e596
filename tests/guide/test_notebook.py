"""The guide's notebook runs, and answers what stands in it."""

import json

import pytest

from generain_core.settings import DEMO_RELEASE
from tests.guide.notebook import NOTEBOOK, execute


def test_the_notebook_answers_what_stands_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(DEMO_RELEASE))
    assert execute() == json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def test_the_notebook_is_small_and_names_no_path_of_a_machine() -> None:
    content = NOTEBOOK.read_bytes()
    assert len(content) < 200_000
    assert str(DEMO_RELEASE.parent).encode() not in content
