"""Rows of the audit as audit messages of DICOM (PS3.15 section A.5.1, as in IHE ATNA)."""

from collections.abc import Iterable
from typing import cast
from xml.etree.ElementTree import Element, SubElement, tostring

from orthanc_plugin.auditing.actions import ACTIONS, ACTIVITY, Event
from orthanc_plugin.auditing.find import Found

#: RFC 3881: success, serious failure (refused), major failure (it ended the work).
SUCCESS, SERIOUS, MAJOR = "0", "8", "12"


def document(found: Iterable[Found]) -> bytes:
    """Return the messages as one XML document."""
    root = Element("AuditMessages")
    root.extend(message(one) for one in found)
    return cast(bytes, tostring(root, encoding="utf-8", xml_declaration=True))


def message(one: Found) -> Element:
    """Return the message of one row."""
    entry, action = one.row.entry, ACTIONS.get(one.row.entry.action)
    event, kind = (action.event, action.kind) if action else (ACTIVITY, "E")
    made = Element("AuditMessage")
    about = {"EventActionCode": kind, "EventDateTime": one.row.time, "EventOutcomeIndicator": _indicator(one.outcome)}
    identification = SubElement(made, "EventIdentification", about)
    _code(identification, "EventID", event)
    is_person = {"UserID": entry.user, "UserIsRequestor": "true"}
    who = SubElement(made, "ActiveParticipant", is_person)
    SubElement(who, "RoleIDCode", {"csd-code": entry.role, "codeSystemName": "99HEPATIA", "originalText": entry.role})
    SubElement(made, "AuditSourceIdentification", {"AuditSourceID": "HepatIA", "code": "4"})
    for name in one.objects:
        _object(made, name)
    return made


def _object(made: Element, name: str) -> None:
    """Add an object: a system object (type 2), a resource (role 4), named by an identifier of ours."""
    kind = {"ParticipantObjectID": name, "ParticipantObjectTypeCode": "2", "ParticipantObjectTypeCodeRole": "4"}
    about = SubElement(made, "ParticipantObjectIdentification", kind)
    meaning = "DICOM UID" if name.startswith("2.25.") else "identifier of HepatIA"
    which = {"csd-code": "uid" if name.startswith("2.25.") else "id", "codeSystemName": "99HEPATIA"}
    SubElement(about, "ParticipantObjectIDTypeCode", which | {"originalText": meaning})


def _code(parent: Element, name: str, event: Event) -> None:
    SubElement(parent, name, {"csd-code": event.code, "codeSystemName": "DCM", "originalText": event.meaning})


def _indicator(outcome: str) -> str:
    if not outcome.isdecimal():
        return MAJOR if outcome in ("failed", "begun") else SUCCESS
    return SUCCESS if int(outcome) < 400 else SERIOUS if int(outcome) < 500 else MAJOR
