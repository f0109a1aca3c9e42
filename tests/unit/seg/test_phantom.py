import io
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest

from seg import phantom
from seg.volume import read_grid, read_volume


@pytest.mark.parametrize("phase", phantom.PHASES)
def test_volumes_and_attenuation_are_those_of_the_truth(truth, phase):
    grid, hounsfield = read_volume(phantom.study("small", (phase,)))
    labels = truth.labelmap(phase)
    assert labels.shape == grid.shape
    liver_cm3 = np.count_nonzero(labels) * grid.voxel_mm3 / 1000
    assert liver_cm3 == pytest.approx(truth.volumes_cm3["liver"], rel=0.01)
    inside = truth.organ("spleen", phase)
    inside = inside & np.roll(inside, 1, 2) & np.roll(inside, -1, 2) & np.roll(inside, 1, 1) & np.roll(inside, -1, 1)
    assert hounsfield[inside].mean() == pytest.approx(truth.mean_hu[phase]["spleen"], abs=2.5)
    core = truth.organ("hcc", phase)
    assert hounsfield[core].mean() == pytest.approx(truth.mean_hu[phase]["hcc"], abs=6)


def test_nodules_have_closed_form_volumes_and_lie_in_the_liver(truth, labels, grid):
    hcc = truth.nodules[0]
    assert hcc.volume_mm3 == pytest.approx(17157, abs=1)
    assert hcc.couinaud == "VII"
    assert np.count_nonzero(labels == 2) * grid.voxel_mm3 == pytest.approx(hcc.volume_mm3, rel=0.05)
    for nodule in truth.nodules:
        voxels = np.argwhere(labels == nodule.segment_number)[:, ::-1]
        centre = grid.affine_lps[:3, :3] @ voxels.mean(axis=0) + grid.affine_lps[:3, 3]
        assert centre == pytest.approx(nodule.centre_mm, abs=2.0)
        low, high = voxels.min(axis=0) - 1, voxels.max(axis=0) + 2
        around = labels[low[2] : high[2], low[1] : high[1], low[0] : high[0]]
        assert (around > 0).mean() > 0.97


def test_hcc_shows_arterial_enhancement_and_washout(truth):
    ratio = {p: truth.mean_hu[p]["liver"] / truth.mean_hu[p]["hcc"] for p in phantom.PHASES}
    assert ratio["arterial"] < 0.7
    assert 100 * ratio["equilibrium"] == pytest.approx(120.6, abs=0.1)


def test_noise_has_the_grain_and_size_of_a_scanner():
    dataset = phantom.study("viewer", ("non_contrast",))[30]
    liver = phantom.truth("viewer").organ("liver", "non_contrast")[30]
    values = dataset.pixel_array.astype(float) - 1024 - 51
    core = liver & np.roll(liver, 4, 0) & np.roll(liver, -4, 0) & np.roll(liver, 4, 1) & np.roll(liver, -4, 1)
    pairs = core & np.roll(core, -1, 1)
    assert values[core].std() == pytest.approx(12, abs=0.6)
    assert np.corrcoef(values[pairs], np.roll(values, -1, 1)[pairs])[0, 1] == pytest.approx(0.65, abs=0.1)


def test_one_study_is_the_same_each_time_and_patients_differ():
    first, again = (phantom.study("small", ("arterial",)) for _ in range(2))
    assert [d.SOPInstanceUID for d in first] == [d.SOPInstanceUID for d in again]
    assert first[7].PixelData == again[7].PixelData
    other = phantom.study("small", ("arterial",), patient_id="DEMO-0002")
    assert other[0].StudyInstanceUID != first[0].StudyInstanceUID
    assert other[0].PatientID == "DEMO-0002"


def test_headers_carry_what_arrival_has_to_remove():
    dataset = pydicom.dcmread(_written(phantom.study("small", ("portal_venous",))[0]))
    assert dataset.PatientName == "Silva^João"
    assert dataset.SpecificCharacterSet == "ISO_IR 100"
    assert dataset[0x0031, 0x1020].value == dataset.PatientID
    assert dataset[0x0033, 0x1013].value == dataset.PatientName
    assert dataset[0x0029, 0x1140].VR == "SQ"
    assert float(dataset.SliceThickness) == 3.0


def test_four_phases_share_study_and_frame_but_not_series():
    study = phantom.study("small")
    assert len(study) == 96
    assert len({d.StudyInstanceUID for d in study}) == len({d.FrameOfReferenceUID for d in study}) == 1
    assert len({d.SeriesInstanceUID for d in study}) == 4
    assert len({d.SOPInstanceUID for d in study}) == 96
    assert "ContrastBolusAgent" not in study[0]
    assert study[-1].ContrastBolusAgent == "IOPAMIRON 370"


def test_two_studies_show_growth():
    before, after = (phantom.truth("small", nodule_diameter_mm=d) for d in (21.0, 32.0))
    assert after.nodules[0].volume_mm3 / before.nodules[0].volume_mm3 == pytest.approx((32 / 21) ** 3)
    uids = {phantom.study("small", ("arterial",), study_date=d)[0].StudyInstanceUID for d in ("20210304", "20210804")}
    assert len(uids) == 2


def test_breathing_moves_the_truth_with_the_anatomy(truth):
    moved = phantom.truth("small", breath_shift=True)
    assert np.array_equal(moved.labelmap("non_contrast"), truth.labelmap("non_contrast"))
    still, there = (np.argwhere(t.labelmap("arterial") > 0).mean(axis=0) for t in (truth, moved))
    assert (there - still) * [6, 3, 3] == pytest.approx([4.0, -1.5, 1.0], abs=0.3)


def test_variants_of_series():
    assert len({d.SeriesInstanceUID for d in phantom.study("small", one_series=True)}) == 1
    assert len({d.FrameOfReferenceUID for d in phantom.study("small", two_frames=True)}) == 2
    assert len(phantom.study("small", ("arterial",), missing_slice=True)) == 23
    assert len(phantom.study("small", ("arterial",), duplicate_slice=True)) == 25
    with pytest.raises(TypeError):
        phantom.study("small", gantry=3)


@pytest.mark.parametrize("order", ["descending", "random"])
def test_order_of_instances_does_not_move_the_truth(order, labels):
    grid, hounsfield = read_volume(phantom.study("small", ("arterial",), order=order))
    straight = read_volume(phantom.study("small", ("arterial",)))[1]
    assert np.array_equal(hounsfield, straight)
    assert math.isclose(grid.affine_lps[2, 2], 6.0)


def test_command_writes_lossless_files_that_validate(tmp_path, dicom_errors):
    command = [sys.executable, "-m", "seg.phantom", str(tmp_path), "--size", "small", "--patient-id", "X-1"]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3], capture_output=True)
    files = sorted(tmp_path.rglob("*.dcm"))
    assert len(files) == 96
    read = pydicom.dcmread(files[5])
    assert read.file_meta.TransferSyntaxUID.name == "JPEG-LS Lossless Image Compression"
    raw = phantom.study("small", ("arterial",), patient_id="X-1")[5]
    assert read.SOPInstanceUID == raw.SOPInstanceUID
    assert np.array_equal(read.pixel_array, raw.pixel_array)
    assert dicom_errors(files[5].read_bytes()) == []
    assert len(read_grid([pydicom.dcmread(f, stop_before_pixels=True) for f in files[:24]]).sop_instance_uids) == 24


def _written(dataset):
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    stream.seek(0)
    return stream
