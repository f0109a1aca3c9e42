"""Search, facets and dashboard against a brute force: 10,000 exams, 300 random searches."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from indexer import dashboard, facets, ordering, search
from indexer.errors import FilterError
from indexer.index import Index
from indexer.rows import StudyRow
from sr_templates import template
from sr_templates.template import CODED
from tests import cohorts
from tests.cohorts import Exam, Habits
from tests.postgres import oracle
from tests.postgres.oracle import Oracle, Query

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
SEED = 20260304
EXAMS = 10_000
SEARCHES = 300


@pytest.fixture(scope="module")
def truth(index: Index) -> Oracle:
    """The exams as the oracle knows them, put into the index as well."""
    habits = Habits(optional=0.25, required=0.7, members=(0, 0, 1, 2, 3, 5))
    exams = list(cohorts.exams(LIVER, EXAMS, SEED, habits))
    cohorts.put(index, LIVER, exams)
    return Oracle(LIVER, exams)


def found(index: Index, query: Query) -> tuple[int, list[str]]:
    """The total and every UID that a search finds, in order."""
    asked = search.parse(LIVER, query)
    with search.matched(index, LIVER, asked) as (matching, cursor):
        total, numbers = ordering.page(matching.block, matching.exams(), asked.sort)
        cursor.execute("SELECT number, study_instance_uid FROM record WHERE template = %s", (LIVER.id,))
        uids = dict(cursor.fetchall())
        return total, [uids[number] for number in numbers]


def test_searches_find_exactly_what_a_brute_force_finds(index: Index, truth: Oracle) -> None:
    found_any = 0
    for query in oracle.random_searches(LIVER, SEARCHES, SEED):
        expected = truth.search(query)
        assert found(index, query) == (len(expected), expected), query
        page = search.run(index, LIVER, search.parse(LIVER, [*query, ("page", "2"), ("page_size", "7")]))
        assert [item["study_instance_uid"] for item in page.items] == expected[7:14], query
        assert page.total == len(expected)
        found_any += bool(expected)
    assert found_any > SEARCHES / 3


def worst(exam: Exam) -> int | None:
    name = oracle.highest(exam)
    return oracle.LOWEST_FIRST.index(name) if name else None


def alphabetical(exam: Exam) -> int | None:
    """Case and accents do not count."""
    name = oracle.reader(exam)
    return ["Ávila^Bruno", "Souza^Ana", "souza^Zoe"].index(name) if name else None


ORDERS = {
    "patient.age": lambda exam: exam.age,
    "liver.volume_cm3": lambda exam: exam.searched.get("liver", {}).get("volume_cm3"),
    "patient.cirrhosis": lambda exam: (
        ["yes", "no", "undetermined"].index(given)
        if (given := exam.searched.get("patient", {}).get("cirrhosis"))
        else None
    ),
    "nodules.lirads": worst,
    "nodules.diameter_mm": lambda exam: max(
        (one["diameter_mm"] for one in exam.searched.get("nodules", ()) if "diameter_mm" in one), default=None
    ),
    "patient_id": lambda exam: int(exam.patient.removeprefix("HEP-")),
    "lirads": worst,
    "nodules": lambda exam: len(exam.searched.get("nodules", ())),
    "largest_mm": oracle.largest,
    "reader": alphabetical,
    "phases": lambda exam: len(exam.phases),
    "masks": lambda exam: int(exam.segmented and bool(exam.phases)),
}


@pytest.mark.parametrize("path", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("query", [[], [("liver.ascites", "yes"), ("patient.age.max", "21")]])
def test_results_are_in_the_order_asked_for(
    index: Index, truth: Oracle, path: str, descending: bool, query: Query
) -> None:
    _, uids = found(index, [*query, ("sort", ("-" if descending else "") + path)])
    assert uids == truth.search(query, oracle.by(ORDERS[path], descending=descending))


@pytest.mark.parametrize("sort", ["study.date", "-study.date", "state"])
def test_pages_are_disjoint_and_complete(index: Index, truth: Oracle, sort: str) -> None:
    query = [("patient.sex", "F"), ("sort", sort), ("page_size", "500")]
    total = search.run(index, LIVER, search.parse(LIVER, query)).total
    seen = []
    for number in range(1, total // 500 + 2):
        seen += search.run(index, LIVER, search.parse(LIVER, [*query, ("page", str(number))])).items
    assert len(seen) == total == len({one["study_instance_uid"] for one in seen})
    dates = [one["study_date"] for one in seen if one["study_date"]]
    if sort != "state":
        assert dates == sorted(dates, reverse=sort.startswith("-"))
        assert all(one["study_date"] is None for one in seen[len(dates) :])


@pytest.mark.parametrize(
    "query",
    [
        [],
        [("patient.cirrhosis", "yes")],
        [("nodules.lirads", "LR-4,LR-5"), ("nodules.diameter_mm.min", "20"), ("nodules.aphe", "nonrim")],
        [("patient.baseline_diagnosis", "hepatitis_c"), ("has", "segmentation"), ("study.phase", "arterial")],
    ],
)
def test_a_facet_is_what_the_search_would_find_with_that_value(index: Index, truth: Oracle, query: Query) -> None:
    told = facets.run(index, LIVER, search.parse(LIVER, query))
    assert told.total == len(truth.search(query))
    by_path = {facet.path: facet for facet in told.facets}
    for path in ("patient.sex", "state", "study.phase", "patient.cirrhosis", "patient.baseline_diagnosis",
                 "liver.ascites", "nodules.lirads", "nodules.location", "nodules.aphe"):  # fmt: skip
        others = [(name, text) for name, text in query if oracle.split(name)[0] != path]
        for value in by_path[path].values:
            assert value["count"] == len(truth.search([*others, (path, value["value"])])), (path, value)
    diameters = [
        one["diameter_mm"]
        for exam in chosen(truth, [one for one in query if one[0] != "nodules.diameter_mm.min"])
        for one in exam.searched.get("nodules", ())
        if "diameter_mm" in one
        and all(
            oracle.holds(one.get(name[8:]), "", text)
            for name, text in query
            if name in ("nodules.lirads", "nodules.aphe")
        )
    ]
    assert (by_path["nodules.diameter_mm"].minimum, by_path["nodules.diameter_mm"].maximum) == (
        min(diameters),
        max(diameters),
    )
    bins = {one["start"]: one["count"] for one in by_path["nodules.diameter_mm"].bins}
    assert bins == Counter(int(one // 10) * 10 for one in diameters)
    for value in by_path["has"].values:
        assert value["count"] == len(truth.search([*query, ("has", value["value"])]))
    exams = chosen(truth, query)
    assert told.patients == len({exam.patient for exam in exams})
    years = {one["start"]: one["count"] for one in by_path["study.date"].bins}
    assert years == Counter(exam.day.year for exam in exams if exam.day)


def chosen(truth: Oracle, query: Query) -> list[Exam]:
    uids = set(truth.search(query))
    return [exam for exam in truth.exams if exam.uid in uids]


@pytest.mark.parametrize("query", [[], [("patient.cirrhosis", "yes")], [("nodules.lirads", "LR-4,LR-5")]])
def test_the_dashboard_counts_what_the_search_finds(index: Index, truth: Oracle, query: Query) -> None:
    counted = dashboard.run(index, LIVER, search.parse(LIVER, query))
    exams = chosen(truth, query)
    first: dict[str, Exam] = {}
    for exam in sorted(exams, key=lambda exam: (exam.day is not None, oracle.newest_first(exam))):
        first[exam.patient] = exam
    patients = first.values()
    assert (counted.exams, counted.patients) == (len(exams), len(first))
    charts = {chart.id: {bar["label"]: bar["count"] for bar in chart.data if bar["count"]} for chart in counted.charts}
    assert charts["patient.sex"] == Counter(one.sex for one in patients if one.sex)
    assert charts["patient.age"] == Counter(decade(one.age) for one in patients if one.age is not None)
    [ages] = [chart.data for chart in counted.charts if chart.id == "patient.age"]
    parts = {(bar["label"], sex): count for bar in ages for sex, count in bar["parts"].items()}
    assert parts == Counter((decade(one.age), one.sex) for one in patients if one.age is not None and one.sex)
    assert charts["study.date"] == Counter(str(one.day.year) for one in exams if one.day)
    assert charts["study.phase"] == Counter(phase for one in exams for phase in one.phases)
    assert charts["state"] == Counter(one.state for one in exams)
    assert charts["report.month"] == Counter(f"{one.created:%Y-%m}" for one in exams if one.state != "not_read")
    for group in LIVER.groups:
        for item in group.items:
            if item.kind in CODED:
                assert charts[f"{group.name}.{item.name}"] == Counter(coded(exams, group.name, item.name)), item.name
    diameters = [one["diameter_mm"] for exam in exams for one in members(exam, "nodules") if "diameter_mm" in one]
    assert charts["nodules.diameter_mm"] == Counter(decade(int(diameter)) for diameter in diameters)
    counts = [one["nodule_count"] for exam in exams for one in members(exam, "liver") if "nodule_count" in one]
    assert charts["liver.nodule_count"] == Counter(map(str, counts))


def decade(number: int) -> str:
    start = number // 10 * 10
    return f"{start}-{start + 9}"


def members(exam: Exam, group: str) -> list[dict[str, Any]]:
    given = exam.searched.get(group, [])
    return given if isinstance(given, list) else [given]


def coded(exams: list[Exam], group: str, item: str) -> Iterator[str]:
    for exam in exams:
        for member in members(exam, group):
            value = member.get(item)
            yield from value if isinstance(value, list) else [value] if value else []


def test_signs_of_sql_in_a_text_are_text(index: Index, truth: Oracle) -> None:
    for text in ("%", "_", "'; DROP TABLE study; --", "\\"):
        assert search.run(index, LIVER, search.parse(LIVER, [("text", text)])).total in range(EXAMS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("patient.cirrhosis", "perhaps"), ("nodules.lirads", "LR-5,LR-9"), ("unheard.of", "1"), ("page", "0"),
        ("page", "x"), ("page_size", "501"), ("liver.nodule_count.min", "many"), ("patient.age.min", "nan"),
        ("study.date.min", "2021-13-01"), ("state", "finished"), ("has", "everything"), ("sort", "nodules.location"),
        ("patient.cirrhosis.min", "1"), ("language", "de"), ("study.phase", "late"), ("sort", "nodules.tracking_uid"),
    ],
)  # fmt: skip
def test_an_unknown_filter_or_value_is_named(name: str, text: str) -> None:
    with pytest.raises(FilterError) as error:
        search.parse(LIVER, [(name, text)])
    assert error.value.path == name


def test_studies_are_found_by_pseudonym_and_description(index: Index, truth: Oracle) -> None:
    exam = truth.exams[17]
    with index.transaction() as writer:
        writer.put_study(StudyRow(exam.uid, exam.patient, exam.sex, exam.age, None, "TC Abdômen_total"))
    try:
        described = search.run(index, LIVER, search.parse(LIVER, [("find", "ABDOMEN_"), ("find", "tc")]))
        assert [one["study_instance_uid"] for one in described.items] == [exam.uid]
        assert "abdomen_ tc" in described.words
        by_patient = search.run(index, LIVER, search.parse(LIVER, [("find", exam.patient.lower())]))
        assert by_patient.total == len([one for one in truth.exams if one.patient == exam.patient])
    finally:
        with index.transaction() as writer:
            day = exam.day.isoformat() if exam.day else None
            writer.put_study(StudyRow(exam.uid, exam.patient, exam.sex, exam.age, day))


BLOCKS = [
    [("nodules.lirads", "LR-5"), ("nodules.2.lirads", "LR-5")],
    [("nodules.lirads", "LR-4,LR-5"), ("nodules.diameter_mm.min", "15"), ("nodules.2.aphe", "nonrim,absent")],
    [("nodules.2.lirads", "LR-3,LR-4")],
    [("nodules.aphe", "nonrim"), ("nodules.2.aphe", "nonrim"), ("nodules.3.washout", "nonperipheral,absent")],
]


@pytest.mark.parametrize("query", BLOCKS)
def test_facets_of_blocks_are_what_the_search_would_find(index: Index, truth: Oracle, query: Query) -> None:
    told = facets.run(index, LIVER, search.parse(LIVER, query))
    assert told.total == len(truth.search(query)) > 0
    by_path = {facet.path: facet for facet in told.facets}
    blocks = {"", *(f"{name.split('.')[1]}." for name, _ in query if name.split(".")[1].isdecimal())}
    for block in blocks:
        for item in ("lirads", "aphe", "location"):
            path = f"nodules.{block}{item}"
            others = [(name, text) for name, text in query if oracle.split(name)[0] != path]
            for value in by_path[path].values:
                assert value["count"] == len(truth.search([*others, (path, value["value"])])), (path, value)


def test_facets_of_a_block_without_a_filter_count_another_member(index: Index, truth: Oracle) -> None:
    query = [("nodules.lirads", "LR-5")]
    told = facets.run(index, LIVER, search.parse(LIVER, [*query, ("blocks", "2")]))
    [second] = [one for one in told.facets if one.path == "nodules.2.lirads"]
    assert told.total == len(truth.search(query))
    for value in second.values:
        assert value["count"] == len(truth.search([*query, ("nodules.2.lirads", value["value"])]))


def test_another_block_is_another_member(index: Index, truth: Oracle) -> None:
    twice = found(index, [("nodules.lirads", "LR-5"), ("nodules.2.lirads", "LR-5")])[1]
    by_uid = {exam.uid: exam for exam in truth.exams}
    categories = {uid: [one.get("lirads") for one in by_uid[uid].searched["nodules"]].count("LR-5") for uid in twice}
    assert categories
    assert min(categories.values()) == 2


def test_blocks_are_said_in_words() -> None:
    query = [("nodules.lirads", "LR-5"), ("nodules.2.lirads", "LR-3"), ("nodules.2.diameter_mm.min", "20")]
    told = {one: search.words(search.parse(LIVER, [*query, ("language", one)])) for one in ("en", "pt")}
    assert told["en"].endswith(
        "at least 1 nodule with LI-RADS: LR-5 and with another nodule with LI-RADS: LR-3 and Diameter: at least 20 mm."
    )
    assert " e com mais 1 nódulo com " in told["pt"]


@pytest.mark.parametrize(
    "name", ["nodules.1.lirads", "nodules.5.lirads", "patient.2.cirrhosis", "nodules.2", "2.lirads", "nodules.2.none"]
)
def test_blocks_that_there_are_not_are_refused(name: str) -> None:
    with pytest.raises(FilterError, match=name):
        search.parse(LIVER, [(name, "LR-5")])
