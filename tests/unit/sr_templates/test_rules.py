"""What a template must keep so that reports of every version stay readable."""

from importlib import resources
from pathlib import Path

import pytest

from sr_templates import loading
from sr_templates.errors import TemplateError
from sr_templates.library import PHASES

KIDNEY = (Path(__file__).parent / "organs" / "kidney_ct.toml").read_text(encoding="utf-8")

BROKEN = [
    ("maximum = 3000\nsince = 2", "maximum = 3000\nsince = 3", "since names version 3"),
    ("maximum = 3000\nsince = 2", "maximum = 3000\nsince = 0", "since names version 0"),
    ("maximum = 3000\nsince = 2", "maximum = 3000\nsince = 2\nrequired = true", "came later cannot be required"),
    ('control = "text"\nretired = true', 'control = "text"\nretired = true\nrequired = true', "retired item cannot be"),
    ('laterality = "SCT|24028007|Right"', 'laterality = "SCT|7771000|Left"', "share a finding and a site"),
    ('site = "SCT|64033007|Kidney"\nlaterality', "laterality", "laterality is of a site"),
    ('name = "tracking_uid"', 'name = "identity"', "an item of kind tracking_uid has that name"),
    ('counted_by = "right.mass_count"', 'counted_by = "right.length_mm"', "which is no count"),
    ('name = "side"\nkind = "evaluation"', 'name = "side"\nkind = "sites"', "two items are of kind sites"),
    ('"SCT|272741003|Laterality"', '"99OTHER|SIDE|Side"', "there is no scheme 99OTHER"),
    ('title = { en = "Attenuation"', 'caliper = true\ntitle = { en = "Attenuation"', "a caliper measures mm"),
    ('procedure = "LN|25045-6|CT unspecified body region"', "", "procedure is missing"),
]


@pytest.mark.parametrize(("before", "after", "rule"), BROKEN, ids=[rule for *_, rule in BROKEN])
def test_a_broken_rule_is_told_with_its_place(before: str, after: str, rule: str) -> None:
    assert before in KIDNEY
    with pytest.raises(TemplateError, match=rule) as error:
        loading.parse(KIDNEY.replace(before, after, 1), "kidney_ct.toml")
    assert str(error.value).startswith("kidney_ct.toml")


LIVER = resources.files(loading.__package__).joinpath("liver_ct.toml").read_text(encoding="utf-8")
MEASURED = [
    ('measured = "long_axis_mm"', 'measured = "perimeter_mm"', 'there is no quantity "perimeter_mm"'),
    ('measured = "long_axis_mm"', 'measured = "long_axis_mm"\neach_phase = true', "nothing else has"),
    ('measured = "hu_sd"\neach_phase = true', 'measured = "hu_sd"', "has a phase"),
    ('measured = "long_axis_mm"\nunit = "mm"', 'measured = "long_axis_mm"\nunit = "cm"', "is a measurement in mm"),
    ('measured = "long_axis_mm"', "", "of nothing else"),
    (
        'control = "measured"\nmeasured = "long_axis_mm"',
        'control = "number"\nmeasured = "long_axis_mm"',
        "the control of",
    ),
    ('measured = "long_axis_mm"', 'measured = "long_axis_mm"\ncaliper = true', "neither required nor a caliper"),
    ('segments = "liver"', "", "it has nothing to measure"),
    ("repeats = true\ncounted_by", 'repeats = true\nsegments = "liver"\ncounted_by', "by groups that stand once"),
    ('method = "DCM|126030|Sum of segmented voxel method for volume"', "", "share a concept and a site"),
    (
        'derivation = "SCT|373098007|Mean"',
        'derivation = "SCT|386136009|Standard Deviation"',
        "share a concept and a site",
    ),
    ("arterial = { en =", "late_arterial = { en =", "there is no such phase; there are non_contrast, arterial"),
]


@pytest.mark.parametrize(("before", "after", "rule"), MEASURED, ids=[after.split("\n")[-1] for _, after, _ in MEASURED])
def test_measured_items_keep_rules_of_their_own(before: str, after: str, rule: str) -> None:
    assert before in LIVER
    with pytest.raises(TemplateError, match=rule):
        loading.parse(LIVER.replace(before, after, 1), "liver_ct.toml")


def test_an_item_of_each_phase_becomes_one_for_each() -> None:
    liver = loading.parse(LIVER, "liver_ct.toml")
    item = liver.item("nodules.hu_mean_portal_venous")
    assert item is not None
    assert (item.phase and item.phase.code, item.title.pt) == (PHASES["portal_venous"], "Atenuação média, fase portal")
    assert {name for name, phase in PHASES.items() if liver.item(f"liver.hu_sd_{name}")} == set(PHASES)


def test_an_item_whose_values_are_all_retired_is_retired_itself() -> None:
    values = KIDNEY.replace('pt = "Esquerdo" }', 'pt = "Esquerdo", retired = true }')
    values = values.replace('pt = "Direito" }', 'pt = "Direito", retired = true }')
    with pytest.raises(TemplateError, match="all values are retired"):
        loading.parse(values, "kidney_ct.toml")
