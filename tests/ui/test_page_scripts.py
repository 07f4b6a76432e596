"""Pages are scripts that read from top to bottom: what they show lies in ``generain_core/ui``."""

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT

MOST_LINES = 45
PAGES = sorted((PROJECT / "pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_short_and_defines_nothing(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert not [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
