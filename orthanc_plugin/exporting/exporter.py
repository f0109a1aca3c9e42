"""The job that makes a dataset: exam by exam, one scan in memory at a time; a restart goes on where it stopped."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import version
from orthanc_plugin.archive import Archive
from orthanc_plugin.errors import ArchiveError, NotInArchive
from orthanc_plugin.exporting import cohort, dataset, scans, tables
from orthanc_plugin.exporting.parts import Part, Parts
from orthanc_plugin.exporting.progress import Progress, key
from orthanc_plugin.exporting.request import Asked
from orthanc_plugin.job_files import Job
from orthanc_plugin.jobs import Control, Stopped
from sr_templates.template import Template

#: Share of the work that the scans are; the tables are the rest.
SCANS_SHARE = 0.98

#: Between two looks whether PostgreSQL or Orthanc is back.
PAUSE_S = 2.0


@dataclass
class Reached:
    """How far an export is."""

    exams: int = 0
    bytes: int = 0


@dataclass
class Making:
    """One dataset in the making."""

    asked: Asked
    used: Template
    folder: Path
    progress: Progress
    parts: Parts
    control: Control
    others: list[tuple[str, str]] = field(default_factory=list)

    @property
    def exams(self) -> Path:
        """The cohort, a line for each exam."""
        return self.folder / "cohort.jsonl"


@dataclass
class Exporter:
    """Makes datasets; each in a folder of its own, named by its job.

    Parameters
    ----------
    part_bytes
        What a part may have.
    reserve_bytes
        What must stay free on the disk.
    """

    archive: Archive
    index: Index
    templates: tuple[Template, ...]
    default_template: str
    folder: Path
    part_bytes: int
    reserve_bytes: int
    reached: dict[str, Reached] = field(default_factory=dict)

    def __call__(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Make the dataset of a job; return its parts."""
        folder = self.folder / job.id
        try:
            return self._make_patiently(job, folder, control)
        except Stopped:
            # What is whole stays: the next start goes on behind it.
            raise
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            self.reached.pop(job.id, None)

    def _make_patiently(self, job: Job, folder: Path, control: Control) -> Mapping[str, Any]:
        """Make it; while PostgreSQL or Orthanc is away, wait, and go on behind what is whole."""
        while True:
            try:
                return self._make(job, folder, control)
            except NotInArchive:
                raise
            except (IndexUnavailable, ArchiveError):
                control.wait(PAUSE_S)

    def _make(self, job: Job, folder: Path, control: Control) -> Mapping[str, Any]:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        asked = Asked.from_json(job.parameters)
        used, wanted = cohort.parse(self.templates, self.default_template, asked.query)
        progress = Progress(folder)
        limits = (self.part_bytes, self.reserve_bytes)
        parts = Parts(folder, asked.file_name, *limits, progress.parts, progress.completed)
        making = Making(asked, used, folder, progress, parts, control)
        try:
            if not making.exams.exists():
                control.tell(0, "counting")
                cohort.write(self.index, used, wanted, making.exams)
            counts = self._write_exams(job, making)
            control.tell(SCANS_SHARE, "tables")
            self._write_tables(making, counts)
            parts.complete()
        except BaseException:
            parts.abandon()
            raise
        _clear(folder, parts.done)
        return {
            "exams": counts["exams"],
            "bytes": parts.written,
            "parts": [asdict(part) for part in parts.done],
        }

    def _write_exams(self, job: Job, making: Making) -> dict[str, int]:
        counts: Counter[str] = Counter()
        patients = set()
        total = max(1, making.asked.exams)
        for number, exam in enumerate(cohort.read(making.exams)):
            self.reached[job.id] = Reached(number, making.parts.written)
            making.control.tell(SCANS_SHARE * min(1.0, number / total), "exams")
            counts["scans"] += self._write_exam(making, exam)
            counts["exams"] += 1
            patients.add(exam["patient_id"])
        self.reached[job.id] = Reached(counts["exams"], making.parts.written)
        return {"exams": counts["exams"], "patients": len(patients), "scans": counts["scans"]}

    def _write_exam(self, making: Making, exam: dict[str, Any]) -> int:
        include = making.asked.include
        if include.images == include.masks == "none":
            return 0
        found = scans.of_exam(self.archive, self.index, exam)
        for scan in found:
            making.control.check()
            if key(scans.about(scan, exam)) not in making.progress.done:
                making.parts.begin(scans.expected_bytes(scan, include))
                making.progress.add(scans.write(self.archive, scan, exam, include, making.parts.add))
        return len(found)

    def _write_tables(self, making: Making, counts: Mapping[str, int]) -> None:
        folder = making.folder / tables.FOLDER
        folder.mkdir(exist_ok=True)
        software = {
            "HepatIA": version.VERSION,
            "Orthanc": self.archive.version(),
            "template": f"{making.used.id} {making.used.version}",
        }
        found = list(tables.manifest(making.progress, folder))
        if making.asked.include.answers:
            found += tables.answers(making.used, making.exams, folder)
        texts = {
            "README.md": dataset.readme(making.asked, software, counts),
            "dataset.json": dataset.description(
                making.asked, software, counts, datetime.now(UTC).isoformat(timespec="seconds")
            ),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
            found.append(folder / name)
        for path in found:
            self._add(making, path)
        self._add(making, tables.checksums(making.progress, making.others, folder))

    @staticmethod
    def _add(making: Making, path: Path) -> None:
        making.parts.begin(path.stat().st_size)
        making.others.append((path.name, making.parts.add_file(path.name, path)))


def _clear(folder: Path, parts: list[Part]) -> None:
    """Leave the parts only."""
    names = {part.name for part in parts}
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in names:
            path.unlink()
