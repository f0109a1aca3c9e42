"""A template: the groups and items that a reader fills in, loaded from one TOML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

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

#: Keys of a site and of its laterality.
Place = tuple[tuple[str, str] | None, tuple[str, str] | None]

#: Keys of phase, method and derivation.
Manner = tuple[tuple[str, str] | None, ...]


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    en: str
    pt: str


@dataclass(frozen=True)
class Value:
    """One allowed value of a coded item.

    Attributes
    ----------
    since : int
        Version of the template that brought it.
    retired : bool
        It is still read and searched, and no longer offered or accepted.
    synonyms : tuple of str
        Other words, of any language, that a lookup finds it by.
    """

    name: str
    code: Code
    title: Text
    short: Text | None = None
    detail: Text | None = None
    since: int = 1
    retired: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that a reader answers.

    Attributes
    ----------
    since : int
        Version of the template that brought it.
    retired : bool
        It is still read and searched, and no longer offered or accepted.
    caliper : bool
        It is the length of a line on an image, which viewers may edit when it is known.
    measured : str, optional
        A key of `QUANTITIES`: the server measures it from masks, and takes it from nobody else.
    phase : Value, optional
        The contrast phase that it is measured in.
    """

    name: str
    kind: str
    concept: Code
    title: Text
    section: str
    control: str
    site: Code | None = None
    laterality: Code | None = None
    derivation: Code | None = None
    method: Code | None = None
    help: Text | None = None
    short: Text | None = None
    required: bool = False
    since: int = 1
    retired: bool = False
    values: tuple[Value, ...] = ()
    alone: tuple[str, ...] = ()
    unit: str | None = None
    unit_label: Text | None = None
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    caliper: bool = False
    measured: str | None = None
    phase: Value | None = None

    def value(self, name: str) -> Value | None:
        """Return the value of a name."""
        return next((value for value in self.values if value.name == name), None)

    @property
    def place(self) -> Place:
        """Site and laterality, by which items of one concept are told apart."""
        return _place(self.site, self.laterality)

    @property
    def manner(self) -> Manner:
        """Phase, method and derivation, by which items of one concept and place are told apart."""
        parts = (self.phase.code if self.phase else None, self.method, self.derivation)
        return tuple(part.key if part else None for part in parts)

    @property
    def offered(self) -> tuple[Value, ...]:
        """The values that new reports may have."""
        return tuple(value for value in self.values if not value.retired)


@dataclass(frozen=True)
class Category:
    """An item of a group that an engine computes too; where they differ, a complete report needs a reason.

    Attributes
    ----------
    ascending
        The values from the lowest to the highest: the last one that a member has is what is said of the exam.
    """

    item: str
    reason: str
    engine: str
    response: str | None = None
    ascending: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Items that belong together: one measurement group of the SR, or one per member when it repeats.

    Attributes
    ----------
    segments : str, optional
        Kind of the segments that a group that stands once is measured on; members are measured on their own segment.
    """

    name: str
    title: Text
    finding: Code
    items: tuple[Item, ...]
    site: Code | None = None
    laterality: Code | None = None
    repeats: bool = False
    member: Text | None = None
    counted_by: str | None = None
    category: Category | None = None
    segments: str | None = None

    @cached_property
    def rivals(self) -> frozenset[str]:
        """The items that share concept and place with another; their manner tells them apart."""
        keys = [(item.concept.key, item.place) for item in self.items]
        return frozenset(item.name for item, key in zip(self.items, keys, strict=True) if keys.count(key) > 1)

    def item(self, name: str) -> Item | None:
        """Return the item of a name."""
        return next((item for item in self.items if item.name == name), None)

    @property
    def place(self) -> Place:
        """Site and laterality, by which groups of one finding are told apart."""
        return _place(self.site, self.laterality)

    def of_kind(self, kind: str) -> Item | None:
        """Return the first item of a kind."""
        return next((item for item in self.items if item.kind == kind), None)


#: Conditions that must all hold: path of an item → any of some values, or a range with `min` and `max`.
Alternative = Mapping[str, tuple[str, ...] | Mapping[str, float]]


@dataclass(frozen=True)
class Rule:
    """Answers that contradict each other, or propose another answer: one of `when` holds, and none of `unless`.

    Attributes
    ----------
    then : str
        "refuse" (complete reports), "flag", or "propose".
    value : str, optional
        Of the item at `path`: what is proposed.
    """

    name: str
    when: tuple[Alternative, ...]
    unless: tuple[Alternative, ...]
    then: str
    path: str
    text: Text
    value: str | None = None


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
    procedure: Code
    tabs: tuple[Tab, ...]
    sections: dict[str, Text]
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...] = ()
    phases: tuple[Value, ...] = ()

    def group(self, name: str) -> Group | None:
        """Return the group of a name."""
        return next((group for group in self.groups if group.name == name), None)

    def item(self, path: str) -> Item | None:
        """Return the item of a path such as `nodules.lirads`."""
        group_name, _, item_name = path.partition(".")
        group = self.group(group_name)
        return group.item(item_name) if group else None


def _place(site: Code | None, laterality: Code | None) -> Place:
    return site.key if site else None, laterality.key if laterality else None


def names() -> tuple[str, ...]:
    """Return the ids of the templates, sorted."""
    return tuple(_files())


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

    file = _files()[name]
    return loading.parse(file.read_text(encoding="utf-8"), file.name)


def look_into(folders: Sequence[Traversable]) -> None:
    """Look for template files in these folders, and in the project's own."""
    FOLDERS[:] = [resources.files(__package__), *folders]
    _files.cache_clear()
    load.cache_clear()


@cache
def _files() -> Mapping[str, Traversable]:
    files = [file for folder in FOLDERS for file in folder.iterdir() if file.name.endswith(".toml")]
    return {file.name[:-5].replace("_", "-"): file for file in sorted(files, key=lambda file: file.name)}


#: Where template files are: one for each organ, named as its id with `_` for `-`.
FOLDERS: list[Traversable] = [resources.files(__package__)]
