"""Pre-segmentation: a volume to MONAI Label, its mask into the archive. The handler of the jobs "presegment".

No DICOM leaves the plugin, and no name or number of a patient: the volume, its affine, and the job's identifier do.
"""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin.archive import Archive
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.job_files import Job
from orthanc_plugin.jobs import Control, JobFailed
from orthanc_plugin.mask_writing import store_mask
from orthanc_plugin.models import Model
from orthanc_plugin.monailabel import MonaiLabel, MonaiLabelError
from seg import encode, labelmap, nifti, volume
from seg.encode import SegmentationType
from seg.labelmap import Segment
from seg.volume import Grid

#: Between two looks at how far an inference is, and at whether the server is back.
POLL_S, PAUSE_S = 0.25, 1.0

#: How much longer than the job the connection to the server is held.
LATER_S = 60.0


#: Files that are fetched from Orthanc at the same time.
AT_ONCE = 4


@dataclass(frozen=True)
class Presegmentation:
    """What the jobs work with."""

    archive: Archive
    keys: Keys
    monailabel: MonaiLabel
    models: tuple[Model, ...]
    indexed: Any
    index_wait_s: float
    timeout_s: float
    type: SegmentationType = "BINARY"

    def __call__(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Do one job: its parameters are "series" (UID) and "model".

        Raises
        ------
        JobFailed
            The model is gone from the settings, the server failed, or the answer is no mask of this series.
        """
        model = next((one for one in self.models if one.name == job.parameters["model"]), None)
        if model is None:
            raise JobFailed("unknown_model", "The model is no longer in the settings.")
        control.tell(0.0, "reading")
        headers, grid, array = self._read(job.parameters["series"])
        # A name of its own each time: what was cancelled when Orthanc stopped is begun again.
        inference = f"{job.id}-{secrets.token_hex(4)}"
        answer = self._inferred(model, nifti.plain(array, grid.affine_lps), inference, control)
        control.tell(0.9, "storing")
        mask, segments = remapped(nifti.read(answer, grid), model)
        algorithm = replace(model.algorithm, uncertainty=self.monailabel.uncertainty(inference))
        sop, _, _ = store_mask(
            self.archive,
            self.keys,
            job.user,
            headers,
            grid,
            mask,
            segments,
            algorithm,
            description=f"{model.name} {model.version}",
            type_=self.type,
        )
        self.indexed(sop, self.index_wait_s)
        return {"result": f"/hepatia/api/segmentations/{sop}/labelmap", "segmentation": sop}

    def _read(self, series_uid: str) -> tuple[list[Dataset], Grid, NDArray[np.int16]]:
        series = self.archive.series(series_uid)
        with ThreadPoolExecutor(AT_ONCE, "reading") as threads:
            files = threads.map(self.archive.file_by_id, series.instances)
            datasets: list[Dataset] = [pydicom.dcmread(BytesIO(file)) for file in files]
        grid, array = volume.read_volume(datasets)
        for one in datasets:
            del one.PixelData
        return datasets, grid, array

    def _inferred(self, model: Model, file: bytes, inference: str, control: Control) -> bytes:
        """Return the server's answer; wait for a server that starts, try again with one that ended meanwhile."""
        while True:
            control.check()
            if self.monailabel.state() == "ok":
                try:
                    return self._attempt(model, file, inference, control)
                except MonaiLabelError as error:
                    if not error.again:
                        raise JobFailed(error.code, str(error)) from None
            control.tell(0.05, "waiting for MONAI Label")
            control.wait(PAUSE_S)

    def _attempt(self, model: Model, file: bytes, inference: str, control: Control) -> bytes:
        with ThreadPoolExecutor(1, "inference") as thread:
            # One inference at a time: what still runs belongs to a job that has ended.
            self.monailabel.cancel("")
            # The job's own time limit comes first: it also ends the inference.
            longest_s = self.timeout_s + LATER_S
            asked = thread.submit(self.monailabel.infer, model.name, file, inference, longest_s)
            try:
                while not _is_done(asked):
                    self._follow(inference, control)
            except BaseException:
                # Cancelled, late, or Orthanc stops: the server ends at its next step, or is ended.
                self.monailabel.cancel(inference)
                raise
            return asked.result()

    def _follow(self, inference: str, control: Control) -> None:
        try:
            running = self.monailabel.health()["running"]
        except MonaiLabelError:
            running = None
        if running and running["job"] == inference:
            control.tell(0.05 + 0.85 * running["progress"], running["step"])
        control.check()


def remapped(values: NDArray[np.uint8], model: Model) -> tuple[NDArray[np.uint8], tuple[Segment, ...]]:
    """Return the mask with numbers 1, 2, 3 … as a SEG has them, and its segments, by the values of the model.

    Raises
    ------
    JobFailed
        Nothing was found, or a value has no label.
    """
    found = labelmap.present(values)
    unknown = sorted(found - set(model.labels))
    if unknown and not model.drops_other_values:
        named = ", ".join(map(str, unknown))
        message = f'The model "{model.name}" answered with the value {named}, which its "labels" do not name.'
        raise JobFailed("unknown_value", message)
    if unknown:
        values = np.where(np.isin(values, unknown), np.uint8(0), values)
    segments: Sequence[Segment] = [one for one in model.segments if one.number in found]
    if not segments:
        raise JobFailed("empty_mask", f'The model "{model.name}" found nothing in this series; nothing was stored.')
    array, numbered = encode.renumbered(values, segments)
    return array, tuple(numbered)


def _is_done(asked: "Future[bytes]") -> bool:
    try:
        asked.exception(POLL_S)
    except TimeoutError:
        return False
    return True
