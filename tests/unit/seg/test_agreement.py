"""Dice between two segmentations, against SimpleITK's."""

import numpy as np
import pytest
import SimpleITK

from seg import agreement
from seg.decode import decode
from seg.encode import encode


@pytest.fixture
def written(series, grid, segments, new_context):
    def write(array):
        used = [one for one in segments if one.number in np.unique(array)]
        return decode(encode(series, grid, array, used, None, new_context()))

    return write


def oracle(first, second, values):
    measures = SimpleITK.LabelOverlapMeasuresImageFilter()
    images = [SimpleITK.GetImageFromArray(np.isin(array, values).astype(np.uint8)) for array in (first, second)]
    measures.Execute(*images)
    return measures.GetDiceCoefficient()


def test_a_corrected_mask_agrees_as_simpleitk_says(written, labels):
    corrected = labels.copy()
    corrected[:, :40] = 0
    corrected[5:9][corrected[5:9] == 1] = 2
    found = agreement.dice(written(labels), written(corrected))
    assert found.keys() == {"liver", "nodule"}
    assert found["liver"] == pytest.approx(oracle(labels, corrected, [1]), abs=1e-12)
    nodules = [value for value in range(2, 256) if (labels == value).any() or (corrected == value).any()]
    assert found["nodule"] == pytest.approx(oracle(labels, corrected, nodules), abs=1e-12)
    assert 0 < found["nodule"] < found["liver"] < 1


def test_what_only_one_has_does_not_agree_and_the_order_does_not_matter(written, labels):
    liver = np.where(labels == 1, labels, 0)
    found = agreement.dice(written(labels), written(liver))
    assert found == {"liver": 1.0, "nodule": 0.0}
    assert agreement.dice(written(liver), written(labels)) == found


def test_a_mask_on_other_slices_does_not_agree(written, labels):
    upper, lower = labels.copy(), labels.copy()
    upper[: len(labels) // 2], lower[len(labels) // 2 :] = 0, 0
    assert agreement.dice(written(upper), written(lower))["liver"] == 0
