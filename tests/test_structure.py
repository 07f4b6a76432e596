"""The house can be read from its folders: none is crowded, no module is long, each folder says what it holds."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT

CORE = PROJECT / "generain_core"
FOLDERS = sorted({path.parent for path in CORE.rglob("*.py")})
MODULES = sorted(CORE.rglob("*.py"))
TESTS = sorted((PROJECT / "tests").rglob("*.py"))


def _named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("folder", FOLDERS, ids=_named)
def test_a_folder_has_at_most_sixteen_files_and_says_what_they_are(folder) -> None:
    assert len(list(folder.glob("*.py"))) <= 16
    docstring = (folder / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    assert len(docstring.split()) >= 3


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    assert [_named(path) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 300] == []


def test_no_module_of_tests_is_much_longer() -> None:
    assert [_named(path) for path in TESTS if len(path.read_text(encoding="utf-8").splitlines()) > 320] == []


def test_pages_are_short() -> None:
    pages = sorted((PROJECT / "pages").glob("*.py"))
    assert [_named(page) for page in pages if len(page.read_text(encoding="utf-8").splitlines()) > 45] == []
