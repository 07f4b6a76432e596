"""Wherever the paper is to be cited, Genome Biology is named beside the preprint."""

import pytest

from generain_core.ui.about.sections import CITATION
from generain_core.wording.methods import REFERENCES
from tests.conftest import PROJECT

PREPRINT = "10.1101/2024.03.07.583777"


@pytest.mark.parametrize("text", [CITATION, REFERENCES["GeneRAIN"]], ids=["About", "methods"])
def test_words_name_both(text: str) -> None:
    assert "Genome Biology" in text
    assert PREPRINT in text


@pytest.mark.parametrize(
    "path", ["README.md", "CITATION.cff", "generain_core/ui/shell/layout.py", "generain_core/mcp/resources.py"]
)
def test_files_name_both(path: str) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    assert "Genome Biology" in text
    assert PREPRINT in text
