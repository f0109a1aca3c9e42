"""Searching over HTTP: the routes over a real index."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from indexer.index import Index
from orthanc_plugin import web
from orthanc_plugin.assignments import Assignments
from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.users import User
from orthanc_plugin.web import openapi
from orthanc_plugin.web import search as routes
from sr_templates import template
from tests import cohorts
from tests.cohorts import Exam

pytestmark = pytest.mark.postgres

LIVER, PANCREAS = template.load("liver-ct"), template.load("pancreas-ct")
Ask = Callable[..., Any]
FORMULA = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def exams(index: Index) -> list[Exam]:
    made = list(cohorts.exams(LIVER, 60, 3))
    cohorts.put(index, LIVER, made)
    cohorts.put(index, PANCREAS, cohorts.exams(PANCREAS, 5, 4))
    odd = {"nodules": [{"lirads": "LR-5", "lirads_override_reason": FORMULA, "location": ["V", "VI"]}]}
    with index.transaction() as writer:
        writer.put_report(cohorts.report(LIVER, made[0], sop="2.25.9", answers=odd, state="consensus"))
    return made


@pytest.fixture
def ask(index: Index, exams: list[Exam], tmp_path: Path) -> Iterator[Ask]:
    settings = SimpleNamespace(largest_body_bytes=10**6, default_template="liver-ct", data=tmp_path)
    kept, audit = Assignments(tmp_path / "assignments.sqlite"), Audit(tmp_path / "audit.sqlite")
    services: Any = SimpleNamespace(
        settings=settings, index=index, templates=(LIVER, PANCREAS), accounts={}, assignments=kept, audit=audit
    )
    client = web.create_app(services).test_client()

    def request(path: str, method: str = "GET", login: str = "ana", role: str = "radiologist", **more: Any) -> Any:
        environ = {"hepatia.user": User(login, "Souza^Ana", role)}
        return client.open(f"/hepatia/api{path}", method=method, environ_overrides=environ, **more)

    yield request
    audit.close()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/search?nodules.lirads=LR-5", "Page"), ("/search/facets?nodules.lirads=LR-5&language=pt", "Facets"),
        ("/search.json", "Export"), ("/dashboard", "Dashboard"), ("/dashboard?template=pancreas-ct", "Dashboard"),
        ("/worklist", "Worklist"), ("/worklist?sort=benefit&patient.sex=F", "Worklist"),
    ],
)  # fmt: skip
def test_answers_are_as_the_description_says(ask: Ask, path: str, schema: str) -> None:
    described = openapi.document()
    answer = ask(path)
    assert answer.status_code == 200
    root = {"$ref": f"#/components/schemas/{schema}", "components": described["components"]}
    Draft202012Validator(root).validate(answer.get_json())


def test_another_template_is_searched_by_its_own_items(ask: Ask) -> None:
    everything = ask("/search?template=pancreas-ct").get_json()["total"]
    read = ask("/search?template=pancreas-ct&state=complete,verified,consensus&page_size=500").get_json()
    assert everything == 65
    assert read["total"] <= 5
    assert all("pancreas" in one["answers"] for one in read["items"])
    assert ask("/search?template=pancreas-ct&nodules.lirads=LR-5").get_json()["error"]["path"] == "nodules.lirads"
    wrong = ask("/search?template=kidney-ct")
    assert (wrong.status_code, wrong.get_json()["error"]["path"]) == (400, "template")


def test_the_default_template_comes_from_the_settings(ask: Ask) -> None:
    assert ask("/search").get_json() == ask("/search?template=liver-ct").get_json()


def test_the_table_has_one_row_for_each_exam(ask: Ask) -> None:
    found = ask("/search.json?sort=patient.age").get_json()
    answer = ask("/search.csv?sort=patient.age")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="exams.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert found["total"] == len(rows) == len(found["items"])
    for row, item in zip(rows, found["items"], strict=True):
        assert row["study_instance_uid"] == item["study_instance_uid"]
        assert row["patient.cirrhosis"] == item["answers"].get("patient", {}).get("cirrhosis", "")
        assert row["nodules.described"] == str(len(item["answers"].get("nodules", [])))


def test_the_table_of_a_group_has_one_row_for_each_member(ask: Ask) -> None:
    found = ask("/search.json").get_json()["items"]
    rows = list(csv.DictReader(io.StringIO(ask("/search.csv?rows=nodules").text.removeprefix("\ufeff"))))
    nodules = [(one["study_instance_uid"], nodule) for one in found for nodule in one["answers"].get("nodules", [])]
    assert [(row["study_instance_uid"], row["nodules.lirads"]) for row in rows] == [
        (uid, nodule.get("lirads", "")) for uid, nodule in nodules
    ]
    wrong = ask("/search.csv?rows=lesions")
    assert (wrong.status_code, wrong.get_json()["error"]["path"]) == (400, "rows")


def test_no_cell_is_a_formula(ask: Ask) -> None:
    rows = list(csv.DictReader(io.StringIO(ask("/search.csv?rows=nodules&state=consensus").text)))
    assert "'" + FORMULA in {row["nodules.lirads_override_reason"] for row in rows}
    assert FORMULA not in {cell for row in rows for cell in row.values()}
    assert "V;VI" in {row["nodules.location"] for row in rows}


def test_an_export_is_bounded(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_EXPORTED", 10)
    for path in ("/search.csv", "/search.json"):
        assert ask(path).status_code == 422
    assert ask("/search.csv?state=consensus&nodules.lirads=LR-TIV").status_code == 200


def test_searches_are_saved_for_their_user_alone(ask: Ask) -> None:
    body = {"name": " Large LR-5 ", "query": "?nodules.lirads=LR-5&nodules.diameter_mm.min=20&language=pt"}
    saved = ask("/searches", "POST", json=body)
    assert saved.status_code == 201
    assert saved.get_json()["name"] == "Large LR-5"
    assert saved.get_json()["words"] == "Exames com pelo menos 1 nódulo com LI-RADS: LR-5 e Diâmetro: pelo menos 20 mm."
    [one] = ask("/searches").get_json()["searches"]
    assert ask("/search?" + one["query"]).status_code == 200
    assert ask("/searches", login="paulo", role="scientist").get_json() == {"searches": []}
    assert ask(f"/searches/{one['id']}", "DELETE", login="paulo", role="scientist").status_code == 404
    again = ask("/searches", "POST", json=body | {"query": "patient.sex=F"}).get_json()
    assert [found["query"] for found in ask("/searches").get_json()["searches"]] == ["patient.sex=F"]
    assert ask(f"/searches/{again['id']}", "DELETE").status_code == 200
    assert ask("/searches").get_json() == {"searches": []}


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"name": "x", "query": "patient.cirrhosis=perhaps"}, 400, "patient.cirrhosis"),
        ({"name": "x", "query": "template=kidney-ct"}, 400, "template"),
        ({"name": " ", "query": ""}, 422, "name"),
        ({"name": "x" * 101, "query": ""}, 422, "name"),
        ({"query": ""}, 422, "name"),
        ({"name": "x", "query": 1}, 422, "query"),
    ],
)
def test_only_searches_that_make_sense_are_saved(ask: Ask, body: dict[str, Any], status: int, path: str) -> None:
    answer = ask("/searches", "POST", json=body)
    assert (answer.status_code, answer.get_json()["error"]["path"]) == (status, path)


def test_one_may_have_a_limited_number_of_searches(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orthanc_plugin.saved_searches.MOST_SEARCHES", 2)
    answers = [ask("/searches", "POST", json={"name": str(number), "query": ""}).status_code for number in range(3)]
    assert answers == [201, 201, 409]
    assert ask("/searches", "POST", json={"name": "1", "query": "patient.sex=M"}).status_code == 201
