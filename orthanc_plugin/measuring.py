"""Measurements of the masks in the archive: each made once, and kept while the process lives.

A mask and its images do not change: what was measured stays true for as long as the series has as many slices. Masks
are measured in the background when one is stored, and when a reader opens the study, so that the report that cites
them need not wait; whoever needs what is not there yet measures it there and then, and two who need the same share the
work.
"""

import contextlib
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final, TypeVar

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from orthanc_plugin.errors import ArchiveError, NotInArchive
from seg import decode, measured, volume
from seg.decode import DAMAGE
from seg.description import SegmentDescription
from seg.measured import MaskMeasurements
from seg.volume import Grid

#: Studies that may wait for their masks to be measured in the background.
LONGEST_QUEUE: Final = 256
#: Masks come one after the other: they are measured when none has come for so long, but at last after so long.
SETTLE_S: Final = (1.0, 5.0)
#: Masks that are remembered; the oldest are forgotten first.
LONGEST_MEMORY: Final = 10_000
#: Series that are read at once for one report.
AT_ONCE: Final = 2
#: What a reference needs to know of an object.
REFERENCE: Final = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Mask:
    """A SEG of the archive.

    Attributes
    ----------
    instance
        Orthanc's identifier.
    header
        The attributes of `REFERENCE`.
    written
        Content Date and Time; they sort as text.
    replaces
        SOP Instance UIDs of the masks that it supersedes.
    """

    instance: str
    header: Dataset
    source_series_instance_uid: str | None
    written: tuple[str, str]
    replaces: frozenset[str]
    segments: tuple[SegmentDescription, ...]

    @property
    def sop_instance_uid(self) -> str:
        """Its SOP Instance UID."""
        return str(self.header.SOPInstanceUID)


class _Kept:
    """What was worked out, by key; the work is done once however many ask for it at the same time."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._known

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """Return what is known, else do the work; what fails is not remembered."""
        try:
            with self._locks.setdefault(key, threading.Lock()):
                found: T = self._known[key] if key in self._known else work()
                self._known[key] = found
        finally:
            self._locks.pop(key, None)
        while len(self._known) > LONGEST_MEMORY:
            self._known.popitem(last=False)
        return found


class Measurements:
    """Measures the masks of studies; safe to use from several threads.

    Parameters
    ----------
    log
        Takes one line; never a patient's value.
    """

    def __init__(self, archive: Archive, log: Callable[[str], None] = lambda _line: None) -> None:
        self._archive = archive
        self._log = log
        self._masks, self._measured = _Kept(), _Kept()
        self._waiting: queue.Queue[str | None] = queue.Queue(LONGEST_QUEUE)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._asked_at = 0.0
        self._stopping = threading.Event()

    def soon(self, study_instance_uid: str) -> None:
        """Have the newest masks of a study measured in the background; when too many wait, a report measures them."""
        with self._lock:
            self._asked_at = time.monotonic()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
                self._thread.start()
        if study_instance_uid not in self._waiting.queue:
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(study_instance_uid)

    def close(self) -> None:
        """End the thread after the mask it is at."""
        self._stopping.set()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread:
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(None)
            thread.join(15)

    def masks(self, study: StudyInfo) -> list[Mask]:
        """Return the readable masks of a study, the newest first."""
        instances = (instance for series in study.series if series.modality == "SEG" for instance in series.instances)
        found = [mask for instance in instances if (mask := self._mask(instance))]
        return sorted(found, key=lambda mask: (mask.written, mask.sop_instance_uid), reverse=True)

    def of(self, masks: Iterable[Mask], study: StudyInfo) -> Mapping[str, MaskMeasurements]:
        """Return what is measured of masks by their SOP Instance UIDs.

        Left out are masks whose source series is not in the study, and those that cannot be read or placed.

        Raises
        ------
        ArchiveError
            Orthanc does not give what is needed.
        """
        series = {one.series_instance_uid: one for one in study.series}
        pairs = [(mask, source) for mask in masks if (source := series.get(mask.source_series_instance_uid or ""))]
        missing = [pair for pair in pairs if _key(*pair) not in self._measured]
        if len(missing) > 1:
            with ThreadPoolExecutor(AT_ONCE, "measuring") as pool:
                list(pool.map(lambda pair: self._one(*pair), missing))
        every = {mask.sop_instance_uid: self._one(mask, source) for mask, source in pairs}
        return {sop: one for sop, one in every.items() if one is not None}

    def _mask(self, instance: str) -> Mask | None:
        with contextlib.suppress(NotInArchive):
            return self._masks.get(instance, lambda: _described(instance, self._archive.file_by_id(instance)))
        return None

    def _one(self, mask: Mask, source: SeriesInfo) -> MaskMeasurements | None:
        with contextlib.suppress(NotInArchive):
            return self._measured.get(_key(mask, source), lambda: self._measure(mask, source))
        return None

    def _run(self) -> None:
        while (study_instance_uid := self._waiting.get()) is not None and self._settled():
            try:
                self._measure_newest(self._archive.study(study_instance_uid))
            except ArchiveError as error:
                self._log(f"HepatIA could not measure a mask yet ({type(error).__name__}).")

    def _settled(self) -> bool:
        """Wait until masks have stopped coming; return whether to go on."""
        at_last = time.monotonic() + SETTLE_S[1]
        while (left := min(self._asked_at + SETTLE_S[0], at_last) - time.monotonic()) > 0:
            self._stopping.wait(left)
            if self._stopping.is_set():
                break
        return not self._stopping.is_set()

    def _measure_newest(self, study: StudyInfo) -> None:
        newest: dict[str | None, Mask] = {}
        for mask in current(self.masks(study)):
            newest.setdefault(mask.source_series_instance_uid, mask)
        for mask in newest.values():
            if not self._stopping.is_set():
                self.of([mask], study)

    def _measure(self, mask: Mask, source: SeriesInfo) -> MaskMeasurements | None:
        try:
            segmentation = decode.decode(self._archive.file_by_id(mask.instance))
            images = _images(self._archive.files(source), measured.sources(segmentation))
            grid = volume.read_grid(list(images.values()))
            return measured.measure_all(segmentation, grid, lambda place: self._hounsfield(images, grid, place))
        except ArchiveError:
            raise
        except DAMAGE:
            return None

    def _hounsfield(self, images: Mapping[str, Dataset], grid: Grid, place: int) -> NDArray[np.int16]:
        sop = grid.sop_instance_uids[place]
        image = images[sop] if "PixelData" in images[sop] else pydicom.dcmread(BytesIO(self._archive.read(sop)))
        alone = replace(grid, sop_instance_uids=(sop,), frame_numbers=grid.frame_numbers[place : place + 1])
        return next(volume.planes([image], alone))


def current(masks: Sequence[Mask]) -> list[Mask]:
    """Return the masks of a study that no other supersedes."""
    superseded = frozenset[str]().union(*(mask.replaces for mask in masks))
    return [mask for mask in masks if mask.sop_instance_uid not in superseded]


def _key(mask: Mask, source: SeriesInfo) -> Hashable:
    return mask.instance, source.series_instance_uid, len(source.instances)


def _described(instance: str, file: bytes) -> Mask | None:
    try:
        found = decode.decode(file)
    except DAMAGE:
        return None
    header = Dataset()
    for keyword in REFERENCE:
        setattr(header, keyword, str(found.dataset.get(keyword) or ""))
    written = (str(found.dataset.get("ContentDate") or ""), str(found.dataset.get("ContentTime") or ""))
    source = found.source_series_instance_uid
    return Mask(instance, header, source, written, frozenset(found.replaces), found.segments)


def _images(files: Iterable[bytes], wanted: Container[str]) -> dict[str, Dataset]:
    """Return images by their SOP Instance UIDs, only those that are wanted with their pixels."""
    images = dict[str, Dataset]()
    for file in files:
        image = pydicom.dcmread(BytesIO(file))
        if image.SOPInstanceUID not in wanted and "PixelData" in image:
            del image.PixelData
        images[str(image.SOPInstanceUID)] = image
    return images
