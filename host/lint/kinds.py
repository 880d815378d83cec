"""What the expressions of a set of modules may be, as far as it matters for text: a small inference over all of them.

Kinds: `own` text made of the source's literals alone; `text` any other; `bytes`; `int` a literal number, or one of a range() of
such; `[KIND` what has elements of that kind, `0KIND` a tuple with such a first one, `{KIND` a dict with such keys, `:KIND` with
such values; `?` anything else. Names have one set of kinds per function, attributes one per class for `self` and one in the
whole program for other objects: that is coarse, and enough.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from host.lint.scopes import Scope

SAME = set("strip lstrip rstrip lower upper replace removeprefix copy".split())  # methods that return what they are called on
PARTS = {"split", "rsplit"}
TEXTS = {"repr", "hex", "oct", "bin", "input", "ascii", "dumps"}
BYTES = {"bytes", "bytearray", "memoryview", "encode", "hexlify", "read", "readline", "recv"}
ELEMENTS = {"list", "tuple", "set", "sorted", "reversed", "iter"}
BOUND = set("find rfind get pop copy split join decode encode items keys values append add update send read write close".split())
PLACES = "0123456789"
TELLING = (  # nodes that tell of what kind something is
    ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension, ast.Return, ast.Yield,
    ast.withitem, ast.Call,
)  # fmt: skip
DEEPEST = 3  # containers in containers that are told apart


class Program:
    """Modules by their paths, {path: source}."""

    def __init__(self, sources: dict[str, str]):
        self.sources = sources
        self.scopes: list[Scope] = []
        self.modules: dict[str, Scope] = {}
        self.functions: dict[str, list[Scope]] = defaultdict(list)  # by bare name
        self.attributes: dict[str, set[str]] = defaultdict(set)
        self.unknown: set[str] = set()  # of what nothing tells; not before all is gathered that tells something
        for path, source in sources.items():
            self._add(path, ast.parse(source, path))
        self.telling = [(node, scope) for scope, node in self.nodes() if isinstance(node, TELLING)]
        self._settle()
        self.unknown = {"?"}
        for scope in self.scopes:
            for name in scope.parameters:
                scope.names[name] = scope.names[name] or {"?"}
        self._settle()

    def nodes(self) -> Iterator[tuple[Scope, ast.AST]]:
        for scope in self.scopes:
            for node in scope.body:
                yield scope, node

    def _add(self, path: str, tree: ast.Module) -> None:
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/lib/", "/").replace("/", ".")
        self.modules[module] = Scope(path, tree, module)
        self._nest(tree, self.modules[module], "")

    def _nest(self, tree: ast.AST, around: Scope, owner: str) -> None:
        """Add a scope, and those within it."""
        if tree is around.node:
            self.scopes.append(around)
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                scope = Scope(around.path, node, around.module, owner, around)
                name = getattr(node, "name", "<lambda>")
                self.functions[owner if name == "__init__" else name].append(scope)
                self._nest(node, scope, "")
            else:
                self._nest(node, around, node.name if isinstance(node, ast.ClassDef) else owner)

    def _settle(self) -> None:
        self.changed = True
        while self.changed:
            self.changed = False
            for node, scope in self.telling:
                self._learn(node, scope)

    def _put(self, known: set[str], kinds: set[str]) -> None:
        kinds = {kind if len(kind.rstrip("abcdefghijklmnopqrstuvwxyz?")) <= DEEPEST else "?" for kind in kinds}
        if not kinds <= known:
            known |= kinds
            self.changed = True

    def _learn(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and node.value:
            for target in getattr(node, "targets", None) or [node.target]:
                kinds = self.kinds(node.value, scope)
                self._assign(target, joined(self.kinds(target, scope), kinds) if isinstance(node, ast.AugAssign) else kinds, scope)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._assign(node.target, self.elements(node.iter, scope), scope)
        elif isinstance(node, ast.Return) and node.value:
            self._put(scope.returns, self.kinds(node.value, scope))
        elif isinstance(node, ast.Yield) and node.value:
            self._put(scope.returns, outer("[", self.kinds(node.value, scope)))
        elif isinstance(node, ast.withitem) and node.optional_vars:
            self._assign(node.optional_vars, {"?"}, scope)
        elif isinstance(node, ast.Call):
            for callee in self._callees(node.func, scope):
                for name, kinds in self._given(node, callee, scope):
                    self._put(callee.names[name], kinds)
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add", "insert") and node.args:
                self._assign(node.func.value, outer("[", self.kinds(node.args[-1], scope)), scope, store=False)

    def _given(self, node: ast.Call, callee: Scope, scope: Scope) -> Iterator[tuple[str, set[str]]]:
        """What a call gives to which parameters."""
        for n, value in enumerate(node.args):
            spread = isinstance(value, ast.Starred)
            kinds = self.elements(value.value, scope) if spread else self.kinds(value, scope)
            yield from ((name, kinds) for name in callee.parameters[n : None if spread else n + 1])
            if callee.rest and (spread or n >= len(callee.parameters)):
                yield callee.rest, outer("[", kinds)
        yield from ((each.arg, self.kinds(each.value, scope)) for each in node.keywords if each.arg in callee.parameters)

    def _assign(self, target: ast.expr, kinds: set[str], scope: Scope, store: bool = True) -> None:
        if isinstance(target, ast.Name):
            self._put(scope.names[target.id], kinds)
        elif isinstance(target, ast.Attribute):
            self._put(self.attributes[target.attr], kinds)
            if scope.owner and ast.unparse(target.value) == "self":
                self._put(self.attributes[f"{scope.owner}.{target.attr}"], kinds)
        elif isinstance(target, ast.Tuple | ast.List):
            for n, each in enumerate(target.elts):
                self._assign(each, inner(kinds, f"[{{{n}") or self.unknown, scope)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, outer("[", kinds), scope)
        elif isinstance(target, ast.Subscript) and store and not isinstance(target.slice, ast.Slice):
            keys = self.kinds(target.slice, scope)
            self._assign(target.value, outer(":", kinds) | outer("{", keys - {"int"}), scope)

    def elements(self, node: ast.expr, scope: Scope) -> set[str]:
        """What walking through an expression yields."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
            kinds = self.kinds(node.func.value, scope)
            return outer("0", inner(kinds, "{") or self.unknown) | outer("1", inner(kinds, ":") or self.unknown)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enumerate" and node.args:
            return {"0int"} | outer("1", self.elements(node.args[0], scope))
        kinds = self.kinds(node, scope)
        other = {"?"} if kinds & {"?", "bytes"} else set() if kinds else self.unknown
        return inner(kinds, "[{" + PLACES) | (kinds & {"text", "own"}) | other

    def kinds(self, node: ast.expr, scope: Scope) -> set[str]:
        """The kinds of an expression; empty while nothing is known."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node, scope) if method else {"?"}

    def _constant(self, node, scope):
        return {{str: "own", bytes: "bytes", int: "int"}.get(type(node.value), "?")} if node.value is not None else set()

    def _joinedstr(self, node, scope):
        return joined({"own"}, *(self.kinds(each.value, scope) for each in node.values if isinstance(each, ast.FormattedValue)))

    def _name(self, node, scope):
        around = scope
        while around:
            if node.id in around.names or node.id in around.parameters:
                kinds = set(around.names[node.id])
                # a parameter that is text for some callers is text for those of whom nothing is known
                text = node.id in around.parameters and "text" in kinds and kinds <= {"text", "own", "bytes", "?"}
                return kinds - {"?"} if text else kinds
            around = around.around
        module, name = scope.imported.get(node.id, ("", ""))
        return set(self.modules[module].names[name]) if module in self.modules and name else {"?"}

    def _attribute(self, node, scope):
        if ast.unparse(node) == "sys.modules":
            return {"{own"}  # what is in there is a name already
        module = self._module(node.value, scope)
        if module:
            return set(self.modules[module].names[node.attr]) if module in self.modules else {"?"}
        own = scope.owner and ast.unparse(node.value) == "self" and self.attributes[f"{scope.owner}.{node.attr}"]
        return set(own or self.attributes[node.attr]) or self.unknown

    def _module(self, node: ast.expr, scope: Scope) -> str:
        """The module that an expression stands for, if it does."""
        module, name = scope.imported.get(node.id, ("", "")) if isinstance(node, ast.Name) else ("", "")
        return module if not name else f"{module}.{name}" if f"{module}.{name}" in self.modules else ""

    def _await(self, node, scope):
        return self.kinds(node.value, scope)

    def _starred(self, node, scope):
        return {"?"}

    def _namedexpr(self, node, scope):
        return self.kinds(node.value, scope)

    def _boolop(self, node, scope):
        return set().union(*(self.kinds(each, scope) for each in node.values))

    def _ifexp(self, node, scope):
        return self.kinds(node.body, scope) | self.kinds(node.orelse, scope)

    def _binop(self, node, scope):
        left, right = self.kinds(node.left, scope), self.kinds(node.right, scope)
        if isinstance(node.op, ast.Mod):
            return joined(left, right) if left & {"own", "text"} else left
        if isinstance(node.op, ast.Add):
            return joined(left, right) if (left | right) & {"own", "text"} else left | right
        return left - {"int"} or self.unknown

    def _tuple(self, node, scope):
        return set().union(*(outer(str(min(n, 9)), self.kinds(each, scope)) for n, each in enumerate(node.elts)))

    def _list(self, node, scope):
        return outer("[", set().union(*(self.kinds(each, scope) for each in node.elts))) or {"?"}

    _set = _list

    def _dict(self, node, scope):
        keys = set().union(*(self.kinds(each, scope) if each else {"?"} for each in node.keys))
        values = set().union(*(self.kinds(each, scope) for each in node.values))
        return outer("{", keys) | outer(":", values) or {"{own"}

    def _listcomp(self, node, scope):
        return outer("[", self.kinds(node.elt, scope))

    _setcomp = _generatorexp = _listcomp

    def _subscript(self, node, scope):
        kinds = self.kinds(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            return kinds
        place = node.slice.value if isinstance(node.slice, ast.Constant) else None
        place = str(place) if isinstance(place, int) and 0 <= place < 9 else PLACES
        return inner(kinds, "[:" + place) | (kinds & {"own", "text"}) | ({"?"} if kinds & {"?", "bytes"} else set()) or self.unknown

    def _call(self, node, scope):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        known = (self._method if isinstance(node.func, ast.Attribute) else self._builtin)(name, node, scope)
        if known is not None:
            return known
        callees = self._callees(node.func, scope)
        if callees:
            return set().union(*(callee.returns for callee in callees))
        return {"text"} if name in TEXTS else {"bytes"} if name in BYTES else {"?"}

    def _method(self, name, node, scope):
        kinds = self.kinds(node.func.value, scope)
        if name in SAME:
            return kinds
        if name in PARTS:
            return outer("[", kinds & {"own", "text", "bytes"}) or self.unknown
        if name in ("get", "pop") and inner(kinds, "[:"):
            return inner(kinds, "[:").union(*(self.kinds(each, scope) for each in node.args[1:]))
        if name == "join":
            return joined(kinds, *(self.elements(each, scope) for each in node.args))
        if name in ("keys", "values"):
            return outer("[", inner(kinds, "{" if name == "keys" else ":"))
        return {"text"} if name in ("decode", "format") else None

    def _builtin(self, name, node, scope):
        if name in ELEMENTS and node.args:
            return outer("[", self.elements(node.args[0], scope))
        if name in ("min", "max", "next") and len(node.args) == 1:
            return self.elements(node.args[0], scope)
        if name == "range":
            return {"[int"} if all(self.kinds(each, scope) == {"int"} for each in node.args) else {"[?"}
        if name == "const" and node.args:
            return self.kinds(node.args[0], scope)
        if name == "str" and node.args:
            return {"own"} if self.kinds(node.args[0], scope) == {"own"} else {"text"}
        if name == "chr":
            return {"own"} if self.kinds(node.args[0], scope) == {"int"} else {"text"}
        return None

    def _callees(self, function: ast.expr, scope: Scope) -> list[Scope]:
        """The functions that a call may mean."""
        if isinstance(function, ast.Name):
            if function.id in scope.names or function.id in scope.parameters:
                return []
            module, name = scope.imported.get(function.id, (scope.module, function.id))
            return [each for each in self.functions[name] if each.module == module and each.owner in ("", name)]
        if not isinstance(function, ast.Attribute):
            return []
        named = self.functions[function.attr]
        module = self._module(function.value, scope)
        if module:
            return [each for each in named if each.module == module and each.owner in ("", function.attr)]
        if isinstance(function.value, ast.Name) and function.value.id == "self":
            return [each for each in named if each.owner == scope.owner] or [each for each in named if each.owner]
        return [each for each in named if each.owner] if function.attr not in BOUND else []


def outer(mark: str, kinds: set[str]) -> set[str]:
    return {mark + kind for kind in kinds}


def inner(kinds: set[str], marks: str) -> set[str]:
    """What is in the containers among the kinds."""
    return {kind[1:] for kind in kinds if kind[0] in marks}


def joined(*kinds: set[str]) -> set[str]:
    """The kind of text put together: own if all of it is."""
    if not all(kinds):
        return set()
    flat = {kind.lstrip("[{:" + PLACES) for each in kinds for kind in each}
    return {"own"} if flat <= {"own", "int"} else {"bytes"} if "bytes" in kinds[0] and "own" not in kinds[0] else {"text"}
