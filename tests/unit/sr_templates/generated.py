"""Answers of every template, within its JSON Schema: as hypothesis makes them, and sampled."""

import re
from random import Random
from typing import Any

from hypothesis import strategies as st

from sr_templates import schema
from sr_templates.template import Group, Item, Template

TEXT = re.compile(schema.TEXT_PATTERN)
#: All that UTF-8 can hold.
CHARACTERS = st.characters(exclude_categories=["Cs"])


STRATEGIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {}


def all_answers(of: Template) -> st.SearchStrategy[dict[str, Any]]:
    if of.id not in STRATEGIES:
        STRATEGIES[of.id] = _all_answers(of)
    return STRATEGIES[of.id]


def _all_answers(of: Template) -> st.SearchStrategy[dict[str, Any]]:
    def consistent(answers: dict[str, Any]) -> dict[str, Any]:
        return with_counts(of, answers)

    groups = {
        group.name: st.lists(member(group), min_size=1, max_size=4, unique_by=identity)
        if group.repeats
        else member(group)
        for group in of.groups
    }
    return st.fixed_dictionaries({}, optional=groups).map(consistent)


def identity(answers: dict[str, Any]) -> Any:
    return answers["tracking_uid"]


def with_counts(of: Template, answers: dict[str, Any]) -> dict[str, Any]:
    """No count is below the members described."""
    for group in of.groups:
        counting, _, counted = (group.counted_by or "").partition(".")
        if counted in answers.get(counting, {}):
            described = len(answers.get(group.name, []))
            answers[counting] = answers[counting] | {counted: max(answers[counting][counted], described)}
    return answers


def members(group: Group) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(member(group), min_size=1, max_size=4, unique_by=identity)


def member(group: Group) -> st.SearchStrategy[dict[str, Any]]:
    """Answers of one member; each has an identity, as the server gives it."""
    fixed = {"tracking_uid"} & {item.name for item in group.items}
    items = {item.name: answer(item) for item in group.items if not item.retired}
    optional = {name: strategy for name, strategy in items.items() if name not in fixed}
    return st.fixed_dictionaries({name: items[name] for name in fixed}, optional=optional)


def answer(item: Item) -> st.SearchStrategy[Any]:
    names = [value.name for value in item.offered]
    match item.kind:
        case "evaluation":
            return st.sampled_from(names)
        case "set" | "sites":
            several = st.lists(st.sampled_from(names), min_size=1, unique=True)
            return several.map(lambda chosen: [one for one in chosen if one in item.alone][:1] or chosen)
        case "text":
            return st.text(CHARACTERS, min_size=1, max_size=80).filter(lambda text: TEXT.search(text) is not None)
        case "tracking_uid":
            return st.integers(1, 2**128 - 1).map("2.25.{}".format)
        case "count" | "segment_number":
            return st.integers(int(item.minimum or 0), int(item.maximum or 255))
        case _:
            return st.one_of(decimal(item), whole(item))


def decimal(item: Item) -> st.SearchStrategy[float]:
    low = item.minimum if item.minimum is not None else item.above
    return st.floats(low or 0, item.maximum or 1e9, exclude_min=item.above is not None, allow_subnormal=False)


def whole(item: Item) -> st.SearchStrategy[int]:
    low = item.minimum if item.minimum is not None else (item.above or 0) + 1
    return st.integers(int(low), int(item.maximum or 10**9))


def sampled(of: Template, seed: int) -> dict[str, Any]:
    """Answers to most items, the same for the same seed; for what takes too long to be searched by hypothesis."""
    random = Random(seed)
    answers: dict[str, Any] = {}
    for group in of.groups:
        several = [sampled_member(group, random) for _ in range(random.randint(1, 6))]
        answers[group.name] = several if group.repeats else several[0]
    return with_counts(of, answers)


def sampled_member(group: Group, random: Random) -> dict[str, Any]:
    return {
        item.name: sampled_answer(item, random)
        for item in group.items
        if not item.retired and (item.kind == "tracking_uid" or random.random() < 0.85)
    }


def sampled_answer(item: Item, random: Random) -> Any:
    names = [value.name for value in item.offered]
    low, high = (item.minimum if item.minimum is not None else item.above or 0), item.maximum or 1e6
    match item.kind:
        case "evaluation":
            return random.choice(names)
        case "set" | "sites":
            chosen = random.sample(names, random.randint(1, len(names)))
            return [one for one in chosen if one in item.alone][:1] or chosen
        case "text":
            return random.choice(["Realce na fase tardia", "Só na fase portal; 日本", 'Line one\nline "two" <3>'])
        case "tracking_uid":
            return f"2.25.{random.getrandbits(127) + 1}"
        case "count" | "segment_number":
            return random.randint(int(low), int(item.maximum or 255))
        case _:
            return random.choice([low + (high - low) * random.random(), round(low + (high - low) * random.random(), 1)])
