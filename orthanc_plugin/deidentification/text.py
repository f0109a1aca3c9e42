"""Cleans free text of what identifies: the object's own identifying values, dates, and long numbers."""

import re
from collections.abc import Iterable, Iterator

from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.valuerep import PersonName

#: Attributes whose values must not survive inside any text of the same object.
IDENTIFYING = (
    "PatientName", "PatientID", "OtherPatientIDs", "OtherPatientNames", "PatientBirthName", "PatientMotherBirthName",
    "PatientBirthDate", "PatientAddress", "PatientTelephoneNumbers", "AccessionNumber", "StudyID", "InstitutionName",
    "InstitutionAddress", "InstitutionalDepartmentName", "StationName", "ReferringPhysicianName",
    "PerformingPhysicianName", "NameOfPhysiciansReadingStudy", "OperatorsName", "PhysiciansOfRecord",
    "RequestingPhysician", "ConsultingPhysicianName", "DeviceSerialNumber", "AdmissionID", "MilitaryRank",
    "Occupation", "MedicalRecordLocator", "ResponsiblePerson", "PersonName", "VerifyingObserverName",
)  # fmt: skip

#: Dates in the usual ways of writing them, and runs of digits long enough to be a record number.
NUMBERS = re.compile(r"(?<!\d)(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{5,})(?!\d)")
_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 3


class TextCleaner:
    """Removes from text what identifies in one object.

    Parameters
    ----------
    words
        Words of identifying values; matched whole, whatever their case.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word.casefold() for word in words if len(word) >= _SHORTEST)

    def clean(self, text: str) -> str:
        """Return the text without identifying words, dates and long numbers; unchanged when there are none."""
        cleaned = NUMBERS.sub(" ", text)
        if self._words:
            cleaned = _WORDS.sub(lambda match: " " if match[0].casefold() in self._words else match[0], cleaned)
        return text if cleaned == text else " ".join(cleaned.split())


def cleaner_of(dataset: Dataset) -> TextCleaner:
    """Return the cleaner for one object, made from its own identifying values."""
    return TextCleaner(word for value in _values(dataset) for word in _WORDS.findall(value))


def _values(dataset: Dataset) -> Iterator[str]:
    for keyword in IDENTIFYING:
        value = dataset.get(keyword)
        if not value:
            continue
        for part in value if isinstance(value, MultiValue | list) else [value]:
            yield "=".join(part.components) if isinstance(part, PersonName) else str(part)
