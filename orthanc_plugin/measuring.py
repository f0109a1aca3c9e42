"""Measurements of the masks in the archive: each made once, and kept while the process lives.

A mask and its images do not change: what was measured stays true for as long as the series has as many slices. A mask is
measured in the background as soon as it is stored, so that the report that cites it need not wait; whoever needs what is
not there yet measures it there and then, and two who need the same share the work.
"""

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from orthanc_plugin.errors import ArchiveError
from seg import decode, measured, volume
from seg.decode import SegmentDescription
from seg.errors import SegError
from seg.measured import MaskMeasurements

#: Masks that may wait to be measured in the background; more are measured when a report needs them.
LONGEST_QUEUE: Final = 256
#: Masks that are remembered; the oldest are forgotten first.
LONGEST_MEMORY: Final = 10_000
#: Series that are read at once for one report.
AT_ONCE: Final = 2
#: What a reference needs to know of an object.
REFERENCE: Final = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
#: DCM code of what a SEG supersedes.
PREDECESSOR: Final = "121348"


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
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._known

    def get[T](self, key: Hashable, work: Callable[[], T]) -> T:
        """Return what is known, else do the work; what fails is not remembered."""
        with self._lock:
            mine = key not in self._known
            future: Future[T] = self._known.setdefault(key, Future())
            while len(self._known) > LONGEST_MEMORY:
                self._known.popitem(last=False)
        if mine:
            try:
                future.set_result(work())
            except BaseException as error:
                with self._lock:
                    self._known.pop(key, None)
                future.set_exception(error)
        return future.result()


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

    def soon(self, series_instance_uid: str) -> None:
        """Have the masks of a SEG series measured in the background; nothing is done when too many wait already."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(series_instance_uid)
        except queue.Full:
            self._log("HepatIA has many masks to measure: this one is measured when a report needs it.")

    def close(self) -> None:
        """End the thread after the mask it is at."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread:
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._waiting.put(None)
            thread.join(15)

    def masks(self, study: StudyInfo) -> list[Mask]:
        """Return the masks of a study that no other supersedes, the newest first; what is no readable SEG is left out."""
        found = [
            mask
            for series in study.series
            if series.modality == "SEG"
            for instance in series.instances
            if (mask := self._masks.get(instance, lambda instance=instance: self._described(instance)))  # type: ignore[misc]
        ]
        superseded = frozenset[str]().union(*(mask.replaces for mask in found))
        current = [mask for mask in found if mask.sop_instance_uid not in superseded]
        return sorted(current, key=lambda mask: (mask.written, mask.sop_instance_uid), reverse=True)

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

    def _one(self, mask: Mask, source: SeriesInfo) -> MaskMeasurements | None:
        return self._measured.get(_key(mask, source), lambda: self._measure(mask, source))

    def _run(self) -> None:
        while (series_instance_uid := self._waiting.get()) is not None:
            try:
                series = self._archive.series(series_instance_uid)
                study = self._archive.study(series.study_instance_uid)
                self.of((mask for mask in self.masks(study) if mask.instance in series.instances), study)
            except ArchiveError as error:
                self._log(f"HepatIA could not measure a mask yet ({type(error).__name__}).")

    def _described(self, instance: str) -> Mask | None:
        try:
            found = decode.decode(self._archive.file_by_id(instance))
        except SegError:
            return None
        header = Dataset()
        for keyword in REFERENCE:
            setattr(header, keyword, str(found.dataset.get(keyword) or ""))
        written = (str(found.dataset.get("ContentDate") or ""), str(found.dataset.get("ContentTime") or ""))
        source = found.source_series_instance_uid
        return Mask(instance, header, source, written, _replaced(found.dataset), found.segments)

    def _measure(self, mask: Mask, source: SeriesInfo) -> MaskMeasurements | None:
        try:
            segmentation = decode.decode(self._archive.file_by_id(mask.instance))
            wanted = measured.sources(segmentation)
            headers, files = [], dict[str, bytes]()
            for file in self._archive.files(source):
                header = pydicom.dcmread(BytesIO(file), stop_before_pixels=True)
                headers.append(header)
                if header.SOPInstanceUID in wanted:
                    files[header.SOPInstanceUID] = file
            grid = volume.read_grid(headers)

            def hounsfield(place: int) -> NDArray[np.int16]:
                sop = grid.sop_instance_uids[place]
                return volume.hounsfield(pydicom.dcmread(BytesIO(files.pop(sop, b"") or self._archive.read(sop))))

            return measured.measure_all(segmentation, grid, hounsfield)
        except SegError:
            return None


def _key(mask: Mask, source: SeriesInfo) -> Hashable:
    return mask.instance, source.series_instance_uid, len(source.instances)


def _replaced(dataset: Dataset) -> frozenset[str]:
    """Return the SOP Instance UIDs of the masks that a SEG says it supersedes (Referenced Instance Sequence)."""
    return frozenset(
        str(item.ReferencedSOPInstanceUID)
        for item in dataset.get("ReferencedInstanceSequence") or ()
        if any(code.get("CodeValue") == PREDECESSOR for code in item.get("PurposeOfReferenceCodeSequence") or ())
    )
