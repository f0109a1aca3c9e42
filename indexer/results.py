"""The rows of what a search found: as JSON of a page or of everything, and as the cells of a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from sr_templates.template import Group, Item, Template

#: Exams by their numbers, each as JSON: PostgreSQL writes it, so that nobody has to read it and write it again. An exam
#: without a current report has no answers.
EXAMS = """
SELECT record.number, study.study_instance_uid, record.listed->'readings',
  left(json_build_object('study_instance_uid', study.study_instance_uid,
  'patient_id', study.patient_id, 'sex', study.sex, 'age', study.age, 'study_date', study.study_date,
  'description', study.description, 'state', record.state, 'answers', coalesce(report.answers, '{}'),
  'viewer', %s || study.study_instance_uid, 'priors', (SELECT count(*) FROM study AS earlier
    WHERE earlier.patient_id = study.patient_id AND earlier.study_date < study.study_date))::text, -1)
  || ', ' || substr(record.listed::text, 2)
FROM record JOIN study USING (study_instance_uid)
LEFT JOIN report ON report.sop_instance_uid = record.report
WHERE record.template = %s AND record.number = ANY(%s)
"""
VIEWER = "/ohif/hepatia?StudyInstanceUIDs="
STUDY = ("study_instance_uid", "patient_id", "sex", "age", "study_date", "state")

#: Exams that are fetched at once.
CHUNK = 500

#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Row:
    """An exam as JSON of GET /search; `readings`: how far each reader is."""

    study_instance_uid: str
    readings: Sequence[Mapping[str, str]]
    text: str


def rows(template: Template, cursor: Cursor, numbers: Sequence[int]) -> list[Row]:
    """Return exams in the order of their numbers."""
    cursor.execute(EXAMS, (VIEWER, template.id, list(numbers)))
    found = {number: Row(*told) for number, *told in cursor.fetchall()}
    return [found[number] for number in numbers]


def texts(template: Template, cursor: Cursor, numbers: Sequence[int]) -> list[str]:
    """Return exams in the order of their numbers, as JSON of GET /search."""
    return [row.text for row in rows(template, cursor, numbers)]


def every_text(template: Template, cursor: Cursor, numbers: Sequence[int]) -> Iterator[str]:
    """Yield exams in the order of their numbers, fetched by the chunk."""
    for start in range(0, len(numbers), CHUNK):
        yield from texts(template, cursor, numbers[start : start + CHUNK])


def header(template: Template, rows: Group | None) -> list[str]:
    """Return the names of the columns: of the exams, or of the members of one repeated group."""
    if rows:
        return [*STUDY, "number", *(f"{rows.name}.{item.name}" for item in rows.items)]
    single = [(group, item) for group in template.groups if not group.repeats for item in group.items]
    repeated = [f"{group.name}.described" for group in template.groups if group.repeats]
    return [*STUDY, *(f"{group.name}.{item.name}" for group, item in single), *repeated]


def cells(template: Template, rows: Group | None, one: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the rows of one exam: a single one, or one for each member of a repeated group."""
    answers = one["answers"]
    about = [_text(one[name]) for name in STUDY]
    if rows:
        for number, member in enumerate(answers.get(rows.name, ()), start=1):
            yield [*about, number, *_cells(rows.items, member)]
        return
    values = [
        cell
        for group in template.groups
        if not group.repeats
        for cell in _cells(group.items, answers.get(group.name, {}))
    ]
    described = [len(answers.get(group.name, ())) for group in template.groups if group.repeats]
    yield [*about, *values, *described]


def _cells(items: Sequence[Item], answers: Mapping[str, Any]) -> list[Any]:
    return [_text(answers.get(item.name)) for item in items]


def _text(value: Any) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    """Return a cell; a text that a spreadsheet would calculate is marked as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = ";".join(map(str, value))
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value
