import pytest
from jsonschema import Draft202012Validator

from orthanc_plugin.web.openapi import document

HCC = {"diameter_mm": 25, "aphe": "nonrim", "washout": "nonperipheral", "capsule": "absent"}


def schema(name):
    return {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}


def test_features_become_a_category_that_explains_itself(api):
    status, answer = api("ana", "POST", "/lirads", json=HCC)
    assert status == 200
    Draft202012Validator(schema("Lirads")).validate(answer)
    assert (answer["category"], answer["version"], answer["response"]) == ("LR-5", "LI-RADS v2018", None)
    assert answer["explanation"] == [step["text"]["en"] for step in answer["steps"]]
    assert (answer["table"]["column"], answer["table"]["row"]) == (4, 1)
    assert "Core, p. 14" in answer["reference"]


def test_it_answers_in_portuguese(api):
    answer = api("ana", "POST", "/lirads", json=HCC | {"language": "pt"})[1]
    assert answer["explanation"] == [step["text"]["pt"] for step in answer["steps"]]
    assert answer["title"] == "Definitivamente CHC"
    assert "multidisciplinar" in answer["management"]


def test_a_treated_nodule_has_a_response(api):
    treated = {"treatment": "external_radiation", "masslike_enhancement": "present"}
    answer = api("ana", "POST", "/lirads", json=treated)[1]
    assert (answer["category"], answer["response"], answer["needs"]) == ("LR-TR", None, ["masslike_enhancement_change"])
    answer = api("ana", "POST", "/lirads", json=treated | {"masslike_enhancement_change": "stable"})[1]
    assert (answer["response"], answer["version"]) == ("nonprogressing", "LI-RADS TRA v2024")
    Draft202012Validator(schema("Lirads")).validate(answer)


def test_a_whole_nodule_may_be_sent_as_it_is_recorded(api, complete_answers):
    [nodule] = complete_answers["nodules"]
    assert api("ana", "POST", "/lirads", json=nodule)[1]["category"] == "LR-5"


@pytest.mark.parametrize(("chosen", "needed"), [("LR-5", False), ("LR-3", True), ("LR-NC", False), (None, False)])
def test_it_says_whether_a_chosen_category_needs_a_reason(api, chosen, needed):
    nodule = HCC | ({"lirads": chosen} if chosen else {})
    assert api("ana", "POST", "/lirads", json=nodule)[1]["reason_needed"] is needed


def test_what_only_a_request_says(api):
    grown = {"diameter_mm": 15, "aphe": "nonrim", "prior_diameter_mm": 10, "prior_days": 100}
    assert api("ana", "POST", "/lirads", json=grown)[1]["category"] == "LR-5"
    uncertain = {"treatment": "ablation", "masslike_enhancement": "uncertain", "viability_features": ["moderate_t2"]}
    assert api("ana", "POST", "/lirads", json=uncertain)[1]["response"] == "equivocal"
    assert api("ana", "POST", "/lirads", json=uncertain | {"modality": "MR"})[1]["response"] == "viable"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"diameter_mm": 25, "colour": "red"}, "colour"),
        ({"diameter_mm": 25, "aphe": "secret"}, "aphe"),
        ({"diameter_mm": -1}, "diameter_mm"),
        ({"diameter_mm": "25"}, "diameter_mm"),
        ({"diameter_mm": True}, "diameter_mm"),
        ({"diameter_mm": 25, "targetoid_features": ["other", "other"]}, "targetoid_features"),
        ({"diameter_mm": 25, "ancillary_malignancy": "mosaic"}, "ancillary_malignancy"),
        ({"diameter_mm": 25, "ancillary_malignancy": ["secret"]}, "ancillary_malignancy.0"),
        ({"diameter_mm": 25, "language": "fr"}, "language"),
        ({"diameter_mm": 25, "modality": "US"}, "modality"),
        ({"diameter_mm": 25, "prior_days": 1.5}, "prior_days"),
        ({"diameter_mm": 25, "viability_features": ["secret"]}, "viability_features"),
        ({}, "diameter_mm"),
        ({"aphe": "nonrim"}, "diameter_mm"),
    ],
)
def test_what_is_not_known_is_named_and_never_quoted(api, body, path):
    status, answer = api("ana", "POST", "/lirads", json=body)
    assert (status, answer["error"]["code"], answer["error"]["path"]) == (422, "invalid_answers", path)
    assert "secret" not in answer["error"]["message"]


def test_a_body_that_is_no_object_is_refused(api):
    assert api("ana", "POST", "/lirads", json=[HCC])[0] == 400


@pytest.mark.parametrize("user", ["ana", "rafael", "julia", "paulo", "admin"])
def test_whoever_reads_may_ask(api, user):
    assert api(user, "POST", "/lirads", json=HCC)[0] == 200


def test_who_only_sends_may_not(api):
    assert api("sender", "POST", "/lirads", json=HCC)[0] == 403


def test_a_complete_report_that_contradicts_itself_is_refused_and_a_draft_is_not(api, complete_answers):
    complete_answers["nodules"][0]["lirads"] = "LR-3"
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    status, answer = api("ana", "POST", "/studies/2.25.1000/reports", json=body)
    assert (status, answer["error"]["path"]) == (422, "nodules.0.lirads_override_reason")
    assert "LR-5" in answer["error"]["message"]
    assert "22.5" not in answer["error"]["message"]
    assert api("ana", "POST", "/studies/2.25.1000/reports", json=body | {"state": "draft"})[0] == 201
    complete_answers["nodules"][0]["lirads_override_reason"] = "Perfusion change"
    assert api("ana", "POST", "/studies/2.25.1000/reports", json=body)[0] == 201


def test_an_incomplete_nodule_is_answered_where_the_form_asks_for_it(api):
    status, answer = api("ana", "POST", "/lirads", json={"aphe": "nonrim", "washout": "absent", "incomplete": True})
    assert (status, answer["category"]) == (200, None)
    assert answer["missing"] == ["diameter_mm", "capsule", "threshold_growth"]
    assert {cell["column"] for cell in answer["possible"]} == {2, 3, 4}
    assert (answer["table"]["column"], answer["table"]["row"]) == (None, None)
    Draft202012Validator(schema("Lirads")).validate(answer)


def test_a_gate_leaves_the_table_without_a_lit_cell(api):
    answer = api("ana", "POST", "/lirads", json={"diameter_mm": 25, "tumor_in_vein": "definite"})[1]
    assert (answer["category"], answer["missing"], answer["possible"]) == ("LR-TIV", [], [])
    assert (answer["table"]["column"], answer["table"]["row"]) == (None, None)
    assert next(step["step"] for step in answer["steps"] if step["outcome"] == "LR-TIV") == "vein"


def test_what_is_wrong_is_told_in_both_languages(api, complete_answers):
    complete_answers["nodules"][0]["diameter_mm"] = 4000
    body = {"template": "liver-ct", "state": "draft", "answers": complete_answers}
    error = api("ana", "POST", "/studies/2.25.1000/reports", json=body)[1]["error"]
    assert error["path"] == "nodules.0.diameter_mm"
    assert error["texts"] == {"en": "The number must be 400 or less.", "pt": "O número deve ser 400 ou menos."}
    assert error["message"] == error["texts"]["en"]
