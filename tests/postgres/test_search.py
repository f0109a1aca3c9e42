"""Search and dashboard against a brute-force oracle: 200 random exams, 150 random searches."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from indexer import dashboard, search
from indexer.errors import FilterError
from indexer.index import Index
from indexer.rows import SegmentationRow, StudyRow
from sr_templates import template
from sr_templates.report import Report
from sr_templates.template import CODED, NUMERIC, Item

pytestmark = pytest.mark.postgres

LIVER = template.load("liver-ct")
SEED = 20260304
EXAMS = 200
SEARCHES = 150


def random_answer(item: Item, chance: random.Random) -> Any:
    names = [value.name for value in item.values]
    if item.kind == "evaluation":
        return chance.choice(names)
    if item.kind in CODED:
        return chance.sample(names, chance.randint(1, min(3, len(names))))
    if item.kind == "count":
        return chance.randint(0, 6)
    return round(chance.uniform(1, 60), 1)


def random_member(items: tuple[Item, ...], chance: random.Random) -> dict[str, Any]:
    asked = [item for item in items if item.kind in CODED | NUMERIC]
    return {item.name: random_answer(item, chance) for item in asked if chance.random() < 0.7}


def random_answers(chance: random.Random) -> dict[str, Any]:
    return {
        group.name: [random_member(group.items, chance) for _ in range(chance.randint(0, 4))]
        if group.repeats
        else random_member(group.items, chance)
        for group in LIVER.groups
    }


@pytest.fixture(scope="module")
def exams(index: Index, report: Callable[..., Report]) -> list[dict[str, Any]]:
    """Exams as the oracle knows them, put into the index as well."""
    chance = random.Random(SEED)
    made = []
    with index.transaction() as writer:
        for number in range(EXAMS):
            study = f"2.{number}"
            day = date(2010, 1, 1) + timedelta(chance.randrange(4000))
            one = {
                "uid": study,
                "patient": f"HEP-{number % 150}",
                "sex": chance.choice(["M", "F", None]),
                "age": chance.choice([None, *range(20, 90)]),
                "date": day,
                "state": chance.choice(["complete", "verified", "draft", "not_read"]),
                "mask": chance.random() < 0.3,
                "answers": random_answers(chance),
            }
            writer.put_study(StudyRow(study, one["patient"], one["sex"], one["age"], day.isoformat()))
            if one["state"] != "not_read":
                about = {"answers": one["answers"], "state": one["state"], "patient_id": one["patient"]}
                writer.put_report(report(f"{study}.1", study, **about))
            if one["mask"]:
                writer.put_segmentation(
                    SegmentationRow(f"{study}.2", f"{study}.3", study, None, None, "", "", None, ())
                )
            made.append(one)
    return made


def searched(one: dict[str, Any]) -> dict[str, Any]:
    """The answers that a search sees: none of a draft."""
    return one["answers"] if one["state"] in ("complete", "verified") else {}


def holds(value: Any, suffix: str, text: str) -> bool:
    if value is None:
        return False
    if suffix == ".min":
        return value >= float(text)
    if suffix == ".max":
        return value <= float(text)
    wanted = text.split(",")
    if isinstance(value, list):
        return bool(set(value) & set(wanted))
    return value in wanted if isinstance(value, str) else value in [float(one) for one in wanted]


def matches(one: dict[str, Any], query: list[tuple[str, str]]) -> bool:
    answers = searched(one)
    in_members: dict[str, list[tuple[str, str, str]]] = {}
    for name, text in query:
        if name == "has":
            if not one["mask"]:
                return False
            continue
        suffix = name[-4:] if name.endswith((".min", ".max")) else ""
        path = name.removesuffix(suffix)
        fixed = {"patient.sex": one["sex"], "patient.age": one["age"], "state": one["state"]}
        if path in fixed:
            if not holds(fixed[path], suffix, text):
                return False
            continue
        group, item = path.split(".")
        if group == "nodules":
            in_members.setdefault(group, []).append((item, suffix, text))
        elif not holds(answers.get(group, {}).get(item), suffix, text):
            return False
    return all(
        any(
            all(holds(member.get(item), suffix, text) for item, suffix, text in wanted)
            for member in answers.get(group, [])
        )
        for group, wanted in in_members.items()
    )


def random_searches() -> Iterator[list[tuple[str, str]]]:
    chance = random.Random(SEED + 1)
    items = [(group, item) for group in LIVER.groups for item in group.items if item.kind in CODED | NUMERIC]
    for _ in range(SEARCHES):
        query: list[tuple[str, str]] = []
        for group, item in chance.sample(items, chance.randint(1, 4)):
            path = f"{group.name}.{item.name}"
            if item.kind in NUMERIC:
                limit = str(chance.randint(0, 40))
                query.append((path + chance.choice(["", ".min", ".max"]), limit))
            else:
                names = [value.name for value in item.values]
                query.append((path, ",".join(chance.sample(names, chance.randint(1, min(3, len(names)))))))
        if chance.random() < 0.3:
            query.append(("patient.age.min", str(chance.randint(20, 80))))
        if chance.random() < 0.2:
            query.append(("has", "segmentation"))
        if chance.random() < 0.2:
            query.append(("patient.sex", chance.choice(["M", "F", "M,F"])))
        yield query


def test_searches_find_exactly_what_a_brute_force_finds(index: Index, exams: list[dict[str, Any]]) -> None:
    found_any = 0
    for query in random_searches():
        page = search.run(index, LIVER, search.parse(LIVER, [*query, ("page_size", "500")]))
        expected = {one["uid"] for one in exams if matches(one, query)}
        assert {item["study_instance_uid"] for item in page.items} == expected, query
        assert page.total == len(expected)
        found_any += bool(expected)
    assert found_any > SEARCHES / 4


def test_filters_on_nodules_hold_for_one_and_the_same_nodule(
    index: Index, exams: list[dict[str, Any]], report: Callable[..., Report]
) -> None:
    small_five, large_three = {"lirads": "LR-5", "diameter_mm": 9}, {"lirads": "LR-3", "diameter_mm": 30}
    with index.transaction() as writer:
        writer.put_report(report("9.1", "9", answers={"nodules": [small_five, large_three]}))
    query = [("nodules.lirads", "LR-5"), ("nodules.diameter_mm.min", "20"), ("page_size", "500")]
    found = search.run(index, LIVER, search.parse(LIVER, query))
    assert "9" not in {item["study_instance_uid"] for item in found.items}
    with index.transaction() as writer:
        writer.remove_study("9")


def test_pages_are_disjoint_ordered_and_complete(index: Index, exams: list[dict[str, Any]]) -> None:
    seen: list[dict[str, Any]] = []
    for number in range(1, 9):
        query = [("page", str(number)), ("page_size", "30"), ("sort", "-study.date")]
        page = search.run(index, LIVER, search.parse(LIVER, query))
        assert page.total == EXAMS
        seen += page.items
    assert len({item["study_instance_uid"] for item in seen}) == EXAMS
    assert [item["study_date"] for item in seen] == sorted((item["study_date"] for item in seen), reverse=True)


@pytest.mark.parametrize("language", ["en", "pt"])
def test_text_is_searched_in_both_languages(index: Index, exams: list[dict[str, Any]], language: str) -> None:
    words = {"en": "Cirrhosis: Yes", "pt": "Cirrose: Sim"}[language]
    page = search.run(index, LIVER, search.parse(LIVER, [("text", words), ("page_size", "500")]))
    assert page.total >= sum(searched(one).get("patient", {}).get("cirrhosis") == "yes" for one in exams)
    assert page.total < EXAMS


def test_signs_of_sql_in_a_text_are_text(index: Index, exams: list[dict[str, Any]]) -> None:
    for text in ("%", "_", "'; DROP TABLE study; --", "\\"):
        assert search.run(index, LIVER, search.parse(LIVER, [("text", text)])).total in range(EXAMS)


@pytest.mark.parametrize("query", [[], [("patient.cirrhosis", "yes")], [("nodules.lirads", "LR-4,LR-5")]])
def test_the_dashboard_counts_what_the_search_finds(
    index: Index, exams: list[dict[str, Any]], query: list[tuple[str, str]]
) -> None:
    counted = dashboard.run(index, LIVER, search.parse(LIVER, query))
    chosen = [one for one in exams if matches(one, query)]
    assert counted.exams == len(chosen)
    assert counted.patients == len({one["patient"] for one in chosen})
    charts = {chart.id: {bar["label"]: bar["count"] for bar in chart.data if bar["count"]} for chart in counted.charts}
    assert charts["patient.sex"] == Counter(one["sex"] for one in chosen if one["sex"])
    assert charts["patient.age"] == Counter(decade(one["age"]) for one in chosen if one["age"] is not None)
    for group in LIVER.groups:
        for item in group.items:
            if item.kind in CODED:
                assert charts[f"{group.name}.{item.name}"] == Counter(coded(chosen, group.name, item.name))
    diameters = [
        member["diameter_mm"] for one in chosen for member in members(one, "nodules") if "diameter_mm" in member
    ]
    assert charts["nodules.diameter_mm"] == Counter(decade(int(diameter)) for diameter in diameters)
    counts = [member["nodule_count"] for one in chosen for member in members(one, "liver") if "nodule_count" in member]
    assert charts["liver.nodule_count"] == Counter(map(str, counts))


def decade(number: int) -> str:
    start = number // 10 * 10
    return f"{start}-{start + 9}"


def members(one: dict[str, Any], group: str) -> list[dict[str, Any]]:
    given = searched(one).get(group, [])
    return given if isinstance(given, list) else [given]


def coded(exams: list[dict[str, Any]], group: str, item: str) -> Iterator[str]:
    for one in exams:
        for member in members(one, group):
            value = member.get(item)
            yield from value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("patient.cirrhosis", "perhaps"), ("nodules.lirads", "LR-5,LR-9"), ("unheard.of", "1"), ("page", "0"),
        ("page", "x"), ("page_size", "501"), ("liver.nodule_count.min", "many"), ("patient.age.min", "nan"),
        ("study.date.min", "2021-13-01"), ("state", "finished"), ("has", "everything"), ("sort", "nodules.lirads"),
        ("patient.cirrhosis.min", "1"), ("language", "de"),
    ],
)  # fmt: skip
def test_an_unknown_filter_or_value_is_named(name: str, text: str) -> None:
    with pytest.raises(FilterError) as error:
        search.parse(LIVER, [(name, text)])
    assert error.value.path == name
