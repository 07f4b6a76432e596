"""Faults: small changes of a module's syntax tree that a test of its numbers has to notice."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
_REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult}
_CALLED = {
    "mean": "median", "median": "mean", "nanmean": "nanmedian", "nanmedian": "nanmean", "sum": "mean", "min": "max", "max": "min",
    "argmin": "argmax", "argmax": "argmin", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "maximum": "minimum",
    "minimum": "maximum", "cumsum": "cumprod", "log1p": "log", "std": "var", "var": "std", "exp": "expm1", "sqrt": "square",
    "lt": "le", "le": "lt", "gt": "ge", "ge": "gt",
}  # fmt: skip
_WORDS = (
    "Error",
    "progress",
    "warn",
    "log",
    "note",
    "sentence",
    "format",
    "join",
    "print",
    "TypeVar",
    "field",
    "dataclass",
    "lru_cache",
    "key_of",
)
_SIZES = ("BLOCK", "BYTES", "SECONDS", "QUERIES", "SEED", "KEPT", "ENTRIES", "ROWS_AT_ONCE", "__all__", "block")


@dataclass(frozen=True)
class Fault:
    """One change: the line it is on, what stood there, what stands there instead, and the number of its node and variant."""

    line: int
    before: str
    after: str
    node: int
    variant: int


def faults_of(source: str) -> list[Fault]:
    """Return all faults that can be put into a module, in the order of its lines."""
    tree = ast.parse(source)
    passed_over = _passed_over(tree)
    faults = []
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in passed_over:
            for variant, changed in enumerate(_variants(node)):
                faults.append(
                    Fault(getattr(node, "lineno", 0), ast.unparse(node)[:80], ast.unparse(changed)[:80], number, variant)
                )
    return sorted(faults, key=lambda fault: (fault.line, fault.node, fault.variant))


def with_fault(source: str, fault: Fault) -> ast.Module:
    """Return the module's tree with one fault in it."""
    tree = ast.parse(source)
    target = next(node for number, node in enumerate(ast.walk(tree)) if number == fault.node)
    changed = list(_variants(target))[fault.variant]
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, changed)
            elif isinstance(value, list):
                value[:] = [changed if each is target else each for each in value]
    return ast.fix_missing_locations(tree)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (_COMPARED, _REVERSED):
            if type(node.ops[0]) in table:
                yield _like(node, ast.Compare(node.left, [table[type(node.ops[0])]()], node.comparators))
    elif isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED:
        yield _like(node, ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right))
    elif isinstance(node, ast.BoolOp):
        yield _like(node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield _like(node, ast.Constant(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 + 0.01))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLED:
        func = _like(node.func, ast.Attribute(node.func.value, _CALLED[node.func.attr], ast.Load()))
        yield _like(node, ast.Call(func, node.args, node.keywords))


def _like(node: ast.AST, changed: ast.AST) -> ast.AST:
    return ast.copy_location(changed, node)


def _passed_over(tree: ast.Module) -> set[int]:
    """Return the nodes that hold words, types and sizes rather than numbers: a fault there is not one of a result."""
    nodes: set[int] = set()
    for node in ast.walk(tree):
        inside: list[ast.AST] = []
        match node:
            case ast.Raise() | ast.JoinedStr():
                inside = [node]
            case ast.Call() if any(word in ast.unparse(node.func) for word in _WORDS):
                inside = [node]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                args = [*node.args.args, *node.args.kwonlyargs]
                inside = [each for each in (node.returns, *(arg.annotation for arg in args), *node.decorator_list) if each]
            case ast.AnnAssign():
                inside = [node.annotation]
            case ast.Assign() if any(word in ast.unparse(node.targets[0]) for word in _SIZES):
                inside = [node]
        for each in inside:
            nodes |= {id(child) for child in ast.walk(each)}
    return nodes
