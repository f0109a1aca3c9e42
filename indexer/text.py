"""Words as a search compares them: without case and accents."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from sr_templates.codes import Code
from sr_templates.report import Report
from sr_templates.template import Template


@lru_cache(10_000)
def normalize(text: str) -> str:
    """Return a text in small letters without accents: `Não homogêneo` → `nao homogeneo`."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def words(text: str) -> tuple[str, ...]:
    """Return what a search in text looks for: each word, without the punctuation around it where there is more."""
    found = (word.strip(".,;:!?()[]\"'") or word for word in normalize(text).split())
    return tuple(dict.fromkeys(found))


def written(report: Report, template: Template | None) -> str:
    """Return the free text of a report as a search compares it: its texts, and all that its template does not know.

    Parameters
    ----------
    template
        Of the report; None for a foreign one.
    """
    found = [*_texts(template, report.answers)] if template else []
    for finding in report.findings:
        found += _said(finding)
    return normalize(" ".join(found).replace("\0", " "))


def _texts(template: Template, answers: Mapping[str, Any]) -> Iterator[str]:
    for group in template.groups:
        given = answers.get(group.name) or {}
        for member in given if group.repeats else [given]:
            for item in group.items:
                if item.kind == "text" and isinstance(member.get(item.name), str):
                    yield member[item.name]


def _said(part: Any) -> Iterator[str]:  # noqa: ANN401 -- any part of a finding
    """Yield the texts of a finding: meanings of codes, and what was written."""
    if isinstance(part, Code):
        yield part.meaning
    elif isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        for one in part:
            yield from _said(one)
    elif is_dataclass(part):
        for one in fields(part):
            yield from _said(getattr(part, one.name))
