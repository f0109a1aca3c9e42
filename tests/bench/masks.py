"""Masks written as DICOM-SEG, read back as NIfTI, and a CT as NIfTI; HepatIA beside highdicom, dcmqi and nibabel."""

import io
import itertools
import statistics
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import highdicom as hd
import nibabel
import numpy as np
import pydicom
from numpy.typing import NDArray
from peers import Dcmqi, FromProcess
from pydicom import Dataset
from pydicom.sr.coding import Code

from seg import decode, encode, nifti, phantom
from seg.encode import EncodeContext
from seg.labelmap import Segment
from seg.volume import Grid, read_grid

SIZE = 512
#: Slices of a series.
DEPTHS = (120, 400)

Contestants = dict[str, Callable[[], bytes]]

#: The last in each task, which ratios are to.
HIGHDICOM, NIBABEL = "highdicom 0.28", "nibabel 5.4"


@dataclass(frozen=True)
class Case:
    """A series of 512 × 512, and a mask on it: a liver over two thirds of the slices, and two nodules."""

    headers: list[Dataset]
    grid: Grid
    mask: NDArray[np.uint8]
    hounsfield: NDArray[np.int16]


SEGMENTS = (
    Segment(1, "Liver", "liver", "2.25.901"),
    Segment(2, "Nodule 1", "nodule", "2.25.902"),
    Segment(3, "Nodule 2", "nodule", "2.25.903"),
)


def case(depth: int) -> Case:
    """Return a series of so many slices."""
    first = phantom.study("small", ("arterial",))[0]
    first.Rows = first.Columns = SIZE
    x, y, z = first.ImagePositionPatient
    headers = []
    for number in range(depth):
        header = pydicom.dcmread(_in_memory(first), stop_before_pixels=True)
        header.SOPInstanceUID = f"2.25.{5000 + number}"
        header.InstanceNumber, header.ImagePositionPatient = number + 1, [x, y, z + 1.25 * number]
        headers.append(header)
    slices, rows, columns = np.ogrid[:depth, :SIZE, :SIZE]
    mask = np.zeros((depth, SIZE, SIZE), np.uint8)
    mask[_ball(slices, rows, columns, (depth / 2, 250, 200), (depth / 3, 110, 140))] = 1
    mask[_ball(slices, rows, columns, (depth / 2, 230, 180), (depth / 20, 20, 20))] = 2
    mask[_ball(slices, rows, columns, (depth / 2.5, 280, 250), (depth / 30, 12, 12))] = 3
    rng = np.random.default_rng(1)
    hounsfield = np.empty(mask.shape, np.int16)
    for plane, labels in zip(hounsfield, mask, strict=True):
        plane[...] = np.where(labels > 0, 100, -50) + 12 * rng.standard_normal(labels.shape, np.float32)
    return Case(headers, read_grid(headers), mask, hounsfield)


def _ball(slices: NDArray, rows: NDArray, columns: NDArray, centre: tuple, radii: tuple) -> NDArray[np.bool_]:  # type: ignore[type-arg]
    parts = zip((slices, rows, columns), centre, radii, strict=True)
    return sum(((axis - middle) / radius) ** 2 for axis, middle, radius in parts) <= 1


def _in_memory(dataset: Dataset) -> io.BytesIO:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    return buffer


def files(one: Case) -> Iterator[bytes]:
    """Yield the CT as DICOM files."""
    by_uid = dict(zip(one.grid.sop_instance_uids, one.hounsfield, strict=True))
    for header in one.headers:
        pixels = (by_uid[header.SOPInstanceUID].astype(np.int32) + 1024).astype("<u2").tobytes()
        header.add_new("PixelData", "OW", pixels)
        yield _in_memory(header).getvalue()
        del header.PixelData


def writers(one: Case, dcmqi: Dcmqi) -> Contestants:
    """Return what writes the mask as a SEG, BINARY."""
    return {"HepatIA": lambda: _written(one), "dcmqi 1.5.7": dcmqi.write, HIGHDICOM: lambda: _by_highdicom(one)}


def readers(one: Case, dcmqi: Dcmqi) -> Contestants:
    """Return what reads a SEG to NIfTI: to 0, 1 and 2 on the grid of the CT, or to what the peer gives by itself."""
    data = _written(one)
    return {
        "HepatIA": lambda: _read(data, one),
        "dcmqi 1.5.7 (a file for each segment)": lambda: dcmqi.read(data),
        f"{HIGHDICOM} get_volume (slices of the mask only), nibabel": lambda: _volume_by_highdicom(data),
        f"{HIGHDICOM} by source images, nibabel": lambda: _read_by_highdicom(data, one),
    }


def converters(one: Case, _dcmqi: Dcmqi) -> Contestants:
    """Return what writes the CT as NIfTI."""
    return {
        "HepatIA": lambda: nifti.write(one.hounsfield, one.grid.affine_lps),
        NIBABEL: lambda: _by_nibabel(one.hounsfield, one.grid),
    }


def _written(one: Case) -> bytes:
    uids = itertools.count(50_000)
    context = EncodeContext(
        "2.25.1", "2.25.2", 9100, "HepatIA mask", "Souza^Ana", datetime(2026, 3, 4), lambda: f"2.25.{next(uids)}"
    )
    return encode.encode(one.headers, one.grid, one.mask, SEGMENTS, None, context)


def _by_highdicom(one: Case) -> bytes:
    liver, lesion = Code("10200004", "SCT", "Liver"), Code("52988006", "SCT", "Lesion")
    organ, abnormal = Code("123037004", "SCT", "Anatomical Structure"), Code("49755003", "SCT", "Abnormal Structure")
    described = [
        hd.seg.SegmentDescription(
            segment.number, segment.label, organ if segment.kind == "liver" else abnormal,
            liver if segment.kind == "liver" else lesion, hd.seg.SegmentAlgorithmTypeValues.MANUAL,
            tracking_uid=segment.tracking_uid, tracking_id=segment.label,
        )
        for segment in SEGMENTS
    ]  # fmt: skip
    ordered = sorted(one.headers, key=lambda header: one.grid.sop_instance_uids.index(header.SOPInstanceUID))
    made = hd.seg.Segmentation(
        ordered, one.mask, hd.seg.SegmentationTypeValues.BINARY, described, "2.25.2", 9100, "2.25.1", 1,
        "HepatIA", "bench", "1", "1", series_description="mask",
    )  # fmt: skip
    return _in_memory(made).getvalue()


def _read(data: bytes, one: Case) -> bytes:
    """Do what the API does."""
    planes = decode.weight_planes(decode.decode(data), one.grid)
    return nifti.write_planes(planes, one.grid.shape, np.uint8, one.grid.affine_lps)


def _volume_by_highdicom(data: bytes) -> bytes:
    volume = hd.seg.segread(io.BytesIO(data)).get_volume(combine_segments=True)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    return _saved_by_nibabel(nibabel.Nifti1Image(np.minimum(volume.array, 2), affine))


def _read_by_highdicom(data: bytes, one: Case) -> bytes:
    segmentation = hd.seg.segread(io.BytesIO(data))
    labels = segmentation.get_pixels_by_source_instance(
        list(one.grid.sop_instance_uids), combine_segments=True, ignore_spatial_locations=True,
        assert_missing_frames_are_empty=True,
    )  # fmt: skip
    return _by_nibabel(np.minimum(labels, 2).astype(np.uint8), one.grid)


def _by_nibabel(array: NDArray[np.generic], grid: Grid) -> bytes:
    return _saved_by_nibabel(nibabel.Nifti1Image(array.transpose(2, 1, 0), nifti.RAS_FROM_LPS @ grid.affine_lps))


def _saved_by_nibabel(image: nibabel.Nifti1Image) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".nii.gz") as file:
        nibabel.save(image, file.name)
        return Path(file.name).read_bytes()


#: What is measured: title → contestants.
TASKS: dict[str, Callable[[Case, Dcmqi], Contestants]] = {
    "a mask to SEG": writers,
    "a SEG to NIfTI": readers,
    "a CT to NIfTI": converters,
}


def table(rounds: int) -> Iterator[str]:
    """Yield the result as Markdown: medians, and median and quartiles of the ratios within each round."""
    yield from (
        "| what | slices | by | seconds | of the last one's | quartiles | peak memory, MB | size, MB |",
        "|---|---|---|---|---|---|---|---|",
    )
    for depth in DEPTHS:
        one = case(depth)
        with Dcmqi.folder(files(one), one.grid, one.mask, SEGMENTS) as dcmqi:
            for title, contestants in TASKS.items():
                yield from _rows(title, depth, contestants(one, dcmqi), rounds)


def _rows(title: str, depth: int, contestants: Contestants, rounds: int) -> Iterator[str]:
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds):
            for name, work in contestants.items():
                began = time.perf_counter()
                work()
                taken[name].append(time.perf_counter() - began)
        memory = {name: _peak(work) for name, work in contestants.items()}
    *_, peer = taken
    for name, seconds in taken.items():
        low, share, high = statistics.quantiles((a / b for a, b in zip(seconds, taken[peer], strict=True)), n=4)
        peak, size = memory[name]
        told = f"{statistics.median(seconds):.3f} | **{share:.2f}** | {low:.2f}–{high:.2f}"
        yield f"| {title} | {depth} | {name} | {told} | {peak} | {size:.2f} |"


def _peak(work: Callable[[], bytes]) -> tuple[str, float]:
    """Return the most memory that is allocated meanwhile and the size of the result, MB; of a process the size."""
    tracemalloc.start()
    result = work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return "–" if isinstance(result, FromProcess) else f"{peak / 1e6:.0f}", len(result) / 1e6
