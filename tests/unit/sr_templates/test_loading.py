import pytest

from sr_templates import loading
from sr_templates.errors import TemplateError

KIDNEY = """
id = "kidney-ct"
version = 1
title = { en = "Kidney CT", pt = "TC de rim" }
procedure = "LN|25045-6|CT unspecified body region"
tabs = [{ name = "kidney", groups = ["kidney"], title = { en = "Kidney", pt = "Rim" } }]
[sections]
size = { en = "Size", pt = "Tamanho" }
[[groups]]
name = "kidney"
title = { en = "Kidney", pt = "Rim" }
finding = "SCT|64033007|Kidney"
[[groups.items]]
name = "length_mm"
kind = "measurement"
concept = "SCT|410668003|Length"
title = { en = "Length", pt = "Comprimento" }
section = "size"
control = "number"
unit = "mm"
minimum = 0
maximum = 300
[[groups.items]]
name = "cyst"
kind = "evaluation"
concept = "SCT|367643001|Cyst"
title = { en = "Cyst", pt = "Cisto" }
section = "size"
control = "segmented"
[groups.items.values]
present = { code = "SCT|52101004|Present", en = "Present", pt = "Presente" }
absent = { code = "SCT|272519000|Absent", en = "Absent", pt = "Ausente" }
"""


def test_another_organ_needs_a_file_and_no_code() -> None:
    kidney = loading.parse(KIDNEY, "kidney_ct.toml")
    assert [item.name for item in kidney.groups[0].items] == ["length_mm", "cyst"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("version = 1", "", "version is missing"),
        ('pt = "Rim" } }]', 'pt = "" } }]', "both languages"),
        ('"SCT|410668003|Length"', '"SCT|410668003"', "scheme|value|meaning"),
        ('"SCT|410668003|Length"', '"SCT|410668003|' + "L" * 65 + '"', "too long"),
        ('"SCT|410668003|Length"', '"99HEPATIA|NEVER_PUBLISHED|Length"', "codes_99hepatia.csv"),
        ('"SCT|367643001|Cyst"', '"SCT|410668003|Length"', "share a concept"),
        ('"SCT|272519000|Absent"', '"SCT|52101004|Present"', "share a code"),
        ('pt = "Presente" }', 'pt = "Presente", synonyms = ["There"] }', "synonyms are of a lookup"),
        ('unit = "mm"', "", "numbers have a unit"),
        ('kind = "evaluation"', 'kind = "text"', "coded kinds have values"),
        ('kind = "evaluation"', 'kind = "guess"', '"guess" is none of'),
        ("minimum = 0", "minimum = 900", "minimum is above maximum"),
        ('name = "cyst"', 'name = "Cyst size"', "is no name"),
        ('name = "cyst"', 'name = "length_mm"', "share a name"),
        ('section = "size"\ncontrol = "segmented"', 'section = "nowhere"\ncontrol = "segmented"', "no section"),
        ('control = "segmented"', 'control = "segmented"\ncolour = "red"', 'no key "colour"'),
        ('groups = ["kidney"]', "groups = []", "exactly one tab"),
        ("[sections]", "[sections", "not TOML"),
    ],
)
def test_a_broken_rule_is_told_with_its_place(before: str, after: str, rule: str) -> None:
    assert before in KIDNEY
    with pytest.raises(TemplateError) as error:
        loading.parse(KIDNEY.replace(before, after, 1), "kidney_ct.toml")
    assert rule in str(error.value)
    assert str(error.value).startswith("kidney_ct.toml")
