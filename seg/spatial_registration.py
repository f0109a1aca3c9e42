"""A rigid transform as DICOM: Spatial Registration (PS3.3 A.39.1, C.20.2)."""

import io
from collections.abc import Sequence

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian, SpatialRegistrationStorage

from seg.encode import AT_LEAST_EMPTY, INHERITED, EncodeContext
from seg.errors import RegistrationError
from seg.functional_groups import classes_of, code_item, reference
from seg.volume import Float, Grid

IMAGE_CONTENT = Code("125024", "DCM", "Image Content-based Alignment")


def encode(
    source: tuple[Grid, Sequence[Dataset]],
    target: tuple[Grid, Sequence[Dataset]],
    to_target: Float,
    comment: str,
    context: EncodeContext,
) -> bytes:
    """Return a Spatial Registration as the bytes of a file, Explicit VR Little Endian.

    The Registered RCS is that of the target series, so the matrix of the source series maps its points to points of the
    target series, as C.20.2.1.1 defines it, and the target's own is the identity. Both items name the images that they
    are about: two series may share a frame of reference and still differ by a breath.

    Parameters
    ----------
    source, target
        Grid and headers of the series.
    to_target : (4, 4)
        Points of the source series to points of the target series, LPS mm.
    """
    dataset = Dataset()
    for keyword, value in (dict.fromkeys(AT_LEAST_EMPTY) | _fixed(target[0], context)).items():
        setattr(dataset, keyword, value)
    for keyword in INHERITED:
        if keyword in target[1][0] and target[1][0][keyword].value not in (None, ""):
            value = target[1][0][keyword].value
            setattr(dataset, keyword, str(value) if target[1][0][keyword].VR == "PN" else value)
    dataset.ReferencedSeriesSequence = _series(target, source)
    dataset.RegistrationSequence = [
        _item(*target, np.eye(4), "The registered frame of reference"),
        _item(*source, to_target, comment),
    ]
    return _file(dataset)


def matrix_of(dataset: Dataset, series: Sequence[str]) -> Float:
    """Return the matrix of the images of a series, (4, 4): their points to points of the registered frame of reference.

    Parameters
    ----------
    series
        SOP Instance UIDs.

    Raises
    ------
    RegistrationError
        No item of the registration is about one of them.
    """
    wanted = set(series)
    for item in dataset.RegistrationSequence:
        if wanted & {str(one.ReferencedSOPInstanceUID) for one in item.get("ReferencedImageSequence", ())}:
            result = np.eye(4)
            # Of several matrices the first is applied first (C.20.2.1.1).
            for one in item.MatrixRegistrationSequence[0].MatrixSequence:
                values = [float(value) for value in one.FrameOfReferenceTransformationMatrix]
                result = np.array(values).reshape(4, 4) @ result
            return result
    raise RegistrationError("The registration is not about these images.")


def _fixed(target: Grid, context: EncodeContext) -> dict[str, object]:
    date, time = context.created.strftime("%Y%m%d"), context.created.strftime("%H%M%S.%f")
    return {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": SpatialRegistrationStorage,
        "SOPInstanceUID": context.sop_instance_uid,
        "Modality": "REG",
        "SeriesInstanceUID": context.series_instance_uid,
        "SeriesNumber": context.series_number,
        "SeriesDate": date,
        "SeriesTime": time,
        "SeriesDescription": context.series_description,
        "Manufacturer": "HepatIA",
        "ManufacturerModelName": "HepatIA for Orthanc",
        "DeviceSerialNumber": "1",
        "SoftwareVersions": "1",
        "FrameOfReferenceUID": target.frame_of_reference_uid,
        "PositionReferenceIndicator": "",
        "InstanceNumber": 1,
        "ContentLabel": "REGISTRATION",
        "ContentDescription": context.series_description,
        "ContentCreatorName": context.creator_name,
        "ContentDate": date,
        "ContentTime": time,
    }


def _series(*scans: tuple[Grid, Sequence[Dataset]]) -> list[Dataset]:
    """Return an item for each series; two scans may be of one."""
    items: dict[str, Dataset] = {}
    for grid, headers in scans:
        classes = classes_of(headers)
        item = items.setdefault(grid.series_instance_uid, Dataset())
        item.SeriesInstanceUID = grid.series_instance_uid
        known = list(item.get("ReferencedInstanceSequence", ()))
        item.ReferencedInstanceSequence = known + [reference(classes, uid) for uid in grid.sop_instance_uids]
    return list(items.values())


def _item(grid: Grid, headers: Sequence[Dataset], matrix: Float, comment: str) -> Dataset:
    classes = classes_of(headers)
    transform = Dataset()
    transform.FrameOfReferenceTransformationMatrixType = "RIGID"
    transform.FrameOfReferenceTransformationMatrix = [_decimal(value) for value in matrix.ravel()]
    registration = Dataset()
    registration.FrameOfReferenceTransformationComment = comment[:64]
    registration.RegistrationTypeCodeSequence = [code_item(IMAGE_CONTENT)]
    registration.MatrixSequence = [transform]
    item = Dataset()
    item.FrameOfReferenceUID = grid.frame_of_reference_uid
    item.ReferencedImageSequence = [reference(classes, uid) for uid in grid.sop_instance_uids]
    item.MatrixRegistrationSequence = [registration]
    return item


def _decimal(value: float) -> str:
    """Return a decimal string of 16 characters at most; a rotation to 1e-12 moves nothing within a metre."""
    rounded = f"{value:.12g}"
    return rounded if len(rounded) <= 16 else f"{value:.8e}"


def _file(dataset: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = io.BytesIO()
    FileDataset(stream, dataset, file_meta=meta, preamble=bytes(128)).save_as(stream, enforce_file_format=True)
    return stream.getvalue()
