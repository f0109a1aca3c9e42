"""What lists tell of each exam, against the cohort itself; after the index has been made again, too."""

from typing import Any

import pytest

from indexer import facets, search, worklist
from indexer.index import Index
from sr_templates import template
from tests import cohorts
from tests.cohorts import Exam, Habits
from tests.postgres import oracle
from tests.postgres.oracle import Oracle

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
ORDER = ("non_contrast", "arterial", "portal_venous", "equilibrium")


@pytest.fixture(scope="module")
def truth(index: Index) -> Oracle:
    exams = list(cohorts.exams(LIVER, 400, 6, Habits(required=0.7, members=(0, 0, 1, 2, 3))))
    cohorts.put(index, LIVER, exams)
    return Oracle(LIVER, exams)


def told(truth: Oracle, exam: Exam) -> dict[str, Any]:
    phases = [phase for phase in ORDER if phase in exam.phases]
    return {
        "phases": phases,
        "masks": {"liver": sorted(exam.phases)[:1] if exam.segmented else [], "nodule": []},
        "reader": oracle.reader(exam),
        "priors": truth.priors(exam),
        "lirads": oracle.highest(exam),
        "nodules": len(exam.searched.get("nodules", ())),
        "largest_mm": oracle.largest(exam),
        "description": None,
    }


def test_search_tells_of_every_exam_also_of_those_that_nobody_has_read(index: Index, truth: Oracle) -> None:
    found = search.run(index, LIVER, search.parse(LIVER, [("page_size", "500")])).items
    by_uid = {exam.uid: exam for exam in truth.exams}
    assert len(found) == len(by_uid)
    assert any(one["state"] == "not_read" for one in found)
    for one in found:
        expected = told(truth, by_uid[one["study_instance_uid"]])
        assert {name: one[name] for name in expected} == expected


def test_the_worklist_tells_the_same(index: Index, truth: Oracle) -> None:
    by_uid = {exam.uid: exam for exam in truth.exams}
    found = worklist.run(index, LIVER, search.parse(LIVER, [("page_size", "500")]), "newest").items
    assert found
    for one in found:
        expected = told(truth, by_uid[one["study_instance_uid"]])
        assert {name: one[name] for name in expected} == expected


def test_an_exam_gets_a_prior_when_an_earlier_one_arrives_later(empty: Index) -> None:
    [exam] = cohorts.exams(LIVER, 1, 1)
    later = Exam(**vars(exam) | {"uid": "2.25.2", "day": cohorts.date(2020, 1, 2), "state": "not_read"})
    cohorts.put(empty, LIVER, [later])
    asked = search.parse(LIVER, [("has", "prior")])
    assert search.run(empty, LIVER, asked).total == 0
    cohorts.put(empty, LIVER, [Exam(**vars(exam) | {"uid": "2.25.1", "day": cohorts.date(2020, 1, 1)})])
    assert [one["study_instance_uid"] for one in search.run(empty, LIVER, asked).items] == ["2.25.2"]


def test_facets_name_the_readers_and_the_highest_category(empty: Index) -> None:
    exams = list(cohorts.exams(LIVER, 300, 9, Habits(required=0.7, members=(0, 1, 2))))
    cohorts.put(empty, LIVER, exams)
    found = {one.path: one for one in facets.run(empty, LIVER, search.parse(LIVER, [("state", "verified")])).facets}
    verified = [exam for exam in exams if exam.state == "verified"]
    counts = {one["value"]: one["count"] for one in found["reader"].values}
    assert counts == {name: sum(exam.author == name for exam in verified) for name in counts}
    assert {one["title"] for one in found["reader"].values} == {"Ana Souza", "Bruno Ávila", "Zoe souza"}
    highest = {one["value"]: one["count"] for one in found["lirads"].values}
    assert highest == {name: sum(oracle.highest(exam) == name for exam in verified) for name in oracle.LOWEST_FIRST}
    assert sum(highest.values()) > 10
