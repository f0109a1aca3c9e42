"""One CT scan of a dataset: its image and its mask as files, and what the manifest says of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset

from indexer import contents
from indexer.contents import Mask, Scans
from indexer.index import Index
from orthanc_plugin import acquisitions
from orthanc_plugin.archive import Archive, SeriesInfo
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.exporting import dataset
from orthanc_plugin.exporting.dataset import Names
from orthanc_plugin.exporting.request import Include
from seg import decode, nifti, volume
from seg.decode import Segmentation
from seg.errors import GeometryError, NotASegmentation
from seg.volume import Grid

#: Of a CT that is not compressed, as `.nii.gz`.
NIFTI_SHARE = 0.65


@dataclass(frozen=True)
class Scan:
    """One scan, with the masks that may be of it."""

    series: SeriesInfo
    about: Scans
    acquisition: int | None
    phase: str
    names: Names
    masks: Sequence[Mask]
    bytes: int


@dataclass
class Written:
    """What became of a scan: its row of the manifest, and path and SHA-256 of each file."""

    row: dict[str, Any]
    files: list[tuple[str, str]] = field(default_factory=list)


#: Takes path and content of a file, gives its SHA-256.
Add = Callable[[str, bytes], str]


def of_exam(archive: Archive, index: Index, exam: dict[str, Any]) -> list[Scan]:
    """Return the scans of an exam, in the order of their series."""
    found = []
    for about in contents.of_study(index, exam["study_instance_uid"]):
        try:
            series = archive.series(about.series_instance_uid)
            size = archive.size(series)
        except NotInArchive:
            # Deleted since the search.
            continue
        parts = acquisitions.scans(archive, series)
        phases = about.phases if len(about.phases) == len(parts) else [*(about.phases or ("other",))[:1]] * len(parts)
        for part, phase in zip(parts, phases, strict=True):
            share = size * len(part.series.instances) // max(1, len(series.instances))
            found.append((part.series, about, part.number, phase, share))
    stems = dataset.stems([phase for *_, phase, _ in found])
    return [
        Scan(
            series, about, number, phase, Names(exam["patient_id"], exam["study_instance_uid"], stem), about.masks, size
        )
        for (series, about, number, phase, size), stem in zip(found, stems, strict=True)
    ]


def expected_bytes(scan: Scan, include: Include) -> int:
    """Return how large the files of a scan will be, about."""
    share = {"nifti": NIFTI_SHARE, "dicom": 1.0, "none": 0.0}[include.images]
    return int(scan.bytes * share) + 100_000


def write(archive: Archive, scan: Scan, exam: dict[str, Any], include: Include, add: Add) -> Written:
    """Write the files of a scan; what cannot be written is told in its row.

    Raises
    ------
    ArchiveError
        Orthanc does not answer.
    """
    written = Written(about(scan, exam))
    if include.images != "none" or include.masks == "nifti":
        headers, files = _read_all(archive, scan.series, include)
        if include.images == "dicom":
            _write_dicom(scan, files, headers, written, add)
        try:
            _write_nifti(archive, scan, include, headers, written, add)
        except GeometryError as error:
            written.row["note"] = str(error)
    if include.masks == "dicom":
        _write_mask_as_dicom(archive, scan, written, add)
    return written


def _write_nifti(
    archive: Archive, scan: Scan, include: Include, datasets: Sequence[Dataset], written: Written, add: Add
) -> None:
    grid = volume.read_grid(datasets)
    written.row |= _grid(grid)
    if include.images == "nifti":
        body = nifti.write_planes(volume.planes(datasets, grid), grid.shape, np.int16, grid.affine_lps)
        path = scan.names.of("images", ".nii.gz")
        _add(written, path, body, add)
        written.row |= {"image": path, "image_sha256": written.files[-1][1]}
        _add(written, scan.names.of("images", ".json"), _sidecar(scan, grid), add)
    if include.masks == "nifti":
        _write_mask(archive, scan, grid, written, add)


def _write_dicom(scan: Scan, files: Sequence[bytes], headers: Sequence[Dataset], written: Written, add: Add) -> None:
    """Write the files of the archive as they are, by Instance Number."""
    folder = scan.names.of("images", "")
    numbers = [(int(one.get("InstanceNumber") or 0), str(one.SOPInstanceUID)) for one in headers]
    for number, (_, file) in enumerate(sorted(zip(numbers, files, strict=True)), start=1):
        _add(written, f"{folder}/{number:04d}.dcm", file, add)
    written.row["image"] = folder


def about(scan: Scan, exam: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a scan before it is read."""
    return dict.fromkeys(dataset.MANIFEST, "") | {
        "patient_id": exam["patient_id"],
        "study_instance_uid": exam["study_instance_uid"],
        "study_date": exam["study_date"] or "",
        "series_instance_uid": scan.series.series_instance_uid,
        "series_number": "" if scan.about.number is None else scan.about.number,
        "series_description": scan.about.description,
        "acquisition_number": "" if scan.acquisition is None else scan.acquisition,
        "phase": scan.phase,
    }


def _grid(grid: Grid) -> dict[str, Any]:
    slices, rows, columns = grid.shape
    spacing = [round(float(one), 6) for one in np.linalg.norm(grid.affine_lps[:3, :3], axis=0)]
    return {
        "columns": columns, "rows": rows, "slices": slices,
        "spacing_x_mm": spacing[0], "spacing_y_mm": spacing[1], "spacing_z_mm": spacing[2],
    }  # fmt: skip


def _write_mask(archive: Archive, scan: Scan, grid: Grid, written: Written, add: Add) -> None:
    """Write the first mask that is on the grid of the scan."""
    why = ""
    for mask in scan.masks:
        try:
            segmentation = decode.decode(archive.read(mask.sop_instance_uid))
            body = nifti.write_planes(decode.weight_planes(segmentation, grid), grid.shape, np.uint8, grid.affine_lps)
        except (GeometryError, NotASegmentation, NotInArchive) as error:
            why = _sentence(error)
            continue
        path = scan.names.of("masks", ".nii.gz")
        _add(written, path, body, add)
        written.row |= {"mask": path, "mask_sha256": written.files[-1][1], **_drawn(mask, segmentation)}
        return
    written.row["note"] = why


def _write_mask_as_dicom(archive: Archive, scan: Scan, written: Written, add: Add) -> None:
    if not scan.masks:
        return
    mask = scan.masks[0]
    try:
        data = archive.read(mask.sop_instance_uid)
    except NotInArchive as error:
        written.row["note"] = _sentence(error)
        return
    path = scan.names.of("masks", ".dcm")
    _add(written, path, data, add)
    written.row |= {"mask": path, "mask_sha256": written.files[-1][1], **_drawn(mask, None)}


def _drawn(mask: Mask, segmentation: Segmentation | None) -> dict[str, Any]:
    algorithm = mask.algorithm
    kinds = [one.algorithm_type for one in segmentation.segments if one.algorithm_type] if segmentation else []
    return {
        "mask_sop_instance_uid": mask.sop_instance_uid,
        "mask_author": mask.author,
        "mask_created": mask.created,
        "mask_algorithm": " ".join(filter(None, (algorithm.get("name"), algorithm.get("version")))),
        "mask_algorithm_type": algorithm.get("type") or next(iter(kinds), ""),
    }


def _sidecar(scan: Scan, grid: Grid) -> bytes:
    """Return which image each slice of a NIfTI comes from."""
    values = {
        "StudyInstanceUID": grid.study_instance_uid,
        "SeriesInstanceUID": grid.series_instance_uid,
        "FrameOfReferenceUID": grid.frame_of_reference_uid,
        "Phase": scan.phase,
        "SOPInstanceUIDs": list(grid.slice_names),
    }
    return (json.dumps(values, indent=1) + "\n").encode()


def _read_all(archive: Archive, series: SeriesInfo, include: Include) -> tuple[list[Dataset], list[bytes]]:
    """Return the images of a series: with their pixels for NIfTI, and as files for DICOM; never both in memory."""
    headers: list[Dataset] = []
    files: list[bytes] = []
    for file in archive.files(series):
        headers.append(pydicom.dcmread(BytesIO(file), stop_before_pixels=include.images != "nifti"))
        if include.images == "dicom":
            files.append(file)
    return headers, files


def _add(written: Written, path: str, data: bytes, add: Add) -> None:
    written.files.append((path, add(path, data)))


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
