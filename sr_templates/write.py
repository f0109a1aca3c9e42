"""Answers → DICOM SR: Comprehensive 3D, TID 1500, with TID 1411 and 1501 measurement groups."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydicom import Dataset

from sr_templates import content, document
from sr_templates.codes import Code
from sr_templates.report import WriteContext
from sr_templates.template import CODED, NUMERIC, Group, Item, Template

ENGLISH = Code("RFC5646", "en", "English")
CT_EXAMINATION = Code("LN", "25045-6", "CT unspecified body region")

#: Roles of the accounts that PS3.16 CID 7452 has a code for.
ORGANIZATION_ROLES: Mapping[str, Code] = {
    "radiologist": Code("SCT", "405279007", "Attending"),
    "resident": Code("SCT", "405277009", "Resident"),
}
READER = Code("NCIt", "C28747", "Reader")


def write(template: Template, answers: Mapping[str, Any], context: WriteContext, sources: Sequence[Dataset]) -> bytes:
    """Return a report as a DICOM file in Explicit VR Little Endian.

    Parameters
    ----------
    answers
        Checked by `answers.check`, with the tracking UIDs given by `answers.with_tracking_uids`.
    sources
        Headers of the image instances that were read: they give patient and study, and become the evidence.

    Raises
    ------
    ValueError
        There is no source, or a nodule cites a segment although the report has no segmentation.
    """
    if not sources:
        raise ValueError("A report needs at least one image of the study as its evidence.")
    sr = document.make(context, sources)
    root = content.container(content.REPORT, _root(template, answers, context), template="1500")
    del root.RelationshipType
    sr.update(root)
    buffer = io.BytesIO()
    sr.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _root(template: Template, answers: Mapping[str, Any], context: WriteContext) -> Iterator[Dataset]:
    yield content.code(content.LANGUAGE, ENGLISH, content.MODIFIER)
    yield from _observer(context)
    yield content.code(content.PROCEDURE, CT_EXAMINATION, content.MODIFIER)
    groups = [_group(group, member, context) for group, member in _members(template, answers)]
    yield content.container(content.MEASUREMENTS, groups)
    # TID 1500 may be extended at its end: this says how to read the report back.
    yield content.text(content.TEMPLATE, f"{template.id} {template.version}")


def _observer(context: WriteContext) -> Iterator[Dataset]:
    yield content.code(content.OBSERVER_TYPE, content.PERSON, content.CONTEXT)
    yield content.person(content.OBSERVER_NAME, context.observer_name)
    yield content.text(content.OBSERVER_LOGIN, context.observer_login, content.CONTEXT)
    if context.role in ORGANIZATION_ROLES:
        yield content.code(content.OBSERVER_ROLE, ORGANIZATION_ROLES[context.role], content.CONTEXT)
    yield content.code(content.PROCEDURE_ROLE, READER, content.CONTEXT)
    # The coded roles do not tell a student from a scientist: the account's role is kept as it is.
    yield content.text(content.OUR_ROLE, context.role, content.CONTEXT)


def _members(template: Template, answers: Mapping[str, Any]) -> Iterator[tuple[Group, Mapping[str, Any]]]:
    for group in template.groups:
        given = answers.get(group.name)
        for member in (given or ()) if group.repeats else ([given] if given is not None else []):
            yield group, member


def _group(group: Group, member: Mapping[str, Any], context: WriteContext) -> Dataset:
    """Return the measurement group of one member: TID 1411 when it cites a segment, else TID 1501."""
    cites = member.get("segment_number") is not None and group.item("segment_number") is not None
    children = [
        content.text(content.TRACKING_ID, _tracking_id(group, member), content.CONTEXT),
        content.uid(content.TRACKING_UID, member.get("tracking_uid") or context.mint(), content.CONTEXT),
        content.code(content.FINDING, group.finding),
        *([content.code(content.FINDING_SITE, group.site, content.MODIFIER)] if group.site else []),
        *(_segment(member["segment_number"], context) if cites else ()),
    ]
    for item in group.items:
        if member.get(item.name) is not None:
            children += _answer(item, member[item.name])
    return content.container(content.GROUP, children, template="1411" if cites else "1501")


def _tracking_id(group: Group, member: Mapping[str, Any]) -> str:
    where = "+".join(member.get("location", ()))
    return f"{group.finding.meaning} {where}".strip()


def _segment(segment_number: int, context: WriteContext) -> Iterator[Dataset]:
    if context.segmentation is None:
        raise ValueError("A nodule cites a segment, but the report names no segmentation.")
    yield content.segment(content.SEGMENT, context.segmentation, segment_number)
    for series in context.segmentation.get("ReferencedSeriesSequence", ())[:1]:
        yield content.uid(content.SEGMENT_SERIES, series.SeriesInstanceUID)


def _answer(item: Item, answer: Any) -> list[Dataset]:  # noqa: ANN401 -- an answer is any JSON value
    if item.kind in CODED:
        chosen = answer if isinstance(answer, list) else [answer]
        codes = [value.code for name in chosen if (value := item.value(name))]
        relationship = content.MODIFIER if item.kind == "sites" else content.CONTAINS
        return [content.code(item.concept, code, relationship) for code in codes]
    if item.kind in NUMERIC:
        assert item.unit is not None
        return [content.number(item.concept, answer, Code("UCUM", item.unit, item.unit), item.site)]
    return [content.text(item.concept, answer)] if item.kind == "text" else []
