"""Every table of genes, on all pages, has the ways on from a gene (Open, Compare) and “Use as a list” beside it.

That a table of genes is drawn by `gene_tables` is seen by `visit` of the tests of pages, which draws no other.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from generain_core import ui
from generain_core.ui.shell import keys

FOLDER = Path(ui.__file__).parent
THE_LIST_ITSELF = {"lists/genes.py view"}
DRAWERS = {"components/gene_tables.py", "perturbations/target_tables.py", "components/tables.py", "attributes/columns.py"}


def calls_in(tree: ast.AST) -> set[str]:
    """Return what is called in a part of a module, as it is written."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def functions() -> Iterator[tuple[str, dict[str, set[str]]]]:
    """Yield each module of the pages and what each of its functions calls."""
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text())
        yield (
            path.relative_to(FOLDER).as_posix(),
            {each.name: calls_in(each) for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)},
        )


def test_beside_every_table_of_genes_stands_use_as_a_list() -> None:
    seen, lacking = 0, []
    for module, called in functions():
        offers = {name for name, calls in called.items() if calls & {"list_button.offer", "list_button.offer_made"}}
        for name, calls in called.items():
            if module not in DRAWERS and calls & {"gene_tables.show", "gene_tables.choose"}:
                seen += 1
                if name not in offers and not calls & offers and f"{module} {name}" not in THE_LIST_ITSELF:
                    lacking.append(f"{module} {name}")
    assert seen > 15
    assert not lacking


def test_tables_of_perturbations_are_drawn_as_tables_of_their_genes() -> None:
    """Each view of a screen names targets: none shows them by another way."""
    drawn = {module: set().union(*called.values()) for module, called in functions() if module.startswith("perturbations/")}
    shows = {module for module, calls in drawn.items() if "target_tables.show" in calls}
    assert shows == {f"perturbations/{name}.py" for name in ("design_inputs", "ranking", "similarity", "targets")}


def page() -> None:
    import pandas as pd
    import streamlit as st

    from generain_core.release.files import choose
    from generain_core.ui.perturbations import target_tables
    from generain_core.ui.shell import keys

    st.session_state.setdefault(keys.STEPS, {})

    table = pd.DataFrame({"perturbation": ["a", "b", "none"], "target": ["CD3E", "CD8A", None], "fdr": [0.01, 0.5, 0.9]})
    target_tables.show(table, choose(), "t", "single", {}, parts={"found": table["fdr"] < 0.05}, title="Hits")
    pairs = pd.DataFrame({"one": ["a"], "target_a": ["CD3E"], "target_b": ["CD8A"]})
    target_tables.show(pairs, choose(), "p", "pairs", {}, background=["CD3E", "CD8A", "CD19"])
    target_tables.show(table.assign(target=""), choose(), "n", "nameless", {})


def test_a_table_of_targets_has_the_ways_on_and_its_parts_as_lists() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert [box.options for box in app.selectbox] == [["CD3E", "CD8A"], ["CD3E", "CD8A"]]
    assert [button.key for button in app.button] == ["list_of_single", "list_of_single_found", "list_of_pairs"]
    app.button(key="list_of_single_found").click().run()
    app.button(key="list_of_pairs").click().run()
    hits, pairs = app.session_state[keys.LISTS]
    kept = {each.name: (each.genes, each.background, each.origin.value) for each in (hits, pairs)}
    assert kept == {
        "Hits: found": (("CD3E",), ("CD3E", "CD8A"), "tested"),
        "Targets": (("CD3E", "CD8A"), ("CD3E", "CD8A", "CD19"), "tested"),
    }
