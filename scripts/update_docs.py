"""Prints the generated parts of docs/ again: `python scripts/update_docs.py`. Tests compare them with the code."""

import re
from pathlib import Path

from indexer import describe as filters
from orthanc_plugin import access, models, settings
from orthanc_plugin.auditing import actions
from orthanc_plugin.commands import backup, conditions
from orthanc_plugin.deidentification import describe, pixels
from orthanc_plugin.web import operations
from sr_templates import describe as templates
from sr_templates import template
from sr_templates.lirads import describe as lirads

DOCS = Path(__file__).resolve().parents[1] / "docs"


def between(page: str, name: str, text: str) -> str:
    """Return a page with what stands between its markers replaced."""
    pattern = rf"<!-- {name} -->\n.*<!-- /{name} -->"
    return re.sub(pattern, lambda _: f"<!-- {name} -->\n{text}\n<!-- /{name} -->", page, flags=re.DOTALL)


def table(page: str, text: str) -> str:
    """Return a page with the table replaced that begins as the new one does."""
    head = re.escape(text.splitlines()[0])
    return re.sub(rf"^{head}\n(?:\|.*\n)+", lambda _: text.rstrip("\n") + "\n", page, flags=re.MULTILINE)


def main() -> None:
    """Write the pages."""
    (DOCS / "settings.md").write_text(settings.describe())
    page = DOCS / "deidentification.md"
    page.write_text(between(page.read_text(), "profile", describe.conformance()))
    (DOCS / "deidentification-attributes.md").write_text(describe.page())
    api = DOCS / "api.md"
    text = table(api.read_text(), operations.describe())
    for part in access.describe().split("\n\n"):
        text = table(text, part)
    api.write_text(text)
    page = DOCS / "lirads.md"
    page.write_text(between(page.read_text(), "lirads", lirads.describe()))
    page = DOCS / "models.md"
    page.write_text(between(page.read_text(), "models", models.describe()))
    page = DOCS / "search.md"
    page.write_text(between(page.read_text(), "filters", filters.describe_all()))
    page = DOCS / "failures.md"
    page.write_text(table(page.read_text(), conditions.describe()))
    page = DOCS / "backup.md"
    page.write_text(between(page.read_text(), "left-out", backup.describe()))
    page = DOCS / "audit.md"
    page.write_text(between(page.read_text(), "actions", actions.describe()))
    page = DOCS / "conformance.md"
    page.write_text(between(page.read_text(), "storage", pixels.describe_sop_classes()))
    (DOCS / "codes.md").write_text(templates.describe_codes())
    for name in template.names():
        (DOCS / "templates" / f"{name}.md").write_text(templates.describe(template.load(name)))


if __name__ == "__main__":
    main()
