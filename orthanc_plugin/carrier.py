"""Asking for a mask to be carried: checked at once, done at once or as a job of the kind "carry"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset

from orthanc_plugin import carrying, study_contents, study_phases
from orthanc_plugin.acquisitions import Scan
from orthanc_plugin.archive import Archive, StudyInfo
from orthanc_plugin.carrying import Carried, Method
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.job_files import Job
from orthanc_plugin.jobs import Control
from orthanc_plugin.study_phases import Memory
from seg import decode, description, measure
from seg.decode import Segmentation
from seg.encode import SegmentationType
from seg.phases import WORDS_IN_TEXT

Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Order:
    """A mask that somebody wants carried, and what it takes."""

    segmentation: Segmentation
    study: StudyInfo
    scans: Sequence[Scan]
    method: Method
    author: str


@dataclass(frozen=True)
class Carrier:
    """Carries masks.

    Parameters
    ----------
    indexed
        Waits until an instance is in the index, for so many seconds at most.
    """

    archive: Archive
    keys: Keys
    phases: Memory
    indexed: Callable[[str, float], bool]
    index_wait_s: float
    type: SegmentationType = "BINARY"

    def order(self, sop: str, wanted: Sequence[str] | None, method: Method, author: str) -> Order:
        """Return what is to be done.

        Parameters
        ----------
        wanted
            Series Instance UIDs; None for all other CT series of the study.

        Raises
        ------
        RequestError, NotInArchive, NotASegmentation
            There is no such mask, or no such series.
        """
        segmentation = decode.decode(self.archive.read(sop))
        try:
            study = self.archive.study(segmentation.study_instance_uid)
        except NotInArchive:
            raise RequestError(409, "no_source", "The study of the mask is not in the archive.") from None
        scans = carrying.targets(self.archive, study, segmentation, wanted)
        return Order(segmentation, study, scans, method, author)

    def carry(self, order: Order, tell: Tell = lambda _progress, _step: None) -> dict[str, Any]:
        """Do it; return what is answered.

        Raises
        ------
        RequestError, SegError
            Nothing was written.
        """
        tell(0.0, "reading")
        source = carrying.source(self.archive, order.segmentation, order.method)
        wish = carrying.Wish(order.author, order.method, self._phase_names(order.study), tell, self.type)
        existing = study_contents.segmentations(self.archive, order.study)
        done, refused = carrying.carry_to(self.archive, self.keys, wish, source, order.scans)
        self.indexed(done[-1].sop_instance_uid, self.index_wait_s)
        return {
            "source": order.segmentation.sop_instance_uid,
            "carried": [_described(one, [s.sop_instance_uid for s in existing if _is_of(s, one)]) for one in done],
            "refused": [
                {
                    "series_instance_uid": one.series_instance_uid,
                    "acquisition_number": one.number,
                    "reason": one.reason,
                }
                for one in refused
            ],
        }

    def __call__(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Do one job: its parameters are "segmentation", "series" and "registration" as in the request."""
        asked = job.parameters
        order = self.order(asked["segmentation"], asked["series"], asked["registration"], job.user.name)
        carried = self.carry(order, control.tell)
        sop = carried["carried"][0]["segmentation"]["sop_instance_uid"]
        return {"result": f"/hepatia/api/segmentations/{sop}/labelmap", "segmentation": sop, "carried": carried}

    def _phase_names(self, study: StudyInfo) -> Callable[[Dataset], str]:
        reports = study_contents.reports(self.archive, study)
        found = study_phases.told(self.archive, study, reports, self.phases)

        def name(header: Dataset) -> str:
            told, number = found[str(header.SeriesInstanceUID)], header.get("AcquisitionNumber")
            phase = next((one.phase for one in told.acquisitions if one.number == number), told.phase)
            return WORDS_IN_TEXT[phase.name] if phase.name != "other" else "other"

        return name


def _is_of(segmentation: Segmentation, one: Carried) -> bool:
    named = description.source_instances(segmentation.dataset)
    is_of_series = segmentation.source_series_instance_uid == one.series_instance_uid
    return is_of_series and (one.number is None or not named.isdisjoint(one.grid.sop_instance_uids))


def _described(one: Carried, existing: list[str]) -> dict[str, Any]:
    found = one.registration
    return {
        "series_instance_uid": one.series_instance_uid,
        "acquisition_number": one.number,
        "segmentation": {
            "sop_instance_uid": one.sop_instance_uid,
            "series_instance_uid": one.own_series_instance_uid,
            "segments": [_segment(one, place) for place in range(len(one.segments))],
        },
        "registration": {
            "sop_instance_uid": one.registration_uid,
            "moved_mm": round(found.moved_mm, 2),
            "turned_deg": round(found.turned_deg, 2),
            "match_before": round(found.before, 4),
            "match_after": round(found.after, 4),
            "seconds": round(found.seconds, 1),
        }
        if found
        else None,
        "existing": existing,
        "warnings": list(one.warnings),
    }


def _segment(one: Carried, place: int) -> dict[str, Any]:
    segment = one.segments[place]
    measured = measure.measure(one.array == segment.number, one.grid)
    return {
        "number": segment.number,
        "label": segment.label,
        "kind": segment.kind,
        "tracking_uid": segment.tracking_uid,
        "volume_cm3": measured.volume_cm3,
        "long_axis_mm": measured.long_axis_mm,
    }
