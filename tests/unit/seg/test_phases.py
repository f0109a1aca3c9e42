import copy

import numpy as np
import pydicom
import pytest

from seg import phantom, vessels
from seg.phases import detect
from seg.vessels import Enhancement


def detected(**variant):
    """Names and phases of the four series of a phantom, in the order of acquisition."""
    series = {}
    for dataset in phantom.study("small", **variant):
        series.setdefault(dataset.SeriesInstanceUID, []).append(dataset)
    return list(detect(series).values())


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"descriptions": "misleading"},
        {"descriptions": "empty"},
        {"times_missing": True},
        {"times_missing": True, "descriptions": "empty"},
        {"order": "random"},
        {"two_frames": True},
    ],
)
def test_phases_of_the_phantom(variant):
    found = detected(**variant)
    assert [phase.name for phase in found] == list(phantom.PHASES)
    for phase in found:
        assert 0 < phase.confidence <= 1
        assert phase.reason.endswith(".")


def test_agreement_is_surer_than_one_witness_and_that_surer_than_a_contradiction():
    agreed, timed, contradicted, named, guessed = (
        detected(**variant)[1].confidence
        for variant in (
            {},
            {"descriptions": "empty"},
            {"descriptions": "misleading"},
            {"times_missing": True},
            {"times_missing": True, "descriptions": "empty"},
        )
    )
    assert agreed > timed > contradicted > named > guessed


def test_reason_is_told_in_plain_words():
    arterial = detected()[1]
    assert arterial.reason == "The scan began 35 s after the contrast injection, and the description says arterial."
    assert detected(descriptions="misleading")[0].reason == "It was scanned before the contrast injection."


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("ABD SEM CONTRASTE 3.0", "non_contrast"),
        ("Abdomen w/o contrast", "non_contrast"),
        ("FASE PRÉ CONTRASTE", "non_contrast"),
        ("Unenhanced 5mm", "non_contrast"),
        ("Late arterial", "arterial"),
        ("FASE ARTERIAL TARDIA", "equilibrium"),
        ("ABD_ART_3.0", "arterial"),
        ("Portal venous phase", "portal_venous"),
        ("FASE PORTAL", "portal_venous"),
        ("fase venosa", "portal_venous"),
        ("EQUILÍBRIO 3 MIN", "equilibrium"),
        ("Fase tardia", "equilibrium"),
        ("Delayed 5 min", "equilibrium"),
        ("Abdomen 3.0 B30f", "other"),
        ("ABD SIN CONTRASTE", "non_contrast"),
        ("Fase basal", "non_contrast"),
        ("FASE VENOSA", "portal_venous"),
        ("Abdo sans injection", "non_contrast"),
        ("Temps artériel", "arterial"),
        ("temps tardif", "equilibrium"),
        ("Abdomen nativ", "non_contrast"),
        ("ohne KM", "non_contrast"),
        ("Oberbauch arteriell", "arterial"),
        ("portalvenös 70s", "portal_venous"),
        ("Spätphase", "equilibrium"),
        ("fase arteriosa", "arterial"),
        ("senza mdc", "non_contrast"),
        ("fase tardiva", "equilibrium"),
        ("zonder contrast", "non_contrast"),
        ("平扫", "non_contrast"),
        ("动脉期", "arterial"),
        ("門脈相", "portal_venous"),
        ("平衡相", "equilibrium"),
        ("Abd with intravenous contrast", "other"),
        ("Portable", "other"),
        ("portal, sem contraste oral", "portal_venous"),
    ],
)
def test_descriptions_in_several_languages(series, description, name):
    header = copy.deepcopy(series[0])
    del header.AcquisitionTime, header.ContrastBolusStartTime
    header.SeriesDescription, header.ProtocolName = description, ""
    assert detect({"1": header})["1"].name == name


def test_midnight_between_injection_and_scan(series):
    header = copy.deepcopy(series[0])
    header.ContrastBolusStartTime, header.AcquisitionTime = "235950", "000025.5"
    assert detect({"1": [header]})["1"].name == "arterial"


def test_localizer_is_no_phase(series):
    header = copy.deepcopy(series[0])
    header.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    assert detect({"1": header})["1"].name == "other"


def test_real_headers_without_contrast(shared_data):
    for name in ("ct-upper-abdomen-lidc/000004.dcm", "ct-liver-seg-dcmqi/01.dcm"):
        header = pydicom.dcmread(shared_data / name, stop_before_pixels=True)
        assert detect({"1": header})["1"].name == "non_contrast"


def test_real_scans_without_contrast_show_it_in_the_aorta(shared_data):
    for name in ("ct-upper-abdomen-lidc", "ct-liver-seg-dcmqi"):
        files = [pydicom.dcmread(path) for path in (shared_data / name).glob("*.dcm")]
        slices = [one for one in files if one.Modality == "CT"]
        header = copy.deepcopy(slices[0])
        # A contrast agent that was not given, and a description of another phase.
        header.ContrastBolusAgent, header.SeriesDescription = "APPLIED", "ABD PORTAL"
        found = detect({"1": header}, {"1": vessels.measure(planes_of(slices))})["1"]
        assert (found.name, found.confidence <= 0.55) == ("non_contrast", True)


def planes_of(slices):
    ordered = sorted(slices, key=lambda one: float(one.ImagePositionPatient[2]))
    chosen = (ordered[place] for place in vessels.chosen(len(ordered)))
    return [
        vessels.plane(
            one.pixel_array, float(one.RescaleSlope), float(one.RescaleIntercept),
            one.ImageOrientationPatient, one.PixelSpacing,
        )
        for one in chosen
    ]  # fmt: skip


def test_other_parts_of_the_body_have_no_aorta(shared_data):
    heads = [pydicom.dcmread(path) for path in sorted((shared_data / "seg-other").glob("CT2_*.dcm"))]
    assert len(heads) == 4
    assert vessels.measure(planes_of(heads)) is None


def test_orders_of_brightness_decide_where_limits_do_not(series):
    header = copy.deepcopy(series[0])
    del header.AcquisitionTime, header.ContrastBolusStartTime
    header.SeriesDescription = header.ProtocolName = ""
    header.ContentTime = ""
    hounsfield = {"a": 278.0, "b": 124.0, "c": 88.0}
    found = detect(dict.fromkeys("abc", header), {uid: Enhancement(hu, 7) for uid, hu in hounsfield.items()})
    assert [found[uid].name for uid in "abc"] == ["arterial", "portal_venous", "equilibrium"]
    assert found["b"].confidence == 0.6
    alike = detect(
        dict.fromkeys("abc", header), {uid: Enhancement(hu, 7) for uid, hu in zip("abc", (278, 124, 120), strict=True)}
    )
    assert alike["b"].name == alike["c"].name == "equilibrium"


@pytest.mark.parametrize(
    "orientation", [[1, 0, 0, 0, 1, 0], [-1, 0, 0, 0, -1, 0], [0, 1, 0, 1, 0, 0], [0, -1, 0, 1, 0, 0]]
)
def test_a_patient_may_lie_in_any_way(orientation, series):
    """What is told of positions in Image Orientation brings the picture into the patient's own directions."""
    upright = vessels.plane(series[12].pixel_array, 1, -1024, [1, 0, 0, 0, 1, 0], [3, 3])
    shown = vessels.plane(_as_stored(upright.hounsfield, orientation), 1, 0, orientation, [3, 3])
    assert np.array_equal(shown.hounsfield, upright.hounsfield)


def _as_stored(image, orientation):
    """Return a picture in the patient's directions as a scanner with another orientation would store it."""
    along, down = orientation[:3], orientation[3:]
    if along[0]:
        return image[:: int(down[1]), :: int(along[0])]
    return image[:: int(along[1]), :: int(down[0])].T


def test_oblique_and_coronal_slices_are_not_looked_at(series):
    assert vessels.plane(series[0].pixel_array, 1, -1024, [1, 0, 0, 0, 0, -1], [3, 3]) is None


def test_empty_study_has_no_phases():
    assert detect({}) == {}
