"""Find what an ESP8266 cannot do in one source file of the device, by its syntax tree."""

import ast
from collections.abc import Iterator

from host.lint import Finding
from host.lint.features import BUILTINS, INSTEAD, METHODS, MODULES, NAMES, SPECIAL_METHODS

OURS = {"app", "boot", "main", "microdot", "microdot_cookies", "microdot_resident", "picorest", "user"}
TICKS = {"ticks_ms", "ticks_us", "ticks_cpu"}


def check(path: str, source: str) -> list[Finding]:
    """Everything in `source` that runs on the desktop interpreter and fails, or means something else, on the chip."""
    tree = ast.parse(source, path)
    walker = _Walker(tree)
    found = ((line, text) for node in ast.walk(tree) for line, text in walker.look(node))
    return sorted({Finding(path, line, text) for line, text in found})


class _Walker:
    def __init__(self, tree: ast.AST):
        self.modules = {}  # name in this file -> module it stands for
        self.members = {}  # name in this file -> (module, name there)
        self.own = set()  # names that the file defines, which therefore are not builtins
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.modules[alias.asname or alias.name.split(".")[0]] = alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self.members[alias.asname or alias.name] = (node.module, alias.name)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.own.add(node.name)
            elif isinstance(node, ast.arg):
                self.own.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.own.add(node.id)

    def look(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method:
            for text in method(node):
                yield node.lineno, text

    def _import(self, node: ast.Import) -> Iterator[str]:
        for alias in node.names:
            yield from _module(alias.name)

    def _importfrom(self, node: ast.ImportFrom) -> Iterator[str]:
        if node.level == 0:
            yield from _module(node.module or "")
        for alias in node.names:
            yield from _member(node.module or "", alias.name)

    def _excepthandler(self, node: ast.ExceptHandler) -> Iterator[str]:
        caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else set()
        if "RuntimeError" in caught and ast.unparse(node.body[-1]) not in ("raise", f"raise driver_error({node.name})"):
            yield "RuntimeError also means that the stack has no room for a call; raise base.driver_error(e) here"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        module = self.modules.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if node.attr == "__file__":
            yield f"__file__ does not exist on an ESP8266; {BUILTINS['__file__']}"
        elif module:
            yield from _member(module, node.attr)
        elif node.attr in METHODS:
            yield f"{node.attr}() does not exist on an ESP8266; {METHODS[node.attr]}"

    def _name(self, node: ast.Name) -> Iterator[str]:
        if node.id in BUILTINS and isinstance(node.ctx, ast.Load) and node.id not in self.own | set(self.members):
            yield f"{node.id} does not exist on an ESP8266; {BUILTINS[node.id]}"

    def _constant(self, node: ast.Constant) -> Iterator[str]:
        if isinstance(node.value, complex):
            yield "an ESP8266 has no complex numbers"

    def _call(self, node: ast.Call) -> Iterator[str]:
        if isinstance(node.func, ast.Name) and node.func.id == "pow" and len(node.args) + len(node.keywords) > 2:
            yield "pow() takes two arguments on an ESP8266; use `pow(a, b) % c`"

    def _functiondef(self, node: ast.FunctionDef) -> Iterator[str]:
        if node.name in SPECIAL_METHODS:
            yield f"{node.name} is never called on an ESP8266; use a method with a name of its own"

    def _binop(self, node: ast.BinOp) -> Iterator[str]:
        sides = (node.left, node.right)
        if any(self._calls(side, {"time"}) for side in sides):
            fraction = any(isinstance(side, ast.Constant) and isinstance(side.value, float) for side in sides)
            if fraction or isinstance(node.op, ast.Div):
                yield "time.time() is whole seconds and too large for a float there; count fractions in ticks_ms()"
        if isinstance(node.op, ast.Add | ast.Sub) and any(self._calls(side, TICKS) for side in sides):
            yield "ticks wrap around after some days; use ticks_diff() or ticks_add()"

    def _compare(self, node: ast.Compare) -> Iterator[str]:
        sides = (node.left, *node.comparators)
        if any(self._calls(side, TICKS) for side in sides):
            yield "ticks wrap around after some days; compare ticks_diff() with 0"
        numbers = any(_is_number(side) for side in sides)
        if numbers and any(_is_errno(side) for side in sides):
            yield "error numbers differ between chips; compare with errno.NAME"

    def _calls(self, node: ast.AST, names: set[str]) -> bool:
        """Is this a call of one of these functions of the clock?"""
        if not isinstance(node, ast.Call):
            return False
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            owner = function.value.id
            return function.attr in names and self.modules.get(owner, owner) in {"time", "clock"}
        return isinstance(function, ast.Name) and self.members.get(function.id, ("", ""))[1] in names


def _module(name: str) -> Iterator[str]:
    top, _, member = name.partition(".")
    if top not in MODULES | OURS | {"__future__"}:
        yield f"there is no module {top} on a board"
    elif member:
        yield from _member(top, member)


def _member(module: str, name: str) -> Iterator[str]:
    if module in NAMES and name not in NAMES[module] and name != "*" and not name.startswith("__"):
        instead = INSTEAD.get((module, name))
        yield f"{module}.{name} does not exist on an ESP8266" + (f"; {instead}" if instead else "")


def _is_errno(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "errno"
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "args"
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == 0
    )


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_number(item) for item in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) is int
