"""The blocks of shell commands of a page of the documentation."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

FENCE = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: Stands before a block that cannot be run, and says why.
MARKER = re.compile(r"<!-- not run: (.+?) -->\n+\Z")

#: Pages of which no block is run here, and why.
ELSEWHERE = {"docs/deployment.md": "needs a container engine; tests/image runs what it builds"}


@dataclass(frozen=True)
class Block:
    """One block: the line where it begins, its commands, and why it is not run."""

    line: int
    commands: str
    reason: str | None


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page, in their order."""
    found = []
    for fence in FENCE.finditer(text):
        marker = MARKER.search(text[: fence.start()])
        found.append(Block(text.count("\n", 0, fence.start()) + 1, fence[1], marker[1] if marker else None))
    return found


def pages() -> dict[str, list[Block]]:
    """Return the blocks of every page that has any."""
    paths = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    found = {str(path.relative_to(REPOSITORY)): blocks(path.read_text()) for path in paths}
    for name, reason in ELSEWHERE.items():
        found[name] = [replace(one, reason=reason) for one in found.get(name, [])]
    return {name: of_page for name, of_page in found.items() if of_page}


def script(of_page: list[Block]) -> str:
    """Return the commands of a page as one script, which tells on stderr where it is."""
    run = [f"echo 'block of line {one.line}' >&2\n{one.commands}" for one in of_page if one.reason is None]
    return "set -euo pipefail\n" + "\n".join(run)
