from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sr_templates import answers, codes, schema
from sr_templates.errors import AnswerError
from sr_templates.template import Template


def test_complete_answers_pass(liver: Template, complete: dict[str, Any]) -> None:
    answers.check(liver, complete, complete=True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("patient.cirrhosis", "maybe-secret"),
        ("patient.baseline_diagnosis", ["healthy", "alcohol"]),
        ("patient.baseline_diagnosis", ["alcohol", "alcohol"]),
        ("patient.baseline_diagnosis", []),
        ("patient.afp_ng_ml", -1),
        ("patient.afp_ng_ml", True),
        ("patient.afp_ng_ml", float("nan")),
        ("patient.afp_ng_ml", float("inf")),
        ("patient.afp_ng_ml", "12"),
        ("liver.nodule_count", 2.5),
        ("liver.nodule_count", 0),
        ("nodules.0.diameter_mm", 0),
        ("nodules.0.lirads", "LR-6"),
        ("nodules.0.location", ["IX"]),
        ("nodules.0.tracking_uid", "not-a-uid"),
        ("nodules.0.segment_number", 0),
        ("nodules.0.unheard_of", 1),
        ("unheard_of", {}),
    ],
)
def test_a_wrong_answer_is_named_by_its_path_and_never_quoted(
    liver: Template, complete: dict[str, Any], path: str, value: Any
) -> None:
    wrong = put(complete, path, value)
    for whole in (True, False):
        with pytest.raises(AnswerError) as error:
            answers.check(liver, wrong, complete=whole)
        assert error.value.path.startswith(path)
        assert "secret" not in str(error.value)
        assert str(error.value).endswith(".")


@pytest.mark.parametrize("path", ["patient", "patient.cirrhosis", "exam.quality", "nodules.0.lirads"])
def test_a_required_answer_may_be_missing_in_a_draft_only(liver: Template, complete: dict[str, Any], path: str) -> None:
    without = put(complete, path, None)
    answers.check(liver, without, complete=False)
    with pytest.raises(AnswerError, match="required") as error:
        answers.check(liver, without, complete=True)
    assert error.value.path == path


@pytest.mark.parametrize("body", [[], "text", None, 3, {"patient": []}, {"nodules": {}}])
def test_answers_of_another_shape_are_refused(liver: Template, body: object) -> None:
    with pytest.raises(AnswerError):
        answers.check(liver, body, complete=False)


def test_the_nodule_count_may_exceed_the_nodules_described_but_not_fall_below(
    liver: Template, complete: dict[str, Any]
) -> None:
    complete["nodules"] = [dict(complete["nodules"][0], tracking_uid=f"1.2.{number}") for number in range(4)]
    with pytest.raises(AnswerError) as error:
        answers.check(liver, complete, complete=True)
    assert error.value.path == "liver.nodule_count"
    complete["liver"]["nodule_count"] = 9
    answers.check(liver, complete, complete=True)


def test_two_nodules_with_one_identity_are_refused(liver: Template, complete: dict[str, Any]) -> None:
    complete["nodules"] *= 2
    with pytest.raises(AnswerError, match="tracking UID"):
        answers.check(liver, complete, complete=True)


def test_nodules_are_given_identities_and_keep_those_they_have(liver: Template) -> None:
    minted = iter(["2.25.1", "2.25.2"])
    identified = answers.with_tracking_uids(liver, {"nodules": [{}, {"tracking_uid": "1.2"}]}, lambda: next(minted))
    assert [nodule["tracking_uid"] for nodule in identified["nodules"]] == ["2.25.1", "1.2"]


def test_the_schema_is_one(liver: Template) -> None:
    for complete in (True, False):
        Draft202012Validator.check_schema(schema.json_schema(liver, complete=complete))


def test_every_text_stands_in_both_languages(liver: Template) -> None:
    def texts(value: Any):
        if isinstance(value, dict):
            if {"en", "pt"} <= set(value):
                yield value
            for one in value.values():
                yield from texts(one)
        elif isinstance(value, list):
            for one in value:
                yield from texts(one)

    found = list(texts(schema.json_schema(liver)["x-hepatia"])) + list(texts(schema.json_schema(liver)["properties"]))
    assert len(found) > 100
    assert all(text["en"].strip() and text["pt"].strip() for text in found)


def test_names_of_the_contract_are_there(liver: Template) -> None:
    paths = {item["path"] for item in schema.items(liver)}
    assert {
        "patient.baseline_diagnosis", "patient.disease_history", "patient.cirrhosis", "patient.imaging_profile",
        "patient.afp_ng_ml", "exam.quality", "liver.volume_cm3", "liver.portal_vein_diameter_mm",
        "liver.spleen_length_mm", "liver.morphology", "liver.contour", "liver.parenchyma", "liver.nodule_count",
        "nodules.tracking_uid", "nodules.location", "nodules.diameter_mm", "nodules.aphe", "nodules.washout",
        "nodules.capsule", "nodules.threshold_growth", "nodules.lirads", "nodules.lirads_override_reason",
        "nodules.treatment", "nodules.treatment_response", "nodules.segment_number",
    } <= paths  # fmt: skip


def test_retired_snomed_codes_are_their_successors() -> None:
    assert codes.Code("SRT", "T-62000", "Liver").key == codes.Code("SCT", "10200004", "Liver").key
    assert codes.Code("SRT", "T-62000", "Liver").key != codes.Code("SCT", "78961009", "Spleen").key


def put(whole: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = deepcopy(whole)
    *parents, last = path.split(".")
    place: Any = changed
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return changed
