"""Reads a template file and checks every rule that it must keep, with messages that name the place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sr_templates import consistency, judging, library, rules
from sr_templates.codes import SCHEME, STANDARD_SCHEMES, Code, published
from sr_templates.errors import TemplateError
from sr_templates.template import KINDS, Category, Group, Item, Rule, Tab, Template, Text, Value

CONTROLS = frozenset(
    {"segmented", "chips", "tiles", "lookup", "number", "liver_map", "badges", "text", "hidden", "measured"},
)
ITEM_CODES = frozenset({"site", "laterality", "derivation", "method"})
ITEM_TEXTS = frozenset({"help", "short", "unit_label"})
ITEM_PLAIN = frozenset(
    {"required", "since", "retired", "unit", "minimum", "above", "maximum", "decimals", "caliper", "measured"},
)
ITEM_OTHERS = frozenset({"name", "kind", "concept", "title", "section", "control", "values", "value_set", "alone"})
ITEM_PHASES = "each_phase"
ITEM_KEYS = ITEM_CODES | ITEM_TEXTS | ITEM_PLAIN | ITEM_OTHERS | {ITEM_PHASES}
GROUP_KEYS = frozenset(
    {
        "name",
        "title",
        "finding",
        "site",
        "laterality",
        "repeats",
        "member",
        "counted_by",
        "category",
        "segments",
        "items",
    }
)
RULE_KEYS = frozenset({"name", "when", "unless", "then", "path", "text", "value"})
CATEGORY_KEYS = frozenset({"item", "reason", "engine", "response", "ascending"})
TEXT_KEYS = frozenset({"en", "pt"})
VALUE_KEYS = TEXT_KEYS | {"code", "short", "detail", "since", "retired", "synonyms"}
NAME = re.compile(r"[a-z][a-z0-9_]*")

#: Values that several items share, by the name of the set.
Shared = Mapping[str, tuple[Value, ...]]


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
    phases = tuple(_phase(name, phase, place.inside("phases")) for name, phase in raw.get("phases", {}).items())
    template = Template(
        id=_required(raw, "id", place),
        version=_required(raw, "version", place),
        title=_text(_required(raw, "title", place), place),
        procedure=_code(_required(raw, "procedure", place), place),
        tabs=tuple(_tab(tab, place.inside("tabs")) for tab in raw.get("tabs", [])),
        sections={name: _text(title, place.inside(name)) for name, title in raw.get("sections", {}).items()},
        groups=tuple(_group(group, shared, phases, place) for group in raw.get("groups", [])),
        rules=tuple(_rule(rule, place.inside("rules")) for rule in raw.get("rules", [])),
        phases=phases,
    )
    for problem in (*rules.of_template(template), *consistency.of_template(template)):
        raise place.fail(problem)
    return template


def _group(raw: Mapping[str, Any], shared: Shared, phases: tuple[Value, ...], parent: _Place) -> Group:
    place = parent.inside(_name(raw, parent))
    _check_keys(raw, GROUP_KEYS, place)
    group = Group(
        name=raw["name"],
        title=_text(_required(raw, "title", place), place),
        finding=_code(_required(raw, "finding", place), place),
        site=_optional_code(raw, "site", place),
        laterality=_optional_code(raw, "laterality", place),
        repeats=raw.get("repeats", False),
        member=_text(raw["member"], place) if "member" in raw else None,
        counted_by=raw.get("counted_by"),
        category=_category(raw["category"], place.inside("category")) if "category" in raw else None,
        segments=raw.get("segments"),
        items=tuple(one for item in _required(raw, "items", place) for one in _items(item, shared, phases, place)),
    )
    for problem in (*rules.of_group(group), *judging.of_group(group)):
        raise place.fail(problem)
    return group


def _category(raw: Mapping[str, Any], place: _Place) -> Category:
    _check_keys(raw, CATEGORY_KEYS, place)
    item, reason, engine = (_required(raw, key, place) for key in ("item", "reason", "engine"))
    return Category(item, reason, engine, raw.get("response"), tuple(raw.get("ascending", ())))


def _items(raw: Mapping[str, Any], shared: Shared, phases: tuple[Value, ...], parent: _Place) -> Iterator[Item]:
    """Yield an item, or one for each phase: `hu_mean` becomes `hu_mean_arterial` and so on."""
    item = _item(raw, shared, parent)
    for one in [_in_phase(item, phase) for phase in phases] if raw.get(ITEM_PHASES) else [item]:
        for problem in rules.of_item(one):
            raise parent.inside(one.name).fail(problem)
        yield one


def _in_phase(item: Item, phase: Value) -> Item:
    title = Text(f"{item.title.en}, {phase.title.en}", f"{item.title.pt}, {phase.title.pt}")
    return replace(item, name=f"{item.name}_{phase.name}", title=title, phase=phase)


def _item(raw: Mapping[str, Any], shared: Shared, parent: _Place) -> Item:
    place = parent.inside(_name(raw, parent))
    _check_keys(raw, ITEM_KEYS, place)
    if "value_set" in raw and raw["value_set"] not in shared:
        raise place.fail(f'there is no value set "{raw["value_set"]}"')
    return Item(
        name=raw["name"],
        kind=_one_of(raw, "kind", KINDS, place),
        concept=_code(_required(raw, "concept", place), place),
        title=_text(_required(raw, "title", place), place),
        section=_required(raw, "section", place),
        control=_one_of(raw, "control", CONTROLS, place),
        values=shared[raw["value_set"]] if "value_set" in raw else _values(raw.get("values", {}), place),
        alone=tuple(raw.get("alone", ())),
        **_optional(raw, place),
    )


def _optional(raw: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    """Return the keys that an item may lack."""
    readers = ((ITEM_CODES, _code), (ITEM_TEXTS, _text), (ITEM_PLAIN, lambda value, _place: value))
    return {key: read(raw[key], place) for keys, read in readers for key in keys & raw.keys()}


def _rule(raw: Mapping[str, Any], parent: _Place) -> Rule:
    place = parent.inside(_name(raw, parent))
    _check_keys(raw, RULE_KEYS, place)
    when, unless = (
        tuple(
            {path: tuple(one) if isinstance(one, list) else one for path, one in conditions.items()}
            for conditions in raw.get(key, [])
        )
        for key in ("when", "unless")
    )
    then, path = _required(raw, "then", place), _required(raw, "path", place)
    text = _text(_required(raw, "text", place), place)
    return Rule(raw["name"], when, unless, then, path, text, raw.get("value"))


def _values(raw: Mapping[str, Any], place: _Place) -> tuple[Value, ...]:
    return tuple(
        Value(
            name=name,
            code=_code(_required(value, "code", place.inside(name)), place.inside(name)),
            title=_text(value, place.inside(name), VALUE_KEYS),
            short=_optional_text(value, "short", place.inside(name)),
            detail=_optional_text(value, "detail", place.inside(name)),
            since=value.get("since", 1),
            retired=value.get("retired", False),
            synonyms=tuple(value.get("synonyms", ())),
        )
        for name, value in raw.items()
    )


def _phase(name: str, raw: Mapping[str, Any], parent: _Place) -> Value:
    place = parent.inside(name)
    if name not in library.PHASES:
        raise place.fail(f"there is no such phase; there are {', '.join(library.PHASES)}")
    short = _optional_text(raw, "short", place)
    return Value(name, library.PHASES[name], _text(raw, place, TEXT_KEYS | {"short"}), short)


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
    if code.scheme not in STANDARD_SCHEMES and code.scheme != SCHEME:
        raise place.fail(f"there is no scheme {code.scheme}; there are {SCHEME}, {', '.join(sorted(STANDARD_SCHEMES))}")
    if code.scheme == SCHEME and published().get(code.value) != code.meaning:
        raise place.fail(f"{code.value} with this meaning is not in codes_99hepatia.csv")
    return code


def _optional_code(raw: Mapping[str, Any], key: str, place: _Place) -> Code | None:
    return _code(raw[key], place) if key in raw else None


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
