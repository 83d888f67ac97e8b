"""Small faults of a Python source, as a careless change would make them: what mutation testing tries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small fault.

    Attributes:
        start, end: the bytes of the source that it replaces.
        text: what stands there instead.
        kind: which operator made it.
        function: the function that it is in.
    """

    start: int
    end: int
    text: str
    kind: str
    function: str

    def of(self, source: bytes) -> bytes:
        """Return the source with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def mutants(source: bytes) -> list[Mutant]:
    """Return all faults of a source, in its order; each of them is Python that compiles."""
    return [m for m in written(source) if _compiles(m.of(source))]


def written(source: bytes) -> list[Mutant]:
    """Return all faults of a source, in its order, and with them the few that do not compile: that is fast."""
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    found = set()
    for function in _functions(ast.parse(source)):
        for node, text, kind in _of_function(function):
            start = lines[node.lineno - 1] + node.col_offset
            end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            found.add(Mutant(start, end, text, kind, function.name))
    return sorted(found, key=lambda m: (m.start, m.end, m.text))


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield the functions and methods; one inside of another belongs to that."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _functions(child)


Found = Iterator[tuple[ast.stmt | ast.expr, str, str]]


def _of_function(function: ast.FunctionDef) -> Found:
    for statement in function.body:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            yield from _walk(statement)


def _walk(node: ast.AST) -> Found:
    """Yield the faults of a node and of what is in it, but not of types, messages and formatted texts."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.arguments):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return  # of zip: it holds what is so anyway
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.expr):
        for changed, kind in _of_expression(node):
            yield node, f"({ast.unparse(changed)})", kind
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


def _of_statement(node: ast.stmt) -> Found:
    if isinstance(node, ast.Return):
        says = not isinstance(node.value, ast.Constant) or node.value.value not in (None, False)
        if node.value is not None and says:  # who asks reads False and None alike, and False becomes True besides
            yield node, "return None", "return None"
    elif isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Delete | ast.Continue | ast.Break):
        yield node, "pass", "drop a statement"
    elif isinstance(node, ast.If | ast.While):
        yield node.test, f"(not ({ast.unparse(node.test)}))", "condition"


def _of_expression(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare(left, ops, comparators):
            for index, op in enumerate(ops):
                swapped = [*ops[:index], _COMPARISONS[type(op)](), *ops[index + 1 :]]
                yield ast.Compare(left, swapped, comparators), "comparison"
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values), "boolean"
            for index in range(len(values)):
                rest = [*values[:index], *values[index + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest), "drop an operand"
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            yield ast.BinOp(left, _OPERATORS[type(op)](), right), "operator"
        case ast.UnaryOp(ast.Not(), operand):
            yield operand, "drop a not"
        case ast.Constant(bool(value)):
            yield ast.Constant(not value), "constant"
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1), "constant"
        case ast.Constant(str(value)):
            yield ast.Constant("mutated" if value != "mutated" else ""), "constant"
