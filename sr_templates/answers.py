"""Answers: a JSON object after a template, checked before anything is written."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from sr_templates import consistency, judging, schema
from sr_templates.errors import AnswerError
from sr_templates.messages import told
from sr_templates.template import Group, Template, Text, load

Answers = Mapping[str, Any]

#: Rules of the schema, and the message that tells each.
PLAIN = {
    "required": "required",
    "additionalProperties": "no_item",
    "minimum": "minimum",
    "exclusiveMinimum": "above",
    "maximum": "maximum",
    "uniqueItems": "twice",
    "minItems": "at_least_one",
    "maxItems": "alone",
}

#: JSON may escape them, UTF-8 cannot hold them.
SURROGATE = re.compile("[\ud800-\udfff]")


def check(template: Template, answers: object, *, complete: bool, retired: bool = False) -> None:
    """Check answers against the template.

    Parameters
    ----------
    complete
        Whether required answers must be there, and what an engine computes otherwise has a reason; a draft may lack
        both.
    retired
        Whether retired items and values are accepted, as in a report of an older version that is verified now.

    Raises
    ------
    AnswerError
        The first rule that is broken, with the path of the item; never with the answer itself.
    """
    make = _validator if _is_shipped(template) else _make_validator
    validator = make(template, complete, retired)
    error = min(validator.iter_errors(answers), key=_order, default=None)
    if error is not None:
        raise AnswerError(_message(error), _path(error))
    assert isinstance(answers, Mapping)
    for value_path, value in _leaves(answers):
        if isinstance(value, float) and not math.isfinite(value):
            raise AnswerError(told("not_finite"), value_path)
        if isinstance(value, str) and not value.isprintable() and SURROGATE.search(value):
            raise AnswerError(told("surrogate"), value_path)
    _check_counts(template, answers)
    if complete:
        _check_judgments(template, answers)
        consistency.check(template, answers)


def with_tracking_uids(template: Template, answers: Answers, mint: Callable[[], str]) -> dict[str, Any]:
    """Return the answers with a tracking UID for every member of a repeated group that has none yet.

    Parameters
    ----------
    mint
        Gives a new UID.
    """
    identified = dict(answers)
    for group in template.groups:
        if group.repeats and group.item("tracking_uid"):
            members = answers.get(group.name, [])
            identified[group.name] = [
                {**member, "tracking_uid": member.get("tracking_uid") or mint()} for member in members
            ]
    return identified


def without_measured(template: Template, answers: Answers) -> dict[str, Any]:
    """Return answers that are not checked yet, without what only the server measures."""
    names = {group.name: {item.name for item in group.items if item.measured} for group in template.groups}
    return {name: _without(given, names.get(name, set())) for name, given in answers.items()}


def _without(given: object, names: set[str]) -> object:
    if isinstance(given, list):
        return [_without(member, names) if isinstance(member, Mapping) else member for member in given]
    return {name: one for name, one in given.items() if name not in names} if isinstance(given, Mapping) else given


def _check_counts(template: Template, answers: Answers) -> None:
    for group in template.groups:
        members = answers.get(group.name, []) if group.repeats else []
        uids = [member["tracking_uid"] for member in members if "tracking_uid" in member]
        if len(uids) != len(set(uids)):
            raise AnswerError(told("same_tracking"), group.name)
        if group.counted_by:
            _check_count(group, group.counted_by, answers, len(members))


def _check_judgments(template: Template, answers: Answers) -> None:
    for group in template.groups:
        if group.repeats:
            for position, member in enumerate(answers.get(group.name, [])):
                judging.check(group, member, f"{group.name}.{position}")
        else:
            judging.check(group, answers.get(group.name, {}), group.name)


def _check_count(group: Group, path: str, answers: Answers, described: int) -> None:
    group_name, item_name = path.split(".")
    count = answers.get(group_name, {}).get(item_name)
    if count is not None and count < described:
        raise AnswerError(told("count", described=described, group=_named(group)), path)


def _named(group: Group) -> Text:
    return Text(group.name, group.title.pt.lower())


def _is_shipped(template: Template) -> bool:
    try:
        return load(template.id) is template
    except KeyError:
        return False


def _validator(template: Template, complete: bool, retired: bool) -> Draft202012Validator:
    return _validator_of(template.id, complete, retired)


@cache
def _validator_of(template_id: str, complete: bool, retired: bool) -> Draft202012Validator:
    return _make_validator(load(template_id), complete, retired)


def _make_validator(template: Template, complete: bool, retired: bool) -> Draft202012Validator:
    return Draft202012Validator(schema.json_schema(template, complete=complete, retired=retired))


def _order(error: ValidationError) -> tuple[int, list[str]]:
    """Deepest last: what is wrong with an item is said before what is missing above it."""
    return -len(error.absolute_path), [str(part) for part in error.absolute_path]


def _path(error: ValidationError) -> str:
    parts = [str(part) for part in error.absolute_path]
    if error.validator in ("required", "additionalProperties"):
        parts.append(_offender(error))
    return ".".join(parts)


def _offender(error: ValidationError) -> str:
    """Return the item that is missing, or that the template does not have."""
    present: Any = error.instance
    required: Any = error.validator_value
    if error.validator == "required":
        return str(next(name for name in required if name not in present))
    known: Any = error.schema
    return min(str(name) for name in present if name not in known.get("properties", {}))


def _message(error: ValidationError) -> Text:
    limit: Any = error.validator_value
    match error.validator:
        case "enum":
            return told("no_value", values=", ".join(map(str, limit)))
        case "type":
            return told("type", type=limit)
        case "minimum" | "exclusiveMinimum" | "maximum":
            return told(PLAIN[error.validator], limit=limit)
        case "pattern":
            return told("uid" if limit == schema.UID_PATTERN else "text")
        case plain if plain in PLAIN:
            return told(PLAIN[plain])
        case other:
            return told("other_rule", rule=str(other), limit=str(limit))


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _leaves(member, f"{path}.{index}")
    else:
        yield path, value
