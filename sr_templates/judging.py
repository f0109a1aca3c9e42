"""Answers that a rule book computes: a group names the item that is chosen, and the engine that checks it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sr_templates.errors import AnswerError
from sr_templates.lirads import agreement
from sr_templates.messages import told
from sr_templates.template import Group, Text

#: Takes the chosen category, the chosen response and all answers; returns why a reason is needed.
Engine = Callable[[str, str | None, Mapping[str, Any]], Text | None]

ENGINES: Mapping[str, Engine] = {"lirads_v2018": agreement.disagreement}


def check(group: Group, member: Mapping[str, Any], path: str) -> None:
    """Check that what was chosen is what the engine computes, or has a reason.

    Parameters
    ----------
    path
        Of the member, as `nodules.0`.

    Raises
    ------
    AnswerError
        It differs, and there is no reason.
    """
    category = group.category
    if category is None or category.item not in member or member.get(category.reason):
        return
    response = member.get(category.response) if category.response else None
    why = ENGINES[category.engine](member[category.item], response, member)
    if why:
        raise AnswerError(told("choose_or_say", why=why, item=category.reason), f"{path}.{category.reason}")


def of_group(group: Group) -> Iterator[str]:
    """Yield what is wrong with what a group says of its engine."""
    category = group.category
    if category is None:
        return
    if category.engine not in ENGINES:
        yield f'there is no engine "{category.engine}"; there are {", ".join(ENGINES)}'
    for name in (category.item, category.reason, category.response):
        if name is not None and group.item(name) is None:
            yield f'category names the item "{name}", which the group does not have'
    item = group.item(category.item)
    if category.ascending and item and sorted(category.ascending) != sorted(value.name for value in item.values):
        yield f"ascending must have each value of {category.item} once"
