"""Writes rows within one transaction; every method may be repeated, in any order, with the same end.

What is put is gathered and written at the end, table by table: a thousand objects take as few statements as one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extras import Json, execute_values

from indexer import exams, text
from indexer.phases import Detect
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from sr_templates import template
from sr_templates.report import Report

#: Table → its key; in the order in which rows are written: the same in every transaction, so that no two wait for each
#: other.
KEYS: Mapping[str, str] = {
    "study": "study_instance_uid",
    "series": "series_instance_uid",
    "acquisition": "series_instance_uid",
    "segmentation": "sop_instance_uid",
    "report": "sop_instance_uid",
    "failure": "sop_instance_uid",
}

#: Of a report: what is written in another form, or is in its SR alone.
NOT_AS_THEY_ARE = ("answers", "findings", "replaces", "lengths", "verifier")


class Writer:
    """Puts and removes rows with the cursor of one transaction; `flush` must be called before its end."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._rows: dict[str, dict[str, Mapping[str, Any]]] = {table: {} for table in KEYS}
        self._mentioned: dict[str, Mapping[str, Any]] = {}
        self._indexed: set[str] = set()
        self._touched: set[str] = set()
        self._detect: dict[str, Detect] = {}

    def put_study(self, row: StudyRow) -> None:
        """Put what the images say of a study."""
        self._put("study", asdict(row))

    def put_series(self, row: SeriesRow, detect: Detect | None = None) -> None:
        """Put a series.

        Parameters
        ----------
        detect
            Tells the phases of a study's CT series by their acquisitions.
        """
        values = vars(row) | {}
        acquisition = values.pop("acquisition")
        self._put("series", values)
        if acquisition is not None and detect:
            about = {"series_instance_uid": row.series_instance_uid, "study_instance_uid": row.study_instance_uid}
            self._put("acquisition", about | {"attributes": _json(acquisition)})
            self._detect[row.study_instance_uid] = detect

    def put_report(self, report: Report) -> None:
        """Put a report, and find the exam's current one anew."""
        row = {name: value for name, value in vars(report).items() if name not in NOT_AS_THEY_ARE}
        row |= {"answers": _json(report.answers), "findings": _json([asdict(finding) for finding in report.findings])}
        row |= {"phases": _json(dict(report.phases))}
        row |= {"replaces": list(report.replaces), "written": _written(report)}
        self._put("report", row)
        # A report may come before its images: it says enough to be found.
        self._mentioned[report.study_instance_uid] = {
            name: row[name] for name in ("study_instance_uid", "patient_id", "sex", "age", "study_date")
        }
        self._indexed.add(report.sop_instance_uid)

    def put_segmentation(self, row: SegmentationRow) -> None:
        """Put a segmentation."""
        values = vars(row) | {
            name: _json(value) if (value := vars(row)[name]) else None for name in ("algorithm", "agreement")
        }
        self._put("segmentation", values | {"segments": _json(list(row.segments)), "replaces": list(row.replaces)})
        self._indexed.add(row.sop_instance_uid)

    def put_failure(self, sop_instance_uid: str, reason: str) -> None:
        """Remember that an object could not be indexed, and why."""
        self._rows["failure"][sop_instance_uid] = {"sop_instance_uid": sop_instance_uid, "reason": reason}
        self._indexed.discard(sop_instance_uid)

    def remove(self, sop_instance_uid: str) -> None:
        """Remove whatever is indexed of an instance."""
        self._write()
        self._cursor.execute("DELETE FROM failure WHERE sop_instance_uid = %s", (sop_instance_uid,))
        for table in ("segmentation", "report"):
            self._delete(table, "sop_instance_uid", sop_instance_uid)

    def remove_series(self, series_instance_uid: str) -> None:
        """Remove a series and what is indexed of its instances."""
        self._write()
        self._delete("series", "series_instance_uid", series_instance_uid)
        self._delete("acquisition", "series_instance_uid", series_instance_uid)
        for table in ("report", "segmentation"):
            query = sql.SQL("SELECT sop_instance_uid FROM {} WHERE series_instance_uid = %s")
            self._cursor.execute(query.format(sql.Identifier(table)), (series_instance_uid,))
            for (sop_instance_uid,) in self._cursor.fetchall():
                self.remove(sop_instance_uid)

    def remove_study(self, study_instance_uid: str) -> None:
        """Remove a study and all that is indexed of it."""
        self._write()
        self._touched.add(study_instance_uid)
        for table in ("series", "acquisition", "report", "segmentation", "study"):
            self._delete(table, "study_instance_uid", study_instance_uid)

    def set_position(self, sequence: int) -> None:
        """Set how far the archive's changes are indexed."""
        self._cursor.execute("UPDATE bookkeeping SET position = %s", (sequence,))

    def set_rebuilt(self, identifier: str | None) -> None:
        """Set how far a rebuild has come; None when it is complete."""
        finished = "now()" if identifier is None else "NULL"
        self._cursor.execute(f"UPDATE bookkeeping SET rebuilt_to = %s, rebuild_finished = {finished}", (identifier,))  # noqa: S608

    def flush(self) -> None:
        """Write what was put, and the exams that it concerns."""
        self._write()
        if self._touched:
            exams.find_anew(self._cursor, sorted(self._touched), self._detect)
        self._touched.clear()
        self._detect.clear()

    def _put(self, table: str, row: Mapping[str, Any]) -> None:
        self._rows[table][row[KEYS[table]]] = row
        self._touched.add(row["study_instance_uid"])

    def _write(self) -> None:
        for table, key in KEYS.items():
            rows = self._rows[table]
            _upsert(self._cursor, table, key, [rows[name] for name in sorted(rows)])
            rows.clear()
            if table == "study":
                mentioned = [self._mentioned[name] for name in sorted(self._mentioned)]
                _upsert(self._cursor, table, key, mentioned, overwrite=False)
        if self._indexed:
            self._cursor.execute("DELETE FROM failure WHERE sop_instance_uid = ANY(%s)", (sorted(self._indexed),))
        self._mentioned.clear()
        self._indexed.clear()

    def _delete(self, table: str, column: str, value: str) -> None:
        named = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
        query = sql.SQL("DELETE FROM {table} WHERE {column} = %s RETURNING study_instance_uid").format(**named)
        self._cursor.execute(query, (value,))
        self._touched.update(study for (study,) in self._cursor.fetchall())


def _upsert(cursor: Cursor, table: str, key: str, rows: Sequence[Mapping[str, Any]], *, overwrite: bool = True) -> None:
    if not rows:
        return
    changes = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in rows[0] if name != key]
    query = sql.SQL("INSERT INTO {} ({}) VALUES %s ON CONFLICT ({}) DO {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, rows[0])),
        sql.Identifier(key),
        sql.SQL("UPDATE SET {}").format(sql.SQL(", ").join(changes)) if overwrite else sql.SQL("NOTHING"),
    )
    execute_values(cursor, query, [list(row.values()) for row in rows], page_size=1000)


def _written(report: Report) -> str:
    known = template.load(report.template) if report.template in template.names() else None
    return text.written(report, known)


def _json(value: Any) -> Json:  # noqa: ANN401 -- any JSON value
    return Json(value, dumps=lambda data: json.dumps(data, ensure_ascii=False))
