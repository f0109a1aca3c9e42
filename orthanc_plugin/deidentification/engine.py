"""Applies the profile to one data set, at every depth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from orthanc_plugin.deidentification import dates, text
from orthanc_plugin.deidentification.errors import DeidentificationError
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.profile import EDITION, Action, Profile

#: UIDs that name a definition, not an instance: they must stay, whoever's root they have.
DEFINITION_UIDS = frozenset(
    {
        0x00080016, 0x00081150, 0x00080062, 0x0008001A, 0x0008010C, 0x00080117, 0x00080118, 0x0008010D,
        0x04000010, 0x04000015, 0x00081163,
    }
)  # fmt: skip

#: Attributes of coded entries and templates: text that is no free text.
CODES = frozenset({0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00080119, 0x00080120, 0x0040DB00, 0x00080105})

FREE_TEXT = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
#: Value representations that hold nothing that identifies unless the table says so: left as they are, unparsed.
INERT = frozenset(
    {
        "AT", "CS", "DS", "FD", "FL", "IS", "OB", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "TM", "UL", "US",
        "UV", "AS", "UR",
    }
)  # fmt: skip

DUMMIES: Mapping[str, object] = {
    "AE": "ANONYMIZED", "AS": "000Y", "AT": 0, "CS": "ANONYMIZED", "DA": "19000101", "DS": "0", "DT": "19000101000000",
    "FD": 0.0, "FL": 0.0, "IS": "0", "LO": "Anonymized", "LT": "Anonymized", "OB": b"\0\0", "OW": b"\0\0",
    "PN": "Anonymized", "SH": "Anonymized", "SL": 0, "SS": 0, "ST": "Anonymized", "TM": "000000", "UC": "Anonymized",
    "UL": 0, "UN": b"\0\0", "UR": "urn:anonymized", "US": 0, "UT": "Anonymized", "UV": 0, "SV": 0,
}  # fmt: skip

#: Kept characteristics with few possible values: anything else in them is no characteristic.
ENUMERATED: Mapping[int, frozenset[str]] = {
    0x00100040: frozenset({"M", "F", "O"}),
    0x00102203: frozenset({"ALTERED", "UNALTERED"}),
    0x001021A0: frozenset({"YES", "NO", "UNKNOWN"}),
}

OVERLAYS, CURVES = range(0x6000, 0x6100), range(0x5000, 0x5100)


@dataclass(frozen=True)
class _Patient:
    """What all instances of one patient share."""

    pseudonym: str
    shift_days: int


@dataclass
class _Walk:
    """One data set under way: what is needed at every depth."""

    profile: Profile
    keys: Keys
    patient: _Patient
    cleaner: text.TextCleaner
    #: Whether the plugin wrote this SR itself: names of its readers and their reasons are its content.
    authored: bool


def deidentify(dataset: Dataset, profile: Profile, keys: Keys) -> None:
    """De-identify a data set in place (PS3.15 section E.1).

    Applying it twice is the same as once: pseudonyms and UIDs of ours are recognized by themselves, and the dates of a
    patient who already bears a pseudonym stay.

    Raises
    ------
    DeidentificationError
        The data set says neither patient nor study, or a value cannot be read.
    """
    walk = _Walk(profile, keys, _patient(dataset, keys), text.cleaner_of(dataset), _authored(dataset, keys))
    age = _age_from_birth(dataset) if profile.has("RetainPatientCharacteristics") else None
    _data_set(dataset, walk)
    dataset.PatientID = dataset.PatientName = walk.patient.pseudonym
    if age and not dataset.get("PatientAge"):
        dataset.PatientAge = age
    _declare(dataset, profile)


def _patient(dataset: Dataset, keys: Keys) -> _Patient:
    patient_id = str(dataset.get("PatientID") or "").strip()
    if keys.is_pseudonym(patient_id):
        return _Patient(patient_id, 0)
    issuer = str(dataset.get("IssuerOfPatientID") or "").strip()
    # Without an ID, two patients must not become one: the study stands for its patient.
    identity = patient_id or f"study:{dataset.get('StudyInstanceUID') or ''}"
    if identity == "study:":
        raise DeidentificationError("The object names neither a patient nor a study.")
    pseudonym = keys.pseudonym(identity, issuer)
    return _Patient(pseudonym, keys.shift_days(pseudonym))


def _authored(dataset: Dataset, keys: Keys) -> bool:
    return keys.is_minted(str(dataset.get("SOPInstanceUID") or "")) and str(dataset.get("Modality") or "") == "SR"


def _age_from_birth(dataset: Dataset) -> str | None:
    age = dates.age(str(dataset.get("PatientBirthDate") or ""), str(dataset.get("StudyDate") or ""))
    return dates.limit_age(age) if age else None


def _data_set(dataset: Dataset, walk: _Walk) -> None:
    for tag in list(dataset.keys()):
        if _is_dropped(tag):
            del dataset[tag]
        else:
            _element(dataset, tag, walk)


def _is_dropped(tag: BaseTag) -> bool:
    """Private attributes, curves, overlays, and what has no place in a data set."""
    return tag.is_private or tag.group in CURVES or tag.group in OVERLAYS or tag.group < 8 or tag.group == 0xFFFC


def _element(dataset: Dataset, tag: BaseTag, walk: _Walk) -> None:
    action = walk.profile.actions.get(int(tag))
    if action is None and _vr(dataset.get_item(tag)) in INERT:
        return
    element = dataset[tag]
    if action is None:
        action = _unlisted(element)
    if element.VR == "SQ" and action in (Action.DUMMY, Action.UID, Action.CLEAN, Action.KEEP, Action.SHIFT):
        for item in element.value:
            _data_set(item, walk)
        return
    if action is Action.REMOVE or (element.VR == "UN" and action is not Action.UID):
        del dataset[tag]
        return
    _APPLY[action](element, walk)


def _vr(element: DataElement | RawDataElement) -> str:
    """Return the value representation without reading the value."""
    vr = element.VR
    if vr is None or vr == "UN":
        try:
            vr = dictionary_VR(element.tag)
        except KeyError:
            return "UN"
    # "US or SS" and the like: both are numbers.
    return vr[:2]


def _unlisted(element: DataElement) -> Action:
    """Return the action for an attribute that the table does not name."""
    if element.VR == "UI":
        return Action.KEEP if element.tag in DEFINITION_UIDS else Action.UID
    if element.VR in ("DA", "DT"):
        return Action.SHIFT
    if element.VR == "PN":
        return Action.DUMMY
    if element.VR in FREE_TEXT and element.tag not in CODES:
        return Action.CLEAN
    return Action.REMOVE if element.VR == "UN" else Action.KEEP


def _empty(element: DataElement, _walk: _Walk) -> None:
    element.value = Sequence([]) if element.VR == "SQ" else None


def _dummy(element: DataElement, walk: _Walk) -> None:
    if element.is_empty:
        return
    if element.VR == "PN":
        _each(element, lambda name: name if walk.authored else walk.keys.person(name))
    elif element.VR == "UI":
        _uid(element, walk)
    else:
        element.value = DUMMIES[element.VR[:2]]


def _uid(element: DataElement, walk: _Walk) -> None:
    if element.VR == "UN":
        element.VR = "UI"
        element.value = bytes(element.value).decode("ascii", "ignore").rstrip("\0 ")
    if element.tag not in DEFINITION_UIDS:
        _each(element, walk.keys.uid)


def _shift(element: DataElement, walk: _Walk) -> None:
    days = walk.patient.shift_days
    if element.VR == "DA":
        _each(element, lambda value: dates.shift_date(value, days))
    elif element.VR == "DT":
        _each(element, lambda value: dates.shift_datetime(value, days))
    elif element.VR != "TM":
        # The few listed here that are no dates (time zone offset, certificates, time stamps) say nothing once moved.
        element.value = None


def _clean(element: DataElement, walk: _Walk) -> None:
    if element.VR in FREE_TEXT and not walk.authored:
        # A text of which nothing remains may be one that must not be empty.
        _each(element, lambda value: walk.cleaner.clean(value) or ("Anonymized" if value else value))


def _keep(element: DataElement, walk: _Walk) -> None:
    if element.VR == "AS":
        _each(element, dates.limit_age)
    elif element.tag in ENUMERATED:
        allowed = ENUMERATED[element.tag]
        _each(element, lambda value: value if value in allowed else "")
    else:
        _clean(element, walk)


_APPLY: Mapping[Action, Callable[[DataElement, _Walk], None]] = {
    Action.EMPTY: _empty,
    Action.DUMMY: _dummy,
    Action.UID: _uid,
    Action.SHIFT: _shift,
    Action.CLEAN: _clean,
    Action.KEEP: _keep,
}


def _each(element: DataElement, change: Callable[[str], str]) -> None:
    """Change every value of an element; unchanged values are left as they were written."""
    if element.is_empty:
        return
    before = [str(value) for value in element.value] if element.VM > 1 else [str(element.value)]
    after = [change(value) for value in before]
    if after != before:
        element.value = after if len(after) > 1 else after[0]


def _declare(dataset: Dataset, profile: Profile) -> None:
    """Say what was done (PS3.3 table C.7-1, C.12-1)."""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = f"HepatIA, {EDITION}"
    is_sr = str(dataset.get("Modality") or "") in ("SR", "KO")
    done = [("113100", "Basic Application Confidentiality Profile")]
    done += [(o.code, o.meaning) for o in profile.options if is_sr or o.name != "CleanStructuredContent"]
    dataset.DeidentificationMethodCodeSequence = Sequence([_code(*code) for code in sorted(done)])
    dataset.LongitudinalTemporalInformationModified = (
        "MODIFIED" if profile.has("RetainLongitudinalModifiedDates") else "REMOVED"
    )


def _code(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code
