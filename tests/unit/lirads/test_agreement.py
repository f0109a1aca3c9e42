"""When a chosen category needs a reason (docs/lirads.md), through `answers.check` as the API does it."""

from typing import Any

import pytest

from sr_templates import answers, template
from sr_templates.errors import AnswerError, TemplateError
from sr_templates.lirads.agreement import disagreement

LR5 = {"diameter_mm": 25, "aphe": "nonrim", "washout": "nonperipheral", "capsule": "absent"}
LR4 = {"diameter_mm": 25, "aphe": "nonrim", "washout": "absent"}
LR3 = {"diameter_mm": 12, "aphe": "absent"}
VIABLE = {"treatment": "ablation", "masslike_enhancement": "present"}


@pytest.mark.parametrize(
    ("category", "features"),
    [
        ("LR-5", LR5),
        ("LR-4", LR4),
        ("LR-3", LR3),
        ("LR-3", {}),
        ("LR-4", {}),
        ("LR-3", {"aphe": "nonrim", "washout": "nonperipheral"}),
        ("LR-4", LR3 | {"ancillary_malignancy": ["mosaic"]}),
        ("LR-3", LR3 | {"ancillary_malignancy": ["mosaic"], "ancillary_applied": "no"}),
        ("LR-2", LR3 | {"ancillary_benignity": ["blood_pool"]}),
        ("LR-4", LR5 | {"unsure_features": ["washout"]}),
        ("LR-4", LR5 | {"unsure_category": "LR-4"}),
        ("LR-5", LR5 | {"nontargetoid_features": ["infiltrative"]}),
        ("LR-NC", {}),
        ("LR-NC", LR5),
        ("LR-NC", LR5 | {"image_problem": "degradation"}),
        ("LR-TIV", LR5),
        ("LR-TIV", {"tumor_in_vein": "definite"}),
        ("LR-1", LR3),
        ("LR-1", {}),
        ("LR-2", LR3),
        ("LR-2", LR3 | {"aphe": "rim"}),
        ("LR-2", LR5 | {"benignity": "probable"}),
        ("LR-1", LR4 | {"benignity": "definite"}),
        ("LR-M", LR3),
        ("LR-M", LR4),
        ("LR-M", {}),
        ("LR-M", {"aphe": "rim"}),
        ("LR-M", {"aphe": "nonrim", "washout": "nonperipheral"}),
        ("LR-M", LR5 | {"washout": "peripheral"}),
        ("LR-M", LR5 | {"targetoid_features": ["other"]}),
        ("LR-TR", {}),
        ("LR-TR", {"treatment": "systemic"}),
        ("LR-TR", VIABLE),
        ("LR-TR", VIABLE | {"treatment_response": "viable"}),
        ("LR-TR", {"treatment": "ablation", "treatment_response": "equivocal"}),
        ("LR-TR", {"treatment": "external_radiation", "masslike_enhancement": "present"}),
        ("LR-5", LR5 | {"treatment": "none"}),
        ("LR-5", LR5 | {"treatment": "systemic"}),
    ],
)
def test_no_reason_is_needed(category: str, features: dict[str, Any]) -> None:
    assert disagreement(category, features.get("treatment_response"), features) is None


@pytest.mark.parametrize(
    ("category", "features", "instead"),
    [
        ("LR-5", LR4, "LR-4"),
        ("LR-4", LR5, "LR-5"),
        ("LR-3", LR5, "LR-5"),
        ("LR-5", LR3, "LR-3"),
        ("LR-5", {}, "diameter"),
        ("LR-5", {"aphe": "nonrim", "washout": "nonperipheral", "capsule": "present"}, "diameter"),
        ("LR-3", LR3 | {"ancillary_malignancy": ["mosaic"]}, "LR-4"),
        ("LR-4", {"aphe": "rim"}, "LR-M"),
        ("LR-5", LR5 | {"washout": "peripheral"}, "LR-M"),
        ("LR-4", LR4 | {"benignity": "probable"}, "LR-2"),
        ("LR-4", LR4 | {"nontargetoid_features": ["other"]}, "LR-M"),
        ("LR-NC", {"image_problem": "none"}, "otherwise"),
        ("LR-NC", LR5 | {"image_problem": "none"}, "LR-5"),
        ("LR-TIV", LR5 | {"tumor_in_vein": "unsure"}, "LR-5"),
        ("LR-TIV", {"image_problem": "omission"}, "LR-NC"),
        ("LR-1", LR5, "LR-5"),
        ("LR-1", LR4, "LR-4"),
        ("LR-2", LR4, "LR-4"),
        ("LR-2", LR3 | {"benignity": "none"}, "LR-3"),
        ("LR-2", LR3 | {"benignity": "definite"}, "LR-1"),
        ("LR-2", LR3 | {"tumor_in_vein": "definite"}, "LR-TIV"),
        ("LR-M", LR5, "LR-5"),
        ("LR-M", LR5 | {"nontargetoid_features": ["infiltrative"]}, "LR-5"),
        ("LR-M", LR3 | {"benignity": "probable"}, "LR-2"),
        ("LR-TR", {"treatment": "none"}, "treatment"),
        ("LR-5", LR5 | {"treatment": "ablation"}, "LR-TR"),
        ("LR-NC", {"treatment": "chemoembolization"}, "LR-TR"),
        ("LR-TR", VIABLE | {"treatment_response": "nonviable"}, "viable"),
        ("LR-TR", VIABLE | {"treatment": "radioembolization", "masslike_enhancement_change": "stable",
                            "treatment_response": "viable"}, "nonprogressing"),
    ],
)  # fmt: skip
def test_a_complete_report_needs_a_reason(category: str, features: dict[str, Any], instead: str) -> None:
    why = disagreement(category, features.get("treatment_response"), features)
    assert why is not None
    assert instead in why.en
    assert why.pt != why.en
    assert not any(number in said for number in ("25", "12") for said in (why.en, why.pt))


def test_the_reason_is_asked_for_by_its_path_in_complete_reports_only(complete: dict[str, Any]) -> None:
    liver = template.load("liver-ct")
    [nodule] = complete["nodules"]
    other = {key: value for key, value in nodule.items() if key not in ("tracking_uid", "lirads_override_reason")}
    complete["nodules"] = [nodule, other | {"lirads": "LR-3"}]
    with pytest.raises(AnswerError, match=r"LR-5 by LI-RADS v2018 \(nonrim APHE, ≥ 20 mm") as error:
        answers.check(liver, complete, complete=True)
    assert error.value.path == "nodules.1.lirads_override_reason"
    answers.check(liver, complete, complete=False)
    complete["nodules"][1]["lirads_override_reason"] = "A perfusion change."
    answers.check(liver, complete, complete=True)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ('engine = "astrology"', "no engine"),
        ('engine = "lirads_v2018", response = "nothing"', '"nothing"'),
        ('engine = "lirads_v2018", since = 2', "no key"),
        ('response = "treatment_response"', "engine is missing"),
    ],
)
def test_what_a_template_says_of_its_engine_is_checked(told: str, problem: str, pytestconfig: pytest.Config) -> None:
    from sr_templates import loading

    text = (pytestconfig.rootpath / "sr_templates" / "liver_ct.toml").read_text(encoding="utf-8")
    changed = text.replace('response = "treatment_response", engine = "lirads_v2018"', told)
    assert changed != text
    with pytest.raises(TemplateError, match=problem):
        loading.parse(changed, "liver_ct.toml")
