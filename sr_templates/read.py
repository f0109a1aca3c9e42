"""DICOM SR → Report: ours back into answers, any other TID 1500 into its findings. A plain walk, no recursion."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydicom import Dataset, dcmread

from sr_templates import content, findings, template
from sr_templates.codes import Code
from sr_templates.errors import NotAReport
from sr_templates.findings import children, code_of, concept_of
from sr_templates.report import Report, State
from sr_templates.template import CODED, NUMERIC, Group, Item, Template

ADJUDICATOR = Code("NCIt", "C96561", "Adjudicator")


def read(data: bytes | Dataset) -> Report:
    """Return what an SR says.

    Raises
    ------
    NotAReport
        The object is no SR, or its root is not that of TID 1500.
    """
    sr = data if isinstance(data, Dataset) else dcmread(io.BytesIO(data))
    root = code_of(sr, "ConceptNameCodeSequence")
    if "ContentSequence" not in sr or root is None or not _is_tid_1500(sr, root):
        raise NotAReport("The SR is not an imaging measurement report (TID 1500).")
    name, version = _template_of(sr)
    groups = list(findings.groups(sr))
    known = template.load(name) if name in template.names() else None
    return Report(
        sop_instance_uid=str(sr.SOPInstanceUID),
        series_instance_uid=str(sr.SeriesInstanceUID),
        study_instance_uid=str(sr.StudyInstanceUID),
        patient_id=str(sr.get("PatientID") or ""),
        sex=str(sr.get("PatientSex") or "") or None,
        age=_years(str(sr.get("PatientAge") or "")),
        study_date=_iso_date(str(sr.get("StudyDate") or "")),
        template=name,
        version=version,
        answers=_answers(known, groups) if known else {},
        state=_state(sr),
        **_observer(sr),
        created=_created(sr),
        replaces=tuple(_references(sr, "PredecessorDocumentsSequence")),
        segmentation=_segmentation(groups),
        findings=() if known else tuple(findings.finding(group) for group in groups),
    )


def _is_tid_1500(sr: Dataset, root: Code) -> bool:
    identified = [str(item.get("TemplateIdentifier", "")) for item in sr.get("ContentTemplateSequence", ())]
    return "1500" in identified or (not identified and root.key == content.REPORT.key)


def _template_of(sr: Dataset) -> tuple[str | None, int | None]:
    for item in children(sr):
        if (concept := concept_of(item)) and concept.key == content.TEMPLATE.key:
            name, _, version = str(item.get("TextValue", "")).rpartition(" ")
            if version.isdecimal():
                return name, int(version)
    return None, None


def _answers(known: Template, groups: list[Dataset]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    by_finding = {group.finding.key: group for group in known.groups}
    for container in groups:
        found = findings.first_code(container, content.FINDING)
        group = by_finding.get(found.key) if found else None
        if group is None:
            continue
        member = dict(_member(group, container))
        if group.repeats:
            answers.setdefault(group.name, []).append(member)
        else:
            answers[group.name] = member
    return answers


def _member(group: Group, container: Dataset) -> Iterator[tuple[str, Any]]:
    items = list(children(container))
    for item in group.items:
        if item.kind == "tracking_uid":
            found: Any = findings.tracking_uid(container)
        elif item.kind == "segment_number":
            segment = findings.segment(container)
            found = segment[1] if segment else None
        else:
            found = _answer(item, [child for child in items if _answers_item(child, item)])
        if found is not None:
            yield item.name, found


def _answers_item(child: Dataset, item: Item) -> bool:
    concept = concept_of(child)
    if concept is None or concept.key != item.concept.key:
        return False
    if item.kind not in NUMERIC:
        return True
    sites = [site.key for site in findings.sites(child)]
    return sites == ([item.site.key] if item.site else [])


def _answer(item: Item, found: list[Dataset]) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    if not found:
        return None
    if item.kind in CODED:
        names = [_value_name(item, code) for child in found if (code := code_of(child, "ConceptCodeSequence"))]
        return (names[0] if item.kind == "evaluation" else names) if names else None
    if item.kind in NUMERIC:
        number, _ = findings.number(found[0])
        return None if number is None else int(number) if float(number).is_integer() else number
    return str(found[0].get("TextValue", "")) or None


def _value_name(item: Item, code: Code) -> str:
    """Return the value's name; one that this version of the template does not know is told by its code."""
    known = next((value.name for value in item.values if value.code.key == code.key), None)
    return known or f"{code.scheme}|{code.value}|{code.meaning}"


def _state(sr: Dataset) -> State:
    if sr.get("VerificationFlag") == "VERIFIED":
        role = findings.first_code(sr, content.PROCEDURE_ROLE)
        return "consensus" if role and role.key == ADJUDICATOR.key else "verified"
    return "draft" if sr.get("CompletionFlag") == "PARTIAL" else "complete"


def _observer(sr: Dataset) -> dict[str, str]:
    texts = {content.OBSERVER_LOGIN.key: "", content.OUR_ROLE.key: "", content.OBSERVER_NAME.key: ""}
    for item in children(sr):
        concept = concept_of(item)
        if concept and concept.key in texts:
            texts[concept.key] = str(item.get("TextValue") or item.get("PersonName") or "")
    return {
        "author": texts[content.OBSERVER_NAME.key],
        "author_login": texts[content.OBSERVER_LOGIN.key],
        "role": texts[content.OUR_ROLE.key],
    }


def _segmentation(groups: list[Dataset]) -> str | None:
    cited = (findings.segment(group) for group in groups)
    return next((segment[0] for segment in cited if segment), None)


def _references(sr: Dataset, keyword: str) -> Iterator[str]:
    for study in sr.get(keyword, ()):
        for series in study.get("ReferencedSeriesSequence", ()):
            for instance in series.get("ReferencedSOPSequence", ()):
                yield str(instance.ReferencedSOPInstanceUID)


def _created(sr: Dataset) -> datetime | None:
    text = str(sr.get("ContentDate") or "") + str(sr.get("ContentTime") or "000000").partition(".")[0].ljust(6, "0")
    fraction = str(sr.get("ContentTime") or "").partition(".")[2].ljust(6, "0")
    try:
        return datetime.strptime(text + fraction, "%Y%m%d%H%M%S%f")
    except ValueError:
        return None


def _years(age: str) -> int | None:
    """Return whole years of an AS, such as 063Y or 018M."""
    per_year = {"Y": 1, "M": 12, "W": 52, "D": 365}
    if len(age) == 4 and age[:3].isdecimal() and age[3] in per_year:
        return int(age[:3]) // per_year[age[3]]
    return None


def _iso_date(date: str) -> str | None:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdecimal() else None
