"""Freezes a report of the current version of a template: `python scripts/freeze_report.py liver-ct`.

Run once, when a version is published; what is there is never written again. Tests then read the report and compare the
items for ever (tests/unit/sr_templates/test_frozen.py).
"""

import itertools
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pydicom import Dataset

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from sr_templates import read, schema, template, write  # noqa: E402
from sr_templates.report import WriteContext  # noqa: E402
from sr_templates.template import Group, Item, Template  # noqa: E402

FROZEN = REPOSITORY / "tests/unit/sr_templates/frozen"
SEGMENTATION_STORAGE, CT_STORAGE = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.2"


def answers(frozen: Template) -> dict[str, Any]:
    """Return answers to every item, repeated groups with as many members as an item has values."""
    return {group.name: _group(group) for group in frozen.groups}


def _group(group: Group) -> Any:  # noqa: ANN401 -- answers are any JSON value
    if not group.repeats:
        return _member(group, 0)
    return [_member(group, turn) for turn in range(max(len(item.values) for item in group.items))]


def _member(group: Group, turn: int) -> dict[str, Any]:
    return {item.name: _answer(item, turn) for item in group.items}


def _answer(item: Item, turn: int) -> Any:  # noqa: ANN401
    names = [value.name for value in item.values]
    several = [name for name in names if name not in item.alone]
    return {
        "evaluation": lambda: names[turn % len(names)],
        "set": lambda: several,
        "sites": lambda: several[turn % len(several) :],
        "measurement": lambda: 12.5 + turn,
        "count": lambda: 20,
        "segment_number": lambda: 1,
        "tracking_uid": lambda: f"2.25.{1000 + turn}",
        "text": lambda: "Razão: 日本 ok",
    }[item.kind]()


def _instance(sop_class: str, sop: str, series: str, modality: str) -> Dataset:
    header = Dataset()
    header.SOPClassUID, header.SOPInstanceUID = sop_class, sop
    header.StudyInstanceUID, header.SeriesInstanceUID, header.Modality = "2.25.7", series, modality
    header.PatientID = header.PatientName = "HEP-FROZEN"
    return header


def _context() -> WriteContext:
    segmentation = _instance(SEGMENTATION_STORAGE, "2.25.31", "2.25.30", "SEG")
    segmentation.ReferencedSeriesSequence = [Dataset()]
    segmentation.ReferencedSeriesSequence[0].SeriesInstanceUID = "2.25.20"
    uids = itertools.count(50000)
    return WriteContext(
        state="verified",
        observer_name="Souza^Ana",
        observer_login="ana",
        role="resident",
        created=datetime(2026, 3, 4, 10, 20, 30, 456789),
        sop_instance_uid="2.25.1",
        series_instance_uid="2.25.2",
        mint=lambda: f"2.25.{next(uids)}",
        segmentation=segmentation,
        verifier_name="Lima^Rui",
        phases={"2.25.20": "arterial"},
    )


def main(name: str) -> None:
    """Write the report, its answers and the items of the version.

    Raises
    ------
    SystemExit
        The version is frozen already.
    """
    frozen = template.load(name)
    stem = FROZEN / f"{name}-{frozen.version}"
    if stem.with_suffix(".dcm").exists():
        raise SystemExit(f"{stem.name} is frozen already; a new version of the template has a new number.")
    given = answers(frozen)
    data = write.write(frozen, given, _context(), [_instance(CT_STORAGE, "2.25.21", "2.25.20", "CT")])
    assert read.read(data).answers == given
    stem.with_suffix(".dcm").write_bytes(data)
    stem.with_suffix(".json").write_text(json.dumps(given, indent=1, ensure_ascii=False) + "\n")
    items = json.dumps(schema.items(frozen), indent=1, ensure_ascii=False)
    stem.with_suffix(".items.json").write_text(items + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
