import contextlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seg.errors import GeometryError, LabelmapError
from seg.labelmap import Algorithm, Labelmap, Segment, compose, on_grid, parse

HEADER = {
    "rows": 2,
    "columns": 3,
    "sops": ["1.2.1", "1.2.2"],
    "segments": [
        {"number": 1, "label": "Fígado", "kind": "liver"},
        {"number": 4, "label": "N1", "kind": "nodule", "tracking_uid": "2.25.7", "tracking_id": "N1"},
    ],
}
VOXELS = bytes([0, 1, 1, 4, 0, 0, 0, 0, 0, 1, 1, 1])


def body(voxels=VOXELS, **changes):
    text = json.dumps(HEADER | changes).encode()
    return struct.pack("<I", len(text)) + text + voxels


def refusal(data):
    with pytest.raises(LabelmapError) as raised:
        parse(data)
    return str(raised.value)


def test_reads_the_wire_format():
    labelmap = parse(body(algorithm={"name": "nnU-Net", "version": "2", "type": "AUTOMATIC"}))
    assert labelmap.array.shape == (2, 2, 3)
    assert labelmap.array[0, 1, 0] == 4
    assert labelmap.sop_instance_uids == ("1.2.1", "1.2.2")
    assert labelmap.segments[1] == Segment(4, "N1", "nodule", "2.25.7", "N1")
    assert labelmap.algorithm == Algorithm("nnU-Net", "2", "AUTOMATIC")


def test_compose_is_read_back():
    labelmap = parse(body())
    again = parse(compose(labelmap))
    assert again.segments == labelmap.segments
    assert np.array_equal(again.array, labelmap.array)
    assert compose(again) == compose(labelmap)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "too short"),
        (b"\xff\xff\xff\xff{}", "4294967295 bytes, but only 2 follow"),
        (struct.pack("<I", 2) + b"\xff\xfe", "not JSON in UTF-8"),
        (struct.pack("<I", 2) + b"[]", "not a JSON object"),
        (body(VOXELS[:-1]), "has 11 bytes of voxels where 2 slices of 2 × 3 are 12"),
        (body(VOXELS + b"\0"), "has 13 bytes"),
        (body(rows=True), "`rows` is not a whole number from 1 to 65535"),
        (body(columns=0), "`columns`"),
        (body(columns="3"), "`columns`"),
        (body(sops=["1.2.1", "1.2.1"]), "names a slice more than once"),
        (body(sops=["1.2.1", 5]), "`sops` is not a list"),
        (body(sops=[]), "`sops` is not a list"),
        (body(segments=[]), "`segments` is not a list of at least one"),
        (body(segments=[HEADER["segments"][0]]), "use segment 4, which the header does not declare"),
        (body(segments=[HEADER["segments"][0]] * 2), "same number"),
        (
            body(segments=[{"number": 256, "label": "x", "kind": "liver"}]),
            "`number` is not a whole number from 1 to 255",
        ),
        (body(segments=[{"number": 1, "label": "x", "kind": "kidney"}]), "not one of liver, nodule, other"),
        (body(segments=[{"number": 1, "label": " ", "kind": "liver"}]), "`label`"),
        (body(segments=[{"number": 1, "label": "x" * 65, "kind": "liver"}]), "`label`"),
        (body(segments=[{"number": 1, "label": "x", "kind": "liver", "tracking_uid": "no"}]), "`tracking_uid`"),
        (body(algorithm={"name": "x", "version": "1", "type": "MAGIC"}), "not one of MANUAL"),
        (body(algorithm=["x"]), "`algorithm` is not an object"),
    ],
)
def test_breaches_of_the_format_are_named(data, words):
    assert words in refusal(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(LabelmapError):
        assert parse(data).array.size > 0


def test_slices_are_put_in_the_order_of_the_grid(grid, labels, segments):
    order = np.random.default_rng(0).permutation(grid.shape[0])
    sops = tuple(grid.sop_instance_uids[k] for k in order)
    labelmap = Labelmap(grid.rows, grid.columns, sops, segments, None, labels[order])
    assert np.array_equal(on_grid(labelmap, grid), labels)


def test_another_size_is_refused_with_both_sizes(grid):
    labelmap = parse(body())
    with pytest.raises(GeometryError) as raised:
        on_grid(labelmap, grid)
    assert "2 slices of 2 rows × 3 columns" in str(raised.value)
    assert "24 slices of 128 rows × 128 columns" in str(raised.value)


def test_slices_of_another_series_are_refused(grid, labels, segments):
    sops = (*grid.sop_instance_uids[:-1], "1.2.3")
    labelmap = Labelmap(grid.rows, grid.columns, sops, segments, None, labels)
    with pytest.raises(GeometryError, match="Of the 24 slices that the labelmap names, 1 are not of the series"):
        on_grid(labelmap, grid)
