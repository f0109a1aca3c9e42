"""Templates and codes → Markdown, for the documentation (scripts/update_docs.py)."""

from collections.abc import Iterator

from sr_templates import codes, consistency
from sr_templates.codes import Code
from sr_templates.quantities import QUANTITIES
from sr_templates.template import KINDS, Group, Item, Template, Value


def describe(described: Template) -> str:
    """Return every group and item with kind, code, unit, range and values, in both languages."""
    lines = [
        f"# {described.title.en} · {described.title.pt}",
        "",
        f"Template `{described.id}`, version {described.version}. Procedure reported {_code(described.procedure)}."
        f" Made from `sr_templates/{described.id.replace('-', '_')}.toml`;"
        " codes of scheme 99HEPATIA are in `sr_templates/codes_99hepatia.csv`.",
    ]
    for group in described.groups:
        lines += _group(group)
    lines += consistency.describe(described)
    return "\n".join(lines) + "\n"


def _group(group: Group) -> Iterator[str]:
    repeats = "; may stand any number of times" if group.repeats else ""
    site = _place(group)
    yield from ("", f"## `{group.name}` · {group.title.en} · {group.title.pt}", "")
    yield f"Finding {_code(group.finding)}{site}{repeats}."
    for item in group.items:
        yield from _item(group, item)


def _item(group: Group, item: Item) -> Iterator[str]:
    required = "required" if item.required else "optional"
    required += f", since version {item.since}" if item.since > 1 else ""
    required += ", retired" if item.retired else ""
    yield from ("", f"### `{group.name}.{item.name}` · {item.title.en} · {item.title.pt}", "")
    kind = KINDS[item.kind]
    yield f"{kind[0].upper()}{kind[1:]} ({required}). Concept {_code(item.concept)}{_how(item)}."
    if item.measured:
        yield f"Measured by the server from the masks (`{item.measured}`): {QUANTITIES[item.measured].meaning}."
    if item.help:
        yield f"{item.help.en} · {item.help.pt}"
    if item.unit:
        yield f"Unit `{item.unit}` (UCUM){_range(item)}."
    if item.values:
        yield from ("", "| value | English | Português | code |", "|---|---|---|---|")
        for value in item.values:
            yield f"| `{value.name}` | {value.title.en} | {value.title.pt} | {_code(value.code)}{_history(value)} |"
        yield from _found_by(item)
    if item.alone:
        yield from ("", f"Stands alone: {', '.join(f'`{name}`' for name in item.alone)}.")


def _found_by(item: Item) -> Iterator[str]:
    found = [f"`{value.name}` by {', '.join(value.synonyms)}" for value in item.values if value.synonyms]
    if found:
        yield from ("", f"Also found: {'; '.join(found)}.")


def _place(part: Group | Item) -> str:
    side = f", {part.laterality.meaning.lower()} {_code(part.laterality)}" if part.laterality else ""
    return f", at {_code(part.site)}{side}" if part.site else ""


def _how(item: Item) -> str:
    phase = item.phase.code if item.phase else None
    named = (("derivation", item.derivation), ("method", item.method), ("phase", phase))
    return _place(item) + "".join(f", {name} {_code(code)}" for name, code in named if code)


def _history(value: Value) -> str:
    since = f", since version {value.since}" if value.since > 1 else ""
    return since + (", retired" if value.retired else "")


def _range(item: Item) -> str:
    limits = ((item.above, "above"), (item.minimum, "from"), (item.maximum, "to"))
    said = [f"{word} {limit:g}" for limit, word in limits if limit is not None]
    return f", {' '.join(said)}" if said else ""


def _code(code: Code) -> str:
    return f"({code.value}, {code.scheme}, “{code.meaning}”)"


def describe_codes() -> str:
    """Return every published code of the project's own scheme, with what it means and what it is near to."""
    scheme = codes.PRIVATE_SCHEMES[codes.SCHEME]
    lines = [
        "# Codes of the scheme 99HEPATIA",
        "",
        f"“{scheme.name}” of {scheme.organization}, UID {scheme.uid}, edition {scheme.version}: for what DICOM's"
        " dictionaries and SNOMED CT's DICOM subset have no code for. Every SR names the scheme in Coding Scheme"
        " Identification Sequence (0008,0110). A code is never changed and never used again; its definition may be said"
        " better. Made from `sr_templates/codes_99hepatia.csv`.",
        "",
        "The mapping says what the standard code is to ours: equal, broader, narrower, or close. It is left out where"
        " no code could be verified.",
        "",
        "| code | meaning | definition | mapping |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{one.code.value}` | {one.code.meaning} | {one.definition} | {one.mapping} |" for one in codes.register()
    ]
    return "\n".join(lines) + "\n"
