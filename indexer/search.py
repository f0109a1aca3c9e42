"""Search over exams: query parameters → a search, what it finds, and the search said in words."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer import filters, matching, ordering, results, study, text
from indexer.assigned import Readers
from indexer.distinct import MOST_BLOCKS
from indexer.errors import FilterError
from indexer.index import Index
from indexer.matching import Condition, Matching
from indexer.ordering import Sort
from indexer.results import Row
from sr_templates.template import Template

LARGEST_PAGE = 500
LARGEST_PAGE_NUMBER = 1_000_000
DEFAULT_PAGE = 50
LANGUAGES = ("en", "pt")


@dataclass(frozen=True)
class Search:
    """A search that makes sense.

    Attributes
    ----------
    conditions
        Filters with their values, in the order of the query.
    text
        Words in reports, as `text.normalize` leaves them.
    find
        Words in the pseudonym or in the description of the study.
    blocks
        Facets of repeated groups are told of as many blocks of filters, or more where there are more.
    """

    conditions: tuple[Condition, ...] = ()
    has: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    find: tuple[str, ...] = ()
    sort: Sort = ordering.NEWEST_FIRST
    page: int = 1
    page_size: int = DEFAULT_PAGE
    blocks: int = 1
    language: str = "en"


@dataclass(frozen=True)
class Page:
    """What a search found."""

    total: int
    page: int
    rows: list[Row]
    words: str

    @property
    def items(self) -> list[dict[str, Any]]:
        """The exams as GET /search gives them."""
        return [json.loads(row.text) for row in self.rows]


def parse(template: Template, query: Iterable[tuple[str, str]]) -> Search:
    """Return the search that query parameters ask for.

    Raises
    ------
    FilterError
        A filter or a value does not exist; the message names it.
    """
    known = filters.of_template(template)
    conditions: list[Condition] = []
    found: dict[str, Any] = {}
    for name, value in query:
        if one := filters.named(known, name):
            conditions.append((one, one.read(value)))
        elif name in _PARAMETERS:
            for option, parsed in _PARAMETERS[name](name, value, template).items():
                # Said twice, both must hold.
                found[option] = found.get(option, ()) + parsed if option in ("has", "text", "find") else parsed
        else:
            raise FilterError(f"There is no filter {name[:80]}; see docs/search.md.", name[:80])
    return Search(conditions=tuple(conditions), **found)


@contextmanager
def matched(index: Index, template: Template, search: Search) -> Iterator[tuple[Matching, Cursor]]:
    """Yield what a search finds, and the transaction that sees the same."""
    with index.exams(template) as (block, cursor):
        asked = (search.conditions, search.has, search.text, search.find)
        readers = Readers(index.assigned, template, block, cursor)
        yield matching.match(template, block, *asked, readers), cursor


def run(index: Index, template: Template, search: Search) -> Page:
    """Return one page of what a search finds; the total is exact."""
    with matched(index, template, search) as (found, cursor):
        start = (search.page - 1) * search.page_size
        total, numbers = ordering.page(found.block, found.exams(), search.sort, start, search.page_size)
        return Page(total, search.page, results.rows(template, cursor, numbers), words(search))


def words(search: Search) -> str:
    """Return the search said in words."""
    language = search.language
    said: list[str] = []
    whole: list[str] = []
    told: set[str] = set()
    for group, conditions in by_group(search.conditions):
        phrases = list(_phrases(conditions, language))
        member = conditions[0][0].member
        if group and member:
            kind = "another" if group in told else "member"
            whole.append(_WORDS[kind][language].format(getattr(member, language), _listed(phrases, language)))
            told.add(group)
        else:
            said += phrases
    said += [getattr(study.HAS[name], language) for name in search.has]
    if search.text:
        said.append(_WORDS["text"][language].format(" ".join(search.text)))
    if search.find:
        said.append(_WORDS["find"][language].format(" ".join(search.find)))
    if not said and not whole:
        return _WORDS["all"][language]
    if said:
        whole.append(_listed(said, language))
    return _WORDS["exams"][language] + _WORDS["and_with"][language].join(whole) + "."


def _phrases(conditions: Sequence[Condition], language: str) -> Iterator[str]:
    """Yield each condition in words; those on both ends of one range together."""
    highest = {one.path: value for one, value in conditions if one.kind.suffix == ".max"}
    lowest = {one.path for one, _ in conditions if one.kind.suffix == ".min"}
    for one, value in conditions:
        if one.kind.suffix == ".min" and one.path in highest:
            yield one.range_words(value, highest[one.path], language)
        elif one.kind.suffix != ".max" or one.path not in lowest:
            yield one.words(value, language)


def key(search: Search, found: Matching) -> str:
    """Return what two searches of one block have in common when they find the same, and say it in one language."""
    conditions = [(one.name, value) for one, value in search.conditions]
    asked = (conditions, search.has, search.text, search.find, search.blocks, search.language)
    return repr((asked, found.readers.revision))


def by_group(conditions: Sequence[Condition]) -> Iterator[tuple[str, list[Condition]]]:
    """Yield the conditions on the exam, then those on one member of each repeated group, block after block."""
    for group, block in sorted({(one.group, one.block) for one, _ in conditions}):
        yield group, [(one, value) for one, value in conditions if (one.group, one.block) == (group, block)]


_WORDS: Mapping[str, Mapping[str, str]] = {
    "all": {"en": "All exams.", "pt": "Todos os exames."},
    "exams": {"en": "Exams with ", "pt": "Exames com "},
    "and_with": {"en": " and with ", "pt": " e com "},
    # "1" has no gender in Portuguese.
    "member": {"en": "at least 1 {} with {}", "pt": "pelo menos 1 {} com {}"},
    "another": {"en": "another {} with {}", "pt": "mais 1 {} com {}"},
    "text": {"en": 'the words "{}" in a report', "pt": 'as palavras "{}" em um laudo'},
    "find": {"en": '"{}" in the pseudonym or description', "pt": '"{}" no pseudônimo ou na descrição'},
    "and": {"en": " and ", "pt": " e "},
}


def _listed(phrases: list[str], language: str) -> str:
    return _WORDS["and"][language].join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)


def _whole(name: str, value: str, largest: int) -> int:
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= largest:
        raise FilterError(f"Parameter {name} must be a whole number from 1 to {largest}.", name)
    return int(value)


def _has(name: str, value: str, _template: Template) -> dict[str, Any]:
    wanted: Sequence[str] = value.split(",")
    if unknown := [one for one in wanted if one not in study.HAS]:
        raise FilterError(f"Parameter {name}: there is no {unknown[0][:40]}; there are {', '.join(study.HAS)}.", name)
    return {"has": tuple(wanted)}


def _language(name: str, value: str, _template: Template) -> dict[str, Any]:
    if value not in LANGUAGES:
        raise FilterError(f"Parameter {name} must be one of {', '.join(LANGUAGES)}.", name)
    return {"language": value}


_PARAMETERS: Mapping[str, Callable[[str, str, Template], dict[str, Any]]] = {
    "page": lambda name, value, _: {"page": _whole(name, value, LARGEST_PAGE_NUMBER)},
    "page_size": lambda name, value, _: {"page_size": _whole(name, value, LARGEST_PAGE)},
    "blocks": lambda name, value, _: {"blocks": _whole(name, value, MOST_BLOCKS)},
    "text": lambda _name, value, _: {"text": text.words(value)},
    "find": lambda _name, value, _: {"find": text.words(value)},
    "sort": lambda name, value, template: {"sort": ordering.parse(name, value, template)},
    "has": _has,
    "language": _language,
}
