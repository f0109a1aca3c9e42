"""What a template must keep beyond its form, so that reports of every version stay readable; problems are sentences."""

from collections.abc import Iterator

from sr_templates.quantities import QUANTITIES
from sr_templates.template import CODED, NUMERIC, Group, Item, Template, Value

#: Kinds of which a group has one item at most, named as the kind: the rest of the project finds it by that name.
NAMED_AS_THEIR_KIND = frozenset({"tracking_uid", "segment_number"})


def of_item(item: Item) -> Iterator[str]:
    """Yield what is wrong with an item."""
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
    if item.laterality and not item.site:
        yield "laterality is of a site, and there is none"
    if item.caliper and (item.kind, item.unit) != ("measurement", "mm"):
        yield "a caliper measures mm"
    if item.kind in NAMED_AS_THEIR_KIND and item.name != item.kind:
        yield f"an item of kind {item.kind} has that name"
    yield from _synonyms(item)
    yield from _measured(item)
    yield from _history(item)


def _synonyms(item: Item) -> Iterator[str]:
    """Yield what is wrong with the words that a lookup finds a value by."""
    if item.control != "lookup" and any(value.synonyms for value in item.values):
        yield "synonyms are of a lookup"
    for value in item.values:
        told = [word.casefold() for word in (value.title.en, value.title.pt, *value.synonyms)]
        if len(set(told[1:])) != len(told[1:]) or told[0] in told[2:]:
            yield f"a synonym of {value.name} says again what is there"
        if not all(word.strip() for word in told):
            yield f"a synonym of {value.name} is empty"


def _measured(item: Item) -> Iterator[str]:
    """Yield what is wrong with an item that the server measures, or with the phase of one that it does not."""
    quantity = QUANTITIES.get(item.measured or "")
    if item.measured and quantity is None:
        yield f'there is no quantity "{item.measured}"; there are {", ".join(QUANTITIES)}'
    if (item.phase is not None) != (quantity is not None and quantity.of_attenuation):
        yield "what is measured of the attenuation has a phase (each_phase), nothing else has"
    if quantity and (item.kind, item.unit) != ("measurement", quantity.unit):
        yield f"{item.measured} is a measurement in {quantity.unit}"
    if (item.control == "measured") != bool(item.measured):
        yield "the control of what is measured is measured, and of nothing else"
    if item.measured and (item.required or item.caliper):
        yield "what is measured is neither required nor a caliper: not every report has a mask"


def _history(item: Item) -> Iterator[str]:
    """Yield what would make reports of another version invalid."""
    if item.required and item.since > 1:
        yield "an item that came later cannot be required: reports of earlier versions do not have it"
    if item.required and item.retired:
        yield "a retired item cannot be required: new reports do not have it"
    if item.values and not item.offered and not item.retired:
        yield "all values are retired, so the item must be"
    if any(value.since < item.since for value in item.values if value.since > 1):
        yield "a value cannot be older than its item"


def of_group(group: Group) -> Iterator[str]:
    """Yield what is wrong with a group beyond its items."""
    if len({item.name for item in group.items}) != len(group.items):
        yield "two items share a name"
    keys = [(item.concept.key, item.place, item.manner) for item in group.items]
    if len(keys) != len(set(keys)):
        yield "two items share a concept and a site; a reader of the SR could not tell them apart"
    if group.segments and group.repeats:
        yield "segments are named by groups that stand once; members have segments of their own"
    if not (group.segments or group.of_kind("segment_number")) and any(item.measured for item in group.items):
        yield "it has nothing to measure: it names no segments, and has no item of kind segment_number"
    if group.laterality and not group.site:
        yield "laterality is of a site, and there is none"
    first = next((item for item in group.items if item.kind in NUMERIC), None)
    if any(item.caliper and item is not first for item in group.items):
        yield "a caliper is the first number of its group: viewers take that one"
    for kind in NAMED_AS_THEIR_KIND | {"sites"}:
        if sum(item.kind == kind for item in group.items) > 1:
            yield f"two items are of kind {kind}; the SR has one place for it"


def of_template(template: Template) -> Iterator[str]:
    """Yield what is wrong with a template beyond its groups."""
    names = [group.name for group in template.groups]
    if len(names) != len(set(names)):
        yield "two groups share a name"
    if len({(group.finding.key, group.place) for group in template.groups}) != len(names):
        yield "two groups share a finding and a site; a reader of the SR could not tell them apart"
    if sorted(name for tab in template.tabs for name in tab.groups) != sorted(names):
        yield "every group must be on exactly one tab"
    for group in template.groups:
        counted = template.item(group.counted_by) if group.counted_by else None
        if group.counted_by and (counted is None or counted.kind != "count"):
            yield f'{group.name}: counted_by names "{group.counted_by}", which is no count'
        for item in group.items:
            yield from (f"{group.name}.{item.name}: {problem}" for problem in _in_template(item, template))


def _in_template(item: Item, template: Template) -> Iterator[str]:
    if item.section not in template.sections:
        yield f'there is no section "{item.section}"'
    parts: tuple[Item | Value, ...] = (item, *item.values)
    for part in parts:
        if not 1 <= part.since <= template.version:
            yield f"since names version {part.since}, which does not exist"
