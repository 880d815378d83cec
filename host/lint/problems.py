"""Problems have their status and their sentence in one table, device/lib/picorest/problem_types.py."""

import ast
import re

from host.lint import Finding

TABLE = "device/lib/picorest/problem_types.py"
WAY_OUT = f"{TABLE.removeprefix('device/lib/picorest/')} has a line for each: its type, its HTTP status, its sentence"


def check(sources: dict[str, str]) -> list[Finding]:
    """Findings in the modules of device/, {path: source}: problems with a status, or of a type, that is not from the table."""
    types = set(re.findall(r"^([a-z-]+) \d{3}\b", sources.get(TABLE, ""), re.M))
    found = []
    for path, source in sources.items() if types else ():
        for node in ast.walk(ast.parse(source, path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args:
                first = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                own = any(keyword.arg == "status" for keyword in node.keywords)
                if isinstance(first, int):
                    found.append(Finding(path, node.lineno, f"leave the status {first} out: {WAY_OUT}"))
                elif isinstance(first, str) and first not in types and not own:
                    found.append(Finding(path, node.lineno, f"{first!r} is no type of a problem yet: {WAY_OUT}"))
    return found
