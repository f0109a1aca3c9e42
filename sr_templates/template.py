"""A template: the groups and items that a reader fills in, loaded from one TOML file."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from sr_templates.codes import Code

#: Kinds of items: how an answer looks in JSON and in the SR.
KINDS = {
    "evaluation": "one coded value; a CODE content item",
    "set": "a set of coded values; one CODE content item each",
    "sites": "a set of anatomical sites; the Finding Sites of the measurement group",
    "measurement": "a number with a unit; a NUM content item",
    "count": "a whole number; a NUM content item",
    "text": "free text; a TEXT content item",
    "tracking_uid": "identity of a lesion; the Tracking Unique Identifier of the measurement group",
    "segment_number": "segment of the report's SEG; the Referenced Segment of the measurement group",
}
CODED = frozenset({"evaluation", "set", "sites"})
NUMERIC = frozenset({"measurement", "count"})


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    en: str
    pt: str


@dataclass(frozen=True)
class Value:
    """One allowed value of a coded item."""

    name: str
    code: Code
    title: Text
    short: Text | None = None
    detail: Text | None = None


@dataclass(frozen=True)
class Item:
    """One thing that a reader answers."""

    name: str
    kind: str
    concept: Code
    title: Text
    section: str
    control: str
    site: Code | None = None
    help: Text | None = None
    short: Text | None = None
    required: bool = False
    retired: bool = False
    values: tuple[Value, ...] = ()
    alone: tuple[str, ...] = ()
    unit: str | None = None
    unit_label: Text | None = None
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    decimals: int | None = None

    def value(self, name: str) -> Value | None:
        """Return the value of a name."""
        return next((value for value in self.values if value.name == name), None)


@dataclass(frozen=True)
class Group:
    """Items that belong together: one measurement group of the SR, or one per member when it repeats."""

    name: str
    title: Text
    finding: Code
    items: tuple[Item, ...]
    site: Code | None = None
    repeats: bool = False
    member: Text | None = None
    counted_by: str | None = None

    def item(self, name: str) -> Item | None:
        """Return the item of a name."""
        return next((item for item in self.items if item.name == name), None)


@dataclass(frozen=True)
class Tab:
    """A page of the form, and the groups on it."""

    name: str
    title: Text
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """What is recorded of one organ."""

    id: str
    version: int
    title: Text
    tabs: tuple[Tab, ...]
    sections: dict[str, Text]
    groups: tuple[Group, ...]

    def group(self, name: str) -> Group | None:
        """Return the group of a name."""
        return next((group for group in self.groups if group.name == name), None)

    def item(self, path: str) -> Item | None:
        """Return the item of a path such as `nodules.lirads`."""
        group_name, _, item_name = path.partition(".")
        group = self.group(group_name)
        return group.item(item_name) if group else None


@cache
def names() -> tuple[str, ...]:
    """Return the ids of the templates that come with the project, sorted."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name[:-5].replace("_", "-") for file in files if file.name.endswith(".toml")))


@cache
def load(name: str) -> Template:
    """Return the template of an id, such as `liver-ct`.

    Raises
    ------
    KeyError
        There is no such template.
    TemplateError
        Its file breaks a rule.
    """
    from sr_templates import loading

    if name not in names():
        raise KeyError(name)
    file = name.replace("-", "_") + ".toml"
    return loading.parse(resources.files(__package__).joinpath(file).read_text(encoding="utf-8"), file)
