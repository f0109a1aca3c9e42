"""The phases of a study's CT series for the index: from a few attributes of one instance of each, kept there."""

from collections.abc import Mapping
from typing import Any

from pydicom import Dataset

from seg import phases

#: What seg.phases looks at.
KEYWORDS = (
    *phases.TEXTS,
    "ImageType",
    "AcquisitionTime",
    "AcquisitionNumber",
    "SeriesNumber",
    "ContrastBolusAgent",
    "ContrastBolusAgentSequence",
    "ContrastBolusStartTime",
)


def acquisition(header: Dataset) -> Mapping[str, Any] | None:
    """Return what the phase of a CT series is told by, as DICOM JSON; None for other modalities."""
    if header.get("Modality") != "CT":
        return None
    told = Dataset()
    for keyword in KEYWORDS:
        if keyword in header:
            told[keyword] = header[keyword]
    attributes: Mapping[str, Any] = told.to_json_dict()
    return attributes


def detect(acquisitions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the phase of each CT series of one study."""
    headers = {uid: Dataset.from_json(dict(one)) for uid, one in acquisitions.items()}
    return {uid: phase.name for uid, phase in phases.detect(headers).items()}
