"""The examples of the public docstrings run, on the demo release, and say what they say."""

import doctest
import importlib

import pytest

from tests.conftest import PROJECT

MODULES = (
    "generain",
    "facade.genes",
    "facade.attributes",
    "facade.samples",
    "facade.perturbations",
    "facade.results.perturbation_result",
    "facade.cohort",
    "facade.release",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    module = importlib.import_module(f"generain_core.{name}")
    failed, tried = doctest.testmod(module)
    assert tried
    assert not failed
