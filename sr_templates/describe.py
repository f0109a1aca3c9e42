"""Template → Markdown, for the documentation: `python -m sr_templates.describe liver-ct`."""

import sys
from collections.abc import Iterator

from sr_templates import template
from sr_templates.codes import Code
from sr_templates.template import KINDS, Group, Item, Template


def describe(described: Template) -> str:
    """Return every group and item with kind, code, unit, range and values, in both languages."""
    lines = [
        f"# {described.title.en} · {described.title.pt}",
        "",
        f"Template `{described.id}`, version {described.version}."
        f" Made from `sr_templates/{described.id.replace('-', '_')}.toml`;"
        " codes of scheme 99HEPATIA are in `sr_templates/codes_99hepatia.csv`.",
    ]
    for group in described.groups:
        lines += _group(group)
    return "\n".join(lines) + "\n"


def _group(group: Group) -> Iterator[str]:
    repeats = "; may stand any number of times" if group.repeats else ""
    site = f", at {_code(group.site)}" if group.site else ""
    yield from ("", f"## `{group.name}` · {group.title.en} · {group.title.pt}", "")
    yield f"Finding {_code(group.finding)}{site}{repeats}."
    for item in group.items:
        yield from _item(group, item)


def _item(group: Group, item: Item) -> Iterator[str]:
    required = "required" if item.required else "optional"
    yield from ("", f"### `{group.name}.{item.name}` · {item.title.en} · {item.title.pt}", "")
    where = f", at {_code(item.site)}" if item.site else ""
    yield f"{KINDS[item.kind][0].upper()}{KINDS[item.kind][1:]} ({required}). Concept {_code(item.concept)}{where}."
    if item.help:
        yield f"{item.help.en} · {item.help.pt}"
    if item.unit:
        yield f"Unit `{item.unit}` (UCUM){_range(item)}."
    if item.values:
        yield from ("", "| value | English | Português | code |", "|---|---|---|---|")
        for value in item.values:
            yield f"| `{value.name}` | {value.title.en} | {value.title.pt} | {_code(value.code)} |"
    if item.alone:
        yield from ("", f"Stands alone: {', '.join(f'`{name}`' for name in item.alone)}.")


def _range(item: Item) -> str:
    limits = ((item.above, "above"), (item.minimum, "from"), (item.maximum, "to"))
    said = [f"{word} {limit:g}" for limit, word in limits if limit is not None]
    return f", {' '.join(said)}" if said else ""


def _code(code: Code) -> str:
    return f"({code.value}, {code.scheme}, “{code.meaning}”)"


if __name__ == "__main__":
    print(describe(template.load(sys.argv[1])), end="")
