"""The floors of the house: no module imports one above it, and only the faces know streamlit."""

import ast
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.conftest import PROJECT

FLOORS = (
    {"errors", "settings", "text", "progress", "workers", "version"},
    {"storage"},
    {"release"},
    {"genes", "geometry"},
    {"vectors"},
    {"samples", "attributes"},
    {"models"},
    {"training", "reference", "perturbations", "lists"},
    {"cohort"},
    {"work"},
    {"install"},
    {"demo"},
    {"verify"},
    {"wording", "facade"},
    {"generain", "__init__"},
    {"calibration"},
    {"ui"},
    {"cli", "mcp", "__main__"},
)
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}


def _imports(path: Path) -> set[str]:
    return _names(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def _own(path: Path) -> str:
    return path.relative_to(PROJECT / "generain_core").parts[0].removesuffix(".py")


def _not_for_types(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes of a module, without those that are read for types alone."""
    nodes: list[ast.AST] = [tree]
    for node in nodes:
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        nodes += node.orelse if isinstance(node, ast.If) and typing_only else list(ast.iter_child_nodes(node))
    return nodes


MODULES = sorted((PROJECT / "generain_core").rglob("*.py"))


def test_every_module_has_a_floor() -> None:
    assert {_own(path) for path in MODULES} <= set(LEVEL)


def test_imports_go_down() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in MODULES
        for name in _imports(path)
        if name.startswith("generain_core.") and LEVEL.get(name.split(".")[1], 0) > LEVEL[_own(path)]
    ]
    assert wrong == []


def test_no_imports_run_in_a_circle() -> None:
    """Imports inside functions count; a folder's ``__init__`` counts where it is all that is named."""
    by_name = {_dotted(path): path for path in MODULES}
    graph: dict[str, set[str]] = {}
    for module, path in by_name.items():
        names = _names(_not_for_types(ast.parse(path.read_text(encoding="utf-8"))))
        folders = {name.rpartition(".")[0] for name in names if name in by_name}
        graph[module] = {name for name in names if name in by_name} - folders - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        raise AssertionError(" imports ".join(reversed(circle.args[1]))) from None


def test_only_the_faces_know_streamlit() -> None:
    wrong = [
        str(path.relative_to(PROJECT))
        for path in MODULES
        if _own(path) != "ui" and any(name.split(".")[0] == "streamlit" for name in _imports(path))
    ]
    assert wrong == []


def test_pages_begin_with_the_way_in() -> None:
    for path in sorted((PROJECT / "pages").glob("*.py")):
        assert f'layout.begin_page("pages/{path.name}")' in path.read_text(), path.name


def test_heavy_libraries_wait_until_they_are_used() -> None:
    import subprocess
    import sys

    code = "import sys; import generain_core.ui.shell.layout, generain_core.ui.components.gene_maps, generain_core.cli; "
    code += "sys.exit(' '.join({'torch', 'umap', 'transformers', 'sklearn', 'anndata', 'numba'} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
