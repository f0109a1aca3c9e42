"""Whether the content of an SR keeps the rows of TID 1500, 1501, 1410, 1411, 1419 and 1600 (PS3.16 annex A).

dciodvfy checks the IOD, not the template. The rows are data (`conformance_rows`); neither knows of this project.
"""

from collections.abc import Iterator, Sequence

from sr_templates.codes import Code
from sr_templates.conformance_rows import CHOICES, GROUP_TEMPLATES, ORDERED, ROWS, Choice, Row
from sr_templates.items import ContentItem, walk


def problems(root: ContentItem) -> list[str]:
    """Return what the content of a TID 1500 report breaks, each as a sentence that names template and row."""
    if root.value_type != "CONTAINER" or root.relationship:
        return ["TID 1500 row 1: the root is no CONTAINER."]
    return [*_inside(root, "1500", "root"), *(problem for item in walk(root) for problem in _number(item))]


def _inside(item: ContentItem, template: str, place: str) -> Iterator[str]:
    """Yield what the children of an item break of a template's rows."""
    taken = [next((one for one in ROWS[template] if takes(one, child)), None) for child in item.children]
    for row in ROWS[template]:
        yield from _counted(row, sum(one is row for one in taken), template, place)
    for choice in CHOICES.get(template, ()):
        yield from _chosen(choice, item, template, place)
    if template in ORDERED:
        yield from _in_order([row for row in taken if row], template, place)
    for position, (child, found) in enumerate(zip(item.children, taken, strict=True), 1):
        yield from _child(child, found, template, f"{place}.{position}")


def takes(row: Row, item: ContentItem) -> bool:
    """Whether an item is one of a row."""
    if item.relationship != row.relationship or item.value_type not in row.types:
        return False
    return not row.concepts or (item.concept is not None and item.concept.key in _keys(row.concepts))


def _child(child: ContentItem, row: Row | None, template: str, place: str) -> Iterator[str]:
    if row is None:
        # The templates may be extended, but not by their own concepts in another way.
        same = [one for one in ROWS[template] if child.concept and child.concept.key in _keys(one.concepts)]
        if same:
            wanted = f"{same[0].relationship} {'/'.join(same[0].types)}"
            told = f"{child.relationship} {child.value_type}"
            yield f"TID {template} row {same[0].number}: {place} is {told}, not {wanted}."
        return
    allowed = _keys(row.values)
    if allowed and not (isinstance(child.value, Code) and child.value.key in allowed):
        yield f"TID {template} row {row.number}: {place} has a value that is not of its context group."
    if row.inner:
        inner = GROUP_TEMPLATES.get(child.template, row.inner) if row.inner in GROUP_TEMPLATES.values() else row.inner
        yield from _inside(child, inner, place)


def _counted(row: Row, count: int, template: str, place: str) -> Iterator[str]:
    if count < row.least:
        yield f"TID {template} row {row.number}: {place} has no {_names(row.concepts)}."
    elif count > row.most:
        yield f"TID {template} row {row.number}: {place} has {count} of {_names(row.concepts)}, at most {row.most}."


def _chosen(choice: Choice, item: ContentItem, template: str, place: str) -> Iterator[str]:
    present = {child.concept.key for child in item.children if child.concept}
    given = sum(concept.key in present for concept in choice.concepts)
    needed = not choice.when or bool(_keys(choice.when) & present)
    if needed and not choice.least <= given <= choice.most:
        yield f"TID {template} row {choice.number}: {place} has {given} of {_names(choice.concepts)}."


def _in_order(rows: Sequence[Row], template: str, place: str) -> Iterator[str]:
    positions = [ROWS[template].index(row) for row in rows]
    for before, after, row in zip(positions, positions[1:], rows[1:], strict=False):
        if after < before:
            yield f"TID {template} row {row.number}: {place} has {_names(row.concepts)} out of order."


def _number(item: ContentItem) -> Iterator[str]:
    """Yield what a NUM breaks of TID 1419 and PS3.3 section C.18.1: UCUM units, a reason where there is no value."""
    if item.value_type != "NUM":
        return
    named = item.concept.meaning if item.concept else "a number"
    if item.value is None and item.qualifier is None:
        yield f"PS3.3 C.18.1: {named} has neither a value nor a qualifier."
    if item.value is not None and (item.unit is None or item.unit.scheme != "UCUM"):
        yield f"TID 1419 row 5: {named} has no unit of UCUM."


def _keys(concepts: Sequence[Code]) -> set[tuple[str, str]]:
    return {concept.key for concept in concepts}


def _names(concepts: Sequence[Code]) -> str:
    return " or ".join(concept.meaning for concept in concepts) or "item"
