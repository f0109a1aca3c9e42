"""The phases of the series of many studies: told by what is kept of them, or as a reader has corrected them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.extras import execute_values

from sr_templates import corrections
from sr_templates.corrections import Correcting

Row = Mapping[str, Any]
#: What is kept of the CT series of one study, by Series Instance UID → the phases that each shows.
Detect = Callable[[Mapping[str, Mapping[str, Any]]], Mapping[str, Sequence[str]]]


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


def tell(cursor: Cursor, detect: Mapping[str, Detect]) -> None:
    """Write the phases of the series of some studies, as they are told anew."""
    acquisitions: dict[str, dict[str, Any]] = defaultdict(dict)
    query = "SELECT * FROM acquisition WHERE study_instance_uid = ANY(%s)"
    for row in rows_of(cursor, query, sorted(detect)) if detect else ():
        acquisitions[row["study_instance_uid"]][row["series_instance_uid"]] = row["attributes"]
    told = [
        (series, list(phases))
        for uid, found in acquisitions.items()
        for series, phases in sorted(detect[uid](found).items())
    ]
    if told:
        execute_values(cursor, DETECTED, told, "(%s, %s::text[])", page_size=1000)


def of_studies(
    cursor: Cursor, reports: Mapping[str, Sequence[Row]], uids: Sequence[str]
) -> dict[str, dict[str, Sequence[str]]]:
    """Return the phases of the series of each study, as detected or as a reader has corrected them."""
    corrected = {
        series: one for each in reports.values() for series, one in corrections.current(map(_correcting, each)).items()
    }
    found: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    changed = []
    for row in rows_of(cursor, SERIES, uids):
        uid = row["series_instance_uid"]
        phases = [corrected[uid].phase] if uid in corrected else row["detected"]
        found[row["study_instance_uid"]][uid] = phases
        if phases != row["phases"]:
            changed.append((uid, phases))
    if changed:
        execute_values(cursor, PHASES_NOW, changed, "(%s, %s::text[])", page_size=1000)
    return found


def _correcting(report: Row) -> Correcting:
    return Correcting(*(report[name] for name in ("sop_instance_uid", "author", "created", "replaces", "phases")))


def rows_of(cursor: Cursor, query: str, uids: Sequence[str]) -> list[Row]:
    """Return what a query finds about some studies."""
    cursor.execute(query, (list(uids),))
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
