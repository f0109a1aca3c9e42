"""What a DICOM-SEG refers to: its images, the version that it supersedes, and who worked on it (PS3.3 C.12)."""

from collections.abc import Sequence

from pydicom import Dataset

from seg.description import PREDECESSOR
from seg.functional_groups import classes_of, code_item, reference
from seg.provenance import Contributor, Predecessor
from seg.volume import Grid


def add(
    dataset: Dataset,
    headers: Sequence[Dataset],
    grid: Grid,
    replaces: Sequence[Predecessor],
    contributors: Sequence[Contributor],
) -> None:
    """Add them to a SEG; the series of its images stands first, where readers look for it."""
    classes = classes_of(headers)
    images = [reference(classes, uid) for uid in dict.fromkeys(grid.sop_instance_uids)]
    earlier = [_series(one.series_instance_uid, [_predecessor(one)]) for one in replaces]
    dataset.ReferencedSeriesSequence = [_series(grid.series_instance_uid, images), *earlier]
    if replaces:
        # A SEG is an image, so the earlier one is a Referenced Image with a purpose of CID 7201 (PS3.3 C.12.4).
        dataset.ReferencedImageSequence = [_predecessor(one) for one in replaces]
        for item in dataset.ReferencedImageSequence:
            item.PurposeOfReferenceCodeSequence = [code_item(PREDECESSOR)]
    if contributors:
        dataset.ContributingEquipmentSequence = [_contribution(one) for one in contributors]


def _series(uid: str, instances: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = uid
    item.ReferencedInstanceSequence = instances
    return item


def _predecessor(one: Predecessor) -> Dataset:
    return reference({one.sop_instance_uid: one.sop_class_uid}, one.sop_instance_uid)


def _contribution(one: Contributor) -> Dataset:
    item = Dataset()
    item.Manufacturer = one.manufacturer or "unknown"
    optional = {
        "ManufacturerModelName": one.model,
        "SoftwareVersions": one.software,
        "OperatorsName": one.operator,
        "ContributionDateTime": one.time,
        "ContributionDescription": one.description,
    }
    for keyword, value in optional.items():
        if value:
            setattr(item, keyword, value)
    item.PurposeOfReferenceCodeSequence = [code_item(one.purpose)]
    return item
