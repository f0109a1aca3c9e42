"""Answers that contradict each other: refused or flagged, as the template says."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from sr_templates import answers, consistency, loading, schema
from sr_templates.errors import AnswerError, TemplateError
from sr_templates.template import Template


def flagged(liver: Template, given: dict[str, Any]) -> set[str]:
    return {flag.rule for flag in consistency.flags(liver, given)}


def test_what_agrees_has_no_flag(liver: Template, complete: dict[str, Any]) -> None:
    assert flagged(liver, complete) == set()
    assert flagged(liver, {}) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"nodules": []}, "profile_high_without_lesion"),
        ({"patient.imaging_profile": "lirads_low"}, "profile_low_with_higher_lesion"),
        ({"liver.nodule_count": 0, "nodules": []}, "profile_of_nodules_without_nodules"),
        ({"patient.imaging_profile": "treated_hcc"}, "treated_profile_without_treatment"),
        ({"patient.baseline_diagnosis": ["healthy"]}, "healthy_with_cirrhosis"),
        ({"patient.cirrhosis": "no"}, "lirads_does_not_apply"),
        ({"exam.quality": "nondiagnostic"}, "nondiagnostic_with_category"),
    ],
)
def test_what_contradicts_is_flagged_and_kept(
    liver: Template, complete: dict[str, Any], changes: dict[str, Any], rule: str
) -> None:
    for path, value in changes.items():
        put(complete, path, value)
    assert rule in flagged(liver, complete)
    answers.check(liver, complete, complete=True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("patient.baseline_diagnosis", ["hepatitis_b"]),
        ("patient.disease_history", ["diabetes", "prior_hcc"]),
        ("patient.cirrhosis", "undetermined"),
    ],
)
def test_an_exception_takes_the_flag_away(liver: Template, complete: dict[str, Any], path: str, value: Any) -> None:
    put(complete, "patient.cirrhosis", "no")
    put(complete, path, value)
    assert "lirads_does_not_apply" not in flagged(liver, complete)


def test_a_rule_may_refuse_complete_reports(liver: Template, complete: dict[str, Any]) -> None:
    strict = replace(liver, rules=tuple(replace(rule, then="refuse") for rule in liver.rules))
    put(complete, "patient.cirrhosis", "no")
    with pytest.raises(AnswerError, match="LI-RADS applies to cirrhosis") as error:
        answers.check(strict, complete, complete=True)
    assert error.value.path == "patient.cirrhosis"
    answers.check(strict, complete, complete=False)
    assert consistency.flags(strict, complete) == ()


def test_conditions_on_one_group_hold_for_one_member(liver: Template, complete: dict[str, Any]) -> None:
    both = {"nodules.lirads": ("LR-5",), "nodules.diameter_mm": {"max": 20}}
    rule = replace(liver.rules[0], when=(both,), unless=(), name="small_five")
    one = replace(liver, rules=(rule,))
    [nodule] = complete["nodules"]
    complete["nodules"] = [nodule, nodule | {"lirads": "LR-3", "diameter_mm": 9}]
    assert flagged(one, complete) == set()
    complete["nodules"][1] = nodule | {"diameter_mm": 20}
    assert flagged(one, complete) == {"small_five"}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('then = "flag"', 'then = "burn"', "then is refuse, flag or propose"),
        ('path = "patient.cirrhosis"', 'path = "patient.unheard"', "no item"),
        ('{ "patient.imaging_profile" = ["treated_hcc"] }', '{ "patient.imaging_profile" = ["x"] }', "these values"),
        ('{ "patient.imaging_profile" = ["treated_hcc"] }', '{ "nodules.x" = ["x"] }', "no item"),
        ("{ max = 0 }", "{ most = 0 }", "of numbers"),
        ('value = "lirads_high"', 'value = "lirads_middle"', 'does not have the value "lirads_middle"'),
        ('value = "lirads_high"', "", "what proposes has a value"),
        ('then = "flag"', 'then = "flag"\nvalue = "healthy"', "what proposes has a value"),
        ('name = "healthy_with_cirrhosis"\n', 'name = "healthy_with_cirrhosis"\nwhy = 1\n', "no key"),
    ],
)
def test_the_rules_of_a_template_are_checked(
    before: str, after: str, problem: str, pytestconfig: pytest.Config
) -> None:
    text = (pytestconfig.rootpath / "sr_templates" / "liver_ct.toml").read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(TemplateError, match=problem):
        loading.parse(text.replace(before, after, 1), "liver_ct.toml")


def test_what_proposes_neither_flags_nor_refuses_and_is_told_to_the_form(
    liver: Template, complete: dict[str, Any]
) -> None:
    proposals = schema.json_schema(liver)["x-hepatia"]["proposals"]
    assert {one["path"] for one in proposals} == {"patient.imaging_profile"}
    assert proposals[0]["when"] == [{"nodules.lirads": ("LR-TR",)}]
    put(complete, "patient.imaging_profile", "metastasis")
    assert not any(name.startswith("propose") for name in flagged(liver, complete))
    answers.check(liver, complete, complete=True)


def put(whole: dict[str, Any], path: str, value: Any) -> None:
    group, _, item = path.partition(".")
    if item:
        whole[group] = deepcopy(whole[group]) | {item: value}
    else:
        whole[group] = value
