"""Wherever the paper is to be cited, Genome Biology is named beside the preprint."""

import pytest

from generain_core.wording import citation
from generain_core.wording.methods import REFERENCES
from tests.conftest import PROJECT

PREPRINT = "10.1101/2024.03.07.583777"


@pytest.mark.parametrize(
    "text",
    [citation.in_words(), citation.bibtex(), citation.ris(), REFERENCES["GeneRAIN"]],
    ids=["About", "BibTeX", "RIS", "methods"],
)
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


def test_files_of_references_close_what_they_open() -> None:
    assert citation.bibtex().count("{") == citation.bibtex().count("}")
    assert citation.bibtex().startswith("@article{generain,\n  title = {{GeneRAIN: multifaceted")
    lines = citation.ris().splitlines()
    assert [line[:2] for line in lines if line[:2] in ("TY", "ER")] == ["TY", "ER"] * 3
    assert all(line[2:6] == "  - " for line in lines)
