"""What is measured of a whole SEG: against the phantom's truth, plain arrays, and a mask of dcmqi."""

import io

import numpy as np
import pydicom
import pytest
import SimpleITK

from seg import decode, encode, measured, phantom
from seg.errors import GeometryError
from seg.labelmap import Segment
from seg.measured import measure_all
from seg.volume import read_grid, read_volume


def measured_on(series, labels, segments, context):
    grid, hounsfield = read_volume(series)
    segmentation = decode.decode(encode.encode(series, grid, labels, segments, None, context))
    return grid, hounsfield, measure_all(segmentation, grid, hounsfield.__getitem__)


@pytest.fixture(scope="module")
def viewer():
    """The phantom of the viewer's size in one phase, and what is true of it."""
    return phantom.truth("viewer"), phantom.study("viewer", ("equilibrium",))


def test_the_phantom_measures_what_is_true(viewer, context):
    truth, series = viewer
    segments = [Segment(1, "Liver", "liver"), *(Segment(n, f"Nodule {n}", "nodule") for n in (2, 3, 4))]
    grid, hounsfield, found = measured_on(series, truth.labelmap("equilibrium"), segments, context)
    liver, labels = found.organs["liver"], truth.labelmap("equilibrium")
    assert liver.volume_cm3 == pytest.approx(truth.volumes_cm3["liver"], rel=0.005)
    assert liver.volume_cm3 == pytest.approx(np.count_nonzero(labels) * grid.voxel_mm3 / 1000)
    assert (liver.hu_mean, liver.hu_sd) == pytest.approx(
        (hounsfield[labels == 1].mean(), hounsfield[labels == 1].std())
    )
    assert liver.hu_mean == pytest.approx(truth.mean_hu["equilibrium"]["liver"], abs=1)
    for nodule in truth.nodules:
        one, inside = found.segments[nodule.segment_number], hounsfield[labels == nodule.segment_number]
        assert one.volume_cm3 == pytest.approx(nodule.volume_mm3 / 1000, rel=0.04)
        assert (one.hu_mean, one.hu_sd) == pytest.approx((inside.mean(), inside.std()))
        assert one.long_axis_mm == pytest.approx(nodule.diameter_mm, abs=1.0)
        assert one.short_axis_mm == pytest.approx(nodule.diameter_mm, abs=1.0)
    assert found.segments[1].core_hu_mean is None


def test_the_core_of_a_lesion_has_no_capsule_in_it(viewer, context):
    truth, series = viewer
    segments = [Segment(1, "Liver", "liver"), Segment(2, "HCC", "nodule"), *(Segment(n, "N", "nodule") for n in (3, 4))]
    hcc = measured_on(series, truth.labelmap("equilibrium"), segments, context)[2].segments[2]
    tissue, capsule = (truth.mean_hu["equilibrium"][name] for name in ("hcc", "hcc_capsule"))
    assert hcc.core_hu_mean == pytest.approx(tissue, abs=1.5)
    assert tissue + 5 < hcc.hu_mean < capsule


def test_lesions_count_as_liver_in_its_volume_and_not_in_its_attenuation(series, grid, context):
    """Cut out of the liver's segment or drawn over it, the liver measures the same."""
    labels = np.zeros(grid.shape, np.uint8)
    labels[2:6, 20:60, 20:60] = 1
    labels[3:5, 30:40, 30:40] = 2
    _, hounsfield, found = measured_on(series, labels, [Segment(1, "L", "liver"), Segment(2, "N", "nodule")], context)
    liver = found.organs["liver"]
    assert liver.volume_cm3 == pytest.approx(4 * 40 * 40 * grid.voxel_mm3 / 1000)
    assert found.segments[1].volume_cm3 == pytest.approx((4 * 1600 - 200) * grid.voxel_mm3 / 1000)
    assert liver.hu_mean == pytest.approx(hounsfield[labels == 1].mean())


def test_overlapping_segments_measure_the_same_as_disjoint_ones(series, grid, labels, segments, context):
    """A liver that holds its nodules, as dcmqi and Slicer write it."""
    own = pydicom.dcmread(io.BytesIO(encode.encode(series, grid, labels, segments, None, context)))
    size = grid.rows * grid.columns // 8
    flat = [np.packbits(plane, bitorder="little").tobytes() for plane in labels > 0 if plane.any()]
    hounsfield = read_volume(series)[1]
    disjoint = measure_all(decode.decode(own), grid, hounsfield.__getitem__)
    own.PixelData = b"".join(flat) + own.PixelData[len(flat) * size :]
    found = measure_all(decode.decode(own), grid, hounsfield.__getitem__)
    assert found.organs == disjoint.organs
    assert found.segments[1].hu_mean == pytest.approx(hounsfield[labels > 0].mean())
    assert found.segments[2] == disjoint.segments[2]


def test_the_liver_of_dcmqi_has_its_mean(shared_data):
    """Known truth that nobody here made: 107 098 voxels, 37.33 HU (shared/data)."""
    folder = shared_data / "ct-liver-seg-dcmqi"
    segmentation = decode.decode((folder / "liver.dcm").read_bytes())
    wanted = measured.sources(segmentation)
    files = [pydicom.dcmread(file) for file in sorted(folder.rglob("*.dcm"))]
    images = [one for one in files if one.get("Modality") == "CT"]
    grid, hounsfield = read_volume(images)
    asked = []

    def plane(place):
        asked.append(place)
        return hounsfield[place]

    found = measure_all(segmentation, grid, plane)
    [one] = found.segments.values()
    assert one.volume_cm3 * 1000 / grid.voxel_mm3 == pytest.approx(107_098)
    assert one.hu_mean == pytest.approx(37.33, abs=0.005)
    assert found.organs["liver"].hu_mean == one.hu_mean
    inside, ct = SimpleITK.ReadImage(str(folder / "liver_seg.nrrd")), SimpleITK.GetImageFromArray(hounsfield)
    ct.CopyInformation(inside)
    statistics = SimpleITK.LabelStatisticsImageFilter()
    statistics.Execute(ct, inside)
    assert (one.hu_mean, one.volume_cm3 * 1000) == pytest.approx(
        (statistics.GetMean(1), statistics.GetCount(1) * np.prod(inside.GetSpacing())), rel=1e-5
    )
    assert one.hu_sd == pytest.approx(statistics.GetSigma(1), rel=1e-4)
    assert asked == sorted(set(asked))
    assert {grid.sop_instance_uids[place] for place in asked} <= wanted


def test_only_slices_that_hold_voxels_are_read(series, grid, labels, segments, context):
    segmentation = decode.decode(encode.encode(series, grid, labels, segments, None, context))
    asked = []

    def plane(place):
        asked.append(place)
        return np.zeros((grid.rows, grid.columns), np.int16)

    measure_all(segmentation, grid, plane)
    assert asked == np.flatnonzero(labels.any(axis=(1, 2))).tolist()


def test_a_mask_of_another_grid_is_refused(series, grid, labels, segments, context):
    segmentation = decode.decode(encode.encode(series, grid, labels, segments, None, context))
    other = read_grid(phantom.study("small", ("arterial",), gantry_tilt_deg=10.0))
    with pytest.raises(GeometryError):
        measure_all(segmentation, other, lambda _place: np.zeros((grid.rows, grid.columns), np.int16))
