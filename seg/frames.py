"""The frames of a DICOM-SEG: what each belongs to and where it lies (PS3.3 C.7.6.16, C.8.20.3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from pydicom import Dataset
from pydicom.dataelem import RawDataElement

from seg import frame_bytes
from seg.errors import NotASegmentation
from seg.frame_bytes import Groups
from seg.pixels import planes as planes
from sr_templates.structure import NotUnderstood

PER_FRAME = 0x52009230


@dataclass(frozen=True)
class Frame:
    """One frame; `segment_number` is None in a label map, whose pixels say it.

    Parameters
    ----------
    sources
        Slices that it was derived from, named as in `Grid.slice_names`.
    """

    number: int
    segment_number: int | None
    sources: tuple[str, ...]
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, ...] | None

    @property
    def source_uids(self) -> tuple[str, ...]:
        """SOP Instance UIDs of the images that it was derived from."""
        return tuple(dict.fromkeys(name.partition("/")[0] for name in self.sources))


def frames_of(dataset: Dataset) -> list[Frame]:
    """Return the frames of a SEG in their order.

    Raises
    ------
    NotASegmentation
        The functional groups are missing or do not say which segment a frame is of.
    """
    shared = _groups((dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0])
    per_frame = _per_frame(dataset)
    if not per_frame or len(per_frame) != int(dataset.get("NumberOfFrames") or len(per_frame)):
        raise NotASegmentation("The Segmentation does not describe each of its frames; it cannot be placed.")
    is_label_map = dataset.get("SegmentationType") == "LABELMAP"
    return [_frame(number, one, shared, is_label_map) for number, one in enumerate(per_frame, start=1)]


def _per_frame(dataset: Dataset) -> list[Groups]:
    """Return the groups of each frame; hundreds of data sets are not made where their bytes are plain."""
    raw = dataset.get_item(PER_FRAME)
    if isinstance(raw, RawDataElement) and raw.value and not raw.is_implicit_VR and raw.is_little_endian:
        try:
            return frame_bytes.groups(raw.value)
        except NotUnderstood:
            pass
    return [_groups(item) for item in dataset.get("PerFrameFunctionalGroupsSequence") or ()]


def _groups(item: Dataset) -> Groups:
    def first(group: str) -> Dataset:
        items: Sequence[Dataset] = item.get(group) or [Dataset()]
        return items[0]

    segment = first("SegmentIdentificationSequence").get("ReferencedSegmentNumber")
    derivations = item.get("DerivationImageSequence") or ()
    sources = [source for one in derivations for source in one.get("SourceImageSequence") or ()]
    return Groups(
        None if segment is None else int(segment),
        tuple(name for source in sources for name in _names(source)) or None,
        _floats(first("PlanePositionSequence").get("ImagePositionPatient"), 3),
        _floats(first("PlaneOrientationSequence").get("ImageOrientationPatient"), 6),
        _floats(first("PixelMeasuresSequence").get("PixelSpacing"), 2),
    )


def _names(source: Dataset) -> Iterator[str]:
    numbers = source.get("ReferencedFrameNumber")
    several = numbers if isinstance(numbers, Iterable) and not isinstance(numbers, str) else [numbers]
    if uid := source.get("ReferencedSOPInstanceUID"):
        yield from frame_bytes.names(str(uid), [int(number) for number in several if number is not None])


def _frame(number: int, own: Groups, shared: Groups, is_label_map: bool) -> Frame:
    values = {one.name: getattr(own, one.name) for one in fields(Groups)}
    said = Groups(**{name: getattr(shared, name) if value is None else value for name, value in values.items()})
    if said.segment is None and not is_label_map:
        raise NotASegmentation(f"Frame {number} of the Segmentation does not say which segment it is of.")
    segment = None if is_label_map else said.segment
    return Frame(number, segment, said.sources or (), said.position, said.orientation, said.spacing)


def _floats(value: Iterable[float] | None, count: int) -> tuple[float, ...] | None:
    numbers = tuple(float(one) for one in value or ())
    return numbers if len(numbers) == count else None
