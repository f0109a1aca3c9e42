"""The exams as each template sees them, found anew from the rows of their studies, many at a time.

This is the only place that writes the tables of the templates and the records.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extras import Json, execute_values

from indexer import layout, phases, study, summary, tables
from indexer.phases import Detect, Row, rows_of
from indexer.records import Facts, Packer, Reading
from sr_templates import readings, template
from sr_templates.report import STATES
from sr_templates.template import Group, Template

#: Locks the studies, so that of two transactions about one study the later sees what the earlier has written.
STUDIES = "SELECT * FROM study WHERE study_instance_uid = ANY(%s) ORDER BY study_instance_uid FOR UPDATE"
REPORTS = """
SELECT sop_instance_uid, study_instance_uid, template, state, author, author_login, created, replaces, phases, answers,
  written
FROM report
WHERE study_instance_uid = ANY(%s)
"""
SEGMENTATIONS = """
SELECT sop_instance_uid, study_instance_uid, source_series_instance_uid, segments, replaces FROM segmentation
WHERE study_instance_uid = ANY(%s)
"""
NEW_PATIENTS = """
INSERT INTO patient_number (patient_id)
SELECT id FROM unnest(%s::text[]) AS id
WHERE id NOT IN (SELECT patient_id FROM patient_number WHERE patient_id = ANY(%s)) ORDER BY id
ON CONFLICT DO NOTHING
"""
PATIENTS = "SELECT patient_id, number FROM patient_number WHERE patient_id = ANY(%s)"
STATES_NOW = """
UPDATE study SET state = now.state FROM (VALUES %s) AS now (uid, state)
WHERE study.study_instance_uid = now.uid AND study.state <> now.state
"""
RECORDS = """
INSERT INTO record (template, study_instance_uid, changed, report, state, exam, members, listed) VALUES %s
ON CONFLICT (template, study_instance_uid) DO UPDATE SET changed = excluded.changed, report = excluded.report,
  state = excluded.state, exam = excluded.exam, members = excluded.members, listed = excluded.listed
RETURNING study_instance_uid, number
"""
NO_TEXTS = "DELETE FROM record_text WHERE study_instance_uid = ANY(%s)"
TEXTS = "INSERT INTO record_text (number, template, study_instance_uid, content) VALUES %s"
GONE = """
UPDATE record SET changed = pg_current_xact_id(), report = NULL, exam = NULL, members = NULL, listed = NULL
WHERE template = ANY(%s) AND study_instance_uid = ANY(%s) AND exam IS NOT NULL
"""


@dataclass(frozen=True)
class Exam:
    """A study and all that was written about it."""

    study: Row
    reports: Sequence[Row]
    phases: tuple[str, ...]
    has: tuple[str, ...]
    masks: Mapping[str, Sequence[str]]
    patient: int


def find_anew(cursor: Cursor, uids: Sequence[str], detect: Mapping[str, Detect]) -> None:
    """Write what each template sees of some studies.

    Parameters
    ----------
    detect
        Studies whose phases have to be told anew → what tells them.
    """
    studies = rows_of(cursor, STUDIES, uids)
    phases.tell(cursor, detect)
    found = _exams(cursor, studies, uids)
    cursor.execute(NO_TEXTS, (list(uids),))
    gone = sorted(set(uids) - {exam.study["study_instance_uid"] for exam in found})
    if gone:
        cursor.execute(GONE, (list(template.names()), gone))
    for name in template.names():
        _write(cursor, template.load(name), found, uids)
    states = [(exam.study["study_instance_uid"], state(exam.reports, current(exam.reports))) for exam in found]
    if states:
        execute_values(cursor, STATES_NOW, states, page_size=1000)


def current(reports: Sequence[Row], template_id: str | None = None) -> Row | None:
    """Return the current report: the most final one that no other has replaced, the newest of those.

    A draft replaces nothing: what was complete stays current until its successor is complete too.

    Parameters
    ----------
    template_id
        Whose reports count; None for those of any template.
    """
    finished = [report for report in reports if report["state"] != "draft"]
    replaced = {uid for report in finished for uid in report["replaces"]}
    candidates = [
        report
        for report in finished
        if report["template"]
        and report["sop_instance_uid"] not in replaced
        and template_id in (None, report["template"])
    ]
    return max(candidates, key=_finality, default=None)


def state(reports: Sequence[Row], found: Row | None) -> str:
    """Return the state of an exam with these reports and this current one."""
    if found:
        return str(found["state"])
    return "draft" if any(report["state"] == "draft" for report in reports) else study.NOT_READ


def _finality(report: Row) -> tuple[int, datetime, str]:
    return STATES.index(report["state"]), report["created"] or datetime.min, report["sop_instance_uid"]


def _exams(cursor: Cursor, studies: Sequence[Row], uids: Sequence[str]) -> list[Exam]:
    reports = defaultdict(list)
    for report in rows_of(cursor, REPORTS, uids):
        reports[report["study_instance_uid"]].append(report)
    phases_of = phases.of_studies(cursor, reports, uids)
    segmentations = defaultdict(list)
    for segmentation in rows_of(cursor, SEGMENTATIONS, uids):
        segmentations[segmentation["study_instance_uid"]].append(segmentation)
    patients = _patients(cursor, sorted({row["patient_id"] for row in studies}))
    found = []
    for row in studies:
        uid = row["study_instance_uid"]
        of_series = phases_of.get(uid, {})
        there = tuple(sorted({phase for each in of_series.values() for phase in each}))
        has = {
            "segmentation": uid in segmentations,
            "report": uid in reports,
            "four_phases": set(study.FOUR_PHASES) <= set(there),
        }
        masks = summary.masks(segmentations.get(uid, ()), of_series)
        names = tuple(name for name, it_has in has.items() if it_has)
        found.append(Exam(row, reports[uid], there, names, masks, patients[row["patient_id"]]))
    return found


def _patients(cursor: Cursor, ids: Sequence[str]) -> Mapping[str, int]:
    cursor.execute(NEW_PATIENTS, (ids, ids))
    cursor.execute(PATIENTS, (ids,))
    return dict(cursor.fetchall())


def _write(cursor: Cursor, of: Template, exams: Sequence[Exam], uids: Sequence[str]) -> None:
    seen = [(exam, current(exam.reports, of.id)) for exam in exams]
    _write_records(cursor, of, seen)
    found = [(exam, report) for exam, report in seen if report]
    _replace(cursor, tables.exam_table(of), uids, [_exam_row(of, exam, report) for exam, report in found])
    for group in of.groups:
        if group.repeats:
            rows = [row for _, report in found for row in _member_rows(of, group, report)]
            _replace(cursor, tables.member_table(of, group), uids, rows)


def _write_records(cursor: Cursor, of: Template, seen: Sequence[tuple[Exam, Row | None]]) -> None:
    packer = Packer(of)
    rows = []
    for exam, found in seen:
        facts = _facts(exam, of, found)
        answers = found["answers"] if found else {}
        about = (of.id, facts.study_instance_uid, found and found["sop_instance_uid"], facts.state)
        listed = Json(packer.listed(facts, answers))
        rows.append((*about, packer.exam(facts, answers), packer.members(answers), listed))
    kinds = "(%s, %s, pg_current_xact_id(), %s, %s, %s, %s::bytea[], %s)"
    numbers = dict(execute_values(cursor, RECORDS, rows, kinds, page_size=1000, fetch=True) if rows else ())
    texts = [
        (numbers[uid], of.id, uid, said)
        for exam, found in seen
        if (said := _written(exam, found)) and (uid := exam.study["study_instance_uid"])
    ]
    if texts:
        execute_values(cursor, TEXTS, texts, page_size=1000)


def _written(exam: Exam, found: Row | None) -> str:
    """Return the texts that count for an exam: of its current report, and of those that no template describes."""
    foreign = [
        report for report in exam.reports if report["template"] not in template.names() and report["state"] != "draft"
    ]
    said = sorted(report["written"] for report in ([found] if found else []) + foreign)
    return "\n".join(one for one in said if one)


def _facts(exam: Exam, of: Template, found: Row | None) -> Facts:
    row = exam.study
    own = [report for report in exam.reports if report["template"] == of.id]
    created = max((report["created"] for report in ([found] if found else own) if report["created"]), default=None)
    return Facts(
        study_instance_uid=row["study_instance_uid"],
        patient=exam.patient,
        patient_id=row["patient_id"],
        sex=row["sex"],
        age=row["age"],
        study_date=row["study_date"],
        state=state(own, found),
        month=layout.month(created) if created else None,
        phases=exam.phases,
        has=exam.has,
        masks=exam.masks,
        reader=_reader(own, found),
        readings=_readings(own),
    )


def _readings(own: Sequence[Row]) -> tuple[Reading, ...]:
    """Return how far each reader is, by login."""
    names = {report["author_login"]: report["author"] for report in own}
    states = readings.furthest((report["author_login"], report["state"]) for report in own)
    return tuple(Reading(login, names[login], state) for login, state in sorted(states.items()))


def _reader(own: Sequence[Row], found: Row | None) -> str | None:
    """Return the author of the current report, else of the newest draft."""
    newest = found or max(own, key=_finality, default=None)
    return (newest["author"] or None) if newest else None


def _exam_row(of: Template, exam: Exam, found: Row) -> list[Any]:
    about = dict(exam.study) | {
        "report": found["sop_instance_uid"],
        "state": found["state"],
        "has_segmentation": "segmentation" in exam.has,
        "phases": list(exam.phases),
    }
    answers = found["answers"]
    derived, items = tables.derived_row(of, answers), tables.exam_row(of, answers)
    return [exam.study["study_instance_uid"], *tables.about(about), *derived, *items]


def _member_rows(of: Template, group: Group, found: Row) -> list[list[Any]]:
    given = enumerate(found["answers"].get(group.name, ()), start=1)
    return [[found["study_instance_uid"], number, *tables.member_row(of, group, member)] for number, member in given]


def _replace(cursor: Cursor, table: str, uids: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Replace what a table has of some studies."""
    named = sql.Identifier(table)
    cursor.execute(sql.SQL("DELETE FROM {} WHERE study_instance_uid = ANY(%s)").format(named), (list(uids),))
    if rows:
        execute_values(cursor, sql.SQL("INSERT INTO {} VALUES %s").format(named), rows, page_size=1000)
