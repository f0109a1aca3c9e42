"""The filters of a search as data: each knows which column it compares, how it is said, and documents itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from indexer import study, summary
from indexer.assigned import ASSIGNED, AWAITING, NOBODY
from indexer.block import Column, Mask
from indexer.distinct import MOST_BLOCKS, numbered
from indexer.errors import FilterError
from indexer.layout import Field
from sr_templates.template import CODED, NUMERIC, Group, Item, Template, Text

TITLES: Mapping[str, Text] = {
    "patient.sex": Text("Sex", "Sexo"),
    "patient.age": Text("Age", "Idade"),
    "study.date": Text("Study date", "Data do exame"),
    "study.phase": Text("Phase", "Fase"),
    "state": Text("State", "Estado"),
    "masks.liver": Text("Liver masks", "Máscaras do fígado"),
    "masks.nodule": Text("Nodule masks", "Máscaras de nódulos"),
}
HAS = Text("Has", "Tem")
READER = Text("Reader", "Leitor")
#: Who is to read an exam; no part of the index (see `assigned`).
ASSIGNMENTS: Mapping[str, Text] = {
    ASSIGNED: Text("Assigned to", "Atribuído a"),
    AWAITING: Text("Still to be read by", "Ainda a ler por"),
}
UNASSIGNED = Text("nobody", "ninguém")
#: Blocks with a number in names; not the first.
BLOCKS = tuple(str(number) for number in range(2, MOST_BLOCKS + 1))
TO = Text(" to ", " a ")
OR = {"en": " or ", "pt": " ou "}


@dataclass(frozen=True)
class Kind:
    """One way to compare.

    Attributes
    ----------
    holds
        (column, numbers of the values) → where it holds; a number that is missing fulfils nothing.
    words
        With {title}, {value} and {unit}.
    documentation
        Follows "{title} …".
    """

    suffix: str
    holds: Callable[[Column, Any], Mask]
    words: Text
    documentation: str


def _any_of(column: Column, numbers: list[Any]) -> Mask:
    found: Mask = column == numbers[0]
    for number in numbers[1:]:
        found |= column == number
    return found


def _overlaps(column: Column, bits: list[int]) -> Mask:
    wanted = np.bitwise_or.reduce(np.array(bits, column.dtype))
    found: Mask = (column & wanted) != 0
    return found


ANY_OF = Kind("", _any_of, Text("{title}: {value}", "{title}: {value}"), "is any of the values, `a,b`")
OVERLAPS = Kind("", _overlaps, ANY_OF.words, "includes any of the values, `a,b`")
LOGINS = Kind("", _any_of, ANY_OF.words, "is any of these logins, `a,b`; `@me`: who asks, `@none`: nobody")
EQUAL = Kind("", _any_of, Text("{title}: {value}{unit}", "{title}: {value}{unit}"), "is one of the numbers, `3,4`")
AT_LEAST = Kind(
    ".min",
    lambda column, number: column >= number,
    Text("{title}: at least {value}{unit}", "{title}: pelo menos {value}{unit}"),
    "is this or more",
)
AT_MOST = Kind(
    ".max",
    lambda column, number: column <= number,
    Text("{title}: at most {value}{unit}", "{title}: no máximo {value}{unit}"),
    "is this or less",
)
FROM_DAY = Kind(
    ".min", AT_LEAST.holds, Text("{title}: from {value}", "{title}: a partir de {value}"), "is this day or later"
)
TO_DAY = Kind(".max", AT_MOST.holds, Text("{title}: until {value}", "{title}: até {value}"), "is this day or earlier")


@dataclass(frozen=True)
class Filter:
    """One filter that a search may name.

    Attributes
    ----------
    path
        Name of the column.
    group, member
        Name of the repeated group, and of one member of it, when one and the same member must fulfil all filters of
        one block of that group together.
    block
        Filters of another block are about another member.
    parse
        Text of the query → value; raises ValueError with a sentence.
    """

    path: str
    kind: Kind
    title: Text
    parse: Callable[[str], Any]
    say: Callable[[Any, str], str]
    group: str = ""
    member: Text | None = None
    unit: Text | None = None
    block: int = 1

    @property
    def name(self) -> str:
        """The query parameter."""
        return self.place + self.kind.suffix

    @property
    def place(self) -> str:
        """The path with the block: `nodules.lirads`, of the second block `nodules.2.lirads`."""
        return numbered(self.path, self.block)

    def holds(self, field: Field, column: Column, value: Any) -> Mask:  # noqa: ANN401
        """Return where a column fulfils the condition."""
        numbers = [field.number([one] if field.form == "codes" else one) for one in _each(value)]
        return self.kind.holds(column, numbers if isinstance(value, list) else numbers[0])

    def words(self, value: Any, language: str) -> str:  # noqa: ANN401
        """Return the condition said in words."""
        unit = f" {getattr(self.unit, language)}" if self.unit else ""
        phrase, title = getattr(self.kind.words, language), getattr(self.title, language)
        return str(phrase.format(title=title, value=self.say(value, language), unit=unit))

    def range_words(self, low: Any, high: Any, language: str) -> str:  # noqa: ANN401
        """Return a range, of which this filter is the lower end, said in words."""
        unit = f" {getattr(self.unit, language)}" if self.unit else ""
        title, to = getattr(self.title, language), getattr(TO, language)
        return f"{title}: {self.say(low, language)}{to}{self.say(high, language)}{unit}"

    def read(self, text: str) -> Any:  # noqa: ANN401 -- whatever the column takes
        """Return the value of a query parameter.

        Raises
        ------
        FilterError
            The text is no value of this filter.
        """
        try:
            return self.parse(text)
        except ValueError as error:
            raise FilterError(f"Filter {self.name}: {error}", self.name) from None


def named(known: Mapping[str, Filter], name: str) -> Filter | None:
    """Return the filter of a name; None where there is none."""
    group, block, rest = (*name.split(".", 2), "", "")[:3]
    if block not in BLOCKS:
        return known.get(name)
    one = known.get(f"{group}.{rest}")
    return replace(one, block=int(block)) if one and one.group else None


def of_template(template: Template) -> Mapping[str, Filter]:
    """Return every filter by its name."""
    filters = [*_study_filters(), *_summary_filters(template)]
    for group in template.groups:
        for item in group.items:
            filters += _item_filters(group, item)
    return {one.name: one for one in filters}


def _study_filters() -> list[Filter]:
    age, day, years = TITLES["patient.age"], TITLES["study.date"], Text("years", "anos")
    coded = [
        Filter(path, kind, TITLES[path], _one_of(values), _named(values))
        for path, kind, values in (
            ("patient.sex", ANY_OF, study.SEXES),
            ("study.phase", OVERLAPS, study.PHASES),
            ("state", ANY_OF, study.EXAM_STATES),
            ("masks.liver", OVERLAPS, study.PHASES),
            ("masks.nodule", OVERLAPS, study.PHASES),
        )
    ]
    return [
        *coded,
        Filter("patient.age", AT_LEAST, age, _number, _plain, unit=years),
        Filter("patient.age", AT_MOST, age, _number, _plain, unit=years),
        Filter("study.date", FROM_DAY, day, _date, _plain),
        Filter("study.date", TO_DAY, day, _date, _plain),
        Filter("reader", ANY_OF, READER, _texts, _plain),
        *(Filter(path, LOGINS, title, _texts, _logins) for path, title in ASSIGNMENTS.items()),
    ]


def _summary_filters(template: Template) -> list[Filter]:
    """Return the filters of what lists tell about the members of a group."""
    told = summary.of_template(template)
    if told is None:
        return []
    name = told.category.name
    named = {value.name: value.title for value in told.category.values}
    filters = [Filter(name, ANY_OF, told.highest_title, _one_of(named), _named(named))]
    for path, title in told.titles.items():
        if path != name:
            unit = summary.MILLIMETRES if path == summary.LARGEST else None
            filters += [Filter(path, kind, title, _number, _plain, unit=unit) for kind in (AT_LEAST, AT_MOST)]
    return filters


def _item_filters(group: Group, item: Item) -> list[Filter]:
    path = f"{group.name}.{item.name}"
    within: dict[str, Any] = {"group": group.name, "member": group.member or group.title} if group.repeats else {}
    if item.kind in CODED:
        named = {value.name: value.title for value in item.values}
        kind = ANY_OF if item.kind == "evaluation" else OVERLAPS
        return [Filter(path, kind, item.title, _one_of(named), _named(named), **within)]
    if item.kind in NUMERIC:
        unit = None if item.kind == "count" else item.unit_label or _unit(item.unit or "")
        kinds = ((EQUAL, _numbers), (AT_LEAST, _number), (AT_MOST, _number))
        return [Filter(path, kind, item.title, parse, _plain, unit=unit, **within) for kind, parse in kinds]
    if item.kind == "tracking_uid":
        return [Filter(path, ANY_OF, item.title, _texts, _plain, **within)]
    return []


def _unit(ucum: str) -> Text | None:
    shown = ucum.replace("cm3", "cm³")
    return None if ucum in ("", "1") else Text(shown, shown)


def _each(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def _one_of(allowed: Mapping[str, Text]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        values = text.split(",")
        if unknown := [value for value in values if value not in allowed]:
            raise ValueError(f'there is no value "{unknown[0][:40]}"; there are {", ".join(allowed)}.')
        return list(dict.fromkeys(values))

    return parse


def _named(titles: Mapping[str, Text]) -> Callable[[Any, str], str]:
    def say(value: Any, language: str) -> str:  # noqa: ANN401
        return OR[language].join(getattr(titles[name], language) for name in value)

    return say


def _logins(value: Any, language: str) -> str:  # noqa: ANN401
    return OR[language].join(getattr(UNASSIGNED, language) if one == NOBODY else one for one in value)


def _plain(value: Any, language: str) -> str:  # noqa: ANN401 -- numbers, dates, lists of them
    if isinstance(value, list):
        return OR[language].join(_plain(one, language) for one in value)
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", {"en": ".", "pt": ","}[language])
    return str(value) if language == "en" or not isinstance(value, date) else f"{value:%d/%m/%Y}"


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("the value must be a number.") from None
    if not -1e15 < number < 1e15:
        raise ValueError("the value must be a finite number.")
    return number


def _numbers(text: str) -> list[float]:
    return [_number(part) for part in text.split(",")]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("the value must be a date such as 2021-03-04.") from None


def _texts(text: str) -> list[str]:
    return text.split(",")
