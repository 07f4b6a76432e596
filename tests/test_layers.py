"""The floors of the house: no module imports one above it, and only the faces know streamlit."""

import ast
from pathlib import Path

from tests.conftest import PROJECT

FLOORS = (
    {"errors", "settings", "text", "progress", "workers", "__init__"},
    {"storage"},
    {"release"},
    {"genes", "geometry"},
    {"vectors"},
    {"samples", "attributes"},
    {"models"},
    {"training", "reference", "perturbations"},
    {"install"},
    {"demo"},
    {"verify"},
    {"wording", "generain"},
    {"ui"},
    {"cli", "mcp", "__main__"},
)
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _own(path: Path) -> str:
    return path.relative_to(PROJECT / "generain_core").parts[0].removesuffix(".py")


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
