"""A search → the exams that it finds, as one mask over the columns in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer import text
from indexer.assigned import Readers
from indexer.block import Block, Column, Mask, Members
from indexer.distinct import eligible
from indexer.filters import ASSIGNMENTS, Filter
from sr_templates.template import CODED, Group, Item, Template

Condition = tuple[Filter, Any]

#: All numbers in one value: a row for each would take Python longer than the search takes PostgreSQL.
WRITTEN = """
SELECT coalesce(string_agg(int4send(number), ''::bytea), '') FROM record_text WHERE template = %s AND content LIKE %s
"""

#: The same of what a list of studies shows: pseudonym and description, without case and the accents of Portuguese.
SHOWN = """
SELECT coalesce(string_agg(int4send(record.number), ''::bytea), '') FROM record JOIN study USING (study_instance_uid)
WHERE record.template = %s
  AND translate(lower(study.patient_id || ' ' || coalesce(study.description, '')),
    'áàâãäéèêíìóòôõöúùüçñ', 'aaaaaeeeiiooooouuucn') LIKE %s
"""


@dataclass(frozen=True)
class Matching:
    """What a search finds, and the parts of it that are needed again for the facets."""

    block: Block
    conditions: tuple[Condition, ...]
    others: Mask
    readers: Readers
    _members: dict[tuple[str, int, str], Mask | None] = field(default_factory=dict)
    _held: dict[int, Mask] = field(default_factory=dict)

    def exams(self, without: str = "") -> Mask:
        """Return which exams are found, with the filters of one place left out."""
        found = self.others.copy()
        for number, (one, _) in enumerate(self.conditions):
            if not one.group and one.place != without:
                found &= self._holds(number, self.block.exams)
        # A member that fulfils one block and leaves others for the rest says that there are enough.
        for group, block in {one.group: one.block for one, _ in self.conditions if one.place != without}.items():
            holds = self.members(group, without, block) if group else None
            if holds is not None:
                found &= owners(self.block.members[group], holds)
        return found

    def blocks(self, group: str) -> list[int]:
        """Return the blocks of filters on a group."""
        return sorted({one.block for one, _ in self.conditions if one.group == group})

    def members(self, group: str, without: str = "", block: int = 1) -> Mask | None:
        """Return which members can be the one of a block, with the filters of one place left out; None for all."""
        others = [self._fulfilling(group, other, without) for other in self.blocks(group) if other != block]
        own = self._fulfilling(group, block, without)
        rest = [one for one in others if one is not None]
        if not rest:
            return own
        fits = eligible(self.block.members[group], rest)
        return fits if own is None else own & fits

    def _fulfilling(self, group: str, block: int, without: str = "") -> Mask | None:
        """Return which members fulfil the filters of a block, whatever the other blocks ask; None when it has none."""
        of_block = [n for n, (one, _) in enumerate(self.conditions) if (one.group, one.block) == (group, block)]
        wanted = [number for number in of_block if self.conditions[number][0].place != without]
        key = (group, block, without if len(wanted) < len(of_block) else "")
        if key not in self._members:
            columns = self.block.members[group].columns
            parts = [self._holds(number, columns) for number in wanted]
            self._members[key] = reduce(np.logical_and, parts) if parts else None
        return self._members[key]

    def _holds(self, number: int, columns: Mapping[str, Column]) -> Mask:
        """Return where a condition holds; each is looked at once, for the facets ask with others left out."""
        if number not in self._held:
            one, value = self.conditions[number]
            if one.path in ASSIGNMENTS:
                self._held[number] = self.readers.holds(one.path, value)
            else:
                self._held[number] = one.holds(self.block.layout.field(one.path), columns[one.path], value)
        return self._held[number]


def match(
    template: Template,
    block: Block,
    conditions: Iterable[Condition],
    has: Sequence[str],
    words: Sequence[str],
    shown: Sequence[str],
    readers: Readers,
) -> Matching:
    """Return what a search finds; texts are looked up with the cursor of the readers.

    Parameters
    ----------
    words
        Each must be said in a report.
    shown
        Each must stand in the pseudonym or in the description of the study.
    """
    others, cursor = np.ones(len(block), np.bool_), readers.cursor
    for name in has:
        others &= (
            has_prior(block) if name == "prior" else (block.exams["has"] & block.layout.field("has").code(name)) != 0
        )
    for word in words:
        said: Mask = block.kept(f"says {word}", partial(_says, template, block, word, cursor))
        others &= said
    for word in shown:
        stands: Mask = block.kept(f"shows {word}", partial(_shows, template, block, word, cursor))
        others &= stands
    return Matching(block, tuple(conditions), others, readers)


def has_prior(block: Block) -> Mask:
    """Return which exams have an earlier one of the same patient."""
    found: Mask = block.prepared(
        "prior", lambda: block.exams["study.date"] > _first_dates(block)[block.exams["patient"]]
    )
    return found


def _first_dates(block: Block) -> Column:
    """Return the earliest date of the exams of each patient, by the patient's number."""
    patients, dates = block.exams["patient"], block.exams["study.date"]
    first = np.full(int(patients.max(initial=0)) + 1, np.inf)
    np.minimum.at(first, patients, np.where(np.isnan(dates), np.inf, dates))
    return first


def owners(members: Members, chosen: Mask) -> Mask:
    """Return which exams have one of the chosen members."""
    found = np.zeros(len(members.first) - 1, np.bool_)
    found[members.owner[np.flatnonzero(chosen)]] = True
    return found


def _says(template: Template, block: Block, word: str, cursor: Cursor) -> Mask:
    """Return which exams say a word: in an answer said in words, or in what was written."""
    found = _where(WRITTEN, template, block, word, cursor)
    for group in template.groups:
        columns = block.members[group.name].columns if group.repeats else block.exams
        answered = [_answers_say(block, columns, group, item, word) for item in _spoken(group)]
        hits = [one for one in answered if one is not None]
        if hits:
            said = np.logical_or.reduce(hits)
            found |= owners(block.members[group.name], said) if group.repeats else said
    return found


def _shows(template: Template, block: Block, word: str, cursor: Cursor) -> Mask:
    """Return which exams show a word in a list of studies."""
    return _where(SHOWN, template, block, word, cursor)


def _where(query: str, template: Template, block: Block, word: str, cursor: Cursor) -> Mask:
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    cursor.execute(query, (template.id, pattern))
    [numbers] = cursor.fetchone() or [b""]
    return _among(block.numbers, np.frombuffer(numbers, ">i4").astype(np.int32))


def _among(numbers: Column, some: Column) -> Mask:
    """Return which numbers are among some others."""
    flags = np.zeros(int(max(numbers.max(initial=0), some.max(initial=0))) + 1, np.bool_)
    flags[some] = True
    found: Mask = flags[numbers]
    return found


def _spoken(group: Group) -> Iterator[Item]:
    return (item for item in group.items if item.kind in CODED and item.control != "hidden")


def _answers_say(block: Block, columns: Mapping[str, Column], group: Group, item: Item, word: str) -> Mask | None:
    """Return where an answer, said in words, has the word; None for nowhere."""
    field = block.layout.field(f"{group.name}.{item.name}")
    column = columns[field.name]
    found: Mask
    if word in text.normalize(f"{item.title.en} {item.title.pt}"):
        found = column != 0
        return found
    names = [one.name for one in item.values if word in text.normalize(f"{one.title.en} {one.title.pt}")]
    if not names:
        return None
    numbers = [field.code(name) for name in names]
    if field.form == "codes":
        found = (column & np.bitwise_or.reduce(np.array(numbers, column.dtype))) != 0
    else:
        found = np.logical_or.reduce([column == number for number in numbers])
    return found
