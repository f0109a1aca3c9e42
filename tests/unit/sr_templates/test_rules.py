"""What a template must keep so that reports of every version stay readable."""

from pathlib import Path

import pytest

from sr_templates import loading
from sr_templates.errors import TemplateError

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


def test_an_item_whose_values_are_all_retired_is_retired_itself() -> None:
    values = KIDNEY.replace('pt = "Esquerdo" }', 'pt = "Esquerdo", retired = true }')
    values = values.replace('pt = "Direito" }', 'pt = "Direito", retired = true }')
    with pytest.raises(TemplateError, match="all values are retired"):
        loading.parse(values, "kidney_ct.toml")
