"""Prints the generated parts of docs/ again: `python scripts/update_docs.py`. Tests compare them with the code."""

import re
from pathlib import Path

from orthanc_plugin import settings
from orthanc_plugin.deidentification import describe

DOCS = Path(__file__).resolve().parents[1] / "docs"


def between(page: str, name: str, text: str) -> str:
    """Return a page with what stands between its markers replaced."""
    pattern = rf"<!-- {name} -->\n.*<!-- /{name} -->"
    return re.sub(pattern, lambda _: f"<!-- {name} -->\n{text}\n<!-- /{name} -->", page, flags=re.DOTALL)


def main() -> None:
    """Write the pages."""
    (DOCS / "settings.md").write_text(settings.describe())
    page = DOCS / "deidentification.md"
    page.write_text(between(page.read_text(), "profile", describe.conformance()))
    (DOCS / "deidentification-attributes.md").write_text(describe.page())


if __name__ == "__main__":
    main()
