"""GET /openapi.json: what a board's HTTP interface is, as an OpenAPI 3.1 document for programs.

Its paths are those of the index of routes, its summaries the handlers' docstrings, its settings the table of the configuration, its
types of problems those of problem_types.py. What parameters, bodies and answers look like, operations.py and schemas.py say.
"""

import ast
import json
import re

from host.build import forms
from host.openapi.configuration import configuration
from host.openapi.operations import ANY, NAME, PLACES, operations
from host.openapi.schemas import schemas

PAGE = "www/openapi.json"
PACKAGE = "lib/picorest/"
_ABOUT = """The REST API of a board that runs picorest. Errors are application/problem+json with a stable `type` and a `detail`
that says what to do. HEAD works wherever GET does, OPTIONS on every path. A slash at the end of a path is ignored. Bodies are taken
as JSON whatever they are declared to be, for a pin as a form, too. Who says Accept: text/html gets pages for people in many places.
docs/api.md tells it all."""
_PREFIX = re.compile(r"^[A-Z]+ /[\w/?=.&,]*( \{.*?\})?: ")


def made(sources: dict[str, bytes], esp8266: bool) -> dict[str, bytes]:
    """The file for the board's www/ by its path; nothing where the tree has no index of routes."""
    found = document(sources, esp8266)
    return {PAGE: json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()} if found else {}


def document(sources: dict[str, bytes], esp8266: bool) -> dict:
    """The document of the board whose sources these are, by their paths below device/."""
    index = forms.constants(sources.get(f"{PACKAGE}routes/__init__.py", b"").decode()).get("ROUTES")
    if not index:
        return {}
    known = operations(esp8266)
    paths = {}
    for path, entry in _routes(index):
        paths[path.replace("<", "{").replace(">", "}")] = {
            method.lower(): _operation(method, path, known.get(f"{method} {path}", ANY), _words(sources, handler))
            for method, handler in zip(entry[::2], entry[1::2], strict=True)
        }
    version = re.search(rb'\bversion = "([^"]+)"', sources.get("app.py", b""))
    return {
        "openapi": "3.1.1",
        "info": {"title": "picorest", "version": version[1].decode() if version else "0", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}, {"password": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas(esp8266), **configuration(sources), "Problem": _problem(sources)},
            "responses": {"Problem": {
                "description": "It is refused, or it failed: why, and what to do.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The token of the configuration, if there is one."},
                "password": {"type": "http", "scheme": "basic", "description": "The same as the password, for browsers."},
            },
        },
    }  # fmt: skip


def _routes(index: str):
    """(path, [method, "module.function", …]) of each line of the index."""
    for line in index.strip().splitlines():
        path, *entry = line.split(" ")
        yield path, entry


def _operation(method: str, path: str, known: dict, words: str) -> dict:
    name = "_".join([method.lower(), *(re.findall(r"\w+", path) or ["page"])])
    parameters = [
        {"name": each, "in": "path", "required": True, "schema": NAME, **PLACES.get(each, {})}
        for each in re.findall(r"<(\w+)>", path)
    ]
    made = {"operationId": name, "tags": [path.split("/")[1] or "page"], "summary": words}
    if parameters + known["parameters"]:
        made["parameters"] = parameters + known["parameters"]
    if known["body"]:
        made["requestBody"] = known["body"]
    return {**made, "responses": {**known["answers"], "default": {"$ref": "#/components/responses/Problem"}}}


def _words(sources: dict[str, bytes], handler: str) -> str:
    """What a handler's docstring says, without the method and path that it may begin with."""
    module, function = handler.split(".")
    for node in ast.parse(sources[f"{PACKAGE}routes/{module}.py"]).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            words = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            words = _PREFIX.sub("", words)
            return words[:1].upper() + words[1:]
    return ""


def _problem(sources: dict[str, bytes]) -> dict:
    """The schema of a problem: every type, with its status and its usual sentence."""
    lines = forms.constants(sources[f"{PACKAGE}problem_types.py"].decode())["TYPES"].strip().splitlines()
    canned = re.findall(rb'"type":"([a-z-]+)".*?"status":(\d+)', sources.get(f"{PACKAGE}http/canned_responses.py", b""), re.S)
    rows = {line.split(" ")[0]: line.split(" ", 2)[1:] for line in lines}
    rows |= {kind.decode(): [status.decode()] for kind, status in canned if kind.decode() not in rows}
    told = [f"- `{kind}` ({row[0]})" + (": " + row[1].replace("%%", "%") if row[1:] else "") for kind, row in sorted(rows.items())]
    return {
        "type": "object",
        "description": "RFC 9457. Further members help: `pin`, `try` (others that would do), `allowed`, `retry_after` in seconds …",
        "properties": {
            "type": {"type": "string", "enum": sorted(rows), "description": "\n".join(told)},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 300, "maximum": 599},
            "detail": {"type": "string"},
            "retry_after": {"type": "number", "minimum": 0},
        },
        "required": ["type", "title", "status", "detail"],
    }
