"""Template → JSON Schema 2020-12 of its answers: what draws the form is what checks a request."""

from typing import Any

from sr_templates import consistency
from sr_templates.codes import Code
from sr_templates.template import Group, Item, Template, Text, Value

#: The end of a text; `$` alone lets a line feed follow in Python.
END = r"$(?![\s\S])"

#: UIDs after PS3.5 section 9.1.
UID_PATTERN = r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+" + END

#: What a UT holds and gives back unchanged: no space at its ends, no control characters but those of lines.
TEXT_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f])?" + END

#: A TEXT content item is a UT; this is a limit of ours, so that a report stays a report.
LONGEST_TEXT = 4000


def json_schema(template: Template, *, complete: bool = True, retired: bool = False) -> dict[str, Any]:
    """Return the schema of `answers`; what a form needs beside it stands under `x-hepatia`.

    Parameters
    ----------
    complete
        Whether required answers must be there; False gives the schema of a draft.
    retired
        Whether retired items and values are accepted, as in a report of an older version that is verified now.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hepatia:template:{template.id}:{template.version}",
        "title": template.title.en,
        "type": "object",
        "properties": {group.name: _group(group, complete, retired) for group in template.groups},
        "required": [group.name for group in template.groups if complete and _must_be_there(group)],
        "additionalProperties": False,
        "x-hepatia": {
            "title": _text(template.title),
            "tabs": [
                {"name": tab.name, "title": _text(tab.title), "groups": list(tab.groups)} for tab in template.tabs
            ],
            "sections": {name: _text(title) for name, title in template.sections.items()},
            "phases": {phase.name: _value(phase) for phase in template.phases},
            "proposals": consistency.proposals(template),
        },
    }


def items(template: Template) -> list[dict[str, Any]]:
    """Return every item as one flat list: path, kind, concept, place, unit, values with their codes."""
    return [_published(group, item) for group in template.groups for item in group.items]


def _published(group: Group, item: Item) -> dict[str, Any]:
    return {
        "path": f"{group.name}.{item.name}",
        "kind": item.kind,
        "repeats": group.repeats,
        "required": item.required,
        "since": item.since,
        "retired": item.retired,
        "title": _text(item.title),
        "concept": _code(item.concept),
        "site": _code(item.site) if item.site else None,
        "laterality": _code(item.laterality) if item.laterality else None,
        "derivation": _code(item.derivation) if item.derivation else None,
        "method": _code(item.method) if item.method else None,
        "phase": item.phase.name if item.phase else None,
        "measured": item.measured,
        "unit": item.unit,
        "values": [_published_value(value) for value in item.values],
    }


def _published_value(value: Value) -> dict[str, Any]:
    return {
        "name": value.name,
        "scheme": value.code.scheme,
        "value": value.code.value,
        "title": _text(value.title),
        "since": value.since,
        "retired": value.retired,
    }


def _code(code: Code) -> dict[str, str]:
    return {"scheme": code.scheme, "value": code.value, "meaning": code.meaning}


def _must_be_there(group: Group) -> bool:
    return not group.repeats and any(item.required for item in group.items)


def _group(group: Group, complete: bool, retired: bool) -> dict[str, Any]:
    current = [item for item in group.items if retired or not item.retired]
    members = {
        "type": "object",
        "properties": {item.name: _item(item, retired) for item in current},
        "required": [item.name for item in current if complete and item.required],
        "additionalProperties": False,
    }
    hints: dict[str, Any] = {"title": _text(group.title)}
    if not group.repeats:
        return {"title": group.title.en, "x-hepatia": hints} | members
    if group.member:
        hints["member"] = _text(group.member)
    if group.counted_by:
        hints["counted_by"] = group.counted_by
    return {"title": group.title.en, "x-hepatia": hints, "type": "array", "items": members}


def _item(item: Item, retired: bool) -> dict[str, Any]:
    read_only = {"readOnly": True} if item.measured else {}
    return {"title": item.title.en, "x-hepatia": _hints(item)} | read_only | _constraints(item, retired)


def _constraints(item: Item, retired: bool) -> dict[str, Any]:
    names = [value.name for value in (item.values if retired else item.offered)]
    match item.kind:
        case "evaluation":
            return {"type": "string", "enum": names}
        case "set" | "sites":
            return _set(item, names)
        case "text":
            return {"type": "string", "pattern": TEXT_PATTERN, "minLength": 1, "maxLength": LONGEST_TEXT}
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
        "values": {value.name: _value(value) for value in item.offered},
        "alone": list(item.alone),
        "decimals": item.decimals,
        "measured": item.measured,
        "phase": item.phase.name if item.phase else None,
    }


def _value(value: Value) -> dict[str, Any]:
    return _text(value.title) | {
        "short": _text(value.short) if value.short else None,
        "detail": _text(value.detail) if value.detail else None,
        "code": value.code.value,
        "synonyms": list(value.synonyms),
    }


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt": text.pt}
