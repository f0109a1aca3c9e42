"""Template → JSON Schema 2020-12 of its answers: what draws the form is what checks a request."""

from typing import Any

from sr_templates.template import Group, Item, Template, Text, Value

#: UIDs after PS3.5 section 9.1.
UID_PATTERN = r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$"

#: A TEXT content item is a UT; this is a limit of ours, so that a report stays a report.
LONGEST_TEXT = 4000


def json_schema(template: Template, *, complete: bool = True) -> dict[str, Any]:
    """Return the schema of `answers`; what a form needs beside it stands under `x-hepatia`.

    Parameters
    ----------
    complete
        Whether required answers must be there; False gives the schema of a draft.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hepatia:template:{template.id}:{template.version}",
        "title": template.title.en,
        "type": "object",
        "properties": {group.name: _group(group, complete) for group in template.groups},
        "required": [group.name for group in template.groups if complete and _must_be_there(group)],
        "additionalProperties": False,
        "x-hepatia": {
            "title": _text(template.title),
            "tabs": [
                {"name": tab.name, "title": _text(tab.title), "groups": list(tab.groups)} for tab in template.tabs
            ],
            "sections": {name: _text(title) for name, title in template.sections.items()},
        },
    }


def items(template: Template) -> list[dict[str, Any]]:
    """Return every item as one flat list: path, kind, concept, unit, values with their codes."""
    return [
        {
            "path": f"{group.name}.{item.name}",
            "kind": item.kind,
            "repeats": group.repeats,
            "required": item.required,
            "retired": item.retired,
            "title": _text(item.title),
            "concept": {"scheme": item.concept.scheme, "value": item.concept.value, "meaning": item.concept.meaning},
            "unit": item.unit,
            "values": [
                {
                    "name": value.name,
                    "scheme": value.code.scheme,
                    "value": value.code.value,
                    "title": _text(value.title),
                }
                for value in item.values
            ],
        }
        for group in template.groups
        for item in group.items
    ]


def _must_be_there(group: Group) -> bool:
    return not group.repeats and any(item.required for item in group.items)


def _group(group: Group, complete: bool) -> dict[str, Any]:
    current = [item for item in group.items if not item.retired]
    members = {
        "type": "object",
        "properties": {item.name: _item(item) for item in current},
        "required": [item.name for item in current if complete and item.required],
        "additionalProperties": False,
    }
    hints: dict[str, Any] = {"title": _text(group.title)}
    if not group.repeats:
        return {"title": group.title.en, "x-hepatia": hints} | members
    if group.member:
        hints["member"] = _text(group.member)
    return {"title": group.title.en, "x-hepatia": hints, "type": "array", "items": members}


def _item(item: Item) -> dict[str, Any]:
    return {"title": item.title.en, "x-hepatia": _hints(item)} | _constraints(item)


def _constraints(item: Item) -> dict[str, Any]:
    names = [value.name for value in item.values]
    match item.kind:
        case "evaluation":
            return {"type": "string", "enum": names}
        case "set" | "sites":
            return _set(item, names)
        case "text":
            return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
        case "tracking_uid":
            return {"type": "string", "pattern": UID_PATTERN, "maxLength": 64}
        case "measurement":
            return {"type": "number"} | _range(item)
        case _:
            return {"type": "integer"} | _range(item)


def _set(item: Item, names: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array", "items": {"type": "string", "enum": names}, "uniqueItems": True}
    if item.required:
        schema["minItems"] = 1
    if item.alone:
        stands_alone = {"contains": {"enum": list(item.alone)}}
        schema |= {"if": stands_alone, "then": {"maxItems": 1}}
    return schema


def _range(item: Item) -> dict[str, Any]:
    limits = {"minimum": item.minimum, "exclusiveMinimum": item.above, "maximum": item.maximum}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _hints(item: Item) -> dict[str, Any]:
    return {
        "title": _text(item.title),
        "short": _text(item.short) if item.short else None,
        "help": _text(item.help) if item.help else None,
        "control": item.control,
        "section": item.section,
        "required": item.required,
        "unit": item.unit,
        "unit_label": _text(item.unit_label)
        if item.unit_label
        else ({"en": item.unit, "pt": item.unit} if item.unit else None),
        "values": {value.name: _value(value) for value in item.values},
        "alone": list(item.alone),
        "decimals": item.decimals,
    }


def _value(value: Value) -> dict[str, Any]:
    return _text(value.title) | {
        "short": _text(value.short) if value.short else None,
        "detail": _text(value.detail) if value.detail else None,
    }


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt": text.pt}
