"""The files about the package agree with each other."""

import tomllib

import pytest

from generain_core import settings
from generain_core.version import __version__
from tests.conftest import PROJECT


def project() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def lines(name: str) -> list[str]:
    return (PROJECT / name).read_text(encoding="utf-8").splitlines()


def test_requirements_are_those_of_the_package() -> None:
    assert lines("requirements.txt") == project()["dependencies"]
    assert lines("requirements-dev.txt") == ["-r requirements.txt", *project()["optional-dependencies"]["dev"]]


def test_every_requirement_has_an_upper_bound_and_every_extra_is_tested() -> None:
    extras = project()["optional-dependencies"]
    for requirement in [*project()["dependencies"], *(each for extra in extras.values() for each in extra)]:
        assert "<" in requirement or "==" in requirement, requirement
    assert set(extras["mcp"] + extras["tensorboard"]) <= set(extras["dev"])


def test_types_are_shown_to_those_who_import_the_library() -> None:
    assert (settings.PACKAGE / "py.typed").is_file()


def test_versions_of_python_are_those_of_the_workflow() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML, which reads the workflow, comes with transformers")
    matrix = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]["strategy"]["matrix"]
    classifiers = [each.rsplit(" :: ", 1)[1] for each in project()["classifiers"] if "Python :: 3." in each]
    assert matrix["python"] == classifiers
    assert {each.split("-")[0] for each in matrix["system"]} == {"ubuntu", "macos", "windows"}


def test_software_paper_and_data_can_be_cited() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML, which reads the citation file, comes with transformers")
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert f"## {__version__}" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    dois = {reference["doi"] for reference in citation["references"] if "doi" in reference}
    assert "Genome Biology" in {reference.get("journal") for reference in citation["references"]}
    assert dois == {url.removeprefix("https://doi.org/") for url in project()["urls"].values()}


def test_issue_forms_ask_for_what_they_name() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML, which reads the forms, comes with transformers")
    for path in (PROJECT / ".github/ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.stem != "config":
            assert form["name"]
            assert form["description"]
            assert len({each["id"] for each in form["body"]}) == len(form["body"])
