"""Private attributes that may stay under the Retain Safe Private option; and sequences that hide behind VR UN."""

import csv
from functools import cache
from importlib import resources
from io import BytesIO
from typing import NamedTuple

from pydicom import DataElement, Dataset
from pydicom.filereader import read_sequence
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification import structure, values
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.structure import Encoding

#: A sequence begins with an item.
ITEM = b"\xfe\xff\x00\xe0"


class Safe(NamedTuple):
    """One private attribute that holds a number or a code of the acquisition."""

    group: int
    creator: str
    element: int


def safe_tags(dataset: Dataset) -> frozenset[int]:
    """Return the private attributes of one data set that may stay, and the creators that make sense of them."""
    creators = {int(tag): str(dataset[tag].value) for tag in dataset.keys() if tag.is_private_creator}  # noqa: SIM118
    found: set[int] = set()
    for tag in map(int, dataset.keys()):
        # (gggg,bbee) belongs to the creator in (gggg,00bb), PS3.5 section 7.8.1.
        block = tag & 0xFFFF0000 | (tag & 0xFF00) >> 8
        vr = safe().get(Safe(tag >> 16, creators.get(block, "").strip(), tag & 0xFF)) if block in creators else None
        if vr and _is_what_it_says(dataset, tag, vr):
            found |= {tag, block}
    return frozenset(found)


def hidden_sequence(dataset: Dataset, element: DataElement) -> Sequence | None:
    """Return the items of an element of VR UN that holds a sequence, or None where it holds anything else."""
    data = bytes(element.value or b"")
    if not data.startswith(ITEM):
        return None
    for encoding in (Encoding(explicit=False, little=True), Encoding(explicit=True, little=True)):
        try:
            structure.check_items(data, 0, len(data), encoding)
        except StructureError:
            continue
        characters = dataset.get("SpecificCharacterSet") or "ISO_IR 6"
        return read_sequence(BytesIO(data), not encoding.explicit, True, len(data), characters)
    return None


@cache
def safe() -> dict[Safe, str]:
    """Return the attributes of `safe_private.csv` and their value representations."""
    text = resources.files(__package__).joinpath("safe_private.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {Safe(int(row["group"], 16), row["creator"], int(row["element"], 16)): row["vr"] for row in rows}


def _is_what_it_says(dataset: Dataset, tag: int, vr: str) -> bool:
    element = dataset[tag]
    if vr not in values.SHAPES:
        return vr == element.VR
    shown = element.value if isinstance(element.value, list) else [element.value]
    return all(values.SHAPES[vr].fullmatch(str(value)) for value in shown)
