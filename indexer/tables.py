"""Template → typed tables: one for the groups that stand once, one for each group that repeats."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from sr_templates.template import Group, Item, Template

SCHEMA = "hepatia"

#: Kinds of items → SQL types.
TYPES: Mapping[str, str] = {
    "evaluation": "text",
    "set": "text[]",
    "sites": "text[]",
    "measurement": "double precision",
    "count": "integer",
    "text": "text",
    "tracking_uid": "text",
    "segment_number": "integer",
}


@dataclass(frozen=True)
class Column:
    """One item as a column."""

    name: str
    group: Group
    item: Item

    @property
    def comment(self) -> str:
        """What the column holds, with code and unit."""
        concept = self.item.concept
        unit = f", in {self.item.unit}" if self.item.unit else ""
        return f"{self.item.title.en} ({concept.scheme} {concept.value}){unit}"


def exam_table(template: Template) -> str:
    """Return the name of the table with one row per study: the answers of its current report."""
    return template.id.replace("-", "_")


def member_table(template: Template, group: Group) -> str:
    """Return the name of the table with one row per member of a repeated group."""
    return f"{exam_table(template)}_{group.name}"


def columns(template: Template, repeated: Group | None = None) -> tuple[Column, ...]:
    """Return the columns of the exam table, or of the table of a repeated group."""
    if repeated:
        return tuple(Column(item.name, repeated, item) for item in repeated.items)
    return tuple(
        Column(f"{group.name}_{item.name}", group, item)
        for group in template.groups
        if not group.repeats
        for item in group.items
    )


#: Columns that every table of a template has beside its items: name, type, what it holds.
_Fixed = tuple[tuple[str, str, str], ...]
_STUDY = ("study_instance_uid", "text NOT NULL", "(0020,000D) Study Instance UID")
_NUMBER = ("number", "integer NOT NULL", "Place in the report, from 1")
_FULL_TEXT = ("full_text", "text NOT NULL", "Every answer in words of both languages, for the search in text")
_ANSWERS = ("answers", "jsonb NOT NULL", "Answers of the current report, whole")


def definition(template: Template) -> Iterator[sql.Composed]:
    """Yield the statements that make the tables of a template, comments included."""
    yield from _table(exam_table(template), (_STUDY,), columns(template), (_FULL_TEXT, _ANSWERS))
    for group in template.groups:
        if group.repeats:
            yield from _table(member_table(template, group), (_STUDY, _NUMBER), columns(template, group), ())


def exam_row(template: Template, answers: Mapping[str, Any]) -> list[Any]:
    """Return the values of the exam table's columns."""
    return [_fit(column.item, answers.get(column.group.name, {}).get(column.item.name)) for column in columns(template)]


def member_row(template: Template, group: Group, member: Mapping[str, Any]) -> list[Any]:
    """Return the values of one member's columns."""
    return [_fit(column.item, member.get(column.item.name)) for column in columns(template, group)]


def full_text(template: Template, answers: Mapping[str, Any]) -> str:
    """Return every answer as words in both languages, for the search in report text."""
    words: list[str] = []
    for group in template.groups:
        given = answers.get(group.name)
        for member in (given or []) if group.repeats else [given or {}]:
            for item in group.items:
                words += _words(item, member.get(item.name))
    return " · ".join(words)


def _words(item: Item, answer: Any) -> list[str]:  # noqa: ANN401 -- an answer is any JSON value
    if answer is None or item.control == "hidden":
        return []
    if not item.values:
        return [f"{item.title.en} {item.title.pt} {answer}"]
    names = answer if isinstance(answer, list) else [answer]
    values = [value for name in names if (value := item.value(name))]
    return [f"{item.title.en}: {value.title.en} | {item.title.pt}: {value.title.pt}" for value in values]


def _fit(item: Item, answer: Any) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    """Return an answer as its column takes it; one of another type (a later version of the template) is left out."""
    expected: dict[str, tuple[type, ...]] = {
        "text[]": (list,),
        "text": (str,),
        "integer": (int,),
        "double precision": (int, float),
    }
    fits = isinstance(answer, expected[TYPES[item.kind]]) and not isinstance(answer, bool)
    return answer if fits else None


def _table(name: str, key: _Fixed, columns: tuple[Column, ...], others: _Fixed) -> Iterator[sql.Composed]:
    table = sql.Identifier(SCHEMA, name)
    typed = tuple((column.name, TYPES[column.item.kind], column.comment) for column in columns)
    parts: list[sql.Composable] = [
        sql.SQL("{} " + kind).format(sql.Identifier(column)) for column, kind, _ in (*key, *typed, *others)
    ]
    names = sql.SQL(", ").join([sql.Identifier(column) for column, _, _ in key])
    parts.append(sql.SQL("PRIMARY KEY ({})").format(names))
    yield sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(parts))
    for column, _, comment in (*key, *typed, *others):
        target = sql.Identifier(SCHEMA, name, column)
        yield sql.SQL("COMMENT ON COLUMN {} IS {}").format(target, sql.Literal(comment))
    for indexed in columns:
        if indexed.item.kind in ("evaluation", "measurement", "count"):
            index = sql.Identifier(f"{name}_by_{indexed.name}"[:63])
            yield sql.SQL("CREATE INDEX {} ON {} ({})").format(index, table, sql.Identifier(indexed.name))
