"""Whom an object is about, as far as its values must know; and what it says of itself afterwards."""

from typing import Final

from pydicom import Dataset
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification import dates, text
from orthanc_plugin.deidentification.errors import DeidentificationError
from orthanc_plugin.deidentification.keys import Keys, canonical_name
from orthanc_plugin.deidentification.profile import EDITION, Profile
from orthanc_plugin.deidentification.values import Subject

METHOD: Final = f"HepatIA, {EDITION}"

PATIENT_NAME, PATIENT_ID, PATIENT_AGE = 0x00100010, 0x00100020, 0x00101010

METHOD_CODES: Final = 0x00120064
CLEAN_PIXEL_DATA: Final = "113101"

#: What is written anew into every object; what stood there before is not looked at. The age only where it is missing.
REWRITTEN: Final = (PATIENT_NAME, PATIENT_ID, 0x00120062, 0x00120063, METHOD_CODES, 0x00280303)


def subject_of(header: Dataset, profile: Profile, keys: Keys) -> Subject:
    """Return the subject of an object.

    Parameters
    ----------
    header
        At least the attributes of `text.IDENTIFYING`, the issuer, Study and SOP Instance UID, as they came.

    Raises
    ------
    DeidentificationError
        The object names neither a patient nor a study.
    """
    pseudonym, is_inside = _pseudonym(header, keys)
    return Subject(
        profile,
        keys,
        pseudonym,
        canonical_name(_text(header, "PatientName")),
        0 if is_inside else keys.shift_days(pseudonym),
        text.cleaner_of(header, profile.vocabulary),
        keys.is_minted(_text(header, "SOPInstanceUID")),
    )


def _pseudonym(header: Dataset, keys: Keys) -> tuple[str, bool]:
    """Return the pseudonym, and whether the object bore it already."""
    patient_id = _text(header, "PatientID")
    if keys.is_pseudonym(patient_id):
        return patient_id, True
    # Without an ID, two patients must not become one: the study stands for its patient.
    identity = patient_id or f"study:{_text(header, 'StudyInstanceUID')}"
    if identity == "study:":
        raise DeidentificationError("The object names neither a patient nor a study.")
    return keys.pseudonym(identity, _text(header, "IssuerOfPatientID")), False


def written(header: Dataset, about: Subject, *, blanked: bool = False) -> Dataset:
    """Return what is written into an object, whatever was there before (PS3.3 tables C.7-1 and C.12-1).

    Parameters
    ----------
    header
        As for `subject_of`, with Modality.
    blanked
        Whether regions of the pixels were made black.
    """
    profile, added = about.profile, Dataset()
    added.PatientName = added.PatientID = about.pseudonym
    if age := _age(header, profile):
        added.PatientAge = age
    added.PatientIdentityRemoved = "YES"
    added.DeidentificationMethod = METHOD
    codes = declared(profile, _text(header, "Modality"), blanked=blanked)
    added.DeidentificationMethodCodeSequence = Sequence([_code(value, meaning) for value, meaning in codes])
    added.LongitudinalTemporalInformationModified = (
        "MODIFIED" if profile.has("RetainLongitudinalModifiedDates") else "REMOVED"
    )
    if blanked:
        added.BurnedInAnnotation = "NO"
    return added


def was_blanked(header: Dataset, keys: Keys) -> bool:
    """Whether regions were made black when the object came in before: it bears a pseudonym of ours, and says so."""
    codes = header.get("DeidentificationMethodCodeSequence") or ()
    return keys.is_pseudonym(_text(header, "PatientID")) and any(
        str(code.get("CodeValue")) == CLEAN_PIXEL_DATA for code in codes
    )


def declared(profile: Profile, modality: str, *, blanked: bool = False) -> tuple[tuple[str, str], ...]:
    """Return value and meaning of the codes of CID 7050 that are true, sorted (0012,0064)."""
    codes = [("113100", "Basic Application Confidentiality Profile")]
    for option in profile.options:
        if not option.only_in or modality in option.only_in or (option.name == "CleanPixelData" and blanked):
            codes.append((option.code, option.meaning))
    return tuple(sorted(codes))


def _age(header: Dataset, profile: Profile) -> str | None:
    """Return the age that takes the place of the birth date where the object gives none of its own."""
    if not profile.has("RetainPatientCharacteristics") or _text(header, "PatientAge"):
        return None
    age = dates.age(_text(header, "PatientBirthDate"), _text(header, "StudyDate"))
    return dates.limit_age(age) if age else None


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _text(header: Dataset, keyword: str) -> str:
    return str(header.get(keyword) or "").strip()
