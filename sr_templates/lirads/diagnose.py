"""The diagnostic algorithm, step by step: each function takes a category and returns it with what it did."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sr_templates.lirads.rules import Ancillary, Gate, Major, Sign, diagnosis, holds
from sr_templates.lirads.values import Cell, Features, Step, fill, joined, number
from sr_templates.template import Text


@dataclass(frozen=True)
class Placed:
    """Where a lesion is in the table, and what stands there."""

    cell: Cell
    category: str
    steps: tuple[Step, ...]


def with_growth(features: Features) -> tuple[Features, tuple[Step, ...]]:
    """Return the features with threshold growth by numbers, where it is not answered and a prior exam is known."""
    size, before, days = features.diameter_mm, features.prior_diameter_mm, features.prior_days
    if features.threshold_growth is not None or size is None or before is None or days is None:
        return features, ()
    rule = diagnosis().growth
    # In hundredths of the prior size, so that 10 → 15 mm is exactly 50 %.
    is_threshold = size * 100 >= before * (100 + rule.percent) and days <= rule.days
    outcome = "present" if is_threshold else "absent"
    percent = number(math.floor((size - before) * 100 / before))
    text = fill(rule.text, percent=percent, days=number(days), outcome=rule.outcomes[outcome])
    return replace(features, threshold_growth=outcome), (Step("growth", text, outcome),)


def place(features: Features) -> Placed | None:
    """Find the lesion's cell in the table; None without a diameter."""
    size, table = features.diameter_mm, diagnosis().table
    if size is None:
        return None
    enhances = features.has(table.enhancement.item, [table.enhancement.value])
    fitting = (one.enhancement == enhances and one.from_mm <= size < one.below_mm for one in table.columns)
    column = list(fitting).index(True)
    found = [one for one in table.additional if features.has(one.item, [one.value])]
    row = min(len(found), len(table.rows) - 1)
    category = table.columns[column].cells[row]
    is_split = category == table.split
    if is_split:
        category = table.split_by[found[0].item]
    steps = (_column_step(size, column, enhances), _row_step(found, row, category))
    return Placed(Cell(column, row), category, (*steps, _split_step(category)) if is_split else steps)


def _column_step(size: float, column: int, enhances: bool) -> Step:
    table, texts = diagnosis().table, diagnosis().texts
    named = table.enhancement.title if enhances else texts["no_enhancement"]
    text = fill(texts["column"], enhancement=named, size=number(size), column=table.columns[column].title)
    return Step("column", text)


def _row_step(found: Sequence[Major], row: int, category: str) -> Step:
    table, texts = diagnosis().table, diagnosis().texts
    listed = joined(one.title for one in found) if found else texts["nothing"]
    return Step("row", fill(texts["row"], features=listed, row=table.rows[row], category=category), category)


def _split_step(category: str) -> Step:
    return Step("split", fill(diagnosis().texts["split"], reason=diagnosis().table.split_text), category)


def possible(features: Features) -> frozenset[str]:
    """Return what the table may give: one category, or without a diameter those of all sizes."""
    if features.diameter_mm is not None:
        sizes = [features.diameter_mm]
    else:
        sizes = [column.from_mm for column in diagnosis().table.columns]
    placed = (place(replace(features, diameter_mm=size)) for size in sizes)
    return frozenset(one.category for one in placed if one)


def pass_gates(features: Features, table: frozenset[str]) -> tuple[Gate | None, tuple[Step, ...]]:
    """Return the first gate that holds, and what was asked up to it; `table` is what the table may give."""
    steps: list[Step] = []
    for gate in diagnosis().gates:
        if holds(gate.when, features) and gate.unless_table not in table:
            return gate, (*steps, Step(gate.step, gate.yes, gate.category))
        steps.append(Step(gate.step, gate.no))
    return None, tuple(steps)


def adjust(category: str, features: Features) -> tuple[str, tuple[Step, ...]]:
    """Apply the ancillary features."""
    rule = diagnosis().ancillary
    malignancy = _signs(features.ancillary_malignancy, rule.malignancy, features)
    benignity = _signs(features.ancillary_benignity, rule.benignity, features)
    if category not in rule.scale or not (malignancy or benignity):
        return category, ()
    after, key = category, "conflict"
    if features.ancillary_applied == "no":
        key = "unused"
    elif not (malignancy and benignity):
        after, key = _moved(category, rule, up=bool(malignancy))
    listed = joined([*malignancy, *benignity])
    return after, (Step("ancillary", fill(rule.texts[key], features=listed, before=category, after=after), after),)


def break_tie(category: str, features: Features) -> tuple[str, tuple[Step, ...]]:
    """Choose the category of lower certainty, when another one is in doubt."""
    other = features.unsure_category
    if other is None or other == category:
        return category, ()
    after = diagnosis().tie_breaks.get(frozenset((category, other)))
    text = diagnosis().texts["tie" if after else "no_tie"]
    said = fill(text, before=category, other=other, after=after or category)
    return after or category, (Step("tie_break", said, after or category),)


def doubts(features: Features) -> tuple[Step, ...]:
    """Tell which features count as absent because the reader is unsure of them."""
    table, texts = diagnosis().table, diagnosis().texts
    majors = (table.enhancement, *table.additional)
    unsure = [one.title for one in majors if one.item in features.unsure_features]
    return (Step("unsure", fill(texts["unsure"], features=joined(unsure))),) if unsure else ()


def _moved(category: str, rule: Ancillary, *, up: bool) -> tuple[str, str]:
    position = rule.scale.index(category)
    if not up:
        return rule.scale[max(position - 1, 0)], "lowered" if position else "limit"
    if position >= rule.scale.index(rule.raised_to):
        return category, "limit"
    return rule.scale[position + 1], "raised"


def _signs(given: Iterable[str], known: Mapping[str, Sign], features: Features) -> list[Text]:
    """Return the titles of the features that count: those of MRI not on CT."""
    counted = [known[name] for name in given if name in known]
    return [one.title for one in counted if features.modality == "MR" or not one.mri]
