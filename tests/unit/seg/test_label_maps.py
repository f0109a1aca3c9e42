"""Label Map Segmentation Storage as we write it (PS3.3 A.51a), read by others."""

import io

import highdicom
import numpy as np
import pydicom
import pytest

from seg.decode import decode, segment_numbers
from seg.encode import encode
from seg.labelmap import Algorithm, Segment

#: Debian's dciodvfy is older than label maps: it knows no such object, and wants numbers from 1.
BEFORE_LABEL_MAPS = ("Information Object Not found", "SegmentNumber not monotonically increasing from one by one")


@pytest.fixture
def written(series, grid, labels, segments, new_context):
    return encode(series, grid, labels, segments, Algorithm("x", "1", "AUTOMATIC"), new_context(type="LABELMAP"))


def test_highdicom_reads_the_same_voxels(written, grid, labels):
    read = highdicom.seg.segread(io.BytesIO(written))
    assert read.segmentation_type == highdicom.seg.SegmentationTypeValues.LABELMAP
    pixels = read.get_pixels_by_source_instance(list(grid.sop_instance_uids), combine_segments=True)
    assert np.array_equal(pixels, labels)
    volume = read.get_volume(combine_segments=True)
    here = [place for place in range(24) if labels[place].any()]
    assert np.array_equal(volume.array[::-1] if volume.affine[2, 0] < 0 else volume.array, labels[here])


def test_our_reader_gives_back_what_was_written(written, grid, labels, segments):
    read = decode(written)
    assert np.array_equal(segment_numbers(read, grid), labels)
    assert [(s.number, s.label, s.kind) for s in read.segments] == [(s.number, s.label, s.kind) for s in segments]
    assert all(one.algorithm == Algorithm("x", "1", "AUTOMATIC") for one in read.segments)


def test_empty_slices_are_left_out_and_each_frame_names_its_slice(written, labels, grid):
    dataset = pydicom.dcmread(io.BytesIO(written))
    wanted = [uid for uid, plane in zip(grid.sop_instance_uids, labels, strict=True) if plane.any()]
    frames = dataset.PerFrameFunctionalGroupsSequence
    found = [one.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for one in frames]
    assert found == wanted
    assert dataset.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.7"
    assert not any("SegmentIdentificationSequence" in frame for frame in frames)


def test_dciodvfy_finds_nothing_but_what_is_newer_than_it(written, dicom_errors):
    errors = dicom_errors(written)
    assert [line for line in errors if not line.endswith(BEFORE_LABEL_MAPS) and BEFORE_LABEL_MAPS[1] not in line] == []
    assert len(errors) == 2


def test_dciodvfy_finds_no_error_in_what_it_shares_with_a_fractional_one(written, dicom_errors):
    """The same object under the class that dciodvfy knows: its modules and functional groups are checked."""
    dataset = pydicom.dcmread(io.BytesIO(written))
    del dataset.SegmentSequence[0]
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.66.4"
    dataset.SegmentationType, dataset.SegmentationFractionalType = "FRACTIONAL", "OCCUPANCY"
    dataset.MaximumFractionalValue = 255
    del dataset.PixelPaddingValue
    for number, frame in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        identification = pydicom.Dataset()
        identification.ReferencedSegmentNumber = 1 + number % 2
        frame.SegmentIdentificationSequence = [identification]
    stream = io.BytesIO()
    dataset.save_as(stream)
    assert dicom_errors(stream.getvalue()) == []


def test_gaps_in_segment_numbers_are_closed(series, grid, labels, new_context):
    gapped = np.where(labels > 1, labels * 20, labels).astype(np.uint8)
    segments = [Segment(n, f"s{n}", "nodule") for n in (40, 60, 80)]
    data = encode(series, grid, gapped, [Segment(1, "L", "liver"), *segments], None, new_context(type="LABELMAP"))
    assert np.array_equal(segment_numbers(decode(data), grid), labels)
