"""The synthetic four-phase study as CT Image Storage data sets."""

import copy
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless

from seg.phantom import render, tissues
from seg.phantom.headers import PLANS, series_header, uid
from seg.phantom.tissues import PHASES
from seg.phantom.variant import ORIGIN_MM, SAMPLINGS, Sampling, Size, Variant


@dataclass(frozen=True)
class Slice:
    """Where a slice lies in the volume, and its place in the series."""

    index: int
    instance_number: int
    copy: int = 0


def study(size: Size = "small", phases: Sequence[str] = PHASES, **variant: object) -> list[Dataset]:
    """Return the instances of one study, series after series, each ready for `save_as`.

    Parameters
    ----------
    size
        "small": 24 slices of 128 × 128 at 3 mm every 6 mm; "viewer": 60 of 512 × 512 at 0.78 mm every 2.5 mm.
    phases
        Which of `tissues.PHASES`, in this order.
    **variant
        Fields of `Variant`: patient, date, nodule diameter, and what is wrong with the study.
    """
    chosen = Variant(**variant)  # type: ignore[arg-type]
    return [dataset for phase in phases for dataset in _series(phase, SAMPLINGS[size], chosen)]


def write(
    folder: Path, size: Size = "viewer", *, phases: Sequence[str] = PHASES, lossless: bool = True, **variant: object
) -> list[Path]:
    """Write a study as `FOLDER/<phase>/<instance number>.dcm`, with JPEG-LS unless told otherwise; return the files."""
    files = []
    for phase in phases:
        (folder / phase).mkdir(parents=True, exist_ok=True)
        for place, dataset in enumerate(study(size, (phase,), **variant), start=1):
            if lossless:
                dataset.compress(JPEGLSLossless, generate_instance_uid=False)
            files.append(folder / phase / f"{place:04d}.dcm")
            dataset.save_as(files[-1], enforce_file_format=True)
    return files


def _series(phase: str, sampling: Sampling, variant: Variant) -> Iterator[Dataset]:
    plan = PLANS[phase]
    header = series_header(plan, sampling, variant)
    codes = render.tissue_codes(sampling, variant.nodule_diameter_mm, variant.shift_mm(phase), variant.gantry_tilt_deg)
    means = tissues.hounsfield(phase, cirrhotic=variant.cirrhotic, uptake=variant.uptake)
    seed = variant.seed * len(PHASES) + PHASES.index(phase)
    hounsfield = render.attenuation(codes, means, sampling, variant.noise_hu, seed)
    first = 1 + sampling.slices * (plan.acquisition_number - 1) * variant.one_series
    for one in _slices(sampling, variant, first):
        dataset = copy.deepcopy(header)
        _place(dataset, one, sampling, variant)
        dataset.SOPInstanceUID = uid(variant, sampling, phase, one.index, one.copy)
        dataset.InstanceNumber = str(one.instance_number)
        _add_pixels(dataset, hounsfield[one.index])
        yield dataset


def _slices(sampling: Sampling, variant: Variant, first: int) -> list[Slice]:
    indices = list(range(sampling.slices))
    middle = sampling.slices // 2
    if variant.missing_slice:
        indices.remove(middle)
    if variant.order == "descending":
        indices.reverse()
    elif variant.order == "random":
        random.Random(variant.seed).shuffle(indices)  # noqa: S311 - no secret, the same order each time
    slices = [Slice(index, number) for number, index in enumerate(indices, start=first)]
    return slices + ([Slice(middle, first + len(indices), copy=1)] if variant.duplicate_slice else [])


def _place(dataset: Dataset, one: Slice, sampling: Sampling, variant: Variant) -> None:
    slices, rows, columns = render.axes_mm(sampling)
    tilt = math.radians(variant.gantry_tilt_deg)
    corner = (columns[0], rows[0] * math.cos(tilt), slices[one.index] + rows[0] * math.sin(tilt))
    position = [c + o for c, o in zip(corner, ORIGIN_MM, strict=True)]
    dataset.ImagePositionPatient = [f"{value:.6f}".rstrip("0").rstrip(".") for value in position]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", f"{math.cos(tilt):.12g}", f"{math.sin(tilt):.12g}"]
    # Scanners count this from the couch, not from the frame of reference.
    dataset.SliceLocation = f"{slices[one.index] + 212.5:g}"


def _add_pixels(dataset: Dataset, hounsfield: NDArray[np.int16]) -> None:
    dataset.PixelData = (hounsfield + 1024).astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
