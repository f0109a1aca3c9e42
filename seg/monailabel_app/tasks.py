"""What MONAI Label calls for each model: one class for each kind, all with the grid of the question in the answer."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from abc import abstractmethod
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from monailabel.interfaces.tasks.infer_v2 import InferTask, InferType
from numpy.typing import NDArray

from seg.monailabel_app import baseline, volumes
from seg.monailabel_app.models import Model
from seg.monailabel_app.volumes import Image
from seg.monailabel_app.work import WORK, InferenceError

#: Variables that a command may see; PYTHONPATH and the like would lead it into this environment.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "CUDA_VISIBLE_DEVICES", "LC_ALL")


class Task(InferTask):
    """A model that turns an image into a mask."""

    def __init__(self, model: Model) -> None:
        labels = {label: int(value) for value, label in model.labels.items()}
        super().__init__(InferType.SEGMENTATION, labels, 3, model.description)
        self.model = model

    def is_valid(self) -> bool:
        """Offer it: what is wrong with a model is told when it is asked."""
        return True

    def __call__(self, request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Answer a request of MONAI Label: the file of the mask, and what else there is to say."""
        try:
            with WORK.on(str(request.get("job", ""))):
                image = volumes.load(request["image"])
                mask = self.infer(image)
                WORK.tell(0.95, "writing")
                return volumes.save(mask, image), {"label_names": self.labels}
        except BaseException:
            # MONAI Label deletes what was uploaded after an answer only.
            Path(request["image"]).unlink(missing_ok=True)
            raise

    @abstractmethod
    def infer(self, image: Image) -> NDArray[np.uint8]:
        """Return the mask, with the axes of the image; tells WORK how far it is."""


class Baseline(Task):
    """Thresholds; no trained model."""

    def infer(self, image: Image) -> NDArray[np.uint8]:
        """Return 1 where the liver seems to be."""
        return baseline.segment(image.array, image.affine, lambda part: WORK.tell(0.05 + 0.85 * part, "segmenting"))


class Command(Task):
    """A program that reads one NIfTI file and writes another: TotalSegmentator, nnU-Net, anything."""

    def infer(self, image: Image) -> NDArray[np.uint8]:
        """Run the command in a folder of its own and read what it wrote."""
        with tempfile.TemporaryDirectory(prefix="command-") as folder:
            names = _names(Path(folder))
            nibabel.Nifti1Image(image.array, image.affine).to_filename(names["input"])
            _run([part.format_map(names) for part in shlex.split(self.model.command)], Path(folder))
            if not Path(names["output"]).exists():
                raise InferenceError("command_failed", "The model's command wrote no output; see logs/monailabel.log.")
            written: Any = nibabel.load(names["output"])
            if written.shape != image.array.shape or not np.allclose(written.affine, image.affine, atol=1e-2):
                raise InferenceError(
                    "command_failed", "The model's command answered on another grid than it was given."
                )
            values = np.asanyarray(written.dataobj)
            if not np.array_equal(values, values.astype(np.uint8)):
                raise InferenceError("command_failed", "The model's command wrote values that are not 0 to 255.")
            return values.astype(np.uint8)


def _names(folder: Path) -> dict[str, str]:
    """Return the placeholders of a command; the names of the files are those that nnU-Net wants."""
    inputs, outputs = folder / "input", folder / "output"
    inputs.mkdir()
    outputs.mkdir()
    files = {"input": inputs / "case_0000.nii.gz", "output": outputs / "case.nii.gz"}
    folders = {"input_folder": inputs, "output_folder": outputs}
    return {name: str(path) for name, path in (files | folders).items()}


def _run(command: list[str], folder: Path) -> None:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 -- the site's own setting
        ["/usr/bin/setpriv", "--pdeathsig", "KILL", *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            WORK.tell(0.1, "command")
            time.sleep(0.1)
    finally:
        # Whatever it started, too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        message = f"The model's command ended with status {process.returncode}; see logs/monailabel.log."
        raise InferenceError("command_failed", message)
