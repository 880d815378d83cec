"""The functions of a module, with what each of them says about its names."""

import ast
from collections import defaultdict
from collections.abc import Iterator


class Scope:
    """A function, or a module's body. node: its syntax tree; names: {name: kinds}."""

    def __init__(self, path: str, node: ast.AST, module: str, owner: str = "", around: "Scope | None" = None):
        self.path, self.node, self.module, self.owner, self.around = path, node, module, owner, around
        self.names: dict[str, set[str]] = defaultdict(set)
        self.returns: set[str] = set()
        taken = getattr(node, "args", None) or ast.arguments([], [], None, [], [], None, [])
        self.parameters = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        if owner and self.parameters[:1] == ["self"]:
            del self.parameters[0]
        self.rest = taken.vararg and taken.vararg.arg
        self.keywords = taken.kwarg and taken.kwarg.arg
        self.body = list(_walk(node))
        self.imported = _imported(node, module) if isinstance(node, ast.Module) else around.imported  # {name: (module, name there)}
        if "/routes/" in path and getattr(node, "decorator_list", None):
            for name in self.parameters[1:]:
                self.names[name].add("text")  # a segment of the request's path, see routes/__init__.py

    def is_own_keywords(self, node: ast.expr) -> bool:
        """Whether this is the function's own `**keywords`: its callers have written the keys."""
        return isinstance(node, ast.Name) and node.id == self.keywords

    def is_character(self, node: ast.expr) -> bool:
        """Whether the function treats this expression as a character: compares it with one, or asks for its code."""
        return any(same(node, each) for each in self._characters(self.node))

    def holds_characters(self, target: ast.expr, within: ast.AST) -> bool:
        """Whether `within`, a loop or comprehension, treats its target as a character."""
        return any(same(target, each) for each in self._characters(within))

    def _characters(self, within: ast.AST) -> Iterator[ast.expr]:
        for node in ast.walk(within):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ord" and node.args:
                yield node.args[0]
            elif isinstance(node, ast.Compare) and len(node.ops) == 1:
                sides = (node.left, node.comparators[0])
                for one, other in (sides, sides[::-1]):
                    if isinstance(other, ast.Constant) and isinstance(other.value, str):
                        if isinstance(node.ops[0], ast.In | ast.NotIn):
                            if one is node.left and len(other.value) > 1 and other.value[0] not in other.value[1:]:
                                yield one
                        elif len(other.value) == 1:
                            yield one


def same(one: ast.AST, other: ast.AST) -> bool:
    return ast.unparse(one) == ast.unparse(other)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope: nested functions are scopes of their own."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _walk(child)


def _imported(tree: ast.AST, module: str) -> dict[str, tuple[str, str]]:
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname or each.name.split(".")[0]: (each.name, "") for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            if not node.level and (node.module or "").startswith("picorest"):
                package = module.split(".")[:1]
            origin = ".".join([*package, *filter(None, [node.module])])
            found |= {each.asname or each.name: (origin, each.name) for each in node.names}
    return found
