"""Rules between answers, told by the template: a contradiction is refused, or flagged and kept; others propose."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sr_templates.errors import AnswerError
from sr_templates.template import CODED, NUMERIC, Alternative, Group, Rule, Template, Text

REFUSE, FLAG, PROPOSE = "refuse", "flag", "propose"


@dataclass(frozen=True)
class Flag:
    """A contradiction that is kept; `path` names the item that a reader should look at."""

    rule: str
    path: str
    text: Text


def check(template: Template, answers: Mapping[str, Any]) -> None:
    """Refuse answers that contradict each other.

    Raises
    ------
    AnswerError
        A rule of the template says so.
    """
    for rule in _broken(template, answers, REFUSE):
        raise AnswerError(Text(f"{rule.text.en}.", f"{rule.text.pt}."), rule.path)


def flags(template: Template, answers: Mapping[str, Any]) -> tuple[Flag, ...]:
    """Return the contradictions that are only flagged."""
    return tuple(Flag(rule.name, rule.path, rule.text) for rule in _broken(template, answers, FLAG))


def proposals(template: Template) -> list[dict[str, Any]]:
    """Return the rules that propose an answer, for the form: the first that holds does."""
    return [
        {
            "path": rule.path,
            "value": rule.value,
            "text": {"en": rule.text.en, "pt": rule.text.pt},
            "when": [dict(one) for one in rule.when],
            "unless": [dict(one) for one in rule.unless],
        }
        for rule in template.rules
        if rule.then == PROPOSE
    ]


def of_template(template: Template) -> Iterator[str]:
    """Yield what is wrong with the rules of a template."""
    for rule in template.rules:
        if rule.then not in (REFUSE, FLAG, PROPOSE):
            yield f"{rule.name}: then is {REFUSE}, {FLAG} or {PROPOSE}"
        item = template.item(rule.path)
        if item is None:
            yield f'{rule.name}: there is no item "{rule.path}"'
        elif (rule.then == PROPOSE) != (rule.value is not None):
            yield f"{rule.name}: what proposes has a value, nothing else has"
        elif rule.value is not None and item.value(rule.value) is None:
            yield f'{rule.name}: {rule.path} does not have the value "{rule.value}"'
        for alternative in (*rule.when, *rule.unless):
            yield from (f"{rule.name}: {problem}" for problem in _of_alternative(alternative, template))


def describe(template: Template) -> Iterator[str]:
    """Yield the rules for the documentation (Markdown)."""
    for title, proposes in (("Contradictions", False), ("Proposals", True)):
        found = [rule for rule in template.rules if (rule.then == PROPOSE) is proposes]
        if found:
            yield from ("", f"## {title}", "", "| item | then | English | Português |", "|---|---|---|---|")
        for rule in found:
            then = f"{rule.then} `{rule.value}`" if proposes else rule.then
            yield f"| `{rule.path}` | {then} | {rule.text.en} | {rule.text.pt} |"


def _broken(template: Template, answers: Mapping[str, Any], then: str) -> Iterator[Rule]:
    for rule in template.rules:
        if rule.then == then and _holds(rule.when, template, answers) and not _holds(rule.unless, template, answers):
            yield rule


def _holds(alternatives: Iterable[Alternative], template: Template, answers: Mapping[str, Any]) -> bool:
    return any(_all_hold(alternative, template, answers) for alternative in alternatives)


def _all_hold(alternative: Alternative, template: Template, answers: Mapping[str, Any]) -> bool:
    """Whether every condition holds; those on a repeated group must hold for one and the same member."""
    return all(
        any(_member_has(member, group.name, alternative) for member in _members(group, answers))
        for group in template.groups
        if any(path.startswith(f"{group.name}.") for path in alternative)
    )


def _members(group: Group, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answers.get(group.name, [])) if group.repeats else [answers.get(group.name, {})]


def _member_has(member: Mapping[str, Any], group: str, alternative: Alternative) -> bool:
    return all(
        _has(member.get(item), wanted)
        for path, wanted in alternative.items()
        for of_group, _, item in [path.partition(".")]
        if of_group == group
    )


def _has(answer: Any, wanted: tuple[str, ...] | Mapping[str, float]) -> bool:  # noqa: ANN401 -- any JSON value
    if answer is None:
        return False
    if isinstance(wanted, Mapping):
        return bool(wanted.get("min", answer) <= answer <= wanted.get("max", answer))
    return any(one in wanted for one in (answer if isinstance(answer, list) else [answer]))


def _of_alternative(alternative: Alternative, template: Template) -> Iterator[str]:
    for path, wanted in alternative.items():
        item = template.item(path)
        if item is None:
            yield f'there is no item "{path}"'
        elif isinstance(wanted, Mapping):
            if item.kind not in NUMERIC or not set(wanted) <= {"min", "max"}:
                yield f"{path}: min and max are of numbers"
        elif item.kind not in CODED or any(item.value(value) is None for value in wanted):
            yield f"{path} does not have these values"
