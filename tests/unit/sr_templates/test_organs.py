"""Another organ is one file and no code: everything that liver-ct has comes out of `organs/kidney_ct.toml` too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydicom import Dataset, dcmread

from indexer import filters, tables
from sr_templates import answers, describe, read, schema, template, write
from sr_templates.errors import AnswerError
from sr_templates.report import WriteContext
from sr_templates.template import Template
from tests.unit.sr_templates.generated import all_answers

Make = Callable[..., WriteContext]

FOLDER = Path(__file__).parent / "organs"

ANSWERS: dict[str, Any] = {
    "left": {"length_mm": 112.5, "cysts": "present"},
    "right": {"length_mm": 98, "cysts": "absent", "mass_count": 1},
    "masses": [
        {"tracking_uid": "2.25.5", "pole": ["kidney"], "side": "left", "diameter_mm": 31, "attenuation_hu": -40}
    ],
}


@pytest.fixture(scope="module")
def kidney() -> Iterator[Template]:
    template.look_into([FOLDER])
    yield template.load("kidney-ct")
    template.look_into([])


def test_it_is_a_template_as_the_others(kidney: Template) -> None:
    assert template.names() == ("kidney-ct", "liver-ct", "pancreas-ct")
    Draft202012Validator.check_schema(schema.json_schema(kidney))
    assert "Left kidney" in describe.describe(kidney)


def test_left_and_right_are_told_apart(kidney: Template, context: Make, sources: list[Dataset]) -> None:
    answers.check(kidney, ANSWERS, complete=True)
    report = read.read(write.write(kidney, ANSWERS, context(), sources))
    assert (report.template, report.version, report.answers) == ("kidney-ct", 2, ANSWERS)
    assert report.findings == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_answers_come_back_equal(
    kidney: Template, data: st.DataObject, context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    chosen = data.draw(all_answers(kidney))
    assert read.read(write.write(kidney, chosen, context(segmentation=segmentation), sources)).answers == chosen


def test_sides_derivations_and_sites_are_written(
    kidney: Template, context: Make, sources: list[Dataset], tmp_path: Path
) -> None:
    file = tmp_path / "kidney.dcm"
    file.write_bytes(write.write(kidney, ANSWERS, context(), sources))
    [measurements] = [item for item in dcmread(file).ContentSequence if meaning(item) == "Imaging Measurements"]
    left = measurements.ContentSequence[0]
    [site] = [item for item in left.ContentSequence if meaning(item) == "Finding Site"]
    assert site.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning == "Left"
    [length] = [item for item in left.ContentSequence if item.ValueType == "NUM"]
    assert length.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning == "Maximum"


def meaning(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeMeaning)


def test_what_is_retired_is_read_and_searched_but_no_longer_accepted(
    kidney: Template, context: Make, sources: list[Dataset]
) -> None:
    old = {"masses": [{"tracking_uid": "2.25.5", "side": "middle", "remark": "Between the poles"}]}
    assert read.read(write.write(kidney, old, context(), sources)).answers == old
    answers.check(kidney, old, complete=True, retired=True)
    for item in ("side", "remark"):
        with pytest.raises(AnswerError) as error:
            answers.check(kidney, {"masses": [{item: old["masses"][0][item]}]}, complete=False)
        assert error.value.path == f"masses.0.{item}"
    offered = schema.json_schema(kidney)["properties"]["masses"]["items"]["properties"]
    assert "remark" not in offered
    assert offered["side"]["enum"] == ["left", "right"]
    assert "middle" not in offered["side"]["x-hepatia"]["values"]
    assert {item["path"]: item["retired"] for item in schema.items(kidney)}["masses.remark"]


def test_the_index_has_tables_and_filters_for_it(kidney: Template) -> None:
    assert tables.exam_table(kidney) == "kidney_ct"
    assert len(list(tables.definition(kidney))) > 4
    names = set(filters.of_template(kidney))
    assert {"left.length_mm.min", "right.cysts", "masses.side", "masses.diameter_mm.max"} <= names
    assert filters.of_template(kidney)["masses.side"].read("middle") == ["middle"]
