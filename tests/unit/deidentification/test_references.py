"""What objects point at is found again, whatever the order in which they arrive."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from pydicom import dcmread
from pydicom.uid import ImplicitVRLittleEndian

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import Keys
from tests.unit.deidentification.trees import STANDARD, bytes_of, items, pairs, read, sent_in, started, studies, uids

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

SETS = {
    "dcmqi": "ct-liver-seg-dcmqi/*.dcm",
    "highdicom": "seg-other/*.dcm",
    "multi-frame": "ct-legacy-multiframe-24x38x3/*",
    "PET": "sr-tid1500/[rs]*[mgr].dcm",
}


def in_set(name: str, folder: Path) -> dict[str, bytes]:
    if name == "generated":
        return {f"{one.Modality} {one.SOPInstanceUID}": bytes_of(one) for one in studies()}
    files = [
        file for file in sorted(folder.glob(SETS[name])) if file.suffix in (".dcm", ".seg") and "ruler" not in file.name
    ]
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture(params=[True, False], ids=["bytes", "parsed"])
def gate(request: pytest.FixtureRequest) -> Gate:
    return started(fast=request.param)


# --- arrival ---------------------------------------------------------------------------------------------------------


def arrived(sent: Mapping[str, bytes], random: Random, *, fast: bool) -> dict[str, bytes]:
    """Send a set in, in any order, some of it twice, with restarts in between."""
    names, gate, stored = [*sent, *random.choices(list(sent), k=2)], started(fast=fast), dict[str, bytes]()
    random.shuffle(names)
    for name in names:
        gate = started(fast=fast) if random.random() < 0.3 else gate
        data = sent_in(gate, sent[name])
        assert stored.setdefault(name, data) == data
    return stored


@pytest.mark.parametrize(
    ("name", "fast", "orders"),
    [
        ("generated", True, 100), ("dcmqi", True, 40), ("highdicom", True, 25), ("multi-frame", True, 25),
        ("generated", False, 6), ("dcmqi", False, 4), ("highdicom", False, 6), ("multi-frame", False, 6),
    ],
)  # fmt: skip
def test_every_order_of_arrival_gives_the_same(shared_data: Path, name: str, fast: bool, orders: int) -> None:
    sent, random = in_set(name, shared_data), Random(7)
    expected = {one: sent_in(started(), data) for one, data in sent.items()}
    for _ in range(orders):
        assert arrived(sent, random, fast=fast) == expected


def test_even_large_reports_arrive_in_any_order(shared_data: Path) -> None:
    sent = in_set("PET", shared_data)
    assert len(sent) == 3
    results = [arrived(sent, Random(seed), fast=bool(seed % 3)) for seed in range(4)]
    assert all(one == results[0] for one in results)


@pytest.mark.parametrize("name", ["generated", *SETS])
def test_every_reference_resolves(shared_data: Path, name: str, gate: Gate) -> None:
    sent = in_set(name, shared_data)
    both = [(read(data), read(sent_in(gate, data))) for data in sent.values()]
    became, kinds = defaultdict[str, set[str]](set), set[str]()
    for before, after in both:
        for keyword, old, new in uids(before, after):
            became[old].add(new)
            kinds.add(keyword)
            assert (old == new) == (old.startswith(STANDARD) or keyword in DEFINITIONS), keyword
    # One UID has become one other, and no two have become the same.
    assert all(len(new) == 1 for new in became.values())
    assert len(set.union(*became.values())) == len(became)
    instances = {before.SOPInstanceUID: after.SOPInstanceUID for before, after in both}
    assert all(became[old] == {new} for old, new in instances.items())
    assert {"ReferencedSOPInstanceUID", "SeriesInstanceUID"} <= kinds
    found = {old for before, after in both for keyword, old, _ in uids(before, after) if keyword == REFERENCED}
    assert len(found & set(instances)) >= {"generated": 9, "PET": 2}.get(name, 3)


REFERENCED, DEFINITIONS = "ReferencedSOPInstanceUID", {"CodingSchemeUID", "ContextUID"}


def test_trackings_frames_of_reference_and_segments_meet_again(gate: Gate) -> None:
    stored = [read(sent_in(gate, bytes_of(one))) for one in studies()]
    for image, mask, report, structures in (stored[0], *stored[3:6]), (stored[8], *stored[11:14]):
        listed = {item.UID for _, item in items(report) if item.ValueType == "UIDREF"}
        assert mask.SegmentSequence[0].TrackingUID in listed
        frame, [outlined] = image.FrameOfReferenceUID, structures.StructureSetROISequence
        assert {mask.FrameOfReferenceUID, outlined.ReferencedFrameOfReferenceUID} == {frame}
        regions = [item for _, item in items(report) if item.ValueType == "SCOORD3D"]
        assert [region.ReferencedFrameOfReferenceUID for region in regions] == [frame]
        segments = [item.ReferencedSOPSequence[0] for _, item in items(report) if item.ValueType == "IMAGE"]
        assert (mask.SOPInstanceUID, 1) in [
            (one.ReferencedSOPInstanceUID, one.get("ReferencedSegmentNumber")) for one in segments
        ]


# --- other objects ------------------------------------------------------------------------------------


def test_structures_and_presentations_keep_all_that_is_no_name(gate: Gate) -> None:
    for before in (one for one in studies() if one.Modality in ("RTSTRUCT", "PR", "SEG")):
        after = read(sent_in(gate, bytes_of(before)))
        for one, other in pairs(before, after):
            for element in one:
                if element.VR in ("DS", "IS", "US", "FL", "FD", "CS", "OB", "SQ") and element.VR != "SQ":
                    assert other[element.tag].value == element.value, element.keyword


def test_a_real_structure_set_keeps_its_contours_and_references(shared_data: Path, gate: Gate, keys: Keys) -> None:
    before = dcmread(shared_data / "other-modalities" / "rtstruct.dcm", force=True)
    before.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    after = read(sent_in(gate, bytes_of(before)))
    assert [one.ROINumber for one in after.StructureSetROISequence] == [
        one.ROINumber for one in before.StructureSetROISequence
    ]
    for one, other in zip(before.ROIContourSequence, after.ROIContourSequence, strict=True):
        assert other.ReferencedROINumber == one.ReferencedROINumber
        assert [c.ContourData for c in other.ContourSequence] == [c.ContourData for c in one.ContourSequence]
    assert all(new == keys.uid(old) or old == new for _, old, new in uids(before, after))
