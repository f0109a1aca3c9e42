"""Search over exams: query parameters → SQL, and the search said in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg2 import sql

from indexer import filters, tables
from indexer.errors import FilterError
from indexer.filters import Filter
from indexer.index import Index
from sr_templates.template import Template

LARGEST_PAGE = 500
LARGEST_PAGE_NUMBER = 1_000_000
DEFAULT_PAGE = 50
LANGUAGES = ("en", "pt")

#: What a search may be sorted by, beside every item that has one value per exam.
SORTABLE: Mapping[str, tuple[str, str]] = {
    "study.date": ("s", "study_date"),
    "patient.age": ("s", "age"),
    "patient.sex": ("s", "sex"),
    "patient_id": ("s", "patient_id"),
    "state": ("s", "state"),
}


@dataclass(frozen=True)
class Search:
    """A search that makes sense.

    Attributes
    ----------
    conditions
        Filters with their values, in the order of the query.
    """

    conditions: tuple[tuple[Filter, Any], ...] = ()
    has: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    sort: tuple[str, str] = SORTABLE["study.date"]
    descending: bool = True
    page: int = 1
    page_size: int = DEFAULT_PAGE
    language: str = "en"


@dataclass(frozen=True)
class Page:
    """What a search found; `items` as GET /search gives them."""

    total: int
    page: int
    items: list[dict[str, Any]]
    words: str = field(default="")


def parse(template: Template, query: Iterable[tuple[str, str]]) -> Search:
    """Return the search that query parameters ask for.

    Raises
    ------
    FilterError
        A filter or a value does not exist; the message names it.
    """
    known = filters.of_template(template)
    conditions: list[tuple[Filter, Any]] = []
    found: dict[str, Any] = {}
    for name, text in query:
        if name in known:
            conditions.append((known[name], known[name].read(text)))
        elif name in _PARAMETERS:
            found |= _PARAMETERS[name](name, text, template)
        else:
            raise FilterError(f"There is no filter {name[:80]}; see docs/search.md.", name[:80])
    return Search(conditions=tuple(conditions), **found)


def run(index: Index, template: Template, search: Search) -> Page:
    """Return one page of what a search finds; the total is exact."""
    source, values = matched(template, search)
    total = index.query(sql.SQL("SELECT count(*) AS total {}").format(source), values)[0]["total"]
    direction = sql.SQL("DESC NULLS LAST" if search.descending else "ASC NULLS LAST")
    query = sql.SQL("SELECT s.*, e.answers {} ORDER BY {} {}, s.study_instance_uid {} LIMIT %s OFFSET %s").format(
        source, sql.Identifier(*search.sort), direction, sql.SQL("DESC" if search.descending else "ASC")
    )
    rows = index.query(query, [*values, search.page_size, (search.page - 1) * search.page_size])
    return Page(total, search.page, [_item(row) for row in rows], words(search))


def matched(template: Template, search: Search) -> tuple[sql.Composed, list[Any]]:
    """Return `FROM … WHERE …` over s (study) and e (answers of its current report), and the values."""
    values: list[Any] = []
    parts: list[sql.Composable] = []
    for group, conditions in _by_group(search):
        composed = sql.SQL(" AND ").join([one.condition() for one, _ in conditions])
        values += [value for _, value in conditions]
        parts.append(_in_one_member(template, group, composed) if group else composed)
    parts += [_HAS[name] for name in search.has]
    for word in search.text:
        parts.append(sql.SQL("e.full_text ILIKE %s"))
        values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    where = sql.SQL(" AND ").join(parts) if parts else sql.SQL("true")
    exam = sql.Identifier(tables.exam_table(template))
    return sql.SQL("FROM study AS s LEFT JOIN {} AS e USING (study_instance_uid) WHERE {}").format(exam, where), values


def words(search: Search) -> str:
    """Return the search said in words."""
    english = search.language == "en"
    said: list[str] = []
    for _, conditions in _by_group(search):
        phrase = (" and " if english else " e ").join(one.words(value, search.language) for one, value in conditions)
        member = conditions[0][0].member
        if member:
            said.append(
                f"that have one {member.en} where {phrase}" if english else f"com um mesmo {member.pt} em que {phrase}"
            )
        else:
            said.append(f"where {phrase}" if english else f"em que {phrase}")
    said += [getattr(filters.HAS[name], search.language) for name in search.has]
    if search.text:
        quoted = " ".join(search.text)
        said.append(f'whose report says "{quoted}"' if english else f'cujo laudo diz "{quoted}"')
    start = "All exams" if english else "Todos os exames"
    if said:
        start = "Exams " if english else "Exames "
    return start + ", ".join(said) + "."


def _by_group(search: Search) -> Iterator[tuple[str, list[tuple[Filter, Any]]]]:
    """Yield the conditions on the exam, then those on one member of each repeated group."""
    names = dict.fromkeys(one.group for one, _ in search.conditions)
    for group in sorted(names):
        yield group, [(one, value) for one, value in search.conditions if one.group == group]


def _in_one_member(template: Template, group_name: str, conditions: sql.Composable) -> sql.Composed:
    group = template.group(group_name)
    assert group is not None
    return sql.SQL("EXISTS (SELECT FROM {} AS m WHERE m.study_instance_uid = s.study_instance_uid AND {})").format(
        sql.Identifier(tables.member_table(template, group)), conditions
    )


_HAS: Mapping[str, sql.SQL] = {
    "segmentation": sql.SQL("EXISTS (SELECT FROM segmentation AS g WHERE g.study_instance_uid = s.study_instance_uid)"),
    "report": sql.SQL("EXISTS (SELECT FROM report AS p WHERE p.study_instance_uid = s.study_instance_uid)"),
}
assert set(_HAS) == set(filters.HAS)


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "study_instance_uid": row["study_instance_uid"],
        "patient_id": row["patient_id"],
        "sex": row["sex"],
        "age": row["age"],
        "study_date": row["study_date"].isoformat() if row["study_date"] else None,
        "state": row["state"],
        "answers": row["answers"],
        "viewer": f"/ohif/hepatia?StudyInstanceUIDs={row['study_instance_uid']}",
    }


def _whole(name: str, text: str, largest: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= largest:
        raise FilterError(f"{name} must be a whole number from 1 to {largest}.", name)
    return int(text)


def _sort(name: str, text: str, template: Template) -> dict[str, Any]:
    path = text.removeprefix("-")
    single = {
        f"{column.group.name}.{column.item.name}": ("e", column.name)
        for column in tables.columns(template)
        if not tables.TYPES[column.item.kind].endswith("[]")
    }
    if path not in SORTABLE and path not in single:
        raise FilterError(f"{name}: there is no order by {path[:80]}.", name)
    return {"sort": SORTABLE.get(path) or single[path], "descending": text.startswith("-")}


def _has(name: str, text: str, _template: Template) -> dict[str, Any]:
    wanted: Sequence[str] = text.split(",")
    if unknown := [one for one in wanted if one not in _HAS]:
        raise FilterError(f"{name}: there is no {unknown[0][:40]}; there are {', '.join(_HAS)}.", name)
    return {"has": tuple(wanted)}


def _language(name: str, text: str, _template: Template) -> dict[str, Any]:
    if text not in LANGUAGES:
        raise FilterError(f"{name} must be one of {', '.join(LANGUAGES)}.", name)
    return {"language": text}


_PARAMETERS: Mapping[str, Callable[[str, str, Template], dict[str, Any]]] = {
    "page": lambda name, text, _: {"page": _whole(name, text, LARGEST_PAGE_NUMBER)},
    "page_size": lambda name, text, _: {"page_size": _whole(name, text, LARGEST_PAGE)},
    "text": lambda _name, text, _: {"text": tuple(text.split())},
    "sort": _sort,
    "has": _has,
    "language": _language,
}
