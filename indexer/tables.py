"""Template → typed tables: one for the groups that stand once, one for each group that repeats."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from indexer import summary
from sr_templates.template import NUMERIC, Group, Item, Template

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


#: Columns that a table of a template has beside its items: name, type, what it holds.
Fixed = tuple[tuple[str, str, str], ...]
_STUDY = ("study_instance_uid", "text NOT NULL", "(0020,000D) Study Instance UID")
_NUMBER = ("number", "integer NOT NULL", "Place in the report, from 1")
_ABOUT: Fixed = (
    (
        "report",
        "text NOT NULL",
        "(0008,0018) SOP Instance UID of the current report, whose answers the table report has",
    ),
    ("state", "text NOT NULL", "Derived: state of the current report"),
    ("patient_id", "text NOT NULL", "(0010,0020) Patient ID: a pseudonym; as in study"),
    ("sex", "text", "(0010,0040) Patient's Sex; as in study"),
    ("age", "integer", "(0010,1010) Patient's Age, in whole years; as in study"),
    ("study_date", "date", "(0008,0020) Study Date; as in study"),
    ("has_segmentation", "boolean NOT NULL", "Derived: there is a DICOM-SEG of the study"),
    ("phases", "text[] NOT NULL", "Derived: the contrast phases of the CT series of the study"),
)


def definition(template: Template) -> Iterator[sql.Composed]:
    """Yield the statements that make the tables of a template, comments and indexes included."""
    exam = exam_table(template)
    yield from _table(exam, (_STUDY,), (*_ABOUT, *derived(template), *_typed(columns(template))))
    for group in template.groups:
        if group.repeats:
            name = member_table(template, group)
            yield from _table(name, (_STUDY, _NUMBER), _typed(columns(template, group)))
    yield _index(exam, (*_indexed(template), "age", "sex"))
    yield _index(exam, ("study_date", "study_instance_uid"))


def about(row: Mapping[str, Any]) -> list[Any]:
    """Return the values of the exam table's columns about the study and the current report."""
    return [row[name] for name, *_ in _ABOUT]


def derived(template: Template) -> Fixed:
    """Return the columns that say of each repeated group how many members there are, and the highest of each number.

    The category of a group has an order too, which the template states.
    """
    found: list[tuple[str, str, str]] = []
    for group in template.groups:
        if group.repeats:
            found.append((f"{group.name}_described", "integer NOT NULL", f"Derived: how many {group.name} there are"))
            for item in _ordered(group):
                comment = f"Derived: the highest of the {group.name}; {Column(item.name, group, item).comment}"
                found.append((f"{group.name}_highest_{item.name}", TYPES[item.kind], comment))
    return tuple(found)


def _indexed(template: Template) -> Iterator[str]:
    """Yield the derived columns that have an index together; what is measured would make it many times as wide."""
    for group in template.groups:
        if group.repeats:
            yield f"{group.name}_described"
            yield from (f"{group.name}_highest_{item.name}" for item in _ordered(group) if not item.measured)


def derived_row(template: Template, answers: Mapping[str, Any]) -> list[Any]:
    """Return the values of the derived columns."""
    values: list[Any] = []
    for group in template.groups:
        if group.repeats:
            members = answers.get(group.name, ())
            values.append(len(members))
            for item in _ordered(group):
                given = [answer for member in members if (answer := fit(item, member.get(item.name))) is not None]
                values.append(_highest(group, item, given))
    return values


def _ordered(group: Group) -> Iterator[Item]:
    category = group.category.item if group.category else None
    return (item for item in group.items if item.kind in NUMERIC or item.name == category)


def _highest(group: Group, item: Item, given: list[Any]) -> Any:  # noqa: ANN401
    if not item.values:
        return max(given, default=None)
    return summary.highest(summary.ascending(group, item), given)


def exam_row(template: Template, answers: Mapping[str, Any]) -> list[Any]:
    """Return the values of the exam table's columns of items."""
    return [fit(column.item, answers.get(column.group.name, {}).get(column.item.name)) for column in columns(template)]


def member_row(template: Template, group: Group, member: Mapping[str, Any]) -> list[Any]:
    """Return the values of one member's columns."""
    return [fit(column.item, member.get(column.item.name)) for column in columns(template, group)]


def fit(item: Item, answer: Any) -> Any:  # noqa: ANN401 -- an answer is any JSON value
    """Return an answer as its column takes it; one of another type (a later version of the template) is left out."""
    expected: dict[str, tuple[type, ...]] = {
        "text[]": (list,),
        "text": (str,),
        "integer": (int,),
        "double precision": (int, float),
    }
    fits = isinstance(answer, expected[TYPES[item.kind]]) and not isinstance(answer, bool)
    return answer if fits else None


def _typed(columns: Iterable[Column]) -> Fixed:
    return tuple((column.name, TYPES[column.item.kind], column.comment) for column in columns)


def _table(name: str, key: Fixed, others: Fixed) -> Iterator[sql.Composed]:
    table = sql.Identifier(SCHEMA, name)
    parts: list[sql.Composable] = [
        sql.SQL("{} " + kind).format(sql.Identifier(column)) for column, kind, _ in (*key, *others)
    ]
    names = sql.SQL(", ").join([sql.Identifier(column) for column, _, _ in key])
    parts.append(sql.SQL("PRIMARY KEY ({})").format(names))
    yield sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(parts))
    for column, _, comment in (*key, *others):
        target = sql.Identifier(SCHEMA, name, column)
        yield sql.SQL("COMMENT ON COLUMN {} IS {}").format(target, sql.Literal(comment))


def _index(table: str, names: Iterable[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("CREATE INDEX ON {} ({})").format(sql.Identifier(SCHEMA, table), listed)
