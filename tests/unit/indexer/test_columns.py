"""Columns without PostgreSQL: records, blocks made of them, orders and counts."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from indexer import block, counting, layout, ordering
from indexer.block import Block, Records
from indexer.layout import Field
from indexer.ordering import Sort
from indexer.records import Facts, Packer
from sr_templates import template
from sr_templates.template import Template
from tests import cohorts
from tests.cohorts import Exam

LIVER = template.load("liver-ct")
WITHOUT_GROUPS = replace(LIVER, id="flat-ct", groups=tuple(one for one in LIVER.groups if not one.repeats))


def of_exams(of: Template, exams: dict[int, Exam]) -> Block:
    """The block of exams by their numbers."""
    packer = Packer(of)
    records, members = [], [b"" for _ in packer.layout.members]
    for number, exam in sorted(exams.items()):
        facts = Facts(exam.uid, number, exam.patient, exam.sex, exam.age, exam.day, exam.state, None, exam.phases)
        records.append(number.to_bytes(4, "big") + packer.exam(facts, exam.searched))
        given = packer.members(exam.searched)
        members = [before + more for before, more in zip(members, given, strict=True)]
    return block.of_records(packer.layout, Records(b"".join(records), members))


def test_adding_to_a_block_gives_the_block_of_all() -> None:
    exams = dict(enumerate(cohorts.exams(LIVER, 300, 1), start=1))
    old = {number: exam for number, exam in exams.items() if number <= 200}
    changed = {number: exam for number, exam in exams.items() if number > 180}
    merged = block.merged(of_exams(LIVER, old), of_exams(LIVER, changed), range(170, 301))
    whole = of_exams(LIVER, {number: exam for number, exam in exams.items() if not 170 <= number <= 180})
    for name, column in whole.exams.items():
        assert np.array_equal(merged.exams[name], column, equal_nan=column.dtype.kind == "f"), name
    for name, members in whole.members.items():
        assert np.array_equal(merged.members[name].owner, members.owner)
        for path, column in members.columns.items():
            assert np.array_equal(merged.members[name].columns[path], column, equal_nan=column.dtype.kind == "f"), path


@pytest.mark.parametrize("pieces", [0, 10_000])
def test_rows_are_joined_in_pieces_or_one_by_one(pieces: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block, "MOST_PIECES", pieces)
    test_adding_to_a_block_gives_the_block_of_all()


@pytest.mark.parametrize("of", [LIVER, WITHOUT_GROUPS])
def test_an_empty_block_is_one(of: Template) -> None:
    empty = of_exams(of, {})
    assert len(empty) == 0
    found = np.ones(0, np.bool_)
    assert ordering.page(empty, found, ordering.NEWEST_FIRST) == (0, [])
    assert ordering.page(empty, found, Sort("patient.age", descending=False)) == (0, [])
    exams = dict(enumerate(cohorts.exams(LIVER, 5, 2), start=1))
    assert len(block.merged(empty, of_exams(of, exams), [])) == 5
    assert len(block.merged(of_exams(of, exams), empty, exams)) == 0


@pytest.mark.parametrize(
    ("form", "answer", "number"),
    [
        ("code", "b", 2), ("code", None, 0), ("code", "later", 4), ("code", ["a"], 0), ("codes", ["a", "c"], 0b101),
        ("codes", ["c", "later"], 0b1100), ("codes", [], 0), ("codes", "a", 0), ("number", 2, 2), ("number", 0.1, 0.1),
        ("number", date(1, 1, 2), 2), ("key", None, 0),
    ],
)  # fmt: skip
def test_an_answer_is_a_number(form: str, answer: object, number: float) -> None:
    assert Field("x.y", form, ("a", "b", "c")).number(answer) == number


@pytest.mark.parametrize("answer", [None, "much", True, [1]])
def test_what_is_no_number_is_none(answer: object) -> None:
    assert math.isnan(Field("x.y", "number").number(answer))


def test_sets_of_many_values_have_room() -> None:
    letters = [Field("x.y", "codes", tuple(map(str, range(count)))).letter for count in (7, 8, 15, 16, 31, 32, 63)]
    assert letters == ["B", "H", "H", "I", "I", "Q", "Q"]
    assert Field("x.y", "code", tuple(map(str, range(300)))).letter == "H"


@pytest.mark.parametrize(
    ("numbers", "width", "expected"),
    [([], 10, {}), ([0.0, 9.9, 10.0], 10, {0: 2, 10: 1}), ([-0.5, 0.5], 10, {-10: 1, 0: 1}),
     ([1.0, 1e9], 10, {0: 1, 10**9: 1}), ([3.0, 3.0, 5.0], 1, {3: 2, 5: 1})],
)  # fmt: skip
def test_numbers_are_put_into_bins(numbers: list[float], width: int, expected: dict[int, int]) -> None:
    assert counting.bins(np.array(numbers), width) == expected


def test_a_layout_names_every_item_that_is_searched() -> None:
    described = layout.of(LIVER)
    for group in LIVER.groups:
        for item in group.items:
            if item.values or item.unit or item.kind == "tracking_uid":
                assert described.field(f"{group.name}.{item.name}").values == tuple(one.name for one in item.values)
