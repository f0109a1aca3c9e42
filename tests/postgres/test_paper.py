"""The numbers that the paper publishes of its cohort come out of the dashboard."""

import pytest

from indexer import dashboard, search
from indexer.index import Index
from sr_templates import template
from tests import cohorts
from tests.cohorts import PAPER

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")


@pytest.fixture(scope="module")
def told(index: Index) -> dashboard.Dashboard:
    cohorts.put(index, LIVER, cohorts.paper(LIVER))
    return dashboard.run(index, LIVER, search.Search())


def chart(told: dashboard.Dashboard, name: str) -> dashboard.Chart:
    return next(one for one in told.charts if one.id == name)


def test_patients_and_exams(told: dashboard.Dashboard) -> None:
    assert (told.patients, told.exams) == (PAPER["patients"], PAPER["exams"])


def test_sexes_of_the_patients(told: dashboard.Dashboard) -> None:
    sexes = chart(told, "patient.sex")
    assert sexes.counts == "patients"
    assert {bar["label"]: bar["count"] for bar in sexes.data} == {"M": PAPER["M"], "F": PAPER["F"], "O": 0}


def test_mean_and_deviation_of_the_age(told: dashboard.Dashboard) -> None:
    ages = chart(told, "patient.age")
    assert ages.statistics is not None
    assert ages.statistics["count"] == PAPER["patients"]
    assert round(ages.statistics["mean"], 2) == PAPER["mean"]
    assert round(ages.statistics["standard_deviation"], 2) == PAPER["standard_deviation"]
    assert sum(bar["count"] for bar in ages.data) == PAPER["patients"]


@pytest.mark.parametrize("name", ["patient.baseline_diagnosis", "patient.imaging_profile", "nodules.lirads"])
def test_figures_show_every_value(told: dashboard.Dashboard, name: str) -> None:
    item = LIVER.item(name)
    assert item is not None
    assert [bar["label"] for bar in chart(told, name).data] == [value.name for value in item.values]
    assert all(bar["count"] for bar in chart(told, name).data)
