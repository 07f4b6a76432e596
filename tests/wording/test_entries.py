"""Methods of every number: each column that is shown or written has an entry; citations are real and complete."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects import analysis
from generain_core.perturbations.genes import moved_attributes, moved_genes, target_levels
from generain_core.perturbations.in_silico import knockdown
from generain_core.perturbations.screens import dose_time, ranking
from generain_core.wording import entries, methods
from tests.conftest import PROJECT

UI = PROJECT / "generain_core/ui"
ENTRIES = {
    "attributes/columns.py": (
        "probability-and-percentile",
        "attributes-that-are-alike",
        "attributes-of-several-genes",
        "genes-that-a-rule-chooses",
    ),
    "cohort/genes.py": ("genes-that-lasso-takes-up", "genes-left-out"),
    "cohort/probe.py": ("a-saved-probe-on-further-samples",),
    "cohort/results.py": ("scores", "null-of-a-score"),
    "compare/analogy.py": ("analogies-and-sums-of-genes",),
    "components/tables.py": ("similar-genes", "mean-expression"),
    "embedding/alternative_readings.py": ("ways-to-read-a-file",),
    "embedding/map_view.py": ("similar-samples",),
    "embedding/placement.py": ("place-in-a-reference",),
    "embedding/stability_view.py": ("stability",),
    "embedding/token_audit.py": ("what-a-model-reads",),
    "gene/neighbors.py": ("similar-genes",),
    "gene/own_expression.py": ("bins",),
    "gene_map/canvas.py": ("mean-expression",),
    "lists/against.py": ("two-lists", "two-sets-of-vectors"),
    "lists/enrichment/view.py": ("enrichment-of-gene-sets",),
    "lists/expansion.py": ("genes-that-belong-too",),
    "lists/likeness.py": ("groups-and-odd-ones",),
    "lists/shared.py": ("shared-attributes",),
    "lists/why.py": ("why-genes-are-alike",),
    "perturbations/columns.py": ("size-of-a-shift", "p-of-a-shift", "moved-genes"),
    "perturbations/dose_time.py": ("dose-and-time",),
    "perturbations/moved_genes.py": ("moved-genes", "attributes-of-moved-genes", "moved-genes-near-the-target"),
    "perturbations/ranking.py": ("size-of-a-shift", "p-of-a-shift", "screens-judged-by-controls"),
    "perturbations/similarity.py": ("alike-in-effect", "expected-from-genes"),
    "perturbations/targets.py": ("what-is-left-of-a-target", "in-silico-knock-down"),
    "samples/acceptance_view.py": ("coverage-and-acceptance",),
    "samples/archs4_source.py": ("single-cells-in-archs4",),
}
"""Module that shows numbers in tables → the entries that explain them."""
COUNTS = {
    "n_samples",
    "samples",
    "levels",
    "plates",
    "labels",
    "values",
    "time",
    "event",
    "bytes",
    "held_out",
    "folds",
    "relabellings",
    "n_controls",
}
"""Numbers that are counted and not computed, or are the user's own."""
WRITTEN = {
    (*analysis.COLUMNS, *ranking.SCREEN_COLUMNS): ("size-of-a-shift", "p-of-a-shift", "screens-judged-by-controls"),
    moved_genes.COLUMNS: ("moved-genes",),
    moved_attributes.COLUMNS: ("attributes-of-moved-genes",),
    target_levels.COLUMNS: ("what-is-left-of-a-target",),
    knockdown.COLUMNS: ("in-silico-knock-down",),
    dose_time.COLUMNS: ("dose-and-time", "p-of-a-shift"),
    dose_time.CURVE_COLUMNS: ("size-of-a-shift",),
}
"""Columns of files → the entries that explain them."""
WORDS = {"perturbation", "target", "exact", "test", "assumes", "why", "note", "found", "gene", "attribute", "verdict", "beats"}
WORDS |= {"compound", "space", "level", "lowest", "highest", "orders", "n_reference"}


def columns_of(path: Path) -> Iterator[str]:
    """Yield the columns that a module shows as numbers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                called = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
                if isinstance(key, ast.Constant) and re.search(r"NumberColumn|ProgressColumn|_NUMBER", called):
                    yield str(key.value)


SHOWN = {str(path.relative_to(UI)): set(columns_of(path)) - COUNTS for path in sorted(UI.rglob("*.py"))}


def numbers(names: tuple[str, ...]) -> set[str]:
    """Return the numbers that entries explain."""
    return {number for name in names for number in entries.entry(name).numbers}


@pytest.mark.parametrize("module", [module for module, columns in SHOWN.items() if columns])
def test_every_number_that_is_shown_has_its_methods(module: str) -> None:
    columns = {each.removeprefix("expression_") for each in SHOWN[module]}
    assert columns <= numbers(ENTRIES[module])


def test_every_number_that_is_written_has_its_methods() -> None:
    for columns, names in WRITTEN.items():
        assert set(columns) - WORDS - COUNTS <= numbers(names)


def test_all_sources_are_cited_and_have_a_doi_or_stand_in_a_journal_without() -> None:
    text = entries.FILE.read_text(encoding="utf-8")
    sources = text.partition("\n## Sources\n")[2]
    cited = {source for each in entries.entries().values() for source in each.sources}
    assert {line.partition(":")[0].removeprefix("- ") for line in sources.splitlines() if line.startswith("- ")} == {
        source.partition("]")[0].removeprefix("[") for source in cited
    }
    without = {source.split("]")[0][1:] for source in cited if " doi 10." not in source}
    assert without == {"Mantel 1967", "Radovanović 2010", "van der Maaten 2008", "Westfall 1993"}
    assert all(re.search(r" doi 10\.\d{4,5}/\S+\.$", source) for source in cited if " doi" in source)


def test_sources_of_an_analysis_are_the_same_here() -> None:
    here = set(re.findall(r"doi (10\.\S+?)\.?$", entries.FILE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    there = {doi for words in methods.REFERENCES.values() for doi in re.findall(r"doi (10\.\S+?)\.?$", words)}
    assert there <= here


def test_what_is_pasted_holds_formula_assumptions_sources_and_origin() -> None:
    text = entries.entry("coherence").text("demo; version 1")
    assert "p = (1 + b) / (1 + m)" in text
    assert "\n\nAssumes: random genes" in text
    assert text.endswith("\n\ndemo; version 1")
    assert "\n\n[Benjamini 1995] Benjamini Y" in entries.entry("moved-genes").text("x").replace("\n[", "\n\n[")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "## A\n\n### B\n\nShows x.\n\nNumbers: `c`\n\nBy [Nobody 1900].\n\nAssumes: none.\n\n## Sources\n\n- X: y.\n",
            "Nobody 1900",
        ),
        ("## A\n\n### B\n\nShows x.\n\nNumbers: `c`\n\nBy hand.\n\n## Sources\n\n- X: y.\n", "0 lines with 'Assumes:'"),
        ("## A\n\n### B\n\nx\n", "does not end with its sources"),
    ],
)
def test_an_entry_that_lacks_something_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(GeneRAINError, match=re.escape(wrong)):
        entries.parse(text)


def test_an_unknown_entry_is_named() -> None:
    with pytest.raises(GeneRAINError, match="No result is called 'coherance'"):
        entries.entry("coherance")


def test_every_entry_stands_by_a_result_and_every_result_has_one() -> None:
    linked: set[str] = set()
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "meaning.line":
                linked |= {
                    word.value for word in ast.walk(node) if isinstance(word, ast.Constant) and word.value in entries.entries()
                }
                assert isinstance(node.args[0], ast.Constant)
                assert node.args[0].value in entries.entries()
    assert linked == set(entries.entries())


def test_what_a_result_shows_is_one_line() -> None:
    for each in entries.entries().values():
        assert len(each.shows) <= 170, each.title
        assert "; not" in each.shows or "; nothing" in each.shows, each.title
