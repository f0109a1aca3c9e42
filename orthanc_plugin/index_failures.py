"""What to do about an object that could not be indexed, by what is wrong with it: a table, like that of refusals."""

import re

from sr_templates.template import Text

#: The first that is found in the reason holds.
REMEDIES: tuple[tuple[re.Pattern[str], Text], ...] = (
    (
        re.compile("cannot be read|ends early|truncated|damaged", re.IGNORECASE),
        Text(
            "It is damaged: send it again from its source under a new UID; this one stays stored, and does no harm.",
            "Está danificado: reenvie da origem com novo UID; este permanece armazenado, sem prejuízo.",
        ),
    ),
    (
        re.compile("grid|spacing|orientation|slices", re.IGNORECASE),
        Text(
            "Its geometry does not fit its images: check that the whole series has arrived, then retry.",
            "A geometria não corresponde às imagens: verifique se a série chegou inteira e tente de novo.",
        ),
    ),
    (
        re.compile("", re.IGNORECASE),
        Text(
            "Retry; if it fails again, report the reason and who wrote it: every valid SR and SEG should be read.",
            "Tente de novo; se falhar, relate o motivo e quem o gravou: todo SR e SEG válido deveria ser lido.",
        ),
    ),
)


def remedy(reason: str) -> Text:
    """Return what to do."""
    return next(text for pattern, text in REMEDIES if pattern.search(reason))
