"""The wire format of masks between viewer and API, and the values that describe segments.

A body is: uint32 little-endian length of the header, the header as JSON (UTF-8), then one byte per voxel, slice after
slice in the order of the header's `sops`, each slice row after row.
"""

import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydicom.sr.coding import Code

from seg.errors import GeometryError, LabelmapError
from seg.volume import Grid

Kind = Literal["liver", "nodule", "other"]
AlgorithmType = Literal["MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"]

LONGEST_LABEL = 64  # VR LO


@dataclass(frozen=True)
class Algorithm:
    """What drew a mask, when it was not a hand alone.

    Parameters
    ----------
    uncertainty
        How unsure it was of this mask, 0 to 1, where it can tell (docs/models.md).
    """

    name: str
    version: str
    type: AlgorithmType
    uncertainty: float | None = None


@dataclass(frozen=True)
class Segment:
    """One structure of a mask; `number` is its value in the array.

    Parameters
    ----------
    algorithm
        What drew this one; None: what drew the mask.
    codes
        Category and type that it is written with; None: those of its kind.
    """

    number: int
    label: str
    kind: Kind
    tracking_uid: str | None = None
    tracking_id: str | None = None
    algorithm: Algorithm | None = None
    codes: tuple[Code, Code] | None = None


@dataclass(frozen=True, eq=False)
class Labelmap:
    """A mask over the slices of one series.

    Parameters
    ----------
    sop_instance_uids
        One name per slice: the SOP Instance UID, for a frame of a multi-frame image "UID/frames/3".
    array : (slices, rows, columns) uint8
        Segment number per voxel, 0 outside; slices in the order of `sop_instance_uids`, which may be any.
    derived_from
        SOP Instance UID of the segmentation that was edited.
    """

    rows: int
    columns: int
    sop_instance_uids: tuple[str, ...]
    segments: tuple[Segment, ...]
    algorithm: Algorithm | None
    array: NDArray[np.uint8]
    derived_from: str | None = None


def parse(body: bytes) -> Labelmap:
    """Read a labelmap.

    Raises
    ------
    LabelmapError
        The body breaks the format; the message names the rule.
    """
    header, voxels = _split(body)
    rows, columns = _whole(header, "rows", 1, 65535), _whole(header, "columns", 1, 65535)
    sops = _sops(header)
    expected = rows * columns * len(sops)
    if len(voxels) != expected:
        message = f"The labelmap has {len(voxels)} bytes of voxels where {len(sops)} slices of {rows} × {columns} are"
        raise LabelmapError(f"{message} {expected}; send one byte per voxel.")
    array = np.frombuffer(voxels, np.uint8).reshape(len(sops), rows, columns)
    segments = _segments(header)
    undeclared = sorted(present(array) - {segment.number for segment in segments})
    if undeclared:
        named = ", ".join(map(str, undeclared))
        raise LabelmapError(f"The voxels use segment {named}, which the header does not declare; add it to `segments`.")
    return Labelmap(rows, columns, sops, segments, _algorithm(header), array, _uid(header, "derived_from"))


def compose(labelmap: Labelmap) -> bytes:
    """Return the body that `parse` reads."""
    header: dict[str, Any] = {
        "rows": labelmap.rows,
        "columns": labelmap.columns,
        "sops": list(labelmap.sop_instance_uids),
        "segments": [_as_json(segment) for segment in labelmap.segments],
    }
    if labelmap.algorithm:
        chosen = labelmap.algorithm
        header["algorithm"] = {"name": chosen.name, "version": chosen.version, "type": chosen.type}
    if labelmap.derived_from:
        header["derived_from"] = labelmap.derived_from
    text = json.dumps(header, ensure_ascii=False).encode()
    return struct.pack("<I", len(text)) + text + np.ascontiguousarray(labelmap.array, np.uint8).tobytes()


def on_grid(labelmap: Labelmap, grid: Grid) -> NDArray[np.uint8]:
    """Return the array with its slices in the grid's order, (slices, rows, columns).

    Raises
    ------
    GeometryError
        The labelmap was drawn on other slices; the message gives both sizes.
    """
    drawn = (len(labelmap.sop_instance_uids), labelmap.rows, labelmap.columns)
    if drawn != grid.shape:
        message = f"The labelmap has {_size(drawn)}, the series has {_size(grid.shape)}"
        raise GeometryError(f"{message}; send one label per voxel of the series.")
    place = {uid: number for number, uid in enumerate(labelmap.sop_instance_uids)}
    strange = sum(name not in place for name in grid.slice_names)
    if strange:
        message = f"Of the {drawn[0]} slices that the labelmap names, {strange} are not of the series"
        raise GeometryError(f"{message}, which has {_size(grid.shape)}; draw on the series that the mask is sent to.")
    order = [place[name] for name in grid.slice_names]
    return labelmap.array if order == sorted(order) else labelmap.array[order]


def present(array: NDArray[np.uint8]) -> set[int]:
    """Return the numbers other than 0 that an array of any shape holds."""
    planes = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
    return set().union(*present_by_slice(planes))


def present_by_slice(array: NDArray[np.uint8], expected: Iterable[int] = ()) -> list[set[int]]:
    """Return the numbers other than 0 in each slice of (slices, rows, columns).

    Parameters
    ----------
    expected
        Few numbers; where no others are, the answer is there at once.
    """
    numbers = set(expected) - {0}
    return [_present(_filled(plane), numbers) for plane in array]


def _filled(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rows that hold something: most rows of a mask are empty, and eight voxels are looked at in one."""
    eights = plane.view(np.uint64) if plane.shape[1] % 8 == 0 and plane.flags.c_contiguous else plane
    filled: NDArray[np.uint8] = plane[np.bitwise_or.reduce(eights, axis=1) > 0]
    return filled


def _present(rows: NDArray[np.uint8], expected: set[int]) -> set[int]:
    counts = {number: np.count_nonzero(rows == number) for number in (0, *expected)}
    if sum(counts.values()) == rows.size:
        return {number for number in expected if counts[number]}
    seen = np.zeros(256, bool)
    seen[rows] = True
    return {int(number) for number in np.flatnonzero(seen)} - {0}


def _size(shape: tuple[int, int, int]) -> str:
    return f"{shape[0]} slices of {shape[1]} rows × {shape[2]} columns"


def _split(body: bytes) -> tuple[Mapping[str, Any], memoryview]:
    if len(body) < 4:
        raise LabelmapError("The labelmap is too short for the length of its header (4 bytes).")
    (length,) = struct.unpack_from("<I", body)
    if length > len(body) - 4:
        message = f"The labelmap says that its header has {length} bytes, but only {len(body) - 4} follow"
        raise LabelmapError(f"{message}; the length is a little-endian uint32.")
    try:
        header = json.loads(body[4 : 4 + length])
    except (ValueError, RecursionError):
        raise LabelmapError("The header of the labelmap is not JSON in UTF-8.") from None
    if not isinstance(header, dict):
        raise LabelmapError("The header of the labelmap is not a JSON object.")
    return header, memoryview(body)[4 + length :]


def _whole(source: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise LabelmapError(f"The labelmap's `{name}` is not a whole number from {low} to {high}.")
    return value


def _text(source: Mapping[str, Any], name: str, *, needed: bool = True, longest: int = LONGEST_LABEL) -> str | None:
    value = source.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise LabelmapError(f"The labelmap's `{name}` is not a text of 1 to {longest} characters.")
    return value.strip()


def _uid(source: Mapping[str, Any], name: str) -> str | None:
    value = source.get(name)
    if value is not None and not _is_uid(value):
        raise LabelmapError(f"The labelmap's `{name}` is not a DICOM UID.")
    return value


def _is_uid(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 64 and re.fullmatch(r"\d+(\.\d+)+", value) is not None


def _is_slice(value: object) -> bool:
    uid, slash, frame = value.partition("/frames/") if isinstance(value, str) else ("", "", "")
    return _is_uid(uid) and re.fullmatch(r"[1-9]\d{0,8}" if slash else "", frame) is not None


def _sops(header: Mapping[str, Any]) -> tuple[str, ...]:
    sops = header.get("sops")
    if not isinstance(sops, list) or not sops or not all(_is_slice(name) for name in sops):
        raise LabelmapError("The labelmap's `sops` is not a list of one SOP Instance UID (or UID/frames/1) per slice.")
    if len(set(sops)) != len(sops):
        raise LabelmapError("The labelmap's `sops` names a slice more than once.")
    return tuple(sops)


def _segments(header: Mapping[str, Any]) -> tuple[Segment, ...]:
    described = header.get("segments")
    if not isinstance(described, list) or not described or not all(isinstance(one, dict) for one in described):
        raise LabelmapError("The labelmap's `segments` is not a list of at least one segment.")
    segments = tuple(_segment(one) for one in described)
    if len({segment.number for segment in segments}) != len(segments):
        raise LabelmapError("Two segments of the labelmap have the same number.")
    return segments


def _segment(source: Mapping[str, Any]) -> Segment:
    kind: Kind | None = source.get("kind")
    if kind not in get_args(Kind) or kind is None:
        raise LabelmapError(f"The labelmap's `kind` of a segment is not one of {', '.join(get_args(Kind))}.")
    label = _text(source, "label")
    assert label is not None
    tracking = _uid(source, "tracking_uid"), _text(source, "tracking_id", needed=False)
    return Segment(_whole(source, "number", 1, 255), label, kind, *tracking)


def _algorithm(header: Mapping[str, Any]) -> Algorithm | None:
    source = header.get("algorithm")
    if source is None:
        return None
    if not isinstance(source, dict):
        raise LabelmapError("The labelmap's `algorithm` is not an object.")
    if source.get("type") not in get_args(AlgorithmType):
        raise LabelmapError(
            f"The labelmap's `type` of the algorithm is not one of {', '.join(get_args(AlgorithmType))}."
        )
    name, version = _text(source, "name"), _text(source, "version")
    assert name is not None
    assert version is not None
    return Algorithm(name, version, source["type"])


def _as_json(segment: Segment) -> dict[str, Any]:
    described: dict[str, Any] = {"number": segment.number, "label": segment.label, "kind": segment.kind}
    optional = {"tracking_uid": segment.tracking_uid, "tracking_id": segment.tracking_id}
    return described | {name: value for name, value in optional.items() if value}
