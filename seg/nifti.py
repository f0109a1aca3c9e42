"""NIfTI-1 in and out; the only place that knows RAS, whose x and y run against those of DICOM's LPS."""

import gzip
import io
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import nibabel
import numpy as np
from isal import isal_zlib
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError
from numpy.typing import NDArray

from seg.errors import GeometryError, NiftiError
from seg.volume import Float, Grid, describe

RAS_FROM_LPS: Float = np.diag([-1.0, -1.0, 1.0, 1.0])

#: How far a corner of the volume may lie from where the series has it, mm; NIfTI stores 32-bit floats.
CORNER_TOLERANCE_MM = 0.1

#: Largest header and extensions that are accepted before the voxels.
LARGEST_HEADER = 1 << 20

NIFTI_XFORM_SCANNER = 1

#: Of 0 to 3: a CT becomes 1.5 % larger than by zlib's quickest, in a quarter of the time.
COMPRESSION = 2

#: zlib's word for a gzip header of no time and no name, and its trailer.
GZIP = 31


def write(array: NDArray[np.generic], affine_lps: Float) -> bytes:
    """Return an array as `.nii.gz`: uint8 for masks, int16 for HU, voxel for voxel in the grid's order.

    Parameters
    ----------
    array : (slices, rows, columns)
        Array axes of the file are columns, rows, slices.
    affine_lps : (4, 4)
        Of the grid; sheared matrices are kept as they are (sform only, as a qform cannot say them).
    """
    return write_planes(array, array.shape, np.int16 if array.dtype == np.int16 else np.uint8, affine_lps)


def write_planes(
    planes: Iterable[NDArray[np.generic]], shape: Sequence[int], kind: type[np.int16 | np.uint8], affine_lps: Float
) -> bytes:
    """Return slices as `.nii.gz`, as `write` does; one at a time is in memory.

    Parameters
    ----------
    planes : (rows, columns) each
        In the grid's order.
    shape
        Slices, rows, columns.
    """
    stream = io.BytesIO()
    packer = isal_zlib.compressobj(COMPRESSION, wbits=GZIP)
    stream.write(packer.compress(_header(shape, kind, affine_lps).binaryblock + bytes(4)))
    for plane in planes:
        # The first axis of NIfTI runs fastest, so a plane with columns last is written as it lies in memory.
        voxels = np.ascontiguousarray(plane, np.dtype(kind).newbyteorder("<"))
        stream.write(packer.compress(voxels.data))
    stream.write(packer.flush())
    return stream.getvalue()


def plain(array: NDArray[np.generic], affine_lps: Float) -> bytes:
    """Return an array as `.nii`, as `write` does, not compressed: for who reads it on the same machine."""
    kind = np.int16 if array.dtype == np.int16 else np.uint8
    voxels = np.ascontiguousarray(array, np.dtype(kind).newbyteorder("<"))
    return b"".join((_header(array.shape, kind, affine_lps).binaryblock, bytes(4), voxels.data))


def _header(shape: Sequence[int], kind: type[np.generic], affine_lps: Float) -> Any:  # noqa: ANN401 -- nibabel is untyped
    make_header: Any = nibabel.Nifti1Header
    header = make_header()
    header.set_data_dtype(kind)
    header.set_data_shape(tuple(shape)[::-1])
    header.set_xyzt_units("mm", "sec")
    affine = RAS_FROM_LPS @ affine_lps
    header.set_zooms(np.linalg.norm(affine[:3, :3], axis=0))
    if _is_orthogonal(affine):
        header.set_qform(affine, NIFTI_XFORM_SCANNER)
    header.set_sform(affine, NIFTI_XFORM_SCANNER)
    header.set_slope_inter(1, 0)
    header["magic"], header["vox_offset"] = b"n+1", 352
    return header


def read(data: bytes, grid: Grid) -> NDArray[np.uint8]:
    """Return a mask on the grid, (slices, rows, columns); the file's axes may be flipped or swapped, not resampled.

    Parameters
    ----------
    data
        `.nii` or `.nii.gz`.

    Raises
    ------
    NiftiError
        No NIfTI, or values that are not whole numbers from 0 to 255.
    GeometryError
        Another grid; the message gives both.
    """
    image = _open(_inflate(data, grid))
    affine = _affine_lps(image)
    shape = image.shape[:3] if all(extent == 1 for extent in image.shape[3:]) else image.shape
    if len(shape) != 3:
        raise NiftiError(f"The NIfTI has {len(shape)} dimensions; a mask has three.")
    axes, flips = _match(shape, affine, grid)
    array = _values(image).reshape(shape).transpose(axes)
    array = array[tuple(slice(None, None, -1) if flip else slice(None) for flip in flips)]
    return np.ascontiguousarray(array.transpose(2, 1, 0))


def _is_orthogonal(affine: Float) -> bool:
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return bool(np.allclose(directions.T @ directions, np.eye(3), atol=1e-6))


def _inflate(data: bytes, grid: Grid) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    # No mask of this grid is larger, whatever its data type: a bomb is not unpacked.
    limit = int(np.prod(grid.shape)) * 8 + LARGEST_HEADER
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            raw = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise NiftiError("The NIfTI is not complete: its gzip data cannot be unpacked.") from None
    if len(raw) > limit:
        message = f"The NIfTI unpacks to more than a mask of the series needs; the series has {_described(grid)}."
        raise GeometryError(message)
    return raw


def _open(raw: bytes) -> nibabel.Nifti1Image:
    try:
        return nibabel.Nifti1Image.from_bytes(raw)
    except (ImageFileError, HeaderDataError, WrapStructError, OSError, ValueError, KeyError, EOFError):
        raise NiftiError("The body is no NIfTI-1 file (.nii or .nii.gz).") from None


def _affine_lps(image: nibabel.Nifti1Image) -> Float:
    if not (int(image.header["sform_code"]) or int(image.header["qform_code"])):
        raise NiftiError("The NIfTI does not say where its voxels are: neither sform nor qform has a code above 0.")
    affine = np.asarray(RAS_FROM_LPS @ image.affine, np.float64)
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        raise NiftiError("The affine of the NIfTI cannot be inverted.")
    return affine


def _match(shape: tuple[int, ...], affine: Float, grid: Grid) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Return which file axis is which axis of the grid (columns, rows, slices), and which of these are reversed."""
    extent = grid.shape[::-1]
    steps = np.linalg.inv(grid.affine_lps[:3, :3]) @ affine[:3, :3]
    turn = np.rint(steps)
    is_turn = np.array_equal(np.abs(turn) @ np.abs(turn).T, np.eye(3)) and abs(np.linalg.det(turn)) == 1
    if is_turn:
        axes = tuple(int(axis) for axis in np.abs(turn).argmax(axis=1))
        flips = tuple(bool(turn[row, axis] < 0) for row, axis in enumerate(axes))
        same_shape = tuple(shape[axis] for axis in axes) == extent
        if same_shape and _corner_distance_mm(shape, affine, turn, grid, flips) <= CORNER_TOLERANCE_MM:
            return axes, flips
    found = f"The NIfTI has {describe(shape[::-1], affine)}"
    raise GeometryError(f"{found}; the series has {_described(grid)}. Send the mask on the grid of the series.")


def _corner_distance_mm(
    shape: tuple[int, ...], affine: Float, turn: Float, grid: Grid, flips: tuple[bool, ...]
) -> float:
    corners = np.stack(np.meshgrid(*[(0, n - 1) for n in shape], indexing="ij"), -1).reshape(-1, 3)
    start = np.array([n - 1 if flip else 0 for n, flip in zip(grid.shape[::-1], flips, strict=True)])
    there = corners @ affine[:3, :3].T + affine[:3, 3]
    here = (corners @ turn.T + start) @ grid.affine_lps[:3, :3].T + grid.affine_lps[:3, 3]
    return float(np.linalg.norm(there - here, axis=1).max())


def _values(image: nibabel.Nifti1Image) -> NDArray[np.uint8]:
    try:
        values = np.asanyarray(image.dataobj)
    except (OSError, ValueError, TypeError):
        raise NiftiError("The NIfTI has fewer voxels than its header says.") from None
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind not in "iufb":
        raise NiftiError("The NIfTI holds colours or complex numbers; a mask holds whole numbers from 0 to 255.")
    if not np.isfinite(values).all() or (values != np.rint(values)).any():
        raise NiftiError("The NIfTI holds values that are not whole; a mask holds whole numbers from 0 to 255.")
    if values.size and (values.min() < 0 or values.max() > 255):
        raise NiftiError("The NIfTI holds values outside 0 to 255; a mask holds whole numbers from 0 to 255.")
    return values.astype(np.uint8)


def _described(grid: Grid) -> str:
    return describe(grid.shape, grid.affine_lps)
