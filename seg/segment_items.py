"""The Segment Sequence of a DICOM-SEG (PS3.3 C.8.20.2)."""

from collections.abc import Callable, Iterable

from pydicom import Dataset
from pydicom.sr.coding import Code

from seg.description import PRIVATE_CREATOR, PRIVATE_GROUP, UNCERTAINTY
from seg.functional_groups import code_item
from seg.labelmap import Algorithm, Segment
from seg.properties import WRITTEN

ARTIFICIAL_INTELLIGENCE = Code("123110", "DCM", "Artificial Intelligence")
SPATIAL_CONCEPT = Code("309825002", "SCT", "Spatial and Relational Concept")
BACKGROUND = Code("125040", "DCM", "Background")


def items(segments: Iterable[Segment], algorithm: Algorithm | None, mint: Callable[[], str]) -> list[Dataset]:
    """Return the items that describe segments; `algorithm` drew those that have none of their own."""
    return [_item(segment, segment.algorithm or algorithm, mint) for segment in segments]


def background() -> Dataset:
    """Return the item of what is no segment, which a label map describes as number 0."""
    item = _described(0, "Background", (SPATIAL_CONCEPT, BACKGROUND))
    item.SegmentAlgorithmType = "MANUAL"
    return item


def _item(segment: Segment, algorithm: Algorithm | None, mint: Callable[[], str]) -> Dataset:
    properties = WRITTEN[segment.kind]
    item = _described(segment.number, segment.label[:64], segment.codes or (properties.category, properties.type))
    item.SegmentAlgorithmType = algorithm.type if algorithm else "MANUAL"
    if algorithm and algorithm.type != "MANUAL":
        item.SegmentAlgorithmName = algorithm.name[:64]
        # Other writers name no version, without which there is no such item.
        if algorithm.version:
            item.SegmentationAlgorithmIdentificationSequence = [_algorithm(algorithm)]
    if properties.region:
        item.AnatomicRegionSequence = [code_item(properties.region)]
    item.TrackingID = segment.tracking_id or segment.label
    item.TrackingUID = segment.tracking_uid or mint()
    item.RecommendedDisplayCIELabValue = list(properties.cielab)
    return item


def _described(number: int, label: str, codes: tuple[Code, Code]) -> Dataset:
    item = Dataset()
    item.SegmentNumber, item.SegmentLabel = number, label
    item.SegmentedPropertyCategoryCodeSequence = [code_item(codes[0])]
    item.SegmentedPropertyTypeCodeSequence = [code_item(codes[1])]
    return item


def _algorithm(algorithm: Algorithm) -> Dataset:
    item = Dataset()
    item.AlgorithmFamilyCodeSequence = [code_item(ARTIFICIAL_INTELLIGENCE)]
    item.AlgorithmName = algorithm.name
    item.AlgorithmVersion = algorithm.version
    if algorithm.uncertainty is not None:
        # DICOM has no attribute for it.
        block = item.private_block(PRIVATE_GROUP, PRIVATE_CREATOR, create=True)
        block.add_new(UNCERTAINTY, "FD", algorithm.uncertainty)
    return item
