"""The tables of a dataset, written to files one exam at a time: manifest, answers, checksums."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer import results
from orthanc_plugin.exporting import cohort, dataset
from orthanc_plugin.exporting.progress import Progress
from sr_templates.template import Template

#: What is there while a dataset is made, and goes when it is complete.
FOLDER = "tables"


def manifest(progress: Progress, folder: Path) -> Iterator[Path]:
    """Write and yield manifest.csv."""
    rows = (list(one.row.values()) for one in progress.written())
    yield _csv(folder / "manifest.csv", list(dataset.MANIFEST), rows)


def answers(used: Template, exams: Path, folder: Path) -> Iterator[Path]:
    """Write and yield exams.csv, one table for each repeated group, and answers.json."""
    for group in (None, *(one for one in used.groups if one.repeats)):
        rows = (cells for exam in cohort.read(exams) for cells in results.cells(used, group, exam))
        yield _csv(folder / f"{group.name if group else 'exams'}.csv", results.header(used, group), rows)
    path = folder / "answers.json"
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, exam in enumerate(cohort.read(exams)):
            # Where the exam is shown depends on the server, not on the exam.
            kept = {name: value for name, value in exam.items() if name != "viewer"}
            file.write((",\n" if number else "\n") + json.dumps(kept, ensure_ascii=False))
        file.write("\n]\n")
    yield path


def checksums(progress: Progress, others: Iterable[tuple[str, str]], folder: Path) -> Path:
    """Write checksums.sha256, as `sha256sum -c` reads it."""
    path = folder / "checksums.sha256"
    with path.open("w", encoding="utf-8") as file:
        for name, digest in (*(pair for one in progress.written() for pair in one.files), *others):
            file.write(f"{digest}  {name}\n")
    return path


def _csv(path: Path, header: list[str], rows: Iterable[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
