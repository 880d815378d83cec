"""JSON Schema in few words."""

TEXT = {"type": "string"}
PLAIN = {"type": "string", "pattern": "^[^\\x00-\\x1f\\x7f]*$"}  # what an address may hold
INTEGER = {"type": "integer"}
COUNT = {"type": "integer", "minimum": 0}
NUMBER = {"type": "number"}
BOOL = {"type": "boolean"}
TRUE = {"type": "boolean", "const": True}
LEVEL = {"type": "integer", "enum": [0, 1]}
INSTANT = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(required: dict, optional: dict | None = None, **more) -> dict:
    """An object with these members."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required), **more}


def maybe(schema: dict) -> dict:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else {"anyOf": [schema, {"type": "null"}]}


def array(item: dict, **more) -> dict:
    return {"type": "array", "items": item, **more}


def among(*words: str) -> dict:
    return {"type": "string", "enum": list(words)}


def between(low: float, high: float, kind: str = "number") -> dict:
    return {"type": kind, "minimum": low, "maximum": high}


def either(*choices: dict) -> dict:
    return {"anyOf": list(choices)}
