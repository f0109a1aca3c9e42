"""The filters of a search as data: each knows its SQL, how it is said in words, and prints its documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg2 import sql

from indexer import tables
from indexer.errors import FilterError
from sr_templates.report import STATES
from sr_templates.template import NUMERIC, Group, Item, Template, Text

NOT_READ = "not_read"
EXAM_STATES: Mapping[str, Text] = {
    NOT_READ: Text("not read", "não lido"),
    "draft": Text("draft", "rascunho"),
    "complete": Text("complete", "concluído"),
    "verified": Text("verified", "verificado"),
    "consensus": Text("consensus", "consenso"),
}
assert set(EXAM_STATES) == {NOT_READ, *STATES}
SEXES: Mapping[str, Text] = {"M": Text("men", "homens"), "F": Text("women", "mulheres"), "O": Text("other", "outro")}
HAS: Mapping[str, Text] = {
    "segmentation": Text("that have a segmentation", "que têm segmentação"),
    "report": Text("that have a report", "que têm laudo"),
}


@dataclass(frozen=True)
class Kind:
    """One way to compare.

    Attributes
    ----------
    condition
        SQL with {column} and one %s.
    words
        With {title}, {value} and {unit}.
    """

    suffix: str
    condition: str
    words: Text
    documentation: str


ANY_OF = Kind("", "{column} = ANY(%s)", Text("{title} is {value}", "{title} é {value}"), "any of the values, `a,b`")
OVERLAPS = Kind(
    "", "{column} && %s", Text("{title} has {value}", "{title} inclui {value}"), "has any of the values, `a,b`"
)
EQUAL = Kind(
    "",
    "{column} = ANY(%s)",
    Text("{title} is {value}{unit}", "{title} é {value}{unit}"),
    "equal to a number, `3` or `3,4`",
)
AT_LEAST = Kind(
    ".min",
    "{column} >= %s",
    Text("{title} is at least {value}{unit}", "{title} é pelo menos {value}{unit}"),
    "this number or more",
)
AT_MOST = Kind(
    ".max",
    "{column} <= %s",
    Text("{title} is at most {value}{unit}", "{title} é no máximo {value}{unit}"),
    "this number or less",
)


@dataclass(frozen=True)
class Filter:
    """One filter that a search may name.

    Attributes
    ----------
    group, member
        Name of the repeated group, and of one member of it, when one and the same member must fulfil all filters of
        that group together.
    parse
        Text of the query → value for SQL; raises ValueError with a sentence.
    """

    name: str
    kind: Kind
    column: tuple[str, ...]
    title: Text
    parse: Callable[[str], Any]
    say: Callable[[Any, str], str]
    group: str = ""
    member: Text | None = None
    unit: str = ""

    def condition(self) -> sql.Composable:
        """Return the SQL of the condition, with one placeholder."""
        return sql.SQL(self.kind.condition).format(column=sql.Identifier(*self.column))

    def words(self, value: object, language: str) -> str:
        """Return the condition said in words."""
        unit = f" {self.unit}" if self.unit else ""
        phrase: str = getattr(self.kind.words, language)
        return phrase.format(title=getattr(self.title, language), value=self.say(value, language), unit=unit)

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
            raise FilterError(f"{self.name}: {error}", self.name) from None


def of_template(template: Template) -> Mapping[str, Filter]:
    """Return every filter by its name."""
    filters = [*_study_filters()]
    for group in template.groups:
        for item in group.items:
            filters += _item_filters(group, item)
    return {one.name: one for one in filters}


def _study_filters() -> list[Filter]:
    age, day = Text("age", "idade"), Text("study date", "data do exame")
    return [
        Filter("patient.sex", ANY_OF, ("s", "sex"), Text("sex", "sexo"), _one_of(SEXES), _named(SEXES)),
        Filter("patient.age.min", AT_LEAST, ("s", "age"), age, _number, _plain, unit="y"),
        Filter("patient.age.max", AT_MOST, ("s", "age"), age, _number, _plain, unit="y"),
        Filter("study.date.min", AT_LEAST, ("s", "study_date"), day, _date, _plain),
        Filter("study.date.max", AT_MOST, ("s", "study_date"), day, _date, _plain),
        Filter("state", ANY_OF, ("s", "state"), Text("state", "estado"), _one_of(EXAM_STATES), _named(EXAM_STATES)),
    ]


def _item_filters(group: Group, item: Item) -> list[Filter]:
    path = f"{group.name}.{item.name}"
    column = ("m", item.name) if group.repeats else ("e", f"{group.name}_{item.name}")
    within: dict[str, Any] = {"group": group.name, "member": group.member or group.title} if group.repeats else {}
    if item.values:
        named = {value.name: value.title for value in item.values}
        kind = OVERLAPS if tables.TYPES[item.kind] == "text[]" else ANY_OF
        return [Filter(path, kind, column, item.title, _one_of(named), _named(named), **within)]
    if item.kind in NUMERIC:
        unit = item.unit_label.en if item.unit_label else item.unit or ""
        unit = "" if item.kind == "count" else unit
        kinds = ((EQUAL, _numbers), (AT_LEAST, _number), (AT_MOST, _number))
        return [
            Filter(path + k.suffix, k, column, item.title, parse, _plain, unit=unit, **within) for k, parse in kinds
        ]
    if item.kind == "tracking_uid":
        return [Filter(path, ANY_OF, column, item.title, _texts, _plain, **within)]
    return []


def _one_of(allowed: Mapping[str, Text]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        values = text.split(",")
        if unknown := [value for value in values if value not in allowed]:
            raise ValueError(f'there is no value "{unknown[0][:40]}"; there are {", ".join(allowed)}.')
        return values

    return parse


def _named(titles: Mapping[str, Text]) -> Callable[[Any, str], str]:
    def say(value: Any, language: str) -> str:  # noqa: ANN401
        joined = {"en": " or ", "pt": " ou "}[language]
        return joined.join(getattr(titles[name], language) for name in value)

    return say


def _plain(value: Any, language: str) -> str:  # noqa: ANN401 -- numbers, dates, lists of them
    if isinstance(value, list):
        return {"en": " or ", "pt": " ou "}[language].join(_plain(one, language) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


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


def describe(template: Template) -> str:
    """Return Markdown: every filter, what it compares and its values."""
    lines = ["| filter | finds exams whose … | |", "|---|---|---|"]
    for one in of_template(template).values():
        member = f"one of the {one.group}" if one.group else ""
        lines.append(f"| `{one.name}=` | {one.title.en} is {one.kind.documentation} | {member} |")
    lines += [f"| `has={name}` | exams {text.en} | |" for name, text in HAS.items()]
    lines.append("| `text=` | report holds all these words, in English or Portuguese | |")
    return "\n".join(lines) + "\n"
