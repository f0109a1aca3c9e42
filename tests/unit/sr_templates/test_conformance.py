"""The checker of template conformance: silent on what keeps the rows, and it names row and place of what does not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset

from sr_templates import conformance, content, read, template, write
from sr_templates.codes import Code
from sr_templates.items import ContentItem
from sr_templates.report import WriteContext
from tests.unit.sr_templates.generated import sampled

Make = Callable[..., WriteContext]
Change = Callable[[ContentItem], ContentItem | None]


@pytest.fixture
def root(context: Make, sources: list[Dataset], segmentation: Dataset) -> ContentItem:
    liver = template.load("liver-ct")
    nodule = {"tracking_uid": "2.25.1", "segment_number": 1, "location": ["VII"], "diameter_mm": 31, "lirads": "LR-5"}
    answers = {"liver": {"ascites": "no", "nodule_count": 1, "spleen_length_mm": 120}, "nodules": [nodule]}
    made = context(segmentation=segmentation, phases={str(sources[0].SeriesInstanceUID): "arterial"})
    return read.parse(write.write(liver, answers, made, sources)).root


def changed(item: ContentItem, concept: Code, change: Change) -> ContentItem:
    """A tree with every item of a concept changed, or taken away."""
    children = []
    for child in item.children:
        named = child.concept is not None and child.concept.key == concept.key
        new = change(child) if named else child
        if new is not None:
            children.append(changed(new, concept, change))
    return replace(item, children=tuple(children))


def gone(_item: ContentItem) -> None:
    return None


def contained(item: ContentItem) -> ContentItem:
    return replace(item, relationship="CONTAINS")


def otherwise(item: ContentItem) -> ContentItem:
    return replace(item, value=Code("SCT", "17621005", "Normal"))


def valueless(item: ContentItem) -> ContentItem:
    return replace(item, value=None, unit=None)


def without_unit(item: ContentItem) -> ContentItem:
    return replace(item, unit=Code("99X", "mm", "mm"))


def empty(item: ContentItem) -> ContentItem:
    return replace(item, children=())


DIAMETER = Code("SCT", "81827009", "Diameter")
BROKEN: list[tuple[Code, Change, str]] = [
    (content.LANGUAGE, gone, "TID 1500 row 2"),
    (content.PROCEDURE, gone, "TID 1500 row 4"),
    (content.OBSERVER_NAME, gone, "TID 1500 row 3"),
    (content.MEASUREMENTS, gone, "TID 1500 row 6, 10 and 12"),
    (content.PROCEDURE_ROLE, otherwise, "TID 1500 row 3 (TID 1003 row 5)"),
    (content.TRACKING_ID, gone, "row 2: root.10"),
    (content.TRACKING_UID, gone, "row 3: root.10"),
    (content.TRACKING_UID, contained, "is CONTAINS UIDREF, not HAS OBS CONTEXT UIDREF"),
    (content.FINDING_SITE, contained, "is CONTAINS CODE, not HAS CONCEPT MOD CODE"),
    (content.SEGMENT, gone, "TID 1411 row 5, 6 and 7"),
    (content.SEGMENT_SERIES, gone, "TID 1411 row 11 and 12"),
    (DIAMETER, valueless, "C.18.1"),
    (DIAMETER, without_unit, "TID 1419 row 5"),
    (content.LIBRARY, empty, "TID 1600 row 2"),
    (content.LIBRARY_GROUP, empty, "TID 1600 group row 4"),
]


def test_our_own_keep_every_row(root: ContentItem) -> None:
    assert conformance.problems(root) == []


@pytest.mark.parametrize(
    ("concept", "change", "told"), BROKEN, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_what_breaks_a_row_is_named(root: ContentItem, concept: Code, change: Change, told: str) -> None:
    problems = conformance.problems(changed(root, concept, change))
    assert any(told in problem for problem in problems), problems
    assert all(problem.endswith(".") for problem in problems)


def test_rows_out_of_order_are_named(root: ContentItem) -> None:
    reversed_root = replace(root, children=tuple(reversed(root.children)))
    assert any("out of order" in problem for problem in conformance.problems(reversed_root))


def test_two_of_what_may_stand_once_are_named(root: ContentItem) -> None:
    twice = replace(root, children=(root.children[0], *root.children))
    assert any("at most 1" in problem for problem in conformance.problems(twice))


def test_what_is_no_report_is_named() -> None:
    assert conformance.problems(content.text(content.FINDING, "x")) == ["TID 1500 row 1: the root is no CONTAINER."]


@pytest.mark.parametrize("name", template.names())
def test_generated_reports_keep_every_row(
    name: str, context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    of = template.load(name)
    for seed in range(100, 130):
        data = write.write(of, sampled(of, seed), context(segmentation=segmentation), sources)
        assert conformance.problems(read.parse(data).root) == []


#: What the checker says of real reports by others: dcmqi, highdicom, DWV.
REAL = {
    "sr-tid1500/sr.dcm": 0,
    "ct-liver-seg-dcmqi/liver_tid1500_dcmqi.dcm": 3,
    "sr-tid1500/sr_document.dcm": 2,
    "sr-tid1500/sr-ruler.dcm": 3,
    "sr-tid1500/sr-ellipse.dcm": 3,
}


@pytest.mark.parametrize(("name", "count"), REAL.items())
def test_reports_by_others_are_judged(shared_data: Path, name: str, count: int) -> None:
    problems = conformance.problems(read.parse((shared_data / name).read_bytes()).root)
    assert len(problems) == count, problems
