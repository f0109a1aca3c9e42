"""How large the extension is, by when its files are fetched: what the build says that needs what (manifest.json)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parents[1] / "ohif-extension" / "dist"

ENTRIES = ("src/index.ts", "src/mode.ts")
VIEWER = "viewing"

#: Vite's manifest: chunks by their keys.
Chunks = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Part:
    """Files that are fetched together.

    Parameters
    ----------
    name
        When they are fetched, or of which page they are.
    files
        Bytes as they are sent, compressed, of what no part before had.
    """

    name: str
    files: dict[str, int]

    @property
    def size(self) -> int:
        """Bytes of all."""
        return sum(self.files.values())


def parts() -> list[Part]:
    """Return what is fetched at the start of any page, when a study is opened, right after that, and with each page."""
    chunks = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    start = _needed(chunks, ENTRIES)
    opened = _asked(chunks, start)
    [viewing] = [key for key in opened if chunks[key]["name"] == VIEWER]
    viewer = start | _needed(chunks, [viewing])
    later = viewer | _needed(chunks, _asked(chunks, viewer - start))
    return [
        _part("at the start", chunks, start),
        _part("when a study is opened", chunks, viewer - start),
        _part("once the panel can be used", chunks, later - viewer),
        *(_part(chunks[key]["name"], chunks, _needed(chunks, [key]) - start) for key in opened if key != viewing),
    ]


def _needed(chunks: Chunks, keys: Iterable[str]) -> set[str]:
    """Return chunks with all that they import."""
    found: set[str] = set()
    left = list(keys)
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += chunks[key].get("imports", ())
    return found


def _asked(chunks: Chunks, keys: Iterable[str]) -> list[str]:
    """Return what chunks ask for while they run."""
    return sorted({one for key in keys for one in chunks[key].get("dynamicImports", ())})


def _part(name: str, chunks: Chunks, keys: Iterable[str]) -> Part:
    files = [chunks[key]["file"] for key in keys]
    return Part(name, {file: (DIST / f"{file}.gz").stat().st_size for file in sorted(files)})
