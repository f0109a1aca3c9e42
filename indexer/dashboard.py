"""Counts over what a search finds: one chart for each coded or numeric item, and for what is known of every exam."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer import bins, counting, ordering, quality, search
from indexer.block import Block, Column, Mask
from indexer.counting import Distribution, Rows
from indexer.filters import TITLES
from indexer.index import Index
from indexer.layout import Field
from indexer.ordering import DATE
from indexer.quality import ModelQuality
from indexer.search import Search
from sr_templates.template import NUMERIC, Group, Item, Template, Text

#: More empty bins than this are left out: a single wild value must not make a chart of a million.
MOST_BINS = 200
#: More than there are states.
BESIDE = 16
#: Label of what was answered by a later version of the template.
UNKNOWN = "unknown"

#: Charts of the phases in which an exam has something.
PHASES: Mapping[str, Text] = {
    "study.phase": Text("Phases available", "Fases disponíveis"),
    "masks.liver": TITLES["masks.liver"],
    "masks.nodule": TITLES["masks.nodule"],
}
MONTHS = Text("Reports by month", "Laudos por mês")


@dataclass(frozen=True)
class Chart:
    """One distribution.

    Attributes
    ----------
    counts
        What is counted: exams, patients, or the members of a group.
    data
        In the order in which it is drawn.
    bins
        Width of the bins of numbers.
    statistics
        Of numbers: how many there are, mean, sample standard deviation, least and highest.
    """

    id: str
    title: str
    kind: str
    counts: str
    data: list[dict[str, Any]]
    bins: Mapping[str, int] | None = None
    statistics: Mapping[str, float | int | None] | None = None


@dataclass(frozen=True)
class Dashboard:
    """Everything that GET /dashboard gives."""

    exams: int
    patients: int
    charts: tuple[Chart, ...]
    models: tuple[ModelQuality, ...]
    words: str


def run(index: Index, template: Template, asked: Search) -> Dashboard:
    """Count over the exams that a search finds, whatever its page."""
    with search.matched(index, template, asked) as (found, cursor):
        exams = found.exams()
        counted: Dashboard = found.block.kept(
            f"dashboard {asked.language} {blake2b(np.packbits(exams).tobytes()).hexdigest()}",
            lambda: _count(template, found.block, exams, asked.language, cursor),
        )
    return replace(counted, words=search.words(asked))


def _count(template: Template, block: Block, exams: Mask, language: str, cursor: Cursor) -> Dashboard:
    first = _first_of_patients(block, exams)
    charts = tuple(_charts(template, _Counting(block, Rows(exams), language), first))
    models = quality.of_exams(template, block, exams, cursor)
    return Dashboard(int(np.count_nonzero(exams)), int(np.count_nonzero(first)), charts, models, "")


def _first_of_patients(block: Block, exams: Mask) -> Mask:
    """Return the first of the chosen exams of each patient; one without a date only where there is no other."""
    places = ordering.by_date(block, np.flatnonzero(exams), descending=False)[::-1]
    patients = block.exams["patient"][places]
    # Of several assignments to one place the last one stays: that of the earliest exam.
    firsts = np.full(int(patients.max(initial=0)) + 1, -1, np.int32)
    firsts[patients] = places
    found = np.zeros(len(block), np.bool_)
    found[firsts[firsts >= 0]] = True
    return found


def _charts(template: Template, of_exams: "_Counting", first: Mask) -> Iterator[Chart]:
    of_patients = replace(of_exams, rows=Rows(first), counts="patients")
    yield of_patients.chart("patient.sex", TITLES["patient.sex"])
    yield of_patients.with_parts(of_patients.chart("patient.age", TITLES["patient.age"]), "patient.sex")
    for path, title in PHASES.items():
        yield of_exams.chart(path, title)
    yield of_exams.years(DATE, TITLES[DATE])
    yield of_exams.chart("state", TITLES["state"])
    yield of_exams.months("report.month", MONTHS)
    for group in template.groups:
        counted = of_exams.of_members(group) if group.repeats else of_exams
        for item in group.items:
            if item.values or item.kind in NUMERIC:
                yield counted.chart(f"{group.name}.{item.name}", item.title, item)


@dataclass(frozen=True)
class _Counting:
    """Counts the chosen rows: exams, patients by one exam each, or members."""

    block: Block
    rows: Rows
    language: str
    counts: str = "exams"
    columns: Mapping[str, Column] = field(default_factory=dict)

    def of_members(self, group: Group) -> "_Counting":
        members = self.block.members[group.name]
        return replace(self, rows=Rows(self.rows.mask[members.owner]), counts=group.name, columns=members.columns)

    def chart(self, path: str, title: Text, item: Item | None = None) -> Chart:
        one = self.block.layout.field(path)
        values = Distribution(self.block, one, path, (self.columns or self.block.exams)[path])
        said: str = getattr(title, self.language)
        if one.form != "number":
            return Chart(path, said, "bar", self.counts, _coded(one, values.codes(self.rows)))
        width = bins.width(path, item)
        data = _binned(width, values.bins(self.rows, width))
        return Chart(path, said, "histogram", self.counts, data, {"width": width}, values.statistics(self.rows))

    def with_parts(self, chart: Chart, path: str) -> Chart:
        """Return a chart of numbers with each bin taken apart by the values of a code."""
        one, width = self.block.layout.field(path), (chart.bins or {"width": 1})["width"]
        numbers, codes = self.block.exams[chart.id], self.block.exams[path]
        parts = {value: Rows(self.rows.mask & (codes == one.number(value))) for value in one.values}
        of_parts = {value: counting.bins(counting.numbers(rows.of(numbers)), width) for value, rows in parts.items()}
        labelled = {value: {_label(start, width): n for start, n in found.items()} for value, found in of_parts.items()}
        data = [
            bar | {"parts": {value: found[bar["label"]] for value, found in labelled.items() if bar["label"] in found}}
            for bar in chart.data
        ]
        return replace(chart, data=data)

    def years(self, path: str, title: Text) -> Chart:
        """Return how many of the rows are of each year."""
        name = f"{path} in years"
        years = self.block.prepared(name, lambda: bins.years(self.block.exams[path]))
        values = Distribution(self.block, self.block.layout.field(path), name, years)
        data, told = _binned(1, values.bins(self.rows, 1)), values.statistics(self.rows)
        return Chart(path, getattr(title, self.language), "histogram", self.counts, data, {"width": 1}, told)

    def months(self, path: str, title: Text) -> Chart:
        """Return how many current reports were written in each month, and in which state they are."""
        states = self.block.layout.field("state").values
        joint = self.block.prepared(
            f"{path} and state", lambda: _joint(self.block.exams[path], self.block.exams["state"])
        )
        found = np.bincount(self.rows.of(joint))
        counted = {number: int(found[number]) for number in np.flatnonzero(found).tolist() if number}
        parts = {
            name: {number // BESIDE: count for number, count in counted.items() if number % BESIDE == place}
            for place, name in enumerate(states, start=1)
        }
        every = sorted({month for found in parts.values() for month in found})
        data = []
        for month in range(every[0], every[-1] + 1) if every else ():
            counts = {name: found[month] for name, found in parts.items() if month in found}
            label = f"{month // 12}-{month % 12 + 1:02d}"
            data.append({"label": label, "count": sum(counts.values()), "parts": counts})
        return Chart(path, getattr(title, self.language), "months", self.counts, data)


def _joint(months: Column, states: Column) -> Column:
    """Return one number for month and state; 0 where there is no month."""
    return np.where(np.isnan(months), 0, months * BESIDE + states).astype(np.intp)


def _coded(one: Field, counts: list[int]) -> list[dict[str, Any]]:
    """Return every value of the template, also those that no exam has; values of later versions only if there are."""
    *known, unknown = counts
    data = [{"label": name, "count": count} for name, count in zip(one.values, known, strict=True)]
    return [*data, {"label": UNKNOWN, "count": unknown}] if unknown else data


def _binned(width: int, counted: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return every bin from the first to the last that holds something."""
    if not counted:
        return []
    starts = range(min(counted), max(counted) + 1, width)
    shown = starts if len(starts) <= MOST_BINS else sorted(counted)
    return [{"label": _label(start, width), "count": counted.get(start, 0)} for start in shown]


def _label(start: int, width: int) -> str:
    return str(start) if width == 1 else f"{start}-{start + width - 1}"
