"""What the JSON Schemas of the API are made of (JSON Schema 2020-12)."""

from typing import Any

Schema = dict[str, Any]

UID: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)+$", "maxLength": 64}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
STATE: Schema = {"enum": ["draft", "complete", "verified", "consensus"]}
PHASE: Schema = {"enum": ["non_contrast", "arterial", "portal_venous", "equilibrium", "other"]}
CONFIDENCE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def nullable(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def object_of(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of an object; what is not optional is required."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def named(name: str) -> Schema:
    """Return a reference to a schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}
