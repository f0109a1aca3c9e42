"""What headers say of the patient of a study, without any identity."""

import re
from collections.abc import Iterable
from typing import Any

from pydicom import Dataset


def describe(headers: Iterable[Dataset]) -> dict[str, Any]:
    """Return `sex`, `age` in whole years and ISO `study_date`, each from the first header that says it; else None."""
    known: dict[str, Any] = {"sex": None, "age": None, "study_date": None}
    for header in headers:
        said = {"sex": header.get("PatientSex"), "age": _years(header), "study_date": _iso_date(header)}
        for name, value in said.items():
            if known[name] is None and value != "":
                known[name] = value
    return known


def _years(header: Dataset) -> int | None:
    match = re.fullmatch(r"(\d{3})([DWMY])", str(header.get("PatientAge") or ""))
    return int(match[1]) // {"D": 365, "W": 52, "M": 12, "Y": 1}[match[2]] if match else None


def _iso_date(header: Dataset) -> str | None:
    return iso_date(str(header.get("StudyDate") or ""))


def iso_date(date: str) -> str | None:
    """Return a DA, such as 20210304, in ISO."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", date.strip())
    return "-".join(match.groups()) if match else None
