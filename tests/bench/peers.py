"""dcmqi as a contestant: its own programs, on files, as its users run it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from seg.labelmap import Segment
from seg.volume import Grid

CODES = {"liver": ("10200004", "Liver"), "nodule": ("27925004", "Nodule")}


class FromProcess(bytes):
    """What another process has written."""


@dataclass(frozen=True)
class Dcmqi:
    """dcmqi 1.5.7 in a folder of its own."""

    path: Path

    @classmethod
    @contextmanager
    def folder(
        cls, files: Iterable[bytes], grid: Grid, mask: NDArray[np.uint8], segments: Sequence[Segment]
    ) -> Iterator["Dcmqi"]:
        """Give it the images, the mask on their grid, and what its segments are."""
        with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as name:
            path = Path(name)
            (path / "images").mkdir()
            for number, file in enumerate(files):
                (path / "images" / f"{number:04d}.dcm").write_bytes(file)
            image = SimpleITK.GetImageFromArray(mask)
            image.SetSpacing(np.linalg.norm(grid.affine_lps[:3, :3], axis=0).tolist())
            image.SetOrigin(grid.affine_lps[:3, 3].tolist())
            SimpleITK.WriteImage(image, str(path / "mask.nrrd"), useCompression=False)
            described = [[_described(one) for one in segments]]
            meta = {"segmentAttributes": described, "SeriesDescription": "mask", "ContentCreatorName": "Souza^Ana"}
            (path / "mask.json").write_text(json.dumps(meta))
            yield cls(path)

    def write(self) -> bytes:
        """Return the mask as a SEG."""
        output = self.path / "out.dcm"
        inputs = ["--inputImageList", self.path / "mask.nrrd", "--inputMetadata", self.path / "mask.json"]
        _run("itkimage2segimage", *inputs, "--inputDICOMDirectory", self.path / "images", "--outputDICOM", output)
        return FromProcess(output.read_bytes())

    def read(self, data: bytes) -> bytes:
        """Return the first segment of a SEG as NIfTI; every segment becomes a file."""
        (self.path / "in.dcm").write_bytes(data)
        _run("segimage2itkimage", "--inputDICOM", self.path / "in.dcm", "-t", "nii", "--outputDirectory", self.path)
        return FromProcess(next(self.path.glob("1.nii*")).read_bytes())


def _described(segment: Segment) -> dict[str, object]:
    value, meaning = CODES[segment.kind]
    code = {"CodeValue": value, "CodingSchemeDesignator": "SCT", "CodeMeaning": meaning}
    return {
        "labelID": segment.number,
        "SegmentDescription": segment.label,
        "SegmentAlgorithmType": "MANUAL",
        "SegmentedPropertyCategoryCodeSequence": code,
        "SegmentedPropertyTypeCodeSequence": code,
    }


def _run(program: str, *arguments: object) -> None:
    command = [str(Path(sys.executable).parent / program), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
