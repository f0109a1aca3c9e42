"""The exams of a dataset: found once, kept as lines of JSON, so that a restart goes on with the same ones."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from indexer import ordering, results, search
from indexer.index import Index
from indexer.search import Search
from orthanc_plugin.errors import RequestError
from sr_templates.template import Template

#: Exams that one dataset may have.
MOST_EXAMS = 100_000

#: What a query says of pages; a dataset has none.
PAGING = ("page", "page_size")


def parse(templates: Sequence[Template], default: str, query: str) -> tuple[Template, Search]:
    """Return the template of a query as in the URL of GET /search, and the search.

    Raises
    ------
    RequestError, FilterError
        400: the template, a filter or a value does not exist.
    """
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in PAGING]
    named = [value for name, value in pairs if name == "template"]
    wanted = named[-1] if named else default
    used = next((one for one in templates if one.id == wanted), None)
    if used is None:
        known = ", ".join(one.id for one in templates)
        raise RequestError(400, "unknown_template", f"There is no such template; there are: {known}.", "template")
    return used, search.parse(used, [pair for pair in pairs if pair[0] != "template"])


def count(index: Index, used: Template, asked: Search) -> int:
    """Return how many exams a search finds; RequestError (422) when there are none, or too many."""
    with search.matched(index, used, asked) as (found, _):
        total = int(found.exams().sum())
    if not total:
        raise RequestError(422, "nothing_found", "The search finds no exam; there is nothing to export.", "query")
    if total > MOST_EXAMS:
        message = f"The search finds {total} exams, more than one dataset may have ({MOST_EXAMS}); add a filter."
        raise RequestError(422, "too_many", message, "query")
    return total


def sample(index: Index, used: Template, asked: Search, most: int) -> list[str]:
    """Return the Study Instance UIDs of some exams of a search, evenly out of all."""
    with search.matched(index, used, asked) as (found, cursor):
        _, numbers = ordering.page(found.block, found.exams(), asked.sort)
        chosen = numbers[:: max(1, len(numbers) // most)][:most]
        return [json.loads(text)["study_instance_uid"] for text in results.texts(used, cursor, chosen)]


def write(index: Index, used: Template, asked: Search, path: Path) -> None:
    """Write the exams that a search finds, each a line of JSON, in the order of the search; whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    with search.matched(index, used, asked) as (found, cursor), temporary.open("w", encoding="utf-8") as file:
        _, numbers = ordering.page(found.block, found.exams(), asked.sort)
        for text in results.every_text(used, cursor, numbers):
            file.write(json.dumps(json.loads(text), ensure_ascii=False) + "\n")
    temporary.replace(path)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the exams that were written, one at a time."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
