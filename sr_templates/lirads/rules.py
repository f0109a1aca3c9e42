"""The rules of `v2018.toml` and `treatment.toml` as values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sr_templates.lirads.values import Features
from sr_templates.template import Text

#: Alternatives, of which one must hold; each asks several features for one of some values.
Conditions = tuple[Mapping[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Outcome:
    """A category or a response: what it is called, and what is suggested then."""

    title: Text
    management: Text


@dataclass(frozen=True)
class Gate:
    """A question before the table; `items` are the features that are asked for nothing but this gate."""

    step: str
    category: str
    items: tuple[str, ...]
    when: Conditions
    unless_table: str | None
    yes: Text
    no: Text


@dataclass(frozen=True)
class Major:
    """A major feature, and the value that counts."""

    item: str
    value: str
    title: Text


@dataclass(frozen=True)
class Column:
    """A column of the table; holds from `from_mm` on and below `below_mm`."""

    enhancement: bool
    from_mm: float
    below_mm: float
    short: str
    title: Text
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The diagnostic table; the cell `split` depends on which feature it is."""

    enhancement: Major
    additional: tuple[Major, ...]
    rows: tuple[Text, ...]
    columns: tuple[Column, ...]
    split: str
    split_by: Mapping[str, str]
    split_text: Text


@dataclass(frozen=True)
class Sign:
    """An ancillary feature; those of MRI alone never count on CT."""

    title: Text
    mri: bool


@dataclass(frozen=True)
class Ancillary:
    """Features that may move a category by one along the scale; upwards no further than `raised_to`."""

    scale: tuple[str, ...]
    raised_to: str
    malignancy: Mapping[str, Sign]
    benignity: Mapping[str, Sign]
    texts: Mapping[str, Text]


@dataclass(frozen=True)
class Growth:
    """Threshold growth by numbers."""

    percent: float
    days: int
    text: Text
    outcomes: Mapping[str, Text]


@dataclass(frozen=True)
class Diagnosis:
    """The diagnostic algorithm."""

    version: str
    reference: str
    categories: Mapping[str, Outcome]
    gates: tuple[Gate, ...]
    table: Table
    growth: Growth
    ancillary: Ancillary
    tie_breaks: Mapping[frozenset[str], str]
    texts: Mapping[str, Text]


@dataclass(frozen=True)
class Rule:
    """A response, and when it is that."""

    response: str
    when: Conditions
    text: Text


@dataclass(frozen=True)
class Tree:
    """How the response to some kinds of treatment is found; the first rule that holds decides."""

    algorithm: str
    kinds: tuple[str, ...]
    version: str
    title: Text
    reference: str
    needs: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Treatment:
    """A treatment; `kind` is None for what is not locoregional."""

    title: Text
    kind: str | None


@dataclass(frozen=True)
class Responses:
    """Everything about treated lesions."""

    default: str
    treatments: Mapping[str, Treatment]
    outcomes: Mapping[str, Outcome]
    trees: tuple[Tree, ...]
    labels: Mapping[str, Text]
    texts: Mapping[str, Text]

    def kind(self, treatment: str | None) -> str | None:
        """Return the kind of a treatment; None when it is not locoregional."""
        known = self.treatments.get(treatment or "")
        return known.kind if known else None


def holds(conditions: Conditions, features: Features) -> bool:
    """Whether one of the alternatives holds."""
    return any(all(features.has(name, values) for name, values in one.items()) for one in conditions)


@cache
def diagnosis() -> Diagnosis:
    """Return the diagnostic algorithm."""
    raw = _raw("v2018.toml")
    return Diagnosis(
        version=raw["version"],
        reference=raw["reference"],
        categories=_outcomes(raw["categories"]),
        gates=tuple(_gate(gate) for gate in raw["gates"]),
        table=_table(raw["table"]),
        growth=_growth(raw["growth"]),
        ancillary=_ancillary(raw["ancillary"]),
        tie_breaks={frozenset(one["between"]): one["category"] for one in raw["tie_breaks"]},
        texts=_texts(raw["texts"]),
    )


@cache
def responses() -> Responses:
    """Return the trees of treatment response."""
    raw = _raw("treatment.toml")
    return Responses(
        default=raw["default"],
        treatments={name: Treatment(_text(one), one.get("kind")) for name, one in raw["treatments"].items()},
        outcomes=_outcomes(raw["responses"]),
        trees=tuple(_tree(tree) for tree in raw["trees"]),
        labels=_texts(raw["labels"]),
        texts=_texts(raw["texts"]),
    )


def _raw(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["en"], raw["pt"])


def _texts(raw: Mapping[str, Mapping[str, str]]) -> dict[str, Text]:
    return {name: _text(text) for name, text in raw.items()}


def _outcomes(raw: Mapping[str, Any]) -> dict[str, Outcome]:
    return {name: Outcome(_text(one["title"]), _text(one["management"])) for name, one in raw.items()}


def _conditions(raw: list[dict[str, list[str]]]) -> Conditions:
    return tuple({name: tuple(values) for name, values in one.items()} for one in raw)


def _gate(raw: Mapping[str, Any]) -> Gate:
    texts = _text(raw["yes"]), _text(raw["no"])
    unless = raw.get("unless_table")
    return Gate(raw["step"], raw["category"], tuple(raw["items"]), _conditions(raw["when"]), unless, *texts)


def _major(raw: Mapping[str, str]) -> Major:
    return Major(raw["item"], raw["value"], _text(raw))


def _table(raw: Mapping[str, Any]) -> Table:
    return Table(
        enhancement=_major(raw["enhancement"]),
        additional=tuple(_major(one) for one in raw["additional"]),
        rows=tuple(_text(row) for row in raw["rows"]),
        columns=tuple(_column(column) for column in raw["columns"]),
        split=raw["split"]["cell"],
        split_by=raw["split"]["items"],
        split_text=_text(raw["split"]["text"]),
    )


def _column(raw: Mapping[str, Any]) -> Column:
    limits = raw["from_mm"], raw.get("below_mm", float("inf"))
    return Column(raw["enhancement"], *limits, raw["short"], _text(raw["title"]), tuple(raw["cells"]))


def _growth(raw: Mapping[str, Any]) -> Growth:
    return Growth(
        raw["percent"], raw["days"], _text(raw["text"]), {name: _text(raw[name]) for name in ("present", "absent")}
    )


def _ancillary(raw: Mapping[str, Any]) -> Ancillary:
    malignancy, benignity = (
        {name: Sign(_text(one), one.get("mri", False)) for name, one in raw[side].items()}
        for side in ("malignancy", "benignity")
    )
    return Ancillary(tuple(raw["scale"]), raw["raised_to"], malignancy, benignity, _texts(raw["texts"]))


def _tree(raw: Mapping[str, Any]) -> Tree:
    rules = tuple(Rule(one["response"], _conditions(one["when"]), _text(one["text"])) for one in raw["rules"])
    needs, kinds = tuple(raw["needs"]), tuple(raw["kinds"])
    return Tree(raw["algorithm"], kinds, raw["version"], _text(raw["title"]), raw["reference"], needs, rules)
