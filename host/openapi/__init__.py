"""GET /openapi.json: what a board's HTTP interface is, as an OpenAPI 3.1 document for programs.

Its paths are those of the index of routes, its summaries the handlers' docstrings, its settings the table of the configuration, its
types of problems those of problem_types.py. What parameters, bodies and answers look like, operations.py and schemas.py say.
page.py makes the tables of docs/api.md of the same.
"""

import ast
import json
import re

from host.build import forms
from host.openapi.configuration import configuration
from host.openapi.operations import ANY, NAME, PLACES, operations
from host.openapi.problems import problem_types
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
    index = indexed(sources)
    if not index:
        return {}
    known = operations(esp8266)
    paths = {}
    for path, entry in index:
        paths[path.replace("<", "{").replace(">", "}")] = {
            method.lower(): _operation(method, path, known.get(f"{method} {path}", ANY), _words(sources, handler))
            for method, handler in zip(entry[::2], entry[1::2], strict=True)
        }
    version = re.search(rb'\bversion = "([^"]+)"', sources.get("app.py", b""))
    made = {
        "openapi": "3.1.1",
        "info": {"title": "picorest", "version": version[1].decode() if version else "0", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}, {"password": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(sources, esp8266),
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
    leave_out_what_nothing_names(made)
    return made


def _schemas(sources: dict[str, bytes], esp8266: bool) -> dict[str, dict]:
    found = {**schemas(esp8266), **configuration(sources, esp8266), "Problem": _problem(sources)}
    settings = found.get("Config", {}).get("properties", {}).get("alarms", {}).get("items", {}).get("properties", {})
    alarm = found["Alarm"]
    return found | {"Alarm": {**alarm, "properties": {**settings, **alarm["properties"]}}}


def leave_out_what_nothing_names(document: dict) -> None:
    """Take away schemas that only operations of other boards need."""
    everything = document["components"].pop("schemas")
    kept, found = {}, _named(document)
    while found:
        kept |= {name: everything[name] for name in found}
        found = {more for name in found for more in _named(everything[name])} - set(kept)
    document["components"]["schemas"] = {name: schema for name, schema in everything.items() if name in kept}


def _named(part: dict) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part)))


def indexed(sources: dict[str, bytes]) -> list[tuple[str, list[str]]]:
    """(path, [method, "module.function", …]) of each line of the index of routes; none where there is no index."""
    text = forms.constants(sources.get(f"{PACKAGE}routes/__init__.py", b"").decode()).get("ROUTES", "")
    return [(line.split(" ")[0], line.split(" ")[1:]) for line in text.strip().splitlines()]


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
    types = problem_types(sources)
    told = [f"- `{kind}` ({status}): {words}" for kind, (status, words) in types.items()]
    return {
        "type": "object",
        "description": "RFC 9457. Further members help: `pin`, `try` (others that would do), `allowed`, `retry_after` in seconds …",
        "properties": {
            "type": {"type": "string", "enum": list(types), "description": "\n".join(told)},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 300, "maximum": 599},
            "detail": {"type": "string"},
            "retry_after": {"type": "number", "minimum": 0},
        },
        "required": ["type", "title", "status", "detail"],
    }
