"""Template → columns: how each item of an exam, and of each member of a repeated group, is kept as a number.

One layout serves the records in PostgreSQL and the columns in memory, which are made of them without a conversion.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np

from indexer import study, summary
from sr_templates.template import NUMERIC, Group, Item, Template

#: Forms of a column → what a number in it means.
FORMS = {
    "code": "0: none; 1, 2 …: the values in their order; the last: one that the template does not know",
    "codes": "one bit for each value; the last bit: one that the template does not know",
    "number": "the number; NaN: none",
    "key": "a hash of the text; 0: none",
}


@dataclass(frozen=True)
class Field:
    """One column; `values` in their order, of the coded forms only."""

    name: str
    form: str
    values: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """Type of the column, as the modules struct and numpy call it."""
        if self.form == "number":
            return "d"
        if self.form == "key":
            return "Q"
        needed = len(self.values) + 1 if self.form == "codes" else (len(self.values) + 1).bit_length()
        return next(letter for bits, letter in ((8, "B"), (16, "H"), (32, "I"), (64, "Q")) if needed <= bits)

    @property
    def unknown(self) -> int:
        """The number of a value that the template does not know."""
        return 1 << len(self.values) if self.form == "codes" else len(self.values) + 1

    def number(self, answer: Any) -> float | int:  # noqa: ANN401 -- an answer is any JSON value
        """Return the number that stands for an answer."""
        return _NUMBERS[self.form](self, answer)

    def code(self, value: str) -> int:
        """Return the number of one value."""
        if value not in self.values:
            return self.unknown
        place = self.values.index(value)
        return 1 << place if self.form == "codes" else place + 1


def _number(_field: Field, answer: Any) -> float:  # noqa: ANN401
    if isinstance(answer, date):
        return answer.toordinal()
    return answer if isinstance(answer, int | float) and not isinstance(answer, bool) else float("nan")


def _code(field: Field, answer: Any) -> int:  # noqa: ANN401
    return field.code(answer) if isinstance(answer, str) else 0


def _codes(field: Field, answer: Any) -> int:  # noqa: ANN401
    bits = 0
    for value in answer if isinstance(answer, list | tuple) else ():
        bits |= field.code(value)
    return bits


def _key(_field: Field, answer: Any) -> int:  # noqa: ANN401
    return key(answer) if isinstance(answer, str) else 0


_NUMBERS: Mapping[str, Callable[[Field, Any], float | int]] = {
    "number": _number,
    "code": _code,
    "codes": _codes,
    "key": _key,
}


def key(text: str) -> int:
    """Return 64 bits that stand for a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


#: What every exam has: as filters name it.
STUDY_FIELDS = (
    Field("patient.sex", "code", tuple(study.SEXES)),
    Field("patient.age", "number"),
    Field("study.date", "number"),
    Field("study.phase", "codes", tuple(study.PHASES)),
    Field("state", "code", tuple(study.EXAM_STATES)),
    Field("has", "codes", tuple(study.HAS)),
    Field("report.month", "number"),
    Field("reader", "key"),
    Field("phases", "number"),
    Field("masks", "number"),
    Field("masks.liver", "codes", tuple(study.PHASES)),
    Field("masks.nodule", "codes", tuple(study.PHASES)),
)


@dataclass(frozen=True)
class Layout:
    """The columns of one template.

    Attributes
    ----------
    members
        Name of a repeated group → its columns.
    """

    exam: tuple[Field, ...]
    members: Mapping[str, tuple[Field, ...]]

    @cached_property
    def _by_path(self) -> Mapping[str, Field]:
        members = (field for fields in self.members.values() for field in fields)
        return {field.name: field for field in (*self.exam, *members)}

    def field(self, path: str) -> Field:
        """Return the column of a path."""
        return self._by_path[path]


#: What stands before the fields of an exam: its place in the usual order, the key of its Study Instance UID, the number
#: of its patient, and the beginnings of the Patient ID and of the reader's name to sort by. Each with its type in numpy
#: and in the module struct.
_HEAD = (
    ("order", "<Q", "Q"),
    ("study", "<Q", "Q"),
    ("patient", "<I", "I"),
    ("patient_id", "S16", "16s"),
    ("reader_name", "S24", "24s"),
)


def of(template: Template) -> Layout:
    """Return the layout of a template."""
    single = [field(group, item) for group in template.groups if not group.repeats for item in group.items]
    return Layout(
        (*STUDY_FIELDS, *_summary_fields(template), *(one for one in single if one)),
        {
            group.name: tuple(one for item in group.items if (one := field(group, item)))
            for group in template.groups
            if group.repeats
        },
    )


def _summary_fields(template: Template) -> list[Field]:
    """Return the columns of what lists tell about the members of a group."""
    told = summary.of_template(template)
    if told is None:
        return []
    numbers = [name for name in told.titles if name != told.category.name]
    return [Field(told.category.name, "code", told.ascending), *(Field(name, "number") for name in numbers)]


def field(group: Group, item: Item) -> Field | None:
    """Return the column of an item; texts have none."""
    values = tuple(value.name for value in item.values)
    if item.values:
        form = "code" if item.kind == "evaluation" else "codes"
    elif item.kind in NUMERIC:
        form = "number"
    elif item.kind == "tracking_uid":
        form = "key"
    else:
        return None
    return Field(f"{group.name}.{item.name}", form, values)


def exam_type(layout: Layout) -> np.dtype[np.void]:
    """Return the type of an exam's record, with the number that PostgreSQL puts before it."""
    groups = [(f"members of {name}", "<H") for name in layout.members]
    fields = [(one.name, "<" + one.letter) for one in layout.exam]
    return np.dtype([("number", ">i4"), *((name, kind) for name, kind, _ in _HEAD), *groups, *fields])


def member_type(fields: Sequence[Field]) -> np.dtype[np.void]:
    """Return the type of a member's record; of a group without columns, one byte."""
    return np.dtype([(one.name, "<" + one.letter) for one in fields] or [("", "<B")])


def exam_struct(layout: Layout) -> struct.Struct:
    """Return what writes an exam's record: order, study, patient, Patient ID, members of each group, fields."""
    letters = "".join(letter for *_, letter in _HEAD) + "H" * len(layout.members)
    return struct.Struct("<" + letters + "".join(one.letter for one in layout.exam))


def member_struct(fields: Sequence[Field]) -> struct.Struct:
    """Return what writes a member's record."""
    return struct.Struct("<" + ("".join(one.letter for one in fields) or "x"))


def order(study_instance_uid: str, study_date: date | None) -> int:
    """Return the place of an exam among all: by date, those without one first, then by a hash of the UID."""
    return (study_date.toordinal() if study_date else 0) << 40 | key(study_instance_uid) >> 24


def month(day: date) -> int:
    """Return the number of a month, from the beginning of the era."""
    return day.year * 12 + day.month - 1
