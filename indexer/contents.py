"""What a study has beside its answers: the phases of its CT series, and the masks that count for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.index import Index

SERIES = """
SELECT series_instance_uid, number, description, phases FROM series
WHERE study_instance_uid = %s AND modality = 'CT' ORDER BY number NULLS LAST, series_instance_uid
"""

#: Of several masks of one series the first one counts: what a reader has drawn before what a model has, the newest.
SEGMENTATIONS = """
SELECT sop_instance_uid, source_series_instance_uid, author, created, algorithm FROM segmentation
WHERE study_instance_uid = %s AND sop_instance_uid NOT IN (
  SELECT unnest(replaces) FROM segmentation WHERE study_instance_uid = %s)
ORDER BY coalesce(algorithm->>'type', '') = 'AUTOMATIC' AND replaces = '{}', created DESC NULLS LAST, sop_instance_uid
"""


@dataclass(frozen=True)
class Mask:
    """A segmentation that no other has replaced."""

    sop_instance_uid: str
    author: str
    created: str
    algorithm: Mapping[str, Any]


@dataclass(frozen=True)
class Scans:
    """A CT series; `phases` has one for each scan in it, or the one that a reader has corrected it to."""

    series_instance_uid: str
    number: int | None
    description: str
    phases: Sequence[str]
    masks: Sequence[Mask]


def of_study(index: Index, study_instance_uid: str) -> list[Scans]:
    """Return the CT series of a study, each with its masks: the one that counts first.

    Raises
    ------
    IndexUnavailable
        PostgreSQL does not answer.
    """
    masks: dict[str | None, list[Mask]] = {}
    for row in index.query(SEGMENTATIONS, (study_instance_uid, study_instance_uid)):
        created = row["created"].isoformat() if row["created"] else ""
        mask = Mask(row["sop_instance_uid"], row["author"], created, row["algorithm"] or {})
        masks.setdefault(row["source_series_instance_uid"], []).append(mask)
    return [
        Scans(uid, row["number"], row["description"] or "", row["phases"] or (), masks.get(uid, ()))
        for row in index.query(SERIES, (study_instance_uid,))
        if (uid := row["series_instance_uid"])
    ]
