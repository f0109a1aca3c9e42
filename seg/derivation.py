"""What a SEG says of having been carried from another one: from which, how, and with which registration.

Codes, identities and colours of its segments are those of the source, whoever wrote it.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import SpatialRegistrationStorage

from seg.functional_groups import code_item

SOURCE_IMAGE = Code("121322", "DCM", "Source image for image processing operation")
SPATIAL_RESAMPLING = Code("113085", "DCM", "Spatial resampling")

#: What a segment is, and by what it is found again.
KEPT = (
    *("SegmentLabel", "SegmentDescription", "SegmentedPropertyCategoryCodeSequence"),
    *("SegmentedPropertyTypeCodeSequence", "AnatomicRegionSequence", "TrackingID", "TrackingUID"),
    *("RecommendedDisplayCIELabValue",),
)


@dataclass(frozen=True)
class Derivation:
    """How a SEG came from another.

    Parameters
    ----------
    source
        The other SEG.
    description
        In words (LT would hold more; ST holds 1024 characters).
    parameters
        Of the algorithm.
    registration
        SOP Instance UID of the Spatial Registration that was used.
    """

    source: Dataset
    description: str
    parameters: str
    registration: str | None = None


def add(dataset: Dataset, derivation: Derivation) -> None:
    """Say in a SEG what it was carried from (PS3.3 C.12.4), segment by segment."""
    dataset.DerivationDescription = derivation.description[:1024]
    dataset.DerivationCodeSequence = [code_item(SPATIAL_RESAMPLING)]
    image = _reference(str(derivation.source.SOPClassUID), str(derivation.source.SOPInstanceUID))
    image.PurposeOfReferenceCodeSequence = [code_item(SOURCE_IMAGE)]
    dataset.SourceImageSequence = [image]
    if derivation.registration:
        dataset.SourceInstanceSequence = [_reference(SpatialRegistrationStorage, derivation.registration)]
    for item, before in zip(_segments(dataset), _segments(derivation.source), strict=True):
        _keep(item, before, KEPT)
        for algorithm in item.get("SegmentationAlgorithmIdentificationSequence", ()):
            algorithm.AlgorithmFamilyCodeSequence = [code_item(SPATIAL_RESAMPLING)]
            algorithm.AlgorithmParameters = derivation.parameters


def _segments(dataset: Dataset) -> list[Dataset]:
    """Return the items of the segments by their numbers, without the background of a label map."""
    numbered = [item for item in dataset.SegmentSequence if int(item.SegmentNumber) > 0]
    return sorted(numbered, key=lambda item: int(item.SegmentNumber))


def _keep(item: Dataset, before: Dataset, keywords: Iterable[str]) -> None:
    for keyword in keywords:
        if before.get(keyword):
            item[keyword] = copy.deepcopy(before[keyword])


def _reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class_uid, sop_instance_uid
    return item
