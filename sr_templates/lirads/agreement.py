"""Whether a reader's choice needs a reason: where it differs from what the features give (docs/lirads.md)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sr_templates.lirads import engine
from sr_templates.lirads.rules import diagnosis, responses
from sr_templates.lirads.values import Assessment, Features
from sr_templates.messages import told
from sr_templates.template import Text

#: Choosing one of these is the answer to its gate, where the gate's own items are unanswered.
IMPLIED: Mapping[str, Mapping[str, Any]] = {
    "LR-NC": {"image_problem": "omission"},
    "LR-TIV": {"tumor_in_vein": "definite"},
    "LR-1": {"benignity": "definite"},
    "LR-2": {"benignity": "probable"},
    "LR-M": {"nontargetoid_features": ("other",)},
}

#: A lesion for which the table alone gives one of these is no matter of judgment at the gate.
TOO_CERTAIN: Mapping[str, frozenset[str]] = {
    "LR-1": frozenset({"LR-4", "LR-5"}),
    "LR-2": frozenset({"LR-4", "LR-5"}),
    "LR-M": frozenset({"LR-5"}),
}

#: The only category of the table that a lesion without a diameter cannot have.
NEEDS_SIZE = "LR-5"


def disagreement(category: str, response: str | None, answers: Mapping[str, Any]) -> Text | None:
    """Return what the features give instead, in a sentence without a patient's value; None when they agree.

    Parameters
    ----------
    category, response
        What the reader chose.
    answers
        Of the same lesion, the features among them.
    """
    features = Features.of(answers)
    if responses().kind(features.treatment):
        return _of_treated(category, response, features)
    if category == engine.TREATED:
        return told("untreated") if _is_untreated(features) else None
    return _of_untreated(category, features)


def _is_untreated(features: Features) -> bool:
    return features.treatment == "none"


def _of_treated(category: str, response: str | None, features: Features) -> Text | None:
    computed = engine.assess(features)
    if category != engine.TREATED:
        return told("treated")
    if response and computed.response and response != computed.response:
        named = responses().outcomes[computed.response].title
        given = Text(computed.response, named.pt.lower())
        return told("response", response=given, version=computed.version, deciding=_deciding(computed))
    return None


def _of_untreated(category: str, features: Features) -> Text | None:
    computed = engine.assess(features)
    if computed.category == category:
        return None
    if category in IMPLIED:
        return None if _is_judged(category, features, computed) else _instead(computed)
    if computed.category:
        return _instead(computed)
    return told("needs_size", category=category) if category == NEEDS_SIZE else None


def _is_judged(category: str, features: Features, computed: Assessment) -> bool:
    """Whether the category is one that the reader may give by judgment alone."""
    implied = {name: value for name, value in IMPLIED[category].items() if not features.answered(name)}
    is_open = len(implied) == len(IMPLIED[category])
    judged = engine.gate_category(replace(features, **implied))
    return is_open and judged == category and computed.table_category not in TOO_CERTAIN.get(category, ())


def _instead(computed: Assessment) -> Text:
    if computed.category is None:
        return told("gates")
    return told("category", category=computed.category, version=computed.version, deciding=_deciding(computed))


def _deciding(computed: Assessment) -> Text:
    """Tell the cell of the table, or the step that decided: never a number of the patient's."""
    if computed.cell:
        table = diagnosis().table
        column, row = table.columns[computed.cell.column].title, table.rows[computed.cell.row]
        return told("deciding", column=column, row=row)
    steps = (step for step in computed.explanation if step.outcome in (computed.category, computed.response))
    return next(steps).text
