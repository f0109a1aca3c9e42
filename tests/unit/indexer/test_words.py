import re

import pytest

from indexer import filters, search
from sr_templates import template

LIVER = template.load("liver-ct")


@pytest.mark.parametrize(
    ("query", "english", "portuguese"),
    [
        ([], "All exams.", "Todos os exames."),
        ([("patient.cirrhosis", "yes")], "Exams where Cirrhosis is Yes.", "Exames em que Cirrose é Sim."),
        (
            [("nodules.lirads", "LR-5"), ("nodules.diameter_mm.min", "20"), ("has", "segmentation")],
            "Exams that have one nodule where LI-RADS is LR-5 and Diameter is at least 20 mm,"
            " that have a segmentation.",
            "Exames com um mesmo nódulo em que LI-RADS é LR-5 e Diâmetro é pelo menos 20 mm, que têm segmentação.",
        ),
    ],
)
def test_a_search_says_itself(query: list[tuple[str, str]], english: str, portuguese: str) -> None:
    assert search.words(search.parse(LIVER, query)) == english
    assert search.words(search.parse(LIVER, [*query, ("language", "pt")])) == portuguese


def test_every_item_that_can_be_searched_has_a_filter() -> None:
    known = filters.of_template(LIVER)
    for group in LIVER.groups:
        for item in group.items:
            if item.values or item.unit:
                assert f"{group.name}.{item.name}" in known
            if item.unit:
                assert {f"{group.name}.{item.name}.min", f"{group.name}.{item.name}.max"} <= set(known)


def test_the_documentation_is_the_filters(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "search.md").read_text()
    [listed] = re.findall(r"<!-- filters -->\n(.*)<!-- /filters -->", page, re.DOTALL)
    assert listed == filters.describe(LIVER)
