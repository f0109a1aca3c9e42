import pytest
from pydicom import Dataset

from orthanc_plugin import phases


def header(**values):
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("description", "phase"),
    [
        ("Abdomen non-contrast 3.0", "non_contrast"),
        ("ABD SEM CONTRASTE", "non_contrast"),
        ("Nativ 5mm", "non_contrast"),
        ("Liver arterial 1.5", "arterial"),
        ("Fase portal", "portal_venous"),
        ("Portal venous phase", "portal_venous"),
        ("venosa", "portal_venous"),
        ("Equilíbrio", "equilibrium"),
        ("delayed 5 min", "equilibrium"),
    ],
)
def test_words_of_the_description(description, phase):
    guess = phases.classify({"1": header(SeriesDescription=description, ContrastBolusAgent="X")})["1"]
    assert guess.phase == phase
    assert 0 < guess.confidence <= 1
    assert guess.reason


@pytest.mark.parametrize(
    ("acquired", "phase"), [("101230", "arterial"), ("101310", "portal_venous"), ("101500", "equilibrium")]
)
def test_time_since_the_injection(acquired, phase):
    series = header(ContrastBolusStartTime="101200", AcquisitionTime=acquired, ContrastBolusAgent="X")
    assert phases.classify({"1": series})["1"].phase == phase


def test_without_agent_and_words_it_is_probably_non_contrast():
    assert phases.classify({"1": header()})["1"].phase == "non_contrast"


def test_an_agent_alone_tells_no_phase():
    guess = phases.classify({"1": header(ContrastBolusAgent="APPLIED")})["1"]
    assert (guess.phase, guess.confidence < 0.5) == ("other", True)


def test_patient_from_the_first_header_that_says_so():
    headers = [header(), header(PatientSex="M", PatientAge="018M", StudyDate="20210304")]
    assert phases.describe_patient(headers) == {"sex": "M", "age": 1, "study_date": "2021-03-04"}
