"""The tables of docs/api.md: endpoints, parameters, shapes of bodies and answers, problems; made of the description in OpenAPI."""

import re

from host.build import parts
from host.build.pipeline import ELSEWHERE
from host.openapi import PACKAGE, document, indexed
from host.openapi.operations import MORE
from host.openapi.problems import problem_types

# (first line, name, table, last line)
BLOCK = re.compile(r"^(<!-- (\w+): made by \./deploy\.sh check --fix -->\n)(.*?)(^<!-- end -->\n)", re.M | re.S)
PIN = "/gpio/{pin}"  # whose parameters have a table of their own


def blocks(sources: dict[str, bytes]) -> dict[str, str]:
    """The tables by the names of their blocks. sources: those of device/, by their paths below it."""
    small, large = document(sources, True), document(sources, False)
    return {
        "endpoints": "| method and path | what it does | takes | answers | more |\n| --- | --- | --- | --- | --- |\n"
        + "".join(_row(*route, sources, small, large) for route in _handlers(sources)),
        "pin": "| parameter | values | meaning |\n| --- | --- | --- |\n"
        + "".join(f"| `{name}` | {values} | {words} |\n" for (name, values, words), _ in _parameters(small, large, True).items()),
        "parameters": "| parameter | of | values | meaning |\n| --- | --- | --- | --- |\n"
        + "".join(
            f"| `{name}` | {', '.join(paths)} | {values} | {words} |\n"
            for (name, values, words), paths in _parameters(small, large, False).items()
        ),
        "shapes": "| shape | members |\n| --- | --- |\n"
        + "".join(f"| `{name}` | {_members(schema)} |\n" for name, schema in _shapes(large).items()),
        "problems": "| status | `type` | what it says |\n| --- | --- | --- |\n"
        + "".join(
            f"| {status} | `{kind}` | {words} |\n"
            for kind, (status, words) in sorted(problem_types(sources).items(), key=lambda item: (item[1][0], item[0]))
        ),
    }


def _shown(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), path)


def _handlers(sources: dict[str, bytes]):
    """(path, methods, module) of each handler of the index, one that several methods have once."""
    for path, entry in indexed(sources):
        path = path.replace("<", "{").replace(">", "}")
        for handler in dict.fromkeys(entry[1::2]):
            methods = [method for method, name in zip(entry[::2], entry[1::2], strict=True) if name == handler]
            yield path, methods, handler.split(".")[0]


def _row(path: str, methods: list[str], module: str, sources: dict[str, bytes], small: dict, large: dict) -> str:
    known = [large["paths"][path][method.lower()] for method in methods]
    names = ", ".join(f"`{method} {_shown(path)}`" for method in methods)
    words = known[0]["summary"].rstrip(".")
    refused = list(small["paths"][path][methods[0].lower()]["responses"]) == ["default"]
    needed = [mark.parts for mark in parts.of_module(sources[f"{PACKAGE}routes/{module}.py"]) if not mark.usual]
    if needed:
        words += f" (on an ESP8266 with the part {' or '.join(sorted(needed[0]))})"
    elif refused or ELSEWHERE in sources[f"{PACKAGE}routes/{module}.py"]:
        words += " (ESP32 family)"
    takes = [f"`{each['name']}`" for each in known[0].get("parameters", []) if each["in"] == "query"]
    bodies = [content for each in known for content in each.get("requestBody", {}).get("content", {}).items()]
    takes += dict.fromkeys(_content(media, content["schema"], "JSON") for media, content in bodies)
    answers = [f"{status} {_answer(answer)}".strip() for status, answer in known[0]["responses"].items() if status != "default"]
    return f"| {names} | {words} | {' '.join(takes)} | {', '.join(answers)} | {MORE.get(known[0]['tags'][0], '')} |\n"


def _answer(answer: dict) -> str:
    return " ".join(_content(media, content["schema"], "") for media, content in answer.get("content", {}).items())


def _content(media: str, schema: dict, other: str) -> str:
    """What a body is: its shape if that has a name, else its media type, or `other` for JSON."""
    if media == "application/x-www-form-urlencoded":
        return "or a form"
    if media != "application/json":
        return media
    return " or ".join(f"`{each['$ref'].rpartition('/')[2]}`" for each in schema.get("anyOf", [schema]) if "$ref" in each) or other


def _parameters(small: dict, large: dict, pin: bool) -> dict[tuple[str, str, str], list[str]]:
    """{(name, values, meaning): paths}, of the paths of pins or of all others."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for path, methods in large["paths"].items():
        for method, known in methods.items():
            for one, other in zip(known.get("parameters", []), small["paths"][path][method].get("parameters", []), strict=True):
                if (path == PIN and one["in"] == "query") == pin and not (path == "/gpio" and one in _of_pins(large)):
                    name = one["name"].upper() if one["in"] == "path" else one["name"]
                    values, less = _values(one["schema"], large), _values(other["schema"], small)
                    values = values if values == less else f"{values}; ESP8266: {less}"
                    paths = found.setdefault((name, values, one["description"]), [])
                    paths += [f"`{_shown(path)}`"] if f"`{_shown(path)}`" not in paths else []
    return found


def _of_pins(found: dict) -> list[dict]:
    return found["paths"][PIN]["get"]["parameters"]


def _values(schema: dict, found: dict) -> str:
    if "$ref" in schema:
        return found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["description"]
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}" + (", whole" if schema["type"] == "integer" else "")
    if schema["type"] == "integer":
        return "a whole number"
    return "text" + (f", at most {schema['maxLength']} characters" if "maxLength" in schema else "")


def _shapes(found: dict) -> dict[str, dict]:
    """The schemas with names that bodies and answers are, and those that they hold, sorted."""
    schemas = found["components"]["schemas"]
    names = set(re.findall(r"#/components/schemas/(\w+)", str(found["paths"])))
    while more := {name for known in names for name in re.findall(r"#/components/schemas/(\w+)", str(schemas[known]))} - names:
        names |= more
    return {name: schemas[name] for name in sorted(names - {"Problem"})}


def _members(schema: dict) -> str:
    """The members of an object, or of any of several, and what is said of it."""
    members = {}
    for each in schema.get("anyOf", [schema]):
        needed = each.get("required", list(each.get("properties", {})) if "anyOf" not in schema else [])
        members |= {name: (what, name in needed) for name, what in each.get("properties", {}).items()}
    told = [f"`{name}`{'' if needed or 'anyOf' in schema else '?'}{_held(what)}" for name, (what, needed) in members.items()]
    return ". ".join(part for part in (" ".join(told), schema.get("description", "").rstrip(".")) if part) or "an object"


def _held(schema: dict) -> str:
    held = re.findall(r"#/components/schemas/(\w+)", str(schema))
    names = " or ".join(f"`{name}`" for name in dict.fromkeys(held) if name != "Problem")
    return f" ({'list of ' if schema.get('type') == 'array' else ''}{names})" if names else ""
