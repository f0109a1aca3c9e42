"""Reads a template file and checks every rule that it must keep, with messages that name the place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from sr_templates.codes import SCHEME, Code, published
from sr_templates.errors import TemplateError
from sr_templates.template import CODED, KINDS, NUMERIC, Group, Item, Tab, Template, Text, Value

CONTROLS = frozenset(
    {"segmented", "chips", "tiles", "lookup", "number", "liver_map", "badges", "text", "hidden"},
)
ITEM_KEYS = frozenset(
    {
        "name", "kind", "concept", "title", "section", "control", "site", "help", "short", "required", "retired",
        "values", "value_set", "alone", "unit", "unit_label", "minimum", "above", "maximum", "decimals",
    }
)  # fmt: skip
GROUP_KEYS = frozenset({"name", "title", "finding", "site", "repeats", "member", "counted_by", "items"})
TEXT_KEYS = frozenset({"en", "pt"})
VALUE_KEYS = TEXT_KEYS | {"code", "short", "detail"}
NAME = re.compile(r"[a-z][a-z0-9_]*")


class _Place:
    """Where in the file we are, for the messages."""

    def __init__(self, file: str, *names: str) -> None:
        self.file, self.names = file, names

    def inside(self, name: str) -> "_Place":
        return _Place(self.file, *self.names, name)

    def fail(self, rule: str) -> TemplateError:
        return TemplateError(f"{self.file}: {'.'.join(self.names) or 'template'}: {rule}.")


def parse(text: str, file: str) -> Template:
    """Return the template that a TOML text describes.

    Parameters
    ----------
    file
        Name for the messages.

    Raises
    ------
    TemplateError
        The text is no TOML, or breaks a rule.
    """
    place = _Place(file)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.fail(f"not TOML: {error}") from None
    shared = {name: _values(values, place.inside(name)) for name, values in raw.get("value_sets", {}).items()}
    template = Template(
        id=_required(raw, "id", place),
        version=_required(raw, "version", place),
        title=_text(_required(raw, "title", place), place),
        tabs=tuple(_tab(tab, place.inside("tabs")) for tab in raw.get("tabs", [])),
        sections={name: _text(title, place.inside(name)) for name, title in raw.get("sections", {}).items()},
        groups=tuple(_group(group, shared, place) for group in raw.get("groups", [])),
    )
    for problem in _inconsistencies(template):
        raise place.fail(problem)
    return template


def _group(raw: Mapping[str, Any], shared: Mapping[str, tuple[Value, ...]], parent: _Place) -> Group:
    place = parent.inside(_name(raw, parent))
    _check_keys(raw, GROUP_KEYS, place)
    group = Group(
        name=raw["name"],
        title=_text(_required(raw, "title", place), place),
        finding=_code(_required(raw, "finding", place), place),
        site=_code(raw["site"], place) if "site" in raw else None,
        repeats=raw.get("repeats", False),
        member=_text(raw["member"], place) if "member" in raw else None,
        counted_by=raw.get("counted_by"),
        items=tuple(_item(item, shared, place) for item in _required(raw, "items", place)),
    )
    keys = [(item.concept.key, item.site.key if item.site else None) for item in group.items]
    if len(keys) != len(set(keys)):
        raise place.fail("two items share a concept and a site; a reader of the SR could not tell them apart")
    return group


def _item(raw: Mapping[str, Any], shared: Mapping[str, tuple[Value, ...]], parent: _Place) -> Item:
    place = parent.inside(_name(raw, parent))
    _check_keys(raw, ITEM_KEYS, place)
    if "value_set" in raw and raw["value_set"] not in shared:
        raise place.fail(f'there is no value set "{raw["value_set"]}"')
    item = Item(
        name=raw["name"],
        kind=_one_of(raw, "kind", KINDS, place),
        concept=_code(_required(raw, "concept", place), place),
        title=_text(_required(raw, "title", place), place),
        section=_required(raw, "section", place),
        control=_one_of(raw, "control", CONTROLS, place),
        site=_code(raw["site"], place) if "site" in raw else None,
        required=raw.get("required", False),
        retired=raw.get("retired", False),
        values=shared[raw["value_set"]] if "value_set" in raw else _values(raw.get("values", {}), place),
        alone=tuple(raw.get("alone", ())),
        unit=raw.get("unit"),
        help=_optional_text(raw, "help", place),
        short=_optional_text(raw, "short", place),
        unit_label=_optional_text(raw, "unit_label", place),
        minimum=raw.get("minimum"),
        above=raw.get("above"),
        maximum=raw.get("maximum"),
        decimals=raw.get("decimals"),
    )
    for problem in _item_problems(item):
        raise place.fail(problem)
    return item


def _item_problems(item: Item) -> Iterator[str]:
    if (item.kind in CODED) != bool(item.values):
        yield "coded kinds have values, others have none"
    if (item.kind in NUMERIC) != bool(item.unit):
        yield "numbers have a unit (UCUM), others have none"
    if len({value.code.key for value in item.values}) != len(item.values):
        yield "two values share a code"
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        yield "minimum is above maximum"
    if not set(item.alone) <= {value.name for value in item.values}:
        yield "alone names a value that does not exist"


def _inconsistencies(template: Template) -> Iterator[str]:
    group_names = [group.name for group in template.groups]
    if len(group_names) != len(set(group_names)):
        yield "two groups share a name"
    if sorted(name for tab in template.tabs for name in tab.groups) != sorted(group_names):
        yield "every group must be on exactly one tab"
    for group in template.groups:
        if len({item.name for item in group.items}) != len(group.items):
            yield f"{group.name}: two items share a name"
        for item in group.items:
            if item.section not in template.sections:
                yield f'{group.name}.{item.name}: there is no section "{item.section}"'
        if group.counted_by and template.item(group.counted_by) is None:
            yield f'{group.name}: counted_by names "{group.counted_by}", which does not exist'


def _values(raw: Mapping[str, Any], place: _Place) -> tuple[Value, ...]:
    return tuple(
        Value(
            name=name,
            code=_code(_required(value, "code", place.inside(name)), place.inside(name)),
            title=_text(value, place.inside(name), VALUE_KEYS),
            short=_optional_text(value, "short", place.inside(name)),
            detail=_optional_text(value, "detail", place.inside(name)),
        )
        for name, value in raw.items()
    )


def _tab(raw: Mapping[str, Any], place: _Place) -> Tab:
    return Tab(_name(raw, place), _text(_required(raw, "title", place), place), tuple(raw.get("groups", ())))


def _text(raw: Mapping[str, Any], place: _Place, keys: frozenset[str] = TEXT_KEYS) -> Text:
    _check_keys(raw, keys, place)
    if not raw.get("en") or not raw.get("pt"):
        raise place.fail("a text needs both languages, en and pt")
    return Text(raw["en"], raw["pt"])


def _optional_text(raw: Mapping[str, Any], key: str, place: _Place) -> Text | None:
    return _text(raw[key], place) if key in raw else None


def _code(raw: str, place: _Place) -> Code:
    try:
        code = Code.parse(raw)
    except ValueError as error:
        raise place.fail(str(error)) from None
    if code.scheme == SCHEME and published().get(code.value) != code.meaning:
        raise place.fail(f"{code.value} with this meaning is not in codes_99hepatia.csv")
    return code


def _name(raw: Mapping[str, Any], place: _Place) -> str:
    name = _required(raw, "name", place)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise place.fail(f'"{name}" is no name: small letters, digits and _')
    return name


def _one_of(raw: Mapping[str, Any], key: str, allowed: Mapping[str, str] | frozenset[str], place: _Place) -> str:
    value: str = _required(raw, key, place)
    if value not in allowed:
        raise place.fail(f'{key} "{value}" is none of {", ".join(sorted(allowed))}')
    return value


def _check_keys(raw: Mapping[str, Any], known: frozenset[str], place: _Place) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise place.fail(f'there is no key "{unknown[0]}" here; there are {", ".join(sorted(known))}')


def _required(raw: Mapping[str, Any], key: str, place: _Place) -> Any:  # noqa: ANN401 -- TOML has any type
    if key not in raw:
        raise place.fail(f"{key} is missing")
    return raw[key]
