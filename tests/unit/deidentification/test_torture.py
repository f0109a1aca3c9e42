"""Nothing of what was planted may be left: in any attribute, at any depth, in any encoding."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from orthanc_plugin.deidentification import parsed
from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import DESCRIPTORS
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects, reports
from tests.unit.deidentification.canaries import SCRIPTS, survivors
from tests.unit.deidentification.encode import SYNTAXES, Elements, read_data_set, sequence, text, write_file
from tests.unit.deidentification.torture import META, Torture

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

# What pydicom warns of is planted on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


def built(name: str) -> Dataset:
    images = [objects.image(1, number) for number in (1, 2, 3)]
    mask = objects.segmentation(images, 1)
    makers: dict[str, Callable[[], Dataset]] = {
        "CT": lambda: images[0],
        "CT, RLE": lambda: compressed(images[0]),
        "SEG": lambda: mask,
        "SR": lambda: reports.report(images, mask, 1),
        "KO": lambda: reports.key_objects(images, 1),
        "PR": lambda: objects.presentation(images, 1),
        "RTSTRUCT": lambda: objects.structures(images, 1),
    }
    return makers[name]()


def compressed(image: Dataset) -> Dataset:
    image.compress(RLELossless, generate_instance_uid=False)
    return image


BUILT = ("CT", "CT, RLE", "SEG", "SR", "KO", "PR", "RTSTRUCT")
REAL = {
    "real CT": "ct-upper-abdomen-lidc/000004.dcm",
    "multi-frame CT": "ct-legacy-multiframe-24x38x3/mf.dcm",
    "multi-frame MR, JPEG-LS": "transfer-syntaxes/emri_small_jpeg_ls_lossless.dcm",
    "MR with private sequences": "phi/MR.dcm",
    "SEG by dcmqi": "ct-liver-seg-dcmqi/liver.dcm",
    "SR by dcmqi": "ct-liver-seg-dcmqi/liver_tid1500_dcmqi.dcm",
    "SR by highdicom": "sr-tid1500/sr_document.dcm",
}


def base_of(name: str) -> Dataset:
    if name in BUILT:
        return built(name)
    if not SHARED.is_dir():
        pytest.skip("the real DICOM files are not there")
    return dcmread(SHARED / REAL[name])


CASES = [
    *((kind, name, "own") for kind in ("plain", "hard") for name in (*BUILT, *REAL)),
    *(
        (kind, name, other)
        for kind in ("plain", "hard")
        for name in ("CT", "SR")
        for other in SYNTAXES
        if other != "explicit"
    ),
]


def tortured(kind: str, name: str, encoding: str) -> tuple[bytes, Torture]:
    base = base_of(name)
    syntax = base.file_meta.TransferSyntaxUID if encoding == "own" else SYNTAXES[encoding]
    seed = CASES.index((kind, name, encoding))
    torture = Torture(seed, known=kind == "plain" and syntax.is_implicit_VR)
    elements = read_data_set(base)
    if kind == "plain":
        made = torture.plain(elements)
    else:
        character_set = list(SCRIPTS)[seed % len(SCRIPTS)]
        made = torture.hard(
            elements,
            character_set,
            explicit=not syntax.is_implicit_VR,
            little=syntax.is_little_endian,
        )
    return write_file(made, syntax, torture.meta(), torture.preamble()), torture


@pytest.mark.parametrize(("kind", "name", "encoding"), CASES)
def test_no_canary_survives(kind: str, name: str, encoding: str, gate: Gate) -> None:
    data, torture = tortured(kind, name, encoding)
    assert torture.canaries.planted > 5000
    assert len(set(survivors(data))) > 4000
    decision = gate.decide(data)
    assert isinstance(decision, Deidentified), decision
    assert survivors(decision.data) == []
    again = gate.decide(decision.data)
    assert isinstance(again, Deidentified)
    assert (again.data == decision.data, again.identity) == (True, decision.identity)
    assert decision.data[:128] == bytes(128)
    stored = dcmread(io.BytesIO(decision.data))
    assert not META.keys() - {0x00020013} & stored.file_meta.keys()
    assert stored.get("PixelData") == dcmread(io.BytesIO(data)).get("PixelData")


def test_the_set_is_large() -> None:
    planted = sum(tortured(*case)[1].canaries.planted for case in CASES if case[1] in BUILT)
    assert planted > 150_000


@pytest.mark.parametrize("name", BUILT)
@pytest.mark.parametrize("syntax", ["explicit", "implicit"])
def test_the_engine_on_bytes_is_tortured_too(
    name: str, syntax: str, profile: object, keys: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is plain must not be left to the other engine, or the first was never tested."""

    def other(*_: object) -> None:
        raise AssertionError("the other engine took over")

    monkeypatch.setattr(parsed, "deidentify", other)
    uid = built(name).file_meta.TransferSyntaxUID
    if uid != RLELossless:
        uid = SYNTAXES[syntax]
    torture = Torture(7, known=uid == ImplicitVRLittleEndian)
    data = write_file(torture.plain(read_data_set(built(name))), uid, torture.meta())
    decision = Gate(Policy(profile, keys)).decide(data)  # type: ignore[arg-type]
    assert isinstance(decision, Deidentified)
    assert survivors(decision.data) == []


def test_known_words_stay_where_a_canary_goes(gate: Gate) -> None:
    elements = read_data_set(objects.image(1, 1))
    words = Torture(3).canaries
    told: Elements = {
        tag: text("LO", f"ABD PORTAL {words.word()} 3.0") for tag in sorted(DESCRIPTORS) if tag >> 16 < 0x40
    }
    item = {0x0008103E: text("LO", f"{words.word()}_LIVER_{words.word()}-arterial")}
    decision = gate.decide(write_file(elements | told | {0x00082112: sequence(item), 0x00082218: sequence(item)}))
    assert isinstance(decision, Deidentified)
    stored = dcmread(io.BytesIO(decision.data))
    assert {tag: str(stored[tag].value) for tag in told} == dict.fromkeys(told, "ABD PORTAL 3.0")
    assert stored.SourceImageSequence[0].SeriesDescription == "LIVER_ -arterial"
    assert stored.AnatomicRegionSequence[0].SeriesDescription == "LIVER_ -arterial"


@pytest.mark.parametrize("character_set", SCRIPTS)
def test_words_of_every_script_go_and_known_ones_stay(character_set: str, gate: Gate) -> None:
    torture = Torture(11)
    elements = read_data_set(objects.image(1, 1)) | torture.scripted(character_set)
    word, codec = SCRIPTS[character_set]
    spoken = word.encode(codec) if codec != "euc_kr" else b"\x1b$)C" + word.encode(codec)
    elements[0x0008103E] = elements[0x0008103E]._replace(value=b"ABD PORTAL " + spoken)
    # An item may have a character set of its own.
    elements[0x00082112] = sequence(*(torture.scripted(one) for one in SCRIPTS))
    decision = gate.decide(write_file(elements))
    assert isinstance(decision, Deidentified)
    assert survivors(decision.data) == []
    assert dcmread(io.BytesIO(decision.data)).SeriesDescription == "ABD PORTAL"
