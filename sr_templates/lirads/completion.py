"""An incomplete lesion: the features that its category waits for, and the cells of the table that they leave open."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from sr_templates.lirads import diagnose, engine
from sr_templates.lirads.rules import diagnosis, responses
from sr_templates.lirads.values import Cell, Features

SIZE = "diameter_mm"
#: Any answer that does not count in the table, a gate apart.
ABSENT = "absent"


def missing(features: Features) -> tuple[str, ...]:
    """Return the unanswered features that the category, or the response of a treated lesion, waits for.

    None where a gate before the table decides, however they are answered.
    """
    if responses().kind(features.treatment):
        return engine.assess(features).needs
    return () if _is_decided(features) else _open(features)


def possible_cells(features: Features) -> tuple[Cell, ...]:
    """Return the cells of the table that a lesion may still be in, by column and row.

    One where every feature is answered, none where a gate before the table decides or the lesion was treated.
    """
    if responses().kind(features.treatment) or _is_decided(features):
        return ()
    placed = (diagnose.place(one) for one in _completions(features))
    return tuple(sorted({one.cell for one in placed if one}, key=lambda cell: (cell.column, cell.row)))


def _is_decided(features: Features) -> bool:
    """Whether a gate holds in every completion; only one of them asks what the table gives."""
    return all(
        diagnose.pass_gates(one, frozenset({placed.category}))[0] is not None
        for one in _completions(features)
        if (placed := diagnose.place(one))
    )


def _open(features: Features) -> tuple[str, ...]:
    known, _ = diagnose.with_growth(features.certain())
    table = diagnosis().table
    asked = (SIZE, table.enhancement.item, *(one.item for one in table.additional))
    return tuple(name for name in asked if not known.answered(name))


def _completions(features: Features) -> Iterator[Features]:
    """Yield the lesion with its open features in each of the ways that the table tells apart."""
    known, _ = diagnose.with_growth(features.certain())
    table = diagnosis().table
    ways: dict[str, tuple[Any, ...]] = {
        one.item: (one.value, ABSENT) for one in (table.enhancement, *table.additional)
    } | {SIZE: tuple(sorted({column.from_mm for column in table.columns}))}
    names = _open(features)
    for values in product(*(ways[name] for name in names)):
        answered: dict[str, Any] = dict(zip(names, values, strict=True))
        yield replace(known, **answered)
