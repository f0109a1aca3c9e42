"""Codes of every template: published, defined, honestly mapped, and documented."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from pydicom.sr._concepts_dict import concepts

from sr_templates import codes, content, describe, library, template, write
from sr_templates.codes import Code
from sr_templates.template import Template

#: Standard codes that pydicom's dictionaries do not have, with where they were read (notes/field-and-standards.md 3d).
READ_ELSEWHERE = {
    ("SCT", "109841003"),  # liver cell carcinoma
    ("SCT", "94381002"),  # metastatic malignant neoplasm to liver
}
MAPPING = re.compile(r"(equal|broader|narrower|close): (SCT|DCM|RADLEX) (\S+) \([^()]+\)")
IN_DICTIONARY = {
    (scheme, value) for scheme, by_keyword in concepts.items() for found in by_keyword.values() for value in found
}


def used(of: Template) -> Iterator[Code]:
    yield of.procedure
    for group in of.groups:
        yield from filter(None, (group.finding, group.site, group.laterality))
        for item in group.items:
            yield from filter(None, (item.concept, item.site, item.laterality, item.derivation, item.method))
            yield from (value.code for value in item.values)


@pytest.mark.parametrize("name", template.names())
def test_every_private_code_is_published_with_its_meaning(name: str) -> None:
    private = {code.value: code.meaning for code in used(template.load(name)) if code.scheme == codes.SCHEME}
    assert private.items() <= codes.published().items()


def test_every_published_code_is_used_or_stays_for_older_reports() -> None:
    of_code = [*vars(content).values(), *vars(write).values(), *vars(library).values(), *library.PHASES.values()]
    named = {one.value for one in of_code if isinstance(one, Code) and one.scheme == codes.SCHEME}
    for name in template.names():
        named |= {code.value for code in used(template.load(name)) if code.scheme == codes.SCHEME}
    assert set(codes.published()) <= named


def test_published_codes_are_unique_short_and_defined(pytestconfig: pytest.Config) -> None:
    file = pytestconfig.rootpath / "sr_templates" / "codes_99hepatia.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert not [value for value, count in Counter(row["code"] for row in rows).items() if count > 1]
    for row in rows:
        assert len(row["code"]) <= codes.LONGEST_VALUE
        assert len(row["meaning"]) <= codes.LONGEST_MEANING
        assert len(row["definition"]) > 15, row["code"]
        assert "as recorded by the reader" not in row["definition"]


def test_mappings_name_codes_that_exist() -> None:
    for one in codes.register():
        if one.mapping:
            found = MAPPING.fullmatch(one.mapping)
            assert found, one.mapping
            assert (found[2], found[3]) in IN_DICTIONARY | READ_ELSEWHERE, one.mapping


def test_codes_are_documented(pytestconfig: pytest.Config) -> None:
    page = pytestconfig.rootpath / "docs" / "codes.md"
    assert page.read_text() == describe.describe_codes(), "run: python scripts/update_docs.py"


@pytest.mark.parametrize("name", template.names())
def test_the_documentation_is_the_template(name: str, pytestconfig: pytest.Config) -> None:
    page = pytestconfig.rootpath / "docs" / "templates" / f"{name}.md"
    assert page.read_text() == describe.describe(template.load(name)), "run: python scripts/update_docs.py"
