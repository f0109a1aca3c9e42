"""What lists say of an exam in one line: how many lesions, the highest category, the largest size, its masks.

The names follow the template: for `liver-ct` they are `nodules`, `lirads` and `largest_mm`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from indexer import study
from sr_templates.template import NUMERIC, Group, Item, Template, Text

#: Kinds of segments whose phases lists tell.
MASKS = ("liver", "nodule")

#: The largest size of a member, as lists name it.
LARGEST = "largest_mm"

LARGEST_TITLE = Text("Largest", "Maior")
MILLIMETRES = Text("mm", "mm")


@dataclass(frozen=True)
class Summary:
    """The repeated group of a template that lists tell about: the one whose members have a category.

    Attributes
    ----------
    ascending
        Categories from the lowest to the highest.
    size
        The item whose largest value is told, in mm.
    """

    group: Group
    category: Item
    ascending: tuple[str, ...]
    size: Item | None

    @property
    def highest_title(self) -> Text:
        """What the highest category is called."""
        return Text(f"Highest {self.category.title.en}", f"Maior {self.category.title.pt}")

    @cached_property
    def titles(self) -> Mapping[str, Text]:
        """Titles of what `of_answers` tells, by name."""
        named = {self.category.name: self.highest_title, self.group.name: self.group.title}
        return named | ({LARGEST: LARGEST_TITLE} if self.size else {})

    def of_answers(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the highest category, the number of members, and the largest size."""
        members: Sequence[Mapping[str, Any]] = answers.get(self.group.name, ())
        found = {
            self.category.name: highest(self.ascending, (one.get(self.category.name) for one in members)),
            self.group.name: len(members),
        }
        return found | ({LARGEST: self._largest(members)} if self.size else {})

    def _largest(self, members: Sequence[Mapping[str, Any]]) -> float | None:
        name = self.size.name if self.size else ""
        return max((one[name] for one in members if isinstance(one.get(name), int | float)), default=None)


def of_template(template: Template) -> Summary | None:
    """Return what lists tell about the members of a template's group; None when no group has a category."""
    for group in template.groups:
        category = group.item(group.category.item) if group.repeats and group.category else None
        if category:
            sizes = (item for item in group.items if item.kind in NUMERIC and item.caliper and item.unit == "mm")
            return Summary(group, category, ascending(group, category), next(sizes, None))
    return None


def ascending(group: Group, item: Item) -> tuple[str, ...]:
    """Return the values of an item from the lowest to the highest: as the category says, else in their order."""
    of_category = group.category and group.category.item == item.name and group.category.ascending
    return of_category or tuple(value.name for value in item.values)


def highest(order: Sequence[str], names: Iterable[Any]) -> str | None:
    """Return the highest of some names; those that the order does not have are passed over."""
    return max((name for name in names if name in order), key=order.index, default=None)


def masks(segmentations: Iterable[Mapping[str, Any]], phases: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the phases that have a mask, by the kind of its segments.

    Parameters
    ----------
    segmentations
        Rows of one study; what another of them replaces does not count.
    phases
        Of each series.
    """
    known = list(segmentations)
    replaced = {uid for one in known for uid in one["replaces"]}
    found: dict[str, set[str]] = {kind: set() for kind in MASKS}
    for one in known:
        if one["sop_instance_uid"] not in replaced:
            for kind in {segment["kind"] for segment in one["segments"]} & found.keys():
                found[kind].update(phases.get(one["source_series_instance_uid"], ()))
    return {kind: in_order(each) for kind, each in found.items()}


def in_order(phases: Iterable[str]) -> list[str]:
    """Return phases in the order in which they are scanned."""
    there = set(phases)
    return [phase for phase in study.PHASES if phase in there]
