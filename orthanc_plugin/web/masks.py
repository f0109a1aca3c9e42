"""Masks: labelmaps and NIfTI in, written as DICOM-SEG into the archive; SEG out as either."""

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from flask import Blueprint, Response, request
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin import acquisitions, described, mask_writing, study_contents
from orthanc_plugin.archive import StudyInfo
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.web.services import services, user
from seg import decode, description, encode, labelmap, measure, nifti, provenance, volume
from seg.decode import Segmentation
from seg.errors import NiftiError
from seg.labelmap import Algorithm, Labelmap, Segment
from seg.volume import Grid

blueprint = Blueprint("masks", __name__, url_prefix="/hepatia/api")

LABELMAP = "application/vnd.hepatia.labelmap"
NIFTI = ("application/x-nifti", "application/gzip", "application/octet-stream", "application/x-gzip")

#: What the values of a NIfTI mask stand for.
NIFTI_SEGMENTS = {1: Segment(1, "Liver", "liver", None, None), 2: Segment(2, "Nodule", "nodule", None, None)}


@dataclass(frozen=True)
class Drawn:
    """A mask as it was sent, on the grid of its series.

    Parameters
    ----------
    edited
        The segmentation that it is a new version of.
    """

    array: NDArray[np.uint8]
    segments: tuple[Segment, ...]
    algorithm: Algorithm | None
    edited: Segmentation | None = None


@blueprint.post("/series/<uid:series_uid>/segmentations")
def write_mask(series_uid: str) -> tuple[dict[str, Any], int]:
    """Write a mask."""
    author = user()
    sent = labelmap.parse(request.get_data()) if _media_type() == LABELMAP else request.get_data()
    headers = _headers(series_uid, _named(sent))
    grid = volume.read_grid(headers)
    drawn = _drawn(sent, grid)
    sop, own_series, segments = mask_writing.store_mask(
        services().archive, services().keys, author, headers, grid, drawn.array, drawn.segments, drawn.algorithm,
        type_=services().settings.segmentation_type, replaced=drawn.edited,
    )  # fmt: skip
    services().worker.wait_for(sop, services().settings.index_wait_s)
    services().measurements.soon(grid.study_instance_uid)
    described = [_segment(one) | _measured(drawn.array == one.number, grid) for one in segments]
    return {"sop_instance_uid": sop, "series_instance_uid": own_series, "segments": described}, 201


@blueprint.get("/segmentations/<uid:sop>")
def describe(sop: str) -> dict[str, Any]:
    """Describe a segmentation."""
    return described.segmentation(decode.decode(services().archive.read(sop)))


@blueprint.get("/segmentations/<uid:sop>.nii.gz")
def as_nifti(sop: str) -> Response:
    """Return a segmentation as NIfTI on the grid of its source series."""
    segmentation = decode.decode(services().archive.read(sop))
    grid = _source_grid(segmentation)
    body = nifti.write_planes(_values(segmentation, grid), grid.shape, np.uint8, grid.affine_lps)
    return _file(body, "application/gzip", f"{sop}.nii.gz")


@blueprint.get("/segmentations/<uid:sop>/labelmap")
def as_labelmap(sop: str) -> Response:
    """Return a segmentation as the labelmap that the viewer loads."""
    segmentation = decode.decode(services().archive.read(sop))
    wins = _wins(segmentation)
    grid = _source_grid(segmentation)
    segments = tuple(Segment(s.number, s.label, s.kind, s.tracking_uid, s.tracking_id) for s in segmentation.segments)
    array = decode.segment_numbers(segmentation, grid, wins)
    body = labelmap.compose(
        Labelmap(grid.rows, grid.columns, grid.slice_names, segments, segmentation.algorithm, array)
    )
    return _file(body, LABELMAP, f"{sop}.labelmap")


@blueprint.get("/series/<uid:series_uid>.nii.gz")
def series_as_nifti(series_uid: str) -> Response:
    """Return a CT series in Hounsfield units."""
    series = services().archive.series(series_uid)
    if series.modality != "CT":
        raise RequestError(409, "not_ct", "Only CT series can be given in Hounsfield units.")
    chosen = acquisitions.chosen(services().archive, series, request.args.get("acquisition"))
    datasets = [pydicom.dcmread(BytesIO(file)) for file in services().archive.files(chosen)]
    grid = volume.read_grid(datasets)
    body = nifti.write_planes(volume.planes(datasets, grid), grid.shape, np.int16, grid.affine_lps)
    return _file(body, "application/gzip", f"{series_uid}.nii.gz")


def of_study(study: StudyInfo) -> list[Segmentation]:
    """Return the segmentations of a study; objects that cannot be read as one are left out."""
    return study_contents.segmentations(services().archive, study)


def _media_type() -> str:
    if request.mimetype != LABELMAP and request.mimetype not in NIFTI:
        message = f"Send a mask as {LABELMAP} or {NIFTI[0]} (.nii, .nii.gz)."
        raise RequestError(415, "unsupported_media_type", message)
    return LABELMAP if request.mimetype == LABELMAP else NIFTI[0]


def _named(sent: Labelmap | bytes) -> frozenset[str]:
    """Return the SOP Instance UIDs of the slices that a labelmap names."""
    return (
        frozenset(name.partition("/")[0] for name in sent.sop_instance_uids)
        if isinstance(sent, Labelmap)
        else frozenset()
    )


def _headers(series_uid: str, named: Collection[str]) -> list[Dataset]:
    """Return the headers of a series; of one that holds several scans, those of the scan that these images are of."""
    series = acquisitions.of_images(services().archive, services().archive.series(series_uid), named)
    return [pydicom.dcmread(BytesIO(file), stop_before_pixels=True) for file in services().archive.files(series)]


def _drawn(sent: Labelmap | bytes, grid: Grid) -> Drawn:
    drawn = _labelmap(sent, grid) if isinstance(sent, Labelmap) else _nifti(sent, grid)
    painted = labelmap.present(drawn.array)
    if not painted:
        raise RequestError(422, "empty_mask", "The mask is empty; paint at least one voxel.")
    # A segment that was named and never painted has nothing to be found again by; numbers become 1, 2, 3 … as in a SEG.
    array, segments = encode.renumbered(drawn.array, [one for one in drawn.segments if one.number in painted])
    return replace(drawn, array=array, segments=segments)


def _labelmap(parsed: Labelmap, grid: Grid) -> Drawn:
    array = labelmap.on_grid(parsed, grid)
    if parsed.derived_from is None:
        return Drawn(array, parsed.segments, parsed.algorithm)
    edited = mask_writing.edited(services().archive, parsed.derived_from, grid)
    return Drawn(array, provenance.carried(edited, grid, array, parsed.segments, parsed.algorithm), None, edited)


def _nifti(body: bytes, grid: Grid) -> Drawn:
    _check_nifti(body)
    array = nifti.read(body, grid)
    return Drawn(array, _nifti_segments(array), None)


def _check_nifti(body: bytes) -> None:
    """Refuse what does not even begin like NIfTI-1: 348 bytes of header, the last four its magic."""
    try:
        start = zlib.decompressobj(wbits=31).decompress(body, 348) if body[:2] == b"\x1f\x8b" else body[:348]
    except zlib.error:
        start = b""
    if start[344:] not in (b"n+1\0", b"ni1\0"):
        raise NiftiError("The body is no NIfTI-1 file; send .nii or .nii.gz.")


def _nifti_segments(array: NDArray[np.uint8]) -> tuple[Segment, ...]:
    if labelmap.present(array) - set(NIFTI_SEGMENTS):
        raise RequestError(422, "unknown_value", "The values of a NIfTI mask are 0 rest, 1 liver, 2 nodule.")
    return tuple(NIFTI_SEGMENTS.values())


def _segment(one: Segment) -> dict[str, Any]:
    return {"number": one.number, "label": one.label, "kind": one.kind, "tracking_uid": one.tracking_uid}


def _measured(mask: NDArray[np.bool_], grid: Grid) -> dict[str, float]:
    measured = measure.measure(mask, grid)
    return {"volume_cm3": measured.volume_cm3, "long_axis_mm": measured.long_axis_mm}


def _source_grid(segmentation: Segmentation) -> Grid:
    if segmentation.source_series_instance_uid is None:
        raise RequestError(409, "no_source", "The segmentation names no source series to be placed on.")
    try:
        named = description.source_instances(segmentation.dataset)
        return volume.read_grid(_headers(segmentation.source_series_instance_uid, named))
    except NotInArchive:
        raise RequestError(409, "no_source", "The source series of the segmentation is not in the archive.") from None


def _wins(segmentation: Segmentation) -> list[int]:
    """Return the segments that have the voxels they share with others, as `wins` names them."""
    known = {one.number for one in segmentation.segments}
    asked = [one for one in request.args.get("wins", "").split(",") if one]
    numbers = [int(one) for one in asked if one.isdecimal() and len(one) < 6]
    if len(numbers) < len(asked) or not known.issuperset(numbers):
        message = "`wins` names a segment that the segmentation does not have; give its segment numbers, with commas."
        raise RequestError(400, "unknown_segment", message, "wins")
    return list(dict.fromkeys(numbers))


def _values(segmentation: Segmentation, grid: Grid) -> Iterator[NDArray[np.uint8]]:
    if "segment" in request.args:
        number = request.args.get("segment", type=int)
        if number is None or number not in {one.number for one in segmentation.segments}:
            raise RequestError(404, "unknown_segment", "The segmentation has no segment of that number.", "segment")
        return decode.mask_planes(segmentation, grid, number)
    values = request.args.get("values", "weights")
    if values not in ("weights", "segment"):
        raise RequestError(400, "unknown_values", 'The query `values` is "weights" or "segment".', "values")
    return decode.weight_planes(segmentation, grid) if values == "weights" else decode.number_planes(segmentation, grid)


def _file(body: bytes, media_type: str, name: str) -> Response:
    return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, mimetype=media_type)
