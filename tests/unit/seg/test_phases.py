import copy

import pydicom
import pytest

from seg import phantom
from seg.phases import detect


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
    ],
)
def test_descriptions_in_english_and_portuguese(series, description, name):
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


def test_empty_study_has_no_phases():
    assert detect({}) == {}
