"""The walk over bytes says the same as pydicom of whatever it understands, and never more than that it does not."""

import io
import logging
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import Dataset, config, dcmread
from pydicom.sequence import Sequence
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from sr_templates import parsed, read, template, walk, write
from sr_templates.errors import NotAReport, Unreadable
from sr_templates.items import Document
from sr_templates.report import WriteContext
from sr_templates.structure import NotUnderstood
from tests.conftest import SHARED_DATA
from tests.unit.sr_templates.generated import sampled

Make = Callable[..., WriteContext]

FILES = sorted([*SHARED_DATA.glob("sr-*/*.dcm"), *SHARED_DATA.glob("*/liver_tid1500*.dcm")])
FROZEN = sorted((Path(__file__).parent / "frozen").glob("*.dcm"))
REPORTS = [file for file in FILES if file.name not in ("seg.dcm", "rwvm.dcm")] + FROZEN
#: Damaged objects of one round; other seeds were run by the thousand.
DAMAGED = 250


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """As in the plugin: odd values are read without a word."""
    mode = config.settings.reading_validation_mode
    config.settings.reading_validation_mode = config.IGNORE
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
    config.settings.reading_validation_mode = mode


def by_pydicom(data: bytes) -> Document:
    return parsed.document(dcmread(io.BytesIO(data)))


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.name)
def test_both_read_the_same(file: Path) -> None:
    data = file.read_bytes()
    assert walk.document(data) == by_pydicom(data)


@pytest.mark.parametrize("name", template.names())
def test_both_read_the_same_of_our_own(name: str, context: Make, sources: list[Dataset], segmentation: Dataset) -> None:
    of = template.load(name)
    for seed in range(10):
        made = context(segmentation=segmentation, predecessors=(sources[0],))
        data = write.write(of, sampled(of, seed), made, sources)
        document = walk.document(data)
        assert document == by_pydicom(data)
        assert document.predecessors == (sources[0].SOPInstanceUID,)
        assert document.segmentations == (segmentation.SOPInstanceUID,)


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.name)
def test_sequences_without_length_read_the_same(file: Path) -> None:
    sr = dcmread(file)
    without_lengths(sr)
    buffer = io.BytesIO()
    sr.save_as(buffer)
    assert buffer.getvalue().count(b"\xfe\xff\xdd\xe0") >= 5
    assert walk.document(buffer.getvalue()) == by_pydicom(file.read_bytes())


def without_lengths(dataset: Dataset) -> None:
    for element in dataset:
        if isinstance(element.value, Sequence):
            element.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
                without_lengths(item)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian], ids=lambda uid: uid.name)
def test_other_encodings_are_read_by_pydicom(syntax: UID) -> None:
    data = FROZEN[0].read_bytes()
    sr = dcmread(io.BytesIO(data))
    sr.file_meta.TransferSyntaxUID = syntax
    buffer = io.BytesIO()
    sr.save_as(buffer)
    with pytest.raises(NotUnderstood):
        walk.document(buffer.getvalue())
    assert read.read(buffer.getvalue()) == read.read(data)


def test_other_character_sets_are_read_by_pydicom() -> None:
    sr = dcmread(FROZEN[0])
    sr.SpecificCharacterSet = "ISO_IR 144"
    sr.PatientID = "Иван"
    buffer = io.BytesIO()
    sr.save_as(buffer)
    with pytest.raises(NotUnderstood):
        walk.document(buffer.getvalue())
    assert read.parse(buffer.getvalue()).attributes["PatientID"] == "Иван"


@pytest.mark.parametrize("file", [*FROZEN, *SHARED_DATA.glob("sr-tid1500/sr*.dcm")], ids=lambda file: file.name)
def test_a_report_that_is_cut_off_is_damaged_wherever_it_is_cut(file: Path) -> None:
    data = file.read_bytes()
    for length in range(140, len(data), max(1, len(data) // 40)):
        with pytest.raises(Unreadable) as error:
            read.read(data[:length])
        assert str(error.value).endswith(".")


@pytest.mark.parametrize("data", [b"", b"no DICOM at all", bytes(132) + b"DICM"])
def test_what_is_no_dicom_is_damaged(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read.read(data)


@pytest.mark.filterwarnings("ignore")
def test_damaged_bytes_are_read_the_same_or_refused() -> None:
    chance = random.Random(20260304)
    originals = [file.read_bytes() for file in REPORTS if file.stat().st_size < 50_000]
    for _ in range(DAMAGED):
        data = damaged(chance.choice(originals), chance)
        try:
            understood = walk.document(data)
        except NotUnderstood:
            understood = None
        if understood is not None:
            assert understood == by_pydicom(data)
        try:
            read.read(data)
        except (Unreadable, NotAReport):
            continue


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Some bytes are other ones, or are missing, or become the sign of an undefined length."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(132, len(changed))
        kind = chance.random()
        if kind < 0.6:
            changed[at] = chance.randrange(256)
        elif kind < 0.8:
            changed[at : at + 4] = b"\xff\xff\xff\xff"
        else:
            del changed[at : at + chance.randrange(1, 9)]
    return bytes(changed)


def test_content_that_nests_without_end_is_refused() -> None:
    sr = dcmread(FROZEN[0])
    deepest = sr.ContentSequence[0]
    for _ in range(200):
        item = Dataset()
        item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", "deeper"
        deepest.ContentSequence = Sequence([item])
        deepest = item
    buffer = io.BytesIO()
    sr.save_as(buffer)
    with pytest.raises(Unreadable, match="deep"):
        read.read(buffer.getvalue())
