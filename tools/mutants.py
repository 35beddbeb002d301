"""What a mutant of Python code is: the code with one small mistake."""

import ast
import copy

SWAPPED = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In},
}
RENAMED = {
    **{"mean": "sum", "sum": "mean", "sum_to_size": "expand", "max": "min"},
    **{"any": "all", "all": "any", "ones": "zeros", "zeros": "ones"},
    **{"ones_": "zeros_", "zeros_": "ones_", "square": "abs", "sqrt": "square"},
    **{"min": "max", "std": "var", "var": "std", "rsqrt": "sqrt", "zero_": "detach"},
}


# An attribute of these is a function, not a method: nothing is left without it.
MODULES = ("torch", "nn", "np", "math", "F", "functional", "init", "warnings")


def alternatives(node):
    """Yield what may stand in a node's place, a copy with one mistake each."""

    def changed(**fields):
        new = copy.copy(node)
        for name, value in fields.items():
            setattr(new, name, value)
        return new

    match node:
        case ast.BinOp() | ast.BoolOp() if type(node.op) in SWAPPED:
            yield changed(op=SWAPPED[type(node.op)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            yield changed(ops=[SWAPPED[type(op)]()])
        case ast.Constant(value=bool(value)):
            yield changed(value=not value)
        case ast.Constant(value=int(value)):
            yield changed(value=value + 1)
            if value:
                yield changed(value=value - 1)
        case ast.Constant(value=float(value)):
            yield changed(value=2 * value if value else 1.0)
        case ast.IfExp(test=test) | ast.If(test=test) if not isinstance(
            test,
            ast.Compare | ast.UnaryOp,  # which have mutants of their own
        ):
            yield changed(test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *others]):
            yield changed(ifs=others)
        case ast.Call(func=ast.Attribute(value=receiver, attr=name)):
            # x.square() and x.to(dtype) without the call; not torch.where(...)
            if not (isinstance(receiver, ast.Name) and receiver.id in MODULES):
                yield receiver
            if name in RENAMED:
                yield changed(func=ast.Attribute(receiver, RENAMED[name], ast.Load()))
        case ast.Call(func=ast.Name(id=name)) if name in RENAMED:
            yield changed(func=ast.Name(RENAMED[name], ast.Load()))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
    if isinstance(node, ast.Call):
        for i, keyword in enumerate(node.keywords):
            if keyword.arg != "strict":  # of zip: it says what holds
                yield changed(keywords=node.keywords[:i] + node.keywords[i + 1 :])


def _places(parent, inside=""):
    """Yield (name of the definition, parent, field, index or None, node), in order."""
    # a message's words are no behaviour, and zip(strict=) only says what holds
    if isinstance(parent, ast.JoinedStr) or getattr(parent, "arg", "") == "strict":
        return
    if isinstance(parent, ast.FunctionDef | ast.ClassDef):
        inside = f"{inside}.{parent.name}".lstrip(".")
    for field, value in ast.iter_fields(parent):
        for i, node in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(node, ast.AST):
                yield (
                    inside,
                    parent,
                    field,
                    i if isinstance(value, list) else None,
                    node,
                )
                yield from _places(node, inside)


def mutants(source):
    """Yield (what was changed, changed source) for each mutant of a piece of code."""
    tree = ast.parse(source)
    seen = {}
    for inside, parent, field, i, node in [*_places(tree)]:
        for new in alternatives(node):
            siblings = getattr(parent, field)
            setattr(
                parent,
                field,
                new if i is None else [*siblings[:i], new, *siblings[i + 1 :]],
            )
            code = ast.unparse(ast.fix_missing_locations(tree))
            setattr(parent, field, siblings)
            label = f"{inside}: {_short(node)} -> {_short(new)}"
            seen[label] = seen.get(label, 0) + 1
            yield label + f" ({seen[label]})" * (seen[label] > 1), code


def _short(node):
    """Return a node's code, the first line of it where there are more."""
    if isinstance(node, ast.comprehension):
        return "if ".join(["", *map(ast.unparse, node.ifs)]) or "no condition"
    if isinstance(node, ast.Raise):
        return f"raise {ast.unparse(getattr(node.exc, 'func', node.exc))}"
    return ast.unparse(ast.fix_missing_locations(node)).splitlines()[0]
