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
KIND: Schema = {"enum": ["liver", "nodule", "other"]}

#: An exam nobody has read has a state as well, and so has a reader who has not begun.
READING_STATE: Schema = {"enum": ["not_read", *STATE["enum"]]}


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


#: Who is to read a study, and how far this reader is.
ASSIGNED: Schema = list_of(
    object_of(login=TEXT, name=TEXT, assigned_by=TEXT, assigned_by_name=TEXT, created=TEXT, state=READING_STATE)
)

#: A group of answers, by item; which items there are is said by the template's own schema.
_GROUP: Schema = {"type": "object", "additionalProperties": {"anyOf": [TEXT, NUMBER, list_of(TEXT)]}}
#: Answers by group: once, or a list of members where the group repeats.
ANSWERS: Schema = {"type": "object", "additionalProperties": {"anyOf": [_GROUP, list_of(_GROUP)]}}
