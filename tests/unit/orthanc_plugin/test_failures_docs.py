"""docs/failures.md and docs/backup.md say what the code does, and each condition has its test."""

import re
from pathlib import Path

from orthanc_plugin.commands import backup, conditions

REPOSITORY = Path(__file__).resolve().parents[3]


def test_the_pages_are_printed_from_the_code():
    assert conditions.describe() in (REPOSITORY / "docs/failures.md").read_text(), "run: python scripts/update_docs.py"
    page = (REPOSITORY / "docs/backup.md").read_text()
    assert f"<!-- left-out -->\n{backup.describe()}\n<!-- /left-out -->" in page, "run: python scripts/update_docs.py"


def test_each_condition_has_its_test():
    tests = "".join(path.read_text() for path in (REPOSITORY / "tests" / "faults").glob("test_*.py"))
    named = set(re.findall(r"^def test_(\w+)\(", tests, re.MULTILINE))
    assert {one.name for one in conditions.CONDITIONS} <= named
