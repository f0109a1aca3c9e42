"""What an incomplete lesion still waits for, against the engine itself: every way to complete it is tried."""

from itertools import product
from typing import Any

import pytest

from sr_templates.lirads import completion, engine
from sr_templates.lirads.rules import diagnosis
from sr_templates.lirads.values import Cell, Features

ANSWERS: dict[str, tuple[Any, ...]] = {
    "diameter_mm": (0.5, 9.99, 10, 19.9, 20, 300),
    "aphe": ("nonrim", "absent", "not_assessable"),
    "washout": ("nonperipheral", "absent"),
    "capsule": ("present", "not_assessable"),
    "threshold_growth": ("present", "absent"),
}
MAJORS = tuple(ANSWERS)


@pytest.mark.parametrize("given", [names for names in product((True, False), repeat=len(MAJORS)) if not all(names)])
def test_the_cells_left_are_those_that_some_completion_reaches(given: tuple[bool, ...]) -> None:
    known = {name: ANSWERS[name][0] for name, is_given in zip(MAJORS, given, strict=True) if is_given}
    asked = [name for name in MAJORS if name not in known]
    reached = {
        engine.assess(Features.of(known | dict(zip(asked, values, strict=True)))).cell
        for values in product(*(ANSWERS[name] for name in asked))
    }
    features = Features.of(known)
    assert set(completion.possible_cells(features)) == reached
    assert completion.missing(features) == tuple(asked)


def test_with_nothing_answered_every_cell_is_left() -> None:
    table = diagnosis().table
    assert len(completion.possible_cells(Features())) == len(table.columns) * len(table.rows)


def test_a_complete_lesion_waits_for_nothing_and_has_its_cell() -> None:
    features = Features.of({name: values[0] for name, values in ANSWERS.items()} | {"diameter_mm": 25})
    assert completion.missing(features) == ()
    assert completion.possible_cells(features) == (Cell(4, 2),)


@pytest.mark.parametrize(
    "gate", [{"image_problem": "omission"}, {"tumor_in_vein": "definite"}, {"benignity": "probable"}, {"aphe": "rim"}]
)
def test_a_gate_decides_without_the_table(gate: dict[str, str]) -> None:
    features = Features.of(gate)
    assert (completion.missing(features), completion.possible_cells(features)) == ((), ())


def test_a_gate_that_asks_the_table_waits_while_it_may_give_lr_5() -> None:
    infiltrative = {"nontargetoid_features": ["infiltrative"], "aphe": "nonrim", "diameter_mm": 25}
    assert completion.missing(Features.of(infiltrative)) == ("washout", "capsule", "threshold_growth")
    assert completion.missing(Features.of(infiltrative | {"aphe": "absent"})) == ()


def test_what_is_in_doubt_or_follows_from_numbers_is_not_asked_for() -> None:
    doubtful = Features.of({"diameter_mm": 25, "aphe": "nonrim", "unsure_features": ["washout"]})
    assert completion.missing(doubtful) == ("capsule", "threshold_growth")
    grown = Features.of({"diameter_mm": 25, "aphe": "nonrim", "prior_diameter_mm": 10, "prior_days": 90})
    assert completion.missing(grown) == ("washout", "capsule")


def test_a_treated_lesion_waits_for_its_tree() -> None:
    treated = Features.of({"treatment": "external_radiation", "masslike_enhancement": "present"})
    assert completion.missing(treated) == ("masslike_enhancement_change",)
    assert completion.possible_cells(treated) == ()
