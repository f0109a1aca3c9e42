"""Measurement groups of a report of ours → answers, and what the template does not know of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sr_templates import content, findings, library
from sr_templates.codes import Code
from sr_templates.items import ContentItem, Reference
from sr_templates.report import Caliper, Finding
from sr_templates.template import CODED, NUMERIC, Group, Item, Manner, Place, Template

#: Items that every group has for what they are, not for what a reader said.
STRUCTURE = frozenset(
    code.key
    for code in (
        content.TRACKING_ID, content.TRACKING_UID, content.FINDING, content.SEGMENT, content.SEGMENT_SERIES,
        content.SEGMENT_IMAGE,
    )
)  # fmt: skip

#: Children of one group by the key of their concept.
Named = Mapping[tuple[str, str], Sequence[ContentItem]]


def answers(known: Template, groups: Iterable[ContentItem]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the answers, and as findings what the template does not know: of a later version, or of another tool."""
    found: dict[str, Any] = {}
    unknown: list[Finding] = []
    for container in groups:
        group = _group_of(known, container)
        if group is None:
            unknown.append(findings.finding(container))
            continue
        member, rest = _member(group, container)
        if group.repeats:
            found.setdefault(group.name, []).append(member)
        else:
            found[group.name] = member
        unknown += _rest(container, rest)
    return found, tuple(unknown)


def measured_on(known: Template, groups: Iterable[ContentItem]) -> dict[tuple[str, str], Reference]:
    """Return the segments that the measured items of groups stand on: see `WriteContext.measured_on`."""
    found: dict[tuple[str, str], Reference] = {}
    for container in groups:
        group = _group_of(known, container)
        if group is None:
            continue
        tracking_uid = container.first(content.TRACKING_UID)
        for item in group.items:
            identity = str(tracking_uid.value) if group.repeats and tracking_uid else group.name
            for child in container.named(item.concept) if item.measured else ():
                source = child.first(content.SOURCE)
                if source and source.references and _answers(child, item, group):
                    found[identity, item.name] = source.references[0]
    return found


def calipers(known: Template, groups: Iterable[ContentItem]) -> dict[str, Caliper]:
    """Return by tracking UID the lines whose length was answered."""
    found: dict[str, Caliper] = {}
    for container in groups:
        group, tracking_uid = _group_of(known, container), container.first(content.TRACKING_UID)
        item = next((one for one in group.items if one.caliper), None) if group and group.repeats else None
        if group is None or item is None or tracking_uid is None:
            continue
        for child in container.named(item.concept):
            line = _caliper(child) if _answers(child, item, group) else None
            if line:
                found.setdefault(str(tracking_uid.value), line)
    return found


def _caliper(number: ContentItem) -> Caliper | None:
    """Return the line below a number, where it is one of two points on an image."""
    for child in number.children:
        places, images = child.coordinates, [one for one in child.children if one.references]
        if child.value_type == "SCOORD" and places and len(places.points) == 4 and images:
            column, row, to_column, to_row = map(float, places.points)
            segment = number.first(content.SOURCE)
            return Caliper(
                images[0].references[0],
                (column, row, to_column, to_row),
                segment.references[0] if segment and segment.references else None,
            )
    return None


def _group_of(known: Template, container: ContentItem) -> Group | None:
    """Return the group of the template that is meant: by its finding, and by its site where two share that."""
    said = container.first(content.FINDING)
    key = said.value.key if said and isinstance(said.value, Code) else None
    same = [group for group in known.groups if group.finding.key == key]
    if len(same) < 2:
        return next(iter(same), None)
    place = _place(container)
    return next((group for group in same if group.place == place), None)


def _member(group: Group, container: ContentItem) -> tuple[dict[str, Any], list[ContentItem]]:
    """Return the answers of one member, and the items that answer nothing."""
    named: defaultdict[tuple[str, str], list[ContentItem]] = defaultdict(list)
    for child in container.children:
        if child.concept:
            named[child.concept.key].append(child)
    member: dict[str, Any] = {}
    told: set[int] = set()
    for item in group.items:
        meant = [child for child in named.get(item.concept.key, ()) if _answers(child, item, group)]
        answer = _segment_number(container) if item.kind == "segment_number" else _answer(item, meant)
        if answer is not None:
            member[item.name] = answer
            told.update(map(id, meant if item.kind in ("set", "sites") else meant[:1]))
    return member, [child for child in container.children if id(child) not in told]


def _answers(child: ContentItem, item: Item, group: Group) -> bool:
    """Whether a content item answers an item: what shares its concept is told apart by place, then by manner."""
    if item.kind == "sites":
        code = child.value
        return not (group.site and isinstance(code, Code) and code.key == group.site.key)
    return _place(child) == item.place and (item.name not in group.rivals or _manner(child) == item.manner)


def _manner(child: ContentItem) -> Manner:
    said = (child.first(concept) for concept in (library.PHASE, content.METHOD, content.DERIVATION))
    return tuple(one.value.key if one and isinstance(one.value, Code) else None for one in said)


def _place(child: ContentItem) -> Place:
    site = child.first(content.FINDING_SITE) if child.children else None
    if site is None or not isinstance(site.value, Code):
        return None, None
    side = findings.laterality(site)
    return site.value.key, side.key if side else None


def _answer(item: Item, found: Sequence[ContentItem]) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    if item.kind in CODED:
        names = [_value_name(item, child.value) for child in found if isinstance(child.value, Code)]
        return (names[0] if item.kind == "evaluation" else names) if names else None
    value = found[0].value if found else None
    if item.kind in NUMERIC:
        return _number(value)
    return value if isinstance(value, str) else None


def _number(value: Code | str | float | None) -> int | float | None:
    if not isinstance(value, int | float):
        return None
    return int(value) if float(value).is_integer() else value


def _segment_number(container: ContentItem) -> int | None:
    cited = findings.segment(container)
    return cited[1] if cited else None


def _value_name(item: Item, code: Code) -> str:
    """Return the value's name; one that this version of the template does not know is told by its code."""
    known = next((value.name for value in item.values if value.code.key == code.key), None)
    return known or f"{code.scheme}|{code.value}|{code.meaning}"


def _rest(container: ContentItem, rest: Iterable[ContentItem]) -> Iterator[Finding]:
    unknown = [child for child in rest if not _is_structure(child)]
    if unknown:
        identity = [child for child in container.children if _is_structure(child)]
        yield findings.finding(replace(container, children=(*identity, *unknown)))


def _is_structure(child: ContentItem) -> bool:
    return child.concept is not None and (child.concept.key in STRUCTURE or findings.is_site(child))
