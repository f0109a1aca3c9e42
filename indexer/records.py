"""Answers → the record of an exam: the bytes that the columns in memory are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from struct import Struct
from typing import Any

from indexer import layout, summary, text
from indexer.layout import Field, Layout
from sr_templates.template import Template

#: As many members of one group are searched; a record says their number in 16 bits.
MOST_MEMBERS = 65_535


@dataclass(frozen=True)
class Reading:
    """How far one reader is with a report of his own; `name` as a DICOM person name."""

    login: str
    name: str
    state: str


@dataclass(frozen=True)
class Facts:
    """What is known of an exam beside its answers.

    Attributes
    ----------
    month
        Of its report, see `layout.month`.
    masks
        Phases that have a mask, by the kind of its segments.
    reader
        Author of its report.
    readings
        Of everybody who has written one.
    """

    study_instance_uid: str
    patient: int
    patient_id: str
    sex: str | None
    age: int | None
    study_date: date | None
    state: str
    month: int | None = None
    phases: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    masks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reader: str | None = None
    readings: tuple[Reading, ...] = ()


class Packer:
    """Writes the records of one template."""

    def __init__(self, template: Template) -> None:
        self.layout: Layout = layout.of(template)
        self._summary = summary.of_template(template)
        self._exam: Struct = layout.exam_struct(self.layout)
        self._members = {name: layout.member_struct(fields) for name, fields in self.layout.members.items()}

    def exam(self, facts: Facts, answers: Mapping[str, Any]) -> bytes:
        """Return the record of an exam, without the number that PostgreSQL gives it."""
        known = {
            "patient.sex": facts.sex,
            "patient.age": facts.age,
            "study.date": facts.study_date,
            "study.phase": facts.phases,
            "state": facts.state,
            "has": facts.has,
            "report.month": facts.month,
            "reader": facts.reader,
            "phases": len(facts.phases),
            "masks": len({phase for each in facts.masks.values() for phase in each}),
            **{f"masks.{kind}": tuple(phases) for kind, phases in facts.masks.items()},
            **(self._summary.of_answers(answers) if self._summary else {}),
        }
        counts = [len(_members(answers, name)) for name in self.layout.members]
        values = [
            one.number(known[one.name] if one.name in known else _answer(answers, one)) for one in self.layout.exam
        ]
        place = layout.order(facts.study_instance_uid, facts.study_date)
        reader = text.normalize(facts.reader or "").encode()
        study = layout.key(facts.study_instance_uid)
        return self._exam.pack(place, study, facts.patient, facts.patient_id.encode(), reader, *counts, *values)

    def listed(self, facts: Facts, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return what lists tell of an exam."""
        about = {
            "phases": summary.in_order(facts.phases),
            "masks": dict(facts.masks),
            "reader": facts.reader,
            "readings": [asdict(one) for one in facts.readings],
        }
        return about | (self._summary.of_answers(answers) if self._summary else {})

    def members(self, answers: Mapping[str, Any]) -> list[bytes]:
        """Return the records of the members of each repeated group, one after the other."""
        return [
            b"".join(
                self._members[name].pack(*(one.number(member.get(_item(one))) for one in fields))
                for member in _members(answers, name)
            )
            for name, fields in self.layout.members.items()
        ]


def _members(answers: Mapping[str, Any], group: str) -> Sequence[Mapping[str, Any]]:
    given: Sequence[Mapping[str, Any]] = answers.get(group, ())
    return given[:MOST_MEMBERS]


def _answer(answers: Mapping[str, Any], field: Field) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    return answers.get(field.name.partition(".")[0], {}).get(_item(field))


def _item(field: Field) -> str:
    return field.name.partition(".")[2]
