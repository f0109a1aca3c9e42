"""How far models' pre-annotations agree with what readers made of them, by model, version and kind of structure."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer.block import Block, Mask
from sr_templates.template import Template

#: Only the last version of a mask counts: what was still corrected later is not what the reader meant.
AGREEMENTS = """
SELECT record.number, final.agreement->>'model', final.agreement->>'version', dice.key, dice.value::float
FROM segmentation AS final JOIN record USING (study_instance_uid), jsonb_each_text(final.agreement->'dice') AS dice
WHERE record.template = %s AND final.agreement IS NOT NULL AND NOT EXISTS (
  SELECT FROM segmentation AS later WHERE later.study_instance_uid = final.study_instance_uid
  AND final.sop_instance_uid = ANY(later.replaces))
ORDER BY 2, 3, 4
"""


@dataclass(frozen=True)
class ModelQuality:
    """One kind of structure by one version of a model; figures are Dice's coefficient over the final masks."""

    model: str
    version: str
    kind: str
    masks: int
    mean: float
    median: float
    minimum: float


def of_exams(template: Template, block: Block, exams: Mask, cursor: Cursor) -> tuple[ModelQuality, ...]:
    """Return the agreement in some exams; `cursor` is of the transaction that sees the same as the block."""
    cursor.execute(AGREEMENTS, (template.id,))
    chosen = set(block.numbers[exams].tolist())
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for number, model, version, kind, value in cursor.fetchall():
        if number in chosen:
            found[model, version, kind].append(value)
    return tuple(_summary(about, values) for about, values in found.items())


def _summary(about: tuple[str, str, str], values: list[float]) -> ModelQuality:
    figures = (np.mean(values), np.median(values), np.min(values))
    return ModelQuality(*about, len(values), *(round(float(one), 4) for one in figures))
