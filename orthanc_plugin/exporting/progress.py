"""How far a dataset is, on the disk: which parts are whole, and what is in them; a restart goes on behind them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orthanc_plugin.exporting.parts import Part
from orthanc_plugin.exporting.scans import Written
from orthanc_plugin.private_files import write_private


class Progress:
    """The scans that are in complete parts, and after those the ones that are in the part being written."""

    def __init__(self, folder: Path) -> None:
        self._state, self._lines = folder / "progress.json", folder / "scans.jsonl"
        known: dict[str, Any] = {"parts": [], "scans": 0}
        if self._state.exists():
            known = json.loads(self._state.read_text())
        self.parts = [Part(**one) for one in known["parts"]]
        self._fresh: list[Written] = []
        self.done = set()
        # What was added after the last part was told complete is in no part.
        kept = [line for _, line in zip(range(known["scans"]), self._read(), strict=False)]
        self._lines.write_text("".join(json.dumps(one) + "\n" for one in kept))
        for one in kept:
            self.done.add(key(one["row"]))
        self._scans = len(kept)

    def add(self, written: Written) -> None:
        """Remember a scan of the part that is being written."""
        self._fresh.append(written)

    def completed(self, _part: Part) -> None:
        """Write down that a part is whole, with everything that was added until now."""
        with self._lines.open("a", encoding="utf-8") as file:
            for one in self._fresh:
                file.write(json.dumps({"row": one.row, "files": one.files}) + "\n")
        self._scans += len(self._fresh)
        self._fresh.clear()
        state = {"parts": [asdict(part) for part in self.parts], "scans": self._scans}
        write_private(self._state, json.dumps(state))

    def written(self) -> Iterator[Written]:
        """Yield every scan, in order."""
        for one in self._read():
            yield Written(one["row"], [(path, digest) for path, digest in one["files"]])
        yield from self._fresh

    def _read(self) -> Iterator[dict[str, Any]]:
        if self._lines.exists():
            with self._lines.open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)


def key(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return what tells a scan from all others."""
    return str(row["study_instance_uid"]), str(row["series_instance_uid"]), str(row["acquisition_number"])
