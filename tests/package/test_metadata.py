"""The files about the package agree with each other."""

import tomllib

from generain_core import settings
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
