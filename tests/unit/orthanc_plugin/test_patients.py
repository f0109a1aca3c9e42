import pytest
from pydicom import Dataset

from orthanc_plugin import patients


def header(**values):
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def test_each_from_the_first_header_that_says_it():
    headers = [header(), header(PatientSex="M", PatientAge="061Y"), header(PatientSex="F", StudyDate="20210304")]
    assert patients.describe(headers) == {"sex": "M", "age": 61, "study_date": "2021-03-04"}


@pytest.mark.parametrize(("age", "years"), [("000Y", 0), ("018M", 1), ("104W", 2), ("030D", 0)])
def test_ages_in_whole_years(age, years):
    assert (patients.describe([header(PatientAge=age)])["age"] or 0) == years


def test_nobody_says_anything():
    assert patients.describe([]) == {"sex": None, "age": None, "study_date": None}
