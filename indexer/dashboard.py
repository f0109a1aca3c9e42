"""Counts over what a search finds: one chart for each coded or numeric item, and for sex and age."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from indexer import filters, search, tables
from indexer.index import Index
from indexer.search import Search
from sr_templates.template import NUMERIC, Group, Item, Template, Text

#: Width of the bins of numbers, by the item's path; 1 counts whole numbers one by one.
BIN_WIDTHS: Mapping[str, int] = {
    "patient.age": 10,
    "patient.afp_ng_ml": 100,
    "liver.volume_cm3": 250,
    "liver.portal_vein_diameter_mm": 5,
    "liver.spleen_length_mm": 20,
    "liver.nodule_count": 1,
    "nodules.diameter_mm": 10,
}
DEFAULT_BIN_WIDTH = 10


@dataclass(frozen=True)
class Chart:
    """One distribution; `data` in the order in which it is drawn."""

    id: str
    title: str
    kind: str
    data: list[dict[str, Any]]
    bins: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Dashboard:
    """Everything that GET /dashboard gives."""

    exams: int
    patients: int
    charts: tuple[Chart, ...]
    words: str


def run(index: Index, template: Template, asked: Search) -> Dashboard:
    """Count over the exams that a search finds, whatever its page."""
    source, values = search.matched(template, asked)
    query = sql.SQL("SELECT count(*) AS exams, count(DISTINCT s.patient_id) AS patients {}").format(source)
    totals = index.query(query, values)[0]
    charts = tuple(_charts(index, template, asked, source, values))
    return Dashboard(totals["exams"], totals["patients"], charts, search.words(asked))


def _charts(
    index: Index, template: Template, asked: Search, source: sql.Composed, values: list[Any]
) -> Iterator[Chart]:
    def said(title: Text) -> str:
        text: str = getattr(title, asked.language)
        return text

    sexes = _count(index, sql.Identifier("s", "sex"), source, values)
    yield Chart("patient.sex", said(Text("Sex", "Sexo")), "bar", _coded(list(filters.SEXES), sexes))
    width = BIN_WIDTHS["patient.age"]
    ages = _count(index, _bin(sql.Identifier("s", "age"), width), source, values)
    yield Chart("patient.age", said(Text("Age", "Idade")), "histogram", _binned(width, ages), {"width": width})
    for group in template.groups:
        for item in group.items:
            if item.values or item.kind in NUMERIC:
                yield _chart(index, template, group, item, said(item.title), source, values)


def _chart(
    index: Index,
    template: Template,
    group: Group,
    item: Item,
    title: str,
    source: sql.Composed,
    values: list[Any],
) -> Chart:
    path = f"{group.name}.{item.name}"
    column = sql.Identifier("m", item.name) if group.repeats else sql.Identifier("e", f"{group.name}_{item.name}")
    rows = _members(template, group, source) if group.repeats else source
    if item.values:
        names = [value.name for value in item.values]
        several = tables.TYPES[item.kind] == "text[]"
        counted = _count(index, sql.SQL("unnest({})").format(column) if several else column, rows, values)
        return Chart(path, title, "bar", _coded(names, counted))
    width = BIN_WIDTHS.get(path, DEFAULT_BIN_WIDTH)
    counted = _count(index, _bin(column, width), rows, values)
    return Chart(path, title, "histogram", _binned(width, counted), {"width": width})


def _members(template: Template, group: Group, source: sql.Composed) -> sql.Composed:
    """Return the members of a repeated group of the exams that were found."""
    members = sql.Identifier(tables.member_table(template, group))
    return sql.SQL("FROM {} AS m WHERE m.study_instance_uid IN (SELECT s.study_instance_uid {})").format(
        members, source
    )


def _count(index: Index, label: sql.Composable, source: sql.Composed, values: list[Any]) -> Mapping[Any, int]:
    query = sql.SQL(
        "SELECT label, count(*) AS count FROM (SELECT {} AS label {}) AS labels WHERE label IS NOT NULL GROUP BY label"
    ).format(label, source)
    return {row["label"]: row["count"] for row in index.query(query, values)}


def _bin(column: sql.Composable, width: int) -> sql.Composed:
    return sql.SQL("(floor({} / {}.0) * {})::bigint").format(column, sql.Literal(width), sql.Literal(width))


def _coded(names: list[str], counted: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Return every value of the template, also those that no exam has, then those of later versions."""
    others = sorted(set(counted) - set(names))
    return [{"label": name, "count": counted.get(name, 0)} for name in [*names, *others]]


def _binned(width: int, counted: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Return every bin from the first to the last that holds something."""
    if not counted:
        return []
    starts = range(min(counted), max(counted) + 1, width)
    # A single wild value must not make a chart of a million empty bins.
    shown = starts if len(starts) <= 200 else sorted(counted)
    return [{"label": _label(start, width), "count": counted.get(start, 0)} for start in shown]


def _label(start: int, width: int) -> str:
    return str(start) if width == 1 else f"{start}-{start + width - 1}"
