"""A fault put into functions that are loaded already."""

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutation.faults import Fault, with_fault

Span = tuple[int, int]
"""First and last line."""


def functions(path: Path) -> list[Span]:
    """Return the lines of each function of a file, decorators with them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or 0) for node in nodes]


def body_of(path: Path, line: int) -> Span | None:
    """Return the lines of the innermost function whose body a line is in; None for what a module does when it is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    bodies = [node for node in nodes if node.body[0].lineno <= line <= (node.end_lineno or 0)]
    if not bodies:
        return None
    node = max(bodies, key=lambda node: node.lineno)
    return min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or 0


def put_in_place(path: Path, fault: Fault) -> None:
    """Give every loaded function of a file the code that it has with a fault."""
    change_code(path, with_fault(path.read_text(encoding="utf-8"), fault))


def change_code(path: Path, tree: ast.Module) -> None:
    """Give every loaded function of a file the code that it has in a changed tree."""
    changed = {(code.co_qualname, code.co_firstlineno): code for code in _codes(compile(tree, str(path), "exec"))}
    for function in [each for each in gc.get_objects() if type(each) is FunctionType]:
        code = function.__code__
        if code.co_filename == str(path) and (code.co_qualname, code.co_firstlineno) in changed:
            function.__code__ = changed[code.co_qualname, code.co_firstlineno]


def change_text(path: Path, source: str) -> None:
    """Give a loaded module the code of a changed text, and its constants, wherever they are used."""
    change_code(path, ast.parse(source))
    before = ast.parse(path.read_text(encoding="utf-8")).body
    for old, new in zip(before, ast.parse(source).body, strict=True):
        if isinstance(old, ast.Assign) and ast.dump(old) != ast.dump(new) and isinstance(old.targets[0], ast.Name):
            name, value = old.targets[0].id, ast.literal_eval(old.value)
            for module in [each for each in sys.modules.values() if getattr(each, "__name__", "").startswith("generain_core")]:
                if name in vars(module) and vars(module)[name] == value:
                    vars(module)[name] = ast.literal_eval(new.value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)
