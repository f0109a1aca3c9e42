"""The exams as each template sees them, found anew from the rows of their studies, many at a time.

This is the only place that writes the tables of the templates and the records.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extras import execute_values

from indexer import layout, study, tables
from indexer.records import Facts, Packer
from sr_templates import corrections, template
from sr_templates.corrections import Correcting
from sr_templates.report import STATES
from sr_templates.template import Group, Template

Row = Mapping[str, Any]
#: What is kept of the CT series of one study, by Series Instance UID → the phases that each shows.
Detect = Callable[[Mapping[str, Mapping[str, Any]]], Mapping[str, Sequence[str]]]

#: Locks the studies, so that of two transactions about one study the later sees what the earlier has written.
STUDIES = "SELECT * FROM study WHERE study_instance_uid = ANY(%s) ORDER BY study_instance_uid FOR UPDATE"
REPORTS = """
SELECT sop_instance_uid, study_instance_uid, template, state, author, created, replaces, phases, answers, written
FROM report
WHERE study_instance_uid = ANY(%s)
"""
SEGMENTED = "SELECT DISTINCT study_instance_uid FROM segmentation WHERE study_instance_uid = ANY(%s)"
SERIES = """
SELECT series_instance_uid, study_instance_uid, detected, phases FROM series
WHERE study_instance_uid = ANY(%s) AND detected IS NOT NULL ORDER BY series_instance_uid
"""
DETECTED = """
UPDATE series SET detected = now.phases FROM (VALUES %s) AS now (uid, phases)
WHERE series.series_instance_uid = now.uid
"""
PHASES_NOW = """
UPDATE series SET phases = now.phases FROM (VALUES %s) AS now (uid, phases)
WHERE series.series_instance_uid = now.uid
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
INSERT INTO record (template, study_instance_uid, changed, report, state, exam, members) VALUES %s
ON CONFLICT (template, study_instance_uid) DO UPDATE SET changed = excluded.changed, report = excluded.report,
  state = excluded.state, exam = excluded.exam, members = excluded.members
RETURNING study_instance_uid, number
"""
NO_TEXTS = "DELETE FROM record_text WHERE study_instance_uid = ANY(%s)"
TEXTS = "INSERT INTO record_text (number, template, study_instance_uid, content) VALUES %s"
GONE = """
UPDATE record SET changed = pg_current_xact_id(), report = NULL, exam = NULL, members = NULL
WHERE template = ANY(%s) AND study_instance_uid = ANY(%s) AND exam IS NOT NULL
"""


@dataclass(frozen=True)
class Exam:
    """A study and all that was written about it."""

    study: Row
    reports: Sequence[Row]
    phases: tuple[str, ...]
    has: tuple[str, ...]
    patient: int


def find_anew(cursor: Cursor, uids: Sequence[str], detect: Mapping[str, Detect]) -> None:
    """Write what each template sees of some studies.

    Parameters
    ----------
    detect
        Studies whose phases have to be told anew → what tells them.
    """
    studies = _rows(cursor, STUDIES, uids)
    _tell_phases(cursor, detect)
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
    for report in _rows(cursor, REPORTS, uids):
        reports[report["study_instance_uid"]].append(report)
    phases = _phases(cursor, reports, uids)
    segmented = {row["study_instance_uid"] for row in _rows(cursor, SEGMENTED, uids)}
    patients = _patients(cursor, sorted({row["patient_id"] for row in studies}))
    found = []
    for row in studies:
        uid = row["study_instance_uid"]
        has = {"segmentation": uid in segmented, "report": uid in reports}
        there = tuple(name for name, it_has in has.items() if it_has)
        found.append(Exam(row, reports[uid], phases.get(uid, ()), there, patients[row["patient_id"]]))
    return found


def _patients(cursor: Cursor, ids: Sequence[str]) -> Mapping[str, int]:
    cursor.execute(NEW_PATIENTS, (ids, ids))
    cursor.execute(PATIENTS, (ids,))
    return dict(cursor.fetchall())


def _tell_phases(cursor: Cursor, detect: Mapping[str, Detect]) -> None:
    acquisitions: dict[str, dict[str, Any]] = defaultdict(dict)
    query = "SELECT * FROM acquisition WHERE study_instance_uid = ANY(%s)"
    for row in _rows(cursor, query, sorted(detect)) if detect else ():
        acquisitions[row["study_instance_uid"]][row["series_instance_uid"]] = row["attributes"]
    told = [
        (series, list(phases))
        for uid, found in acquisitions.items()
        for series, phases in sorted(detect[uid](found).items())
    ]
    if told:
        execute_values(cursor, DETECTED, told, "(%s, %s::text[])", page_size=1000)


def _phases(cursor: Cursor, reports: Mapping[str, Sequence[Row]], uids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the phases of each study, those of its series as detected or as a reader has corrected them."""
    corrected = {
        series: one for each in reports.values() for series, one in corrections.current(map(_correcting, each)).items()
    }
    found: dict[str, set[str]] = defaultdict(set)
    changed = []
    for row in _rows(cursor, SERIES, uids):
        uid = row["series_instance_uid"]
        phases = [corrected[uid].phase] if uid in corrected else row["detected"]
        found[row["study_instance_uid"]].update(phases)
        if phases != row["phases"]:
            changed.append((uid, phases))
    if changed:
        execute_values(cursor, PHASES_NOW, changed, "(%s, %s::text[])", page_size=1000)
    return {uid: tuple(sorted(phases)) for uid, phases in found.items()}


def _correcting(report: Row) -> Correcting:
    return Correcting(*(report[name] for name in ("sop_instance_uid", "author", "created", "replaces", "phases")))


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
        rows.append((*about, packer.exam(facts, answers), packer.members(answers)))
    kinds = "(%s, %s, pg_current_xact_id(), %s, %s, %s, %s::bytea[])"
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
    )


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


def _rows(cursor: Cursor, query: str, uids: Sequence[str]) -> list[Row]:
    cursor.execute(query, (list(uids),))
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
