"""Searching by assigned reader: filters, pages and counts against the file itself, however both change."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from indexer import dashboard, facets, search
from indexer.assigned import Known
from indexer.index import Index
from orthanc_plugin.assignments import Assignments
from sr_templates import template
from tests import cohorts
from tests.cohorts import Exam

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
READERS = ("ana", "rafael", "julia")


@pytest.fixture(scope="module")
def exams(index: Index) -> list[Exam]:
    made = list(cohorts.exams(LIVER, 300, 11))
    cohorts.put(index, LIVER, made)
    return made


@pytest.fixture
def kept(index: Index, exams: list[Exam], tmp_path: Path) -> Iterator[Assignments]:
    """Assignments of a third of the exams, to one or several readers."""
    file, chance = Assignments(tmp_path / "assignments.sqlite"), Random(5)
    for exam in chance.sample(exams, 100):
        file.change([exam.uid], chance.sample(READERS, chance.choice((1, 1, 2, 3))), [], "admin")
    before, index.assigned = index.assigned, Known(file)
    yield file
    index.assigned = before


def by_login(kept: Assignments) -> dict[str, set[str]]:
    told = kept.everything()
    pairs = list(zip(told.logins, told.study_uids, strict=True))
    return {login: {uid for one, uid in pairs if one == login} for login in READERS}


def found(index: Index, *query: tuple[str, str]) -> set[str]:
    """The exams on all pages, each of which is as long as it should be and has nothing twice."""
    asked = [*query, ("page_size", "13")]
    first = search.run(index, LIVER, search.parse(LIVER, asked))
    uids: list[str] = []
    for page in range(1, first.total // 13 + 2):
        uids += [
            row.study_instance_uid
            for row in search.run(index, LIVER, search.parse(LIVER, [*asked, ("page", str(page))])).rows
        ]
    assert (len(uids), len(set(uids))) == (first.total, first.total)
    return set(uids)


def test_pages_of_one_reader_of_several_and_of_nobody(index: Index, exams: list[Exam], kept: Assignments) -> None:
    truth = by_login(kept)
    assert found(index, ("assigned", "ana")) == truth["ana"]
    assert found(index, ("assigned", "ana,julia")) == truth["ana"] | truth["julia"]
    everybody = {exam.uid for exam in exams}
    assert found(index, ("assigned", "@none")) == everybody - set().union(*truth.values())
    assert found(index, ("assigned", "@none,rafael")) == everybody - ((truth["ana"] | truth["julia"]) - truth["rafael"])
    women = {exam.uid for exam in exams if exam.sex == "F"}
    assert found(index, ("assigned", "ana"), ("patient.sex", "F")) == truth["ana"] & women
    assert found(index, ("assigned", "ana"), ("assigned", "julia")) == truth["ana"] & truth["julia"]
    assert found(index, ("assigned", "nobody of that name")) == set()


def test_awaiting_are_those_whose_own_reader_has_not_completed_a_report(
    index: Index, exams: list[Exam], kept: Assignments
) -> None:
    finished = {exam.uid for exam in exams if exam.searched}
    truth = by_login(kept)
    # All reports of the cohort are ana's: whoever else is assigned still has to read.
    assert found(index, ("awaiting", "ana")) == truth["ana"] - finished
    assert found(index, ("awaiting", "rafael")) == truth["rafael"]
    assert found(index, ("awaiting", "ana,rafael")) == (truth["ana"] - finished) | truth["rafael"]


def test_counts_follow_the_other_filters(index: Index, exams: list[Exam], kept: Assignments) -> None:
    truth, women = by_login(kept), {exam.uid for exam in exams if exam.sex == "F"}
    asked = search.parse(LIVER, [("patient.sex", "F"), ("assigned", "ana")])
    told = facets.run(index, LIVER, asked)
    assert told.total == len(truth["ana"] & women)
    [one] = [facet for facet in told.facets if facet.path == "assigned"]
    counts = {value["value"]: value["count"] for value in one.values}
    nobody = len(women - set().union(*truth.values()))
    assert counts == {"@none": nobody} | {login: len(uids & women) for login, uids in truth.items()}
    assert next(iter(counts)) == "@none"
    assert dashboard.run(index, LIVER, asked).exams == told.total
    assert told.words == "Exams with Sex: female and Assigned to: ana."


def test_the_next_search_sees_every_change(index: Index, exams: list[Exam], kept: Assignments) -> None:
    uid = exams[0].uid

    def told() -> tuple[bool, int]:
        asked = search.parse(LIVER, [("assigned", "zoe")])
        counted: dict[str, Any] = {one.path: one for one in facets.run(index, LIVER, search.parse(LIVER, [])).facets}
        values = {value["value"]: value["count"] for value in counted["assigned"].values}
        return search.run(index, LIVER, asked).total == 1, values.get("zoe", 0)

    assert told() == (False, 0)
    kept.change([uid], ["zoe"], [], "admin")
    assert told() == (True, 1)
    kept.change([uid], [], ["zoe"], "admin")
    assert told() == (False, 0)
    kept.change([uid, "2.25.404"], ["zoe"], [], "admin")
    assert told() == (True, 1), "what has not arrived is not counted"


def test_a_study_that_arrives_after_it_was_assigned_is_found(index: Index, kept: Assignments) -> None:
    kept.change(["2.25.11.later"], ["zoe"], [], "admin")
    assert found(index, ("assigned", "zoe")) == set()
    [exam] = cohorts.exams(LIVER, 1, 12)
    cohorts.put(index, LIVER, [Exam(**vars(exam) | {"uid": "2.25.11.later"})])
    assert found(index, ("assigned", "zoe")) == {"2.25.11.later"}


def test_lists_tell_how_far_each_reader_is(empty: Index, report: Any) -> None:
    [exam] = cohorts.exams(LIVER, 1, 13)
    cohorts.put(empty, LIVER, [Exam(**vars(exam) | {"uid": "1.2", "state": "not_read", "foreign": ""})])
    rafael = {"author": "Lima^Rafael", "author_login": "rafael"}
    with empty.transaction() as writer:
        writer.put_report(report("1.2.1", "1.2", state="draft"))
        writer.put_report(report("1.2.2", "1.2", **rafael))
        writer.put_report(report("1.2.3", "1.2", state="draft", replaces=("1.2.2",), **rafael))
        writer.put_report(report("1.2.4", "1.2", state="consensus", author_login="zoe", replaces=("1.2.2",)))
    [one] = search.run(empty, LIVER, search.parse(LIVER, [])).items
    assert one["readings"] == [
        {"login": "ana", "name": "Souza^Ana", "state": "draft"},
        {"login": "rafael", "name": "Lima^Rafael", "state": "complete"},
    ]
