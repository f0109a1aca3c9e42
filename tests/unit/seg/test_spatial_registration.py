"""Spatial Registration: valid, and its matrix runs from the source series to the target series."""

import io

import numpy as np
import pydicom
import pytest

from seg import phantom, spatial_registration
from seg.errors import RegistrationError
from seg.phantom.variant import BREATH_SHIFTS_MM
from seg.volume import read_grid

MOVED = np.array([[1, 0, 0, 1.5], [0, 1, 0, -3.5], [0, 0, 1, 7.0], [0, 0, 0, 1]])


@pytest.fixture(scope="module")
def both():
    """Headers of two phases of a patient who breathes."""
    return [phantom.study("small", (p,), breath_shift=True) for p in ("portal_venous", "arterial")]


@pytest.fixture
def written(both, new_context):
    source, target = ((read_grid(headers), headers) for headers in both)
    return spatial_registration.encode(source, target, MOVED, "Rigid", new_context())


def test_it_is_valid(written, dicom_errors):
    assert dicom_errors(written) == []


def test_the_matrix_takes_points_of_the_source_to_the_target(written, both):
    """PS3.3 C.20.2.1.1: from the RCS of the images of the item to the registered RCS, which is the object's own."""
    dataset = pydicom.dcmread(io.BytesIO(written))
    assert dataset.FrameOfReferenceUID == both[1][0].FrameOfReferenceUID
    source, target = ([str(one.SOPInstanceUID) for one in headers] for headers in both)
    assert np.array_equal(spatial_registration.matrix_of(dataset, target), np.eye(4))
    matrix = spatial_registration.matrix_of(dataset, source)
    before, after = (
        np.array(phantom.truth("small").nodules[0].centre_mm) + BREATH_SHIFTS_MM[p]
        for p in ("portal_venous", "arterial")
    )
    assert (matrix @ (*before, 1))[:3] == pytest.approx(after)
    with pytest.raises(RegistrationError):
        spatial_registration.matrix_of(dataset, ["1.2.3"])


def test_a_rotation_keeps_its_precision(both, new_context):
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(0.01), -np.sin(0.01)], [np.sin(0.01), np.cos(0.01)]]
    turn[:3, 3] = (12.345678901234, -0.000123456789, 1e-9)
    source, target = ((read_grid(headers), headers) for headers in both)
    dataset = pydicom.dcmread(io.BytesIO(spatial_registration.encode(source, target, turn, "", new_context())))
    read = spatial_registration.matrix_of(dataset, [both[0][0].SOPInstanceUID])
    assert np.allclose(read, turn, atol=1e-9)
