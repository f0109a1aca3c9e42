"""The rules as data: complete in both languages, of one mind with the template, and printed into the docs."""

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise, product
from typing import Any

import pytest

from sr_templates import template
from sr_templates.lirads import describe
from sr_templates.lirads.engine import assess
from sr_templates.lirads.rules import diagnosis, responses
from sr_templates.lirads.values import Features
from sr_templates.template import Group, Text
from tests.unit.lirads import oracle

#: Said on request only, or by MRI only: a template of CT has no item for it.
NOT_IN_THE_TEMPLATE = {"modality", "prior_diameter_mm", "prior_days", "viability_features"}
OF_MRI = {"targetoid_diffusion", "targetoid_hepatobiliary", "marked_diffusion_restriction"}


@pytest.fixture(scope="module")
def nodules() -> Group:
    group = template.load("liver-ct").group("nodules")
    assert group is not None
    return group


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif hasattr(value, "__dataclass_fields__"):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def conditions() -> Iterator[tuple[str, str]]:
    rules = [*diagnosis().gates, *(rule for tree in responses().trees for rule in tree.rules)]
    for rule in rules:
        for one in rule.when:
            yield from ((name, value) for name, values in one.items() for value in values)


def test_every_text_is_there_in_both_languages_with_the_same_gaps() -> None:
    found = [*texts(diagnosis()), *texts(responses())]
    assert len(found) > 120
    for text in found:
        assert text.en.strip()
        assert text.pt.strip()
        assert set(re.findall(r"{\w+}", text.en)) == set(re.findall(r"{\w+}", text.pt))


def test_no_gap_is_left_open_and_every_sentence_is_told_twice() -> None:
    for row, (gate, _), (ancillary, _), doubt in product(
        oracle.rows("table.csv"), oracle.GATES, oracle.ANCILLARY, oracle.DOUBTS
    ):
        features = Features(
            diameter_mm=oracle.SIZES[row["size"]][0], unsure_features=("capsule",), unsure_category=doubt,
            prior_diameter_mm=12, prior_days=90, **gate, **ancillary,  # type: ignore[arg-type]
        )  # fmt: skip
        found = assess(features)
        english, portuguese = found.told("en"), found.told("pt")
        assert len(english) == len(portuguese) == len(found.explanation)
        assert not any(re.search(r"[{}]", sentence) for sentence in (*english, *portuguese))


def test_numbers_are_written_as_the_language_does() -> None:
    found = assess(Features(diameter_mm=12.5))
    assert any("12.5 mm" in sentence for sentence in found.told("en"))
    assert any("12,5 mm" in sentence for sentence in found.told("pt"))


def test_the_features_are_items_of_the_template(nodules: Group) -> None:
    for field in fields(Features):
        assert (nodules.item(field.name) is None) == (field.name in NOT_IN_THE_TEMPLATE), field.name


def test_the_values_of_the_rules_are_those_of_the_template(nodules: Group) -> None:
    for name, value in conditions():
        item = nodules.item(name)
        if item is not None and value not in OF_MRI:
            assert item.value(value), f"{name}={value}"
    table = diagnosis().table
    for major in (table.enhancement, *table.additional):
        item = nodules.item(major.item)
        assert item is not None
        assert item.value(major.value)


@pytest.mark.parametrize("side", ["malignancy", "benignity"])
def test_the_ancillary_features_of_ct_are_offered(nodules: Group, side: str) -> None:
    item = nodules.item(f"ancillary_{side}")
    assert item is not None
    known = getattr(diagnosis().ancillary, side)
    assert {value.name for value in item.values} == {name for name, sign in known.items() if not sign.mri}


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("lirads", lambda: diagnosis().categories),
        ("treatment_response", lambda: responses().outcomes),
        ("treatment", lambda: responses().treatments),
    ],
)
def test_categories_responses_and_treatments_are_those_of_the_template(nodules: Group, name: str, outcomes) -> None:
    item = nodules.item(name)
    assert item is not None
    assert {value.name for value in item.values} == set(outcomes())


def test_categories_are_called_as_in_the_template(nodules: Group) -> None:
    for name, known in (("lirads", diagnosis().categories), ("treatment_response", responses().outcomes)):
        item = nodules.item(name)
        assert item is not None
        assert {value.name: value.detail or value.title for value in item.values} == {
            outcome: one.title for outcome, one in known.items()
        }


def test_every_kind_of_treatment_has_a_tree_of_each_algorithm(nodules: Group) -> None:
    item = nodules.item("treatment_algorithm")
    assert item is not None
    kinds = {one.kind for one in responses().treatments.values() if one.kind}
    covered = {(tree.algorithm, kind) for tree in responses().trees for kind in tree.kinds}
    assert covered == set(product([value.name for value in item.values], kinds))
    assert responses().default in {algorithm for algorithm, _ in covered}
    assert all(set(tree.needs) <= set(responses().labels) for tree in responses().trees)


def test_columns_of_the_table_leave_no_size_out() -> None:
    for enhancement in (True, False):
        columns = [column for column in diagnosis().table.columns if column.enhancement == enhancement]
        assert columns[0].from_mm == 0
        assert columns[-1].below_mm == float("inf")
        for left, right in pairwise(columns):
            assert left.below_mm == right.from_mm


def test_the_documentation_is_the_rules(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "lirads.md").read_text(encoding="utf-8")
    assert f"<!-- lirads -->\n{describe.describe()}\n<!-- /lirads -->" in page, "run: python scripts/update_docs.py"
