"""Answers → DICOM SR: Comprehensive 3D, TID 1500, with TID 1411 and 1501 measurement groups."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydicom import Dataset

from sr_templates import content, document, library
from sr_templates.codes import Code
from sr_templates.items import ContentItem, Reference
from sr_templates.report import Caliper, WriteContext
from sr_templates.template import CODED, NUMERIC, Group, Item, Template

ENGLISH = Code("RFC5646", "en", "English")

#: Tracking Identifier by which OHIF makes an editable length of the first number of a group and its coordinates.
EDITABLE_LENGTH = "Cornerstone3DTools@^0.1.0:Length"

#: Roles of the accounts that PS3.16 CID 7452 has a code for.
ORGANIZATION_ROLES: Mapping[str, Code] = {
    "radiologist": Code("SCT", "405279007", "Attending"),
    "resident": Code("SCT", "405277009", "Resident"),
}
#: State → role in the procedure (PS3.16 CID 7453): whoever verifies is a verifying observer beside the reader.
READER, ADJUDICATOR = Code("NCIt", "C28747", "Reader"), Code("NCIt", "C96561", "Adjudicator")


def write(template: Template, answers: Mapping[str, Any], context: WriteContext, sources: Sequence[Dataset]) -> bytes:
    """Return a report as a DICOM file in Explicit VR Little Endian.

    Parameters
    ----------
    answers
        Checked by `answers.check`, with the tracking UIDs given by `answers.with_tracking_uids`.
    sources
        Headers of the image instances that were read: they give patient and study, become the evidence and the image
        library; of each series the first one is whole.

    Raises
    ------
    ValueError
        There is no source, or a member cites a segment although the report has no segmentation.
    """
    if not sources:
        raise ValueError("A report needs at least one image of the study as its evidence.")
    children = tuple(_root(template, answers, context, sources))
    root = ContentItem("CONTAINER", "", content.REPORT, template="1500", children=children)
    return document.file(root, context, sources)


def _root(
    template: Template, answers: Mapping[str, Any], context: WriteContext, sources: Sequence[Dataset]
) -> Iterator[ContentItem]:
    """Yield the rows of TID 1500 in their order."""
    yield content.code(content.LANGUAGE, ENGLISH, content.MODIFIER)
    yield from _observer(context)
    yield content.code(content.PROCEDURE, template.procedure, content.MODIFIER)
    yield library.library(sources, context.phases, context.corrections)
    members = sorted(_members(template, answers), key=lambda one: not _has_lines(one[0], answers, context))
    groups = [_group(group, member, context) for group, member in members]
    yield content.container(content.MEASUREMENTS, groups)
    # TID 1500 may be extended at its end: this says how to read the report back.
    yield content.text(content.TEMPLATE, f"{template.id} {template.version}")


def _observer(context: WriteContext) -> Iterator[ContentItem]:
    """Yield the person who read (TID 1002 and 1003)."""
    yield content.code(content.OBSERVER_TYPE, content.PERSON, content.CONTEXT)
    yield content.person(content.OBSERVER_NAME, context.observer_name)
    yield content.text(content.OBSERVER_LOGIN, context.observer_login, content.CONTEXT)
    if context.role in ORGANIZATION_ROLES:
        yield content.code(content.OBSERVER_ROLE, ORGANIZATION_ROLES[context.role], content.CONTEXT)
    role = ADJUDICATOR if context.state == "consensus" else READER
    yield content.code(content.PROCEDURE_ROLE, role, content.CONTEXT)
    # The coded roles do not tell a student from a scientist: the account's role is kept as it is.
    yield content.text(content.OUR_ROLE, context.role, content.CONTEXT)


def _members(template: Template, answers: Mapping[str, Any]) -> Iterator[tuple[Group, Mapping[str, Any]]]:
    for group in template.groups:
        given = answers.get(group.name)
        for member in (given or ()) if group.repeats else ([given] if given is not None else []):
            yield group, member


def _has_lines(group: Group, answers: Mapping[str, Any], context: WriteContext) -> bool:
    """Whether coordinates are known of a repeated group: it comes first, for viewers show the first group's image."""
    return group.repeats and any(member.get("tracking_uid") in context.calipers for member in answers[group.name])


def _group(group: Group, member: Mapping[str, Any], context: WriteContext) -> ContentItem:
    """Return the measurement group of one member: TID 1411 when it cites a segment, else TID 1501."""
    cited = _answer_of("segment_number", group, member)
    tracking_uid = _answer_of("tracking_uid", group, member) or context.mint()
    caliper = context.calipers.get(tracking_uid)
    children = [
        content.text(content.TRACKING_ID, EDITABLE_LENGTH if caliper else _label(group, member), content.CONTEXT),
        content.uid(content.TRACKING_UID, tracking_uid, content.CONTEXT),
        content.code(content.FINDING, group.finding),
        *([content.site(group.site, group.laterality)] if group.site else []),
        *(_segment(cited, context) if cited is not None else ()),
    ]
    identity = tracking_uid if group.repeats else group.name
    for item in group.items:
        if member.get(item.name) is not None:
            line = caliper if item.caliper else None
            measured_on = line.segment if line else context.measured_on.get((identity, item.name))
            children += _answer(item, member[item.name], line, measured_on)
    return content.container(content.GROUP, children, "1501" if cited is None else "1411")


def _answer_of(kind: str, group: Group, member: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    """Return the answer to the group's item of a kind."""
    item = group.of_kind(kind)
    return member.get(item.name) if item else None


def _label(group: Group, member: Mapping[str, Any]) -> str:
    where = "+".join(_answer_of("sites", group, member) or ())
    return f"{group.finding.meaning} {where}".strip()


def _segment(segment_number: int, context: WriteContext) -> Iterator[ContentItem]:
    """Yield the region of TID 1411: the segment, and the series it was drawn on."""
    if context.segmentation is None:
        raise ValueError("A member cites a segment, but the report names no segmentation.")
    cited = context.segmentation
    reference = Reference(str(cited.SOPClassUID), str(cited.SOPInstanceUID), segments=(segment_number,))
    yield content.image(reference, content.SEGMENT)
    for series in cited.get("ReferencedSeriesSequence", ())[:1]:
        yield content.uid(content.SEGMENT_SERIES, str(series.SeriesInstanceUID))


def _answer(
    item: Item,
    answer: Any,  # noqa: ANN401 -- an answer is any JSON value
    caliper: Caliper | None,
    measured_on: Reference | None,
) -> list[ContentItem]:
    if item.kind in CODED:
        chosen = answer if isinstance(answer, list) else [answer]
        codes = [value.code for name in chosen if (value := item.value(name))]
        relationship = content.MODIFIER if item.kind == "sites" else content.CONTAINS
        return [content.code(item.concept, code, relationship, _modifiers(item)) for code in codes]
    if item.kind in NUMERIC:
        assert item.unit is not None
        unit = Code("UCUM", item.unit, item.unit)
        line = [content.polyline(caliper.points, caliper.image)] if caliper else []
        masks = [content.image(measured_on, content.SOURCE, content.INFERRED)] if measured_on else []
        return [content.number(item.concept, answer, unit, children=[*line, *_modifiers(item), *masks])]
    return [content.text(item.concept, answer)] if item.kind == "text" else []


def _modifiers(item: Item) -> list[ContentItem]:
    """Return what stands below an answer: phase, method, derivation and place (TID 1419, rows 6 to 11)."""
    phase = item.phase.code if item.phase else None
    named = ((library.PHASE, phase), (content.METHOD, item.method), (content.DERIVATION, item.derivation))
    modifiers = [content.code(concept, value, content.MODIFIER) for concept, value in named if value]
    return [*modifiers, *([content.site(item.site, item.laterality)] if item.site else [])]
