"""Writes rows within one transaction; every method may be repeated, in any order, with the same end."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extras import Json

from indexer import tables
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from sr_templates import template
from sr_templates.report import STATES, Report
from sr_templates.template import Template

#: The exam's current report: the most final one that no other has replaced, the newest of those. A draft replaces
#: nothing: what was complete stays current until its successor is complete too.
CURRENT = """
SELECT sop_instance_uid, template, state, answers FROM report AS r
WHERE study_instance_uid = %(study)s AND template IS NOT NULL AND state <> 'draft'
  AND NOT EXISTS (
    SELECT 1 FROM report AS later
    WHERE later.study_instance_uid = %(study)s AND later.state <> 'draft' AND r.sop_instance_uid = ANY(later.replaces))
ORDER BY array_position(%(states)s, state) DESC, created DESC NULLS LAST, sop_instance_uid DESC
LIMIT 1
"""


class Writer:
    """Puts and removes rows with the cursor of one transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def put_study(self, row: StudyRow) -> None:
        """Put what the images say of a study."""
        self._upsert("study", asdict(row), ("study_instance_uid",))

    def put_series(self, row: SeriesRow) -> None:
        """Put a series."""
        self._upsert("series", asdict(row), ("series_instance_uid",))

    def put_report(self, report: Report) -> None:
        """Put a report, and find the exam's current one anew."""
        row = {name: value for name, value in vars(report).items() if name not in ("answers", "findings", "replaces")}
        row |= {"answers": _json(report.answers), "findings": _json([asdict(finding) for finding in report.findings])}
        row |= {"replaces": list(report.replaces)}
        self._upsert("report", row, ("sop_instance_uid",))
        # A report may come before its images: it says enough to be found.
        known = {name: row[name] for name in ("study_instance_uid", "patient_id", "sex", "age", "study_date")}
        self._upsert("study", known, ("study_instance_uid",), overwrite=False)
        self.forget_failure(report.sop_instance_uid)
        self._find_current(report.study_instance_uid)

    def put_segmentation(self, row: SegmentationRow) -> None:
        """Put a segmentation."""
        values = vars(row) | {"algorithm": _json(row.algorithm) if row.algorithm else None}
        self._upsert("segmentation", values | {"segments": _json(list(row.segments))}, ("sop_instance_uid",))
        self.forget_failure(row.sop_instance_uid)

    def remove(self, sop_instance_uid: str) -> None:
        """Remove whatever is indexed of an instance."""
        self.forget_failure(sop_instance_uid)
        self._cursor.execute("DELETE FROM segmentation WHERE sop_instance_uid = %s", (sop_instance_uid,))
        self._cursor.execute(
            "DELETE FROM report WHERE sop_instance_uid = %s RETURNING study_instance_uid", (sop_instance_uid,)
        )
        for (study_instance_uid,) in self._cursor.fetchall():
            self._find_current(study_instance_uid)

    def remove_series(self, series_instance_uid: str) -> None:
        """Remove a series and what is indexed of its instances."""
        self._cursor.execute("DELETE FROM series WHERE series_instance_uid = %s", (series_instance_uid,))
        for table in ("report", "segmentation"):
            query = sql.SQL("SELECT sop_instance_uid FROM {} WHERE series_instance_uid = %s").format(
                sql.Identifier(table)
            )
            self._cursor.execute(query, (series_instance_uid,))
            for (sop_instance_uid,) in self._cursor.fetchall():
                self.remove(sop_instance_uid)

    def remove_study(self, study_instance_uid: str) -> None:
        """Remove a study and all that is indexed of it."""
        for table in ("series", "report", "segmentation"):
            self._delete_of_study(table, study_instance_uid)
        self._find_current(study_instance_uid)
        self._delete_of_study("study", study_instance_uid)

    def put_failure(self, sop_instance_uid: str, reason: str) -> None:
        """Remember that an object could not be indexed, and why."""
        self._upsert("failure", {"sop_instance_uid": sop_instance_uid, "reason": reason}, ("sop_instance_uid",))

    def forget_failure(self, sop_instance_uid: str) -> None:
        """Forget it: the object is indexed now, or gone."""
        self._cursor.execute("DELETE FROM failure WHERE sop_instance_uid = %s", (sop_instance_uid,))

    def set_position(self, sequence: int) -> None:
        """Set how far the archive's changes are indexed."""
        self._cursor.execute("UPDATE bookkeeping SET position = %s", (sequence,))

    def set_rebuilt(self, identifier: str | None) -> None:
        """Set how far a rebuild has come; None when it is complete."""
        self._cursor.execute("UPDATE bookkeeping SET rebuilt_to = %s", (identifier,))

    def _find_current(self, study_instance_uid: str) -> None:
        for name in template.names():
            self._delete_typed(template.load(name), study_instance_uid)
        self._cursor.execute(CURRENT, {"study": study_instance_uid, "states": list(STATES)})
        found = self._cursor.fetchone()
        if found and found[1] in template.names():
            self._insert_typed(template.load(found[1]), study_instance_uid, found[3])
        self._set_state(study_instance_uid, found[2] if found else None)

    def _set_state(self, study_instance_uid: str, current: str | None) -> None:
        self._cursor.execute(
            "UPDATE study SET state = coalesce(%(current)s, CASE WHEN EXISTS (SELECT 1 FROM report WHERE"
            " study_instance_uid = %(study)s AND state = 'draft') THEN 'draft' ELSE 'not_read' END)"
            " WHERE study_instance_uid = %(study)s",
            {"current": current, "study": study_instance_uid},
        )

    def _insert_typed(self, of: Template, study_instance_uid: str, answers: Mapping[str, Any]) -> None:
        values = [study_instance_uid, *tables.exam_row(of, answers), tables.full_text(of, answers), _json(answers)]
        self._insert(tables.exam_table(of), values)
        for group in of.groups:
            for number, member in enumerate(answers.get(group.name, ()) if group.repeats else (), start=1):
                row = [study_instance_uid, number, *tables.member_row(of, group, member)]
                self._insert(tables.member_table(of, group), row)

    def _insert(self, table: str, values: list[Any]) -> None:
        places = sql.SQL(", ").join(sql.Placeholder() * len(values))
        self._cursor.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), places), values)

    def _delete_typed(self, of: Template, study_instance_uid: str) -> None:
        names = [tables.exam_table(of), *(tables.member_table(of, group) for group in of.groups if group.repeats)]
        for table in names:
            self._delete_of_study(table, study_instance_uid)

    def _delete_of_study(self, table: str, study_instance_uid: str) -> None:
        query = sql.SQL("DELETE FROM {} WHERE study_instance_uid = %s").format(sql.Identifier(table))
        self._cursor.execute(query, (study_instance_uid,))

    def _upsert(self, table: str, row: Mapping[str, Any], key: tuple[str, ...], *, overwrite: bool = True) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, row))
        changes = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in row if name not in key]
        action = sql.SQL("UPDATE SET {}").format(sql.SQL(", ").join(changes)) if overwrite else sql.SQL("NOTHING")
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO {}").format(
            sql.Identifier(table),
            names,
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
            sql.SQL(", ").join(map(sql.Identifier, key)),
            action,
        )
        self._cursor.execute(query, list(row.values()))


def _json(value: Any) -> Json:  # noqa: ANN401 -- any JSON value
    return Json(value, dumps=lambda data: json.dumps(data, ensure_ascii=False))
