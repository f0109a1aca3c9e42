"""The exams that have no reader's mask yet, in the order in which they should be read next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from psycopg2.extras import RealDictCursor

from indexer import ordering, search, text
from indexer.benefit import Case, rank
from indexer.index import Index
from indexer.search import Search
from sr_templates.template import Template

Order = Literal["newest", "benefit"]
ORDERS: tuple[Order, ...] = ("newest", "benefit")

#: The newest of as many exams with a mask and without are compared; more would not change much, and take longer.
MOST_COMPARED = 2000

#: No reader has touched what a model wrote (nothing before it, no segment by hand), nor what was only carried from
#: another series, whose own mask tells.
READ_BY_A_READER = """NOT (replaces = '{}' AND (coalesce(algorithm->>'type', '') = 'AUTOMATIC'
      OR coalesce(algorithm->>'name', '') = 'HepatIA carry'))"""

#: Exams with CT by their numbers: what describes them, and whether a reader has made a mask.
EXAMS = f"""
SELECT record.number, study.study_instance_uid, study.patient_id, study.sex, study.age, study.study_date,
  study.description, record.state, record.listed, record_text.content,
  (SELECT count(*) FROM study AS earlier
   WHERE earlier.patient_id = study.patient_id AND earlier.study_date < study.study_date) AS priors,
  (SELECT max((algorithm->>'uncertainty')::float) FROM segmentation
   WHERE segmentation.study_instance_uid = study.study_instance_uid) AS uncertainty
FROM record JOIN study USING (study_instance_uid) LEFT JOIN record_text ON record_text.number = record.number
WHERE record.template = %s AND record.number = ANY(%s)
  AND EXISTS (SELECT FROM series WHERE series.study_instance_uid = study.study_instance_uid AND modality = 'CT')
  AND %s = EXISTS (SELECT FROM segmentation
    WHERE segmentation.study_instance_uid = study.study_instance_uid AND {READ_BY_A_READER})
ORDER BY study.study_date DESC NULLS LAST, study.study_instance_uid LIMIT {MOST_COMPARED}
"""  # noqa: S608 -- constants of this file


@dataclass(frozen=True)
class Worklist:
    """Exams to be read next, and how many of those that the search finds were looked at."""

    total: int
    sort: Order
    items: list[dict[str, Any]]
    words: str


def run(index: Index, template: Template, asked: Search, sort: Order) -> Worklist:
    """Return the exams that a search finds and that have CT and no reader's mask.

    At most `MOST_COMPARED` are counted and ordered, the newest ones.
    """
    with search.matched(index, template, asked) as (found, cursor):
        _, numbers = ordering.page(found.block, found.exams(), ordering.NEWEST_FIRST)
        with cursor.connection.cursor(cursor_factory=RealDictCursor) as rows:
            rows.execute(EXAMS, (template.id, numbers, False))
            waiting = rows.fetchall()
            rows.execute(EXAMS, (template.id, numbers, True))
            done = rows.fetchall() if sort == "benefit" else []
    start = (asked.page - 1) * asked.page_size
    end = start + asked.page_size
    if sort == "newest":
        items = [_item(row) for row in waiting[start:end]]
    else:
        ranked = rank([_case(row) for row in waiting], [_case(row) for row in done], end)[start:]
        items = [_item(waiting[one.position]) | {"benefit": one.benefit, "reason": one.reason} for one in ranked]
    return Worklist(len(waiting), sort, items, search.words(asked))


def _case(row: Mapping[str, Any]) -> Case:
    said = text.words(" ".join(filter(None, (row["description"], row["content"]))))
    facts = [f"phase {phase}" for phase in row["listed"]["phases"]]
    facts += [f"sex {row['sex']}", f"age {row['age'] // 10 * 10}" if row["age"] is not None else "age unknown"]
    return Case(frozenset((*said, *facts)), row["uncertainty"])


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    shown: Sequence[str] = ("study_instance_uid", "patient_id", "sex", "age", "state", "description", "priors")
    date = row["study_date"].isoformat() if row["study_date"] else None
    viewer = f"/ohif/hepatia?StudyInstanceUIDs={row['study_instance_uid']}"
    about = {name: row[name] for name in shown} | {"study_date": date} | row["listed"]
    return {**about, "viewer": viewer, "benefit": None, "reason": None}
