"""Text keeps what the vocabulary knows and loses everything else."""

import re
import unicodedata
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import load
from orthanc_plugin.deidentification.text import TextCleaner, cleaner_of, vocabulary
from tests.unit.deidentification import objects
from tests.unit.deidentification.descriptions import KEPT
from tests.unit.deidentification.trees import KEYS, bytes_of, read, sent_in

WORDS: Final = vocabulary()
CLEANER: Final = TextCleaner([], WORDS)

#: Before and after, in six languages.
CASES: Final = {
    # names beside findings
    "Smithson, Harold: 22 mm lesion in segment VII": "22 mm lesion in segment VII",
    "Dr. Kowalczyk saw portal vein thrombosis": "Dr. portal vein thrombosis",
    "Lesão no fígado de João Quintanilha, 22 mm": "Lesão no fígado de , 22 mm",
    "PACIENTE ZEFERINO SEM CONTRASTE": "PACIENTE SEM CONTRASTE",
    "Frau Brandhuber: Leber ohne Metastasen": "Leber ohne",
    "M. Dupont, foie sans lésion": "M. , foie sans lésion",
    "José García: hígado con quiste de 9 mm": "hígado con quiste de 9 mm",
    "山田太郎 CT ABDOMEN": "CT ABDOMEN",
    "肝臓 CT 腹部": "CT",
    "王伟 LIVER 3.0": "LIVER 3.0",
    # capitals and accents
    "FÍGADO": "FÍGADO",
    "figado": "figado",
    "ZEFERINO": "",
    "Zéférino foie": "foie",
    "ZÜRICH Leber": "Leber",
    # dates and numbers
    "abdomen 09/08/2016": "abdomen",
    "abdomen 9.8.16 portal": "abdomen portal",
    "2016-08-09 CT": "CT",
    "CT 20160809": "CT",
    "abdomen 1234": "abdomen",
    "phase 123": "phase 123",
    "lesion 2.5 x 3.0 mm": "lesion 2.5 x 3.0 mm",
    "RG 0071234 figado": "RG figado",
    "MRN:4711000": "",
    "ABD4711000": "ABD",
    "(11) 98765-4321": "11",
    "+49 89 1234567 Leber": "49 89 Leber",
    "zeferino@haus.example abdomen": "abdomen",
    # glued words
    "AbdRoutine": "AbdRoutine",
    "B30f": "B30f",
    "120kV": "120kV",
    "3D MIP": "3D MIP",
    "AbdZeferino": "",
    "ZeferinoAbd": "",
    "ZEFERINOABD": "",
    "abd_zeferino_routine": "abd_ _routine",
    "Liver^Zeferino": "Liver",
    "B1234f": "B f",
    "QQQ123": "",
    "Qu123": "",
    "Qu12": "Qu12",
    "T2 R2 L4": "T2 R2 L4",
    # what is left of punctuation and lines
    "Zeferino - (Quintanilha) / 12345": "",
    "LIVER\r\n  Zeferino\r\nspleen": "LIVER spleen",
    "  liver  ": "  liver  ",
    "": "",
    "---": "---",
    "12345": "",
}


@pytest.mark.parametrize(("before", "after"), CASES.items())
def test_known_words_stay_and_nothing_else(before: str, after: str) -> None:
    assert CLEANER.clean(before) == after


@pytest.mark.parametrize("text", KEPT)
def test_what_scanners_write_is_not_mutilated(text: str) -> None:
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    "text", ["12-May-16", "12 May 2016", "09 AGO 16", "12 05 16", "12. 5. 16", "2016 08 09", "12-MAY-2016"]
)
def test_dates_in_other_ways_of_writing_go(text: str) -> None:
    assert CLEANER.clean(f"abdomen {text}") == "abdomen"


@pytest.mark.parametrize(
    "text",
    [
        "123.456.789-09", "06 12 34 56 78", "+55 11 987 654 321", "943 476 591", "123-45-6789", "555-123-456",
        "192.168.12.34",
    ],
)  # fmt: skip
def test_numbers_in_groups_go(text: str) -> None:
    """A Brazilian CPF, French and Brazilian telephone numbers, an NHS number, an address of the network."""
    assert not re.search(r"\d\d", CLEANER.clean(f"abdomen {text}"))


@pytest.mark.parametrize(
    "name", ["Müller", "Meyer", "Evans", "Cooper", "Wright", "Richardson", "James", "Hall", "Wolf"]
)
def test_family_names_are_no_vocabulary(name: str) -> None:
    assert CLEANER.clean(f"{name} abdomen") == "abdomen"


# --- words of the same object -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "before", "after"),
    [
        ({"PatientName": "White^Rose"}, "white matter, rose", "matter"),
        ({"PatientName": "WHITE^A"}, "White matter WHITE", "matter"),
        ({"PatientName": "Bäuch^Ä"}, "BAUCH Leber", "Leber"),
        ({"PatientName": "Lúng^Ana"}, "LUNG liver", "liver"),
        ({"ReferringPhysicianName": "Stone^Otto"}, "renal stone", "renal"),
        ({"InstitutionName": "Hospital Porto"}, "Porto abdomen hospital", "abdomen"),
        ({"PatientID": "B30-77"}, "B30 77 B30f", "77 B30f"),
        ({"PatientID": "ABD"}, "AbdRoutine Abd", ""),
        ({"StationName": "CT99"}, "CT99 abdomen CT", "abdomen CT"),
        ({"OperatorsName": ["Liver^A", "Spleen^B"]}, "liver spleen kidney", "kidney"),
        ({"PatientName": "山田^太郎=Portal^Taro"}, "PORTAL 3.0", "3.0"),
    ],
)
def test_words_that_name_somebody_in_the_object_go(attributes: dict[str, object], before: str, after: str) -> None:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    assert cleaner_of(dataset, WORDS).clean(before) == after


def test_words_of_others_stay(gate: Gate) -> None:
    for name, kept in (("White^Rose", "matter"), ("Brown^Rose", "white matter"), ("Liver^Rose", "white matter")):
        image = objects.image(1, 1, PatientName=name, SeriesDescription="white matter", PatientID=f"{len(kept)}000")
        assert read(sent_in(gate, bytes_of(image))).SeriesDescription == kept


@pytest.mark.parametrize(
    ("character_set", "text", "after"),
    [
        ("ISO_IR 100", "FÍGADO João Quintanilha", "FÍGADO"),
        ("ISO_IR 192", "FÍGADO 山田太郎 Quintanilha", "FÍGADO"),
        (["", "ISO 2022 IR 87"], "CT 山田太郎 ABDOMEN", "CT ABDOMEN"),
        ("GB18030", "王伟 CT ABDOMEN", "CT ABDOMEN"),
        (["", "ISO 2022 IR 149"], "CT 김희중 ABDOMEN", "CT ABDOMEN"),
    ],
)
def test_texts_in_other_character_sets(character_set: str, text: str, after: str, gate: Gate) -> None:
    image = objects.image(1, 1, SpecificCharacterSet=character_set, SeriesDescription=text)
    assert read(sent_in(gate, bytes_of(image))).SeriesDescription == after


@pytest.mark.parametrize("fast", [True, False], ids=["bytes", "parsed"])
def test_words_of_the_settings_stay_whatever_their_case_accents_and_script(fast: bool) -> None:
    told = Gate(Policy(load(words=["colangio", "Clínicas", "肝臓"]), KEYS), fast=fast)
    image = objects.image(1, 1, SpecificCharacterSet="ISO_IR 192", SeriesDescription="COLÂNGIO clinicas 肝臓 Zeferin")
    assert read(sent_in(told, bytes_of(image))).SeriesDescription == "COLÂNGIO clinicas 肝臓"
    assert read(sent_in(Gate(Policy(load(), KEYS), fast=fast), bytes_of(image))).SeriesDescription == "COLÂNGIO"


# --- for every text ---------------------------------------------------------------------------------------------------

NAMES: Final = (
    "Zeferino", "Quintanilha", "Brandhuber", "Kowalczyk", "Müllensiefen", "Grönefeld", "Łukaszewicz", "Ñúñez",
    "Οικονόμου", "김희중",
)  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(sorted(WORDS)), st.sampled_from(NAMES), st.integers(0, 10**9).map(str), st.text(max_size=6),
    st.dates().map("{:%d/%m/%Y}".format), st.sampled_from(sorted(WORDS)).map(str.title),
)  # fmt: skip
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "-", "_", "^", "/", ". ", "\r\n"])), max_size=8).map(
    lambda told: "".join(piece + separator for piece, separator in told)
)
IDENTIFYING = st.lists(st.sampled_from([*NAMES, "liver", "white", "portal", "abd"]), max_size=3)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(text=TEXTS, identifying=IDENTIFYING)
def test_cleaning_twice_is_cleaning_once(text: str, identifying: list[str]) -> None:
    cleaner = TextCleaner(identifying, WORDS)
    once = cleaner.clean(text)
    assert cleaner.clean(once) == once
    named = cleaner.without_identity(text)
    assert cleaner.without_identity(named) == named


@settings(max_examples=250, deadline=None, derandomize=True)
@given(text=TEXTS, identifying=IDENTIFYING)
def test_no_word_survives_that_is_neither_known_nor_short(text: str, identifying: list[str]) -> None:
    cleaned = TextCleaner(identifying, WORDS).clean(text)
    unwanted = {plain(one) for one in identifying}
    for word in re.findall(r"[^\W_]+", cleaned):
        assert plain(word) not in unwanted
        assert is_made_of_known(plain(word)), word
    assert not re.search(r"\d{4}", cleaned) or set(re.findall(r"\w*\d{4}\w*", cleaned)) <= WORDS
    assert not [name for name in NAMES if plain(name) in plain(cleaned)]


def plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in folded if not unicodedata.combining(one))


@cache
def is_made_of_known(word: str) -> bool:
    """Whether a word is a row of known words, pairs of letters and short numbers; told in another way than the code."""
    if not word:
        return True
    starts = [end for end in range(1, len(word) + 1) if word[:end] in WORDS]
    starts += [len(short) for short in re.findall(r"^(?:[a-z]{1,2}|\d{1,3}(?!\d))", word)]
    return any(is_made_of_known(word[end:]) for end in starts)
