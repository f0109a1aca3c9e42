"""Content items of structured reports that are about the patient (PS3.16, TID 1007), told by their concept."""

from collections.abc import Callable, Mapping
from typing import Final

from pydicom import Dataset

from orthanc_plugin.deidentification import dates, rules

#: Concepts that tell the patient's name and identifier, date of birth, and age.
SUBJECT_NAME, SUBJECT_ID, SUBJECT_BIRTH_DATE, SUBJECT_AGE = "121029", "121030", "121031", "121033"

#: UCUM: years.
YEARS: Final = "a"


def concept_of(item: Dataset) -> str:
    """Return the code of a content item's concept name in the scheme DCM; empty where it has none."""
    names = item.get("ConceptNameCodeSequence")
    if not names or names[0].get("CodingSchemeDesignator") != "DCM":
        return ""
    return str(names[0].get("CodeValue") or "")


def rewrite(item: Dataset, pseudonym: str) -> bool:
    """Rewrite a content item that is about the patient; return whether it is one."""
    change = _REWRITES.get(concept_of(item))
    if change is None:
        return False
    change(item, pseudonym)
    return True


def may_be_in(data: bytes) -> bool:
    """Whether such an item may be in a file: the codes are in its bytes."""
    return any(code.encode() in data for code in _REWRITES)


def _name(item: Dataset, pseudonym: str) -> None:
    if "PersonName" in item:
        item.PersonName = pseudonym


def _identifier(item: Dataset, pseudonym: str) -> None:
    if "TextValue" in item:
        item.TextValue = pseudonym


def _birth_date(item: Dataset, _pseudonym: str) -> None:
    if "Date" in item:
        item.Date = rules.DUMMIES["DA"]


def _age(item: Dataset, _pseudonym: str) -> None:
    for measured in item.get("MeasuredValueSequence") or ():
        units = measured.get("MeasurementUnitsCodeSequence")
        value = measured.get("NumericValue")
        if units and units[0].get("CodeValue") == YEARS and value is not None and float(value) > dates.OLDEST_YEARS:
            measured.NumericValue = str(dates.OLDEST_YEARS + 1)
            if "FloatingPointValue" in measured:
                del measured.FloatingPointValue


_REWRITES: Final[Mapping[str, Callable[[Dataset, str], None]]] = {
    SUBJECT_NAME: _name,
    SUBJECT_ID: _identifier,
    SUBJECT_BIRTH_DATE: _birth_date,
    SUBJECT_AGE: _age,
}
