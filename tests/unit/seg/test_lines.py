"""Where a segment is longest, on which image, without the images."""

import io

import numpy as np
import pydicom
import pytest

from seg import lines
from seg.decode import decode
from seg.encode import encode
from seg.errors import NotASegmentation
from seg.measure import measure


@pytest.fixture
def own(series, grid, labels, segments, context):
    return pydicom.dcmread(io.BytesIO(encode(series, grid, labels, segments, None, context)))


def test_a_line_is_as_long_as_the_mask_measures_and_lies_on_its_image(own, grid, labels):
    segmentation = decode(own)
    numbers = [one.number for one in segmentation.segments]
    found = lines.longest(segmentation, numbers)
    assert set(found) == set(numbers)
    masks = segmentation.masks_on(grid)
    spacing = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    for number, line in found.items():
        assert line.length_mm == pytest.approx(measure(masks[number], grid).long_axis_mm)
        start, end = np.reshape(line.points, (2, 2))
        assert np.hypot(*((end - start) * spacing)) == pytest.approx(line.length_mm)
        rows, columns = np.nonzero(masks[number][grid.sop_instance_uids.index(line.sop_instance_uid)])
        for column, row in (start, end):
            assert columns.min() <= column <= columns.max() + 1
            assert rows.min() <= row <= rows.max() + 1


def test_only_the_segments_asked_for_are_measured(own):
    assert set(lines.longest(decode(own), {2})) == {2}
    assert lines.longest(decode(own), {77}) == {}


def test_a_mask_of_dcmqi_has_its_lines(shared_data):
    segmentation = decode((shared_data / "ct-liver-seg-dcmqi" / "partial_overlaps.dcm").read_bytes())
    found = lines.longest(segmentation, {1, 2, 3, 4, 5})
    assert len(found) == 5
    assert all(line.length_mm > 0 and line.sop_instance_uid for line in found.values())


def test_a_mask_without_pixels_is_refused(own):
    del own.PixelData
    with pytest.raises(NotASegmentation):
        lines.longest(decode(own), {1})


def test_frames_that_name_no_image_have_no_line(own):
    for frame in own.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence
    assert lines.longest(decode(own), {1, 2}) == {}
