"""Cleans free text: what stays is made of known words, short numbers and technical abbreviations, nothing else.

A list of what to remove can never be complete: a name is whatever somebody is called. So it is the other way round. A
word stays when it is in the vocabulary of radiology (`vocabulary.txt`, `vocabulary_dicom.txt`, and what the settings
add) and does not also stand in an identifying attribute of the same object: a patient called White loses the white
matter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib import resources

from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.valuerep import PersonName

NAMES = ("PatientName", "OtherPatientNames", "PatientBirthName", "PatientMotherBirthName")
#: Attributes that name the patient: their words are no code either.
NAMING = (*NAMES, "PatientID", "OtherPatientIDs")
#: Attributes whose words must not survive inside any text of the same object.
IDENTIFYING = (
    *NAMING, "PatientBirthDate", "PatientAddress", "PatientTelephoneNumbers", "AccessionNumber", "StudyID",
    "InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName", "StationName", "ReferringPhysicianName",
    "PerformingPhysicianName", "NameOfPhysiciansReadingStudy", "OperatorsName", "PhysiciansOfRecord",
    "RequestingPhysician", "ConsultingPhysicianName", "DeviceSerialNumber", "AdmissionID", "MilitaryRank",
    "Occupation", "MedicalRecordLocator", "ResponsiblePerson", "PersonName", "VerifyingObserverName",
)  # fmt: skip

VOCABULARIES = ("vocabulary.txt", "vocabulary_dicom.txt")

#: What replaces a text of which nothing may stay where the text must not be empty.
NOTHING_LEFT = "Anonymized"

#: Months, as the six languages write them out, and their abbreviations.
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "janeiro|fevereiro|março|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|"
    "enero|febrero|marzo|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|"
    "janvier|février|fevrier|mars|avril|juin|juillet|août|aout|septembre|octobre|décembre|decembre|"
    "januar|februar|märz|maerz|juni|juli|oktober|dezember|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
)
MONTHS_SHORT = (
    "jan|feb|fev|fév|mar|mär|mrz|apr|abr|avr|may|mai|jun|jul|aug|ago|aoû|sept?|set|oct|okt|out|ott|nov|dec|dez|déc|dic|"
    "ene|gen|mag|giu|lug"
)
#: Dates in the usual ways of writing them.
DATES = re.compile(
    rf"""(?<!\d)(?:
        \d{{1,2}} (\s*[-/.\s]\s*) \d{{1,2}} \1 (?:\d{{4}}|\d{{2}})
      | \d{{4}} (\s*[-/.\s]\s*) \d{{1,2}} \2 \d{{1,2}}
      | \d{{1,2}} (?:[-/.\s]|\bde\b)* (?:{MONTHS}) \b (?:(?:[-/.,\s]|\bde\b)* (?:\d{{4}}|\d{{2}}))?
      | \d{{1,2}} [-/.\s]* (?:{MONTHS_SHORT}) [-/.,\s]* (?:\d{{4}}|\d{{2}})
    )(?!\d)
    | \b(?:{MONTHS}|{MONTHS_SHORT}) [.\s]+ \d{{1,2}} [,\s]+ (?:\d{{4}}|\d{{2}}) (?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
#: Digits that are enough for a record or telephone number, in one run or in groups.
LONG_NUMBER = re.compile(r"\d{4,}")
GROUPED_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?:[ .\-/()]{1,3}\d{1,4}){2,}(?!\d)")
LONGEST_GROUPED_NUMBER = 7
WORDS = re.compile(r"[^\W_]+")
#: Between the parts of a name or number; QIN-HEADNECK-0003 is one: that a code is HEADNECK says nothing of its bearer.
NAME_PARTS = re.compile(r"[\s^=_]+")
#: The parts of a word that is written together: AbdRoutine, B30f, 120kV.
PARTS = re.compile(r"\d+|[^\W\d_]+")
HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SEPARATORS = " ^-_/\\,;:.&+*#=@|<>()[]{}'\""

#: Abbreviations of so few letters identify nobody; so many digits beside them are a kernel or a size.
SHORT_LETTERS, SHORT_DIGITS, LONGEST_NUMBER = 2, 2, 3
#: Identifying words that are shorter are too common to be removed everywhere; but a name may be Wu or Li.
SHORTEST_IDENTIFYING, SHORTEST_NAME = 3, 2


class TextCleaner:
    """Removes from text what is not known to be harmless.

    Parameters
    ----------
    identifying
        Words of identifying values of the object; matched whole, whatever their case and accents.
    vocabulary
        Words that may stay, normalized.
    naming
        Parts of the values that name the patient.
    names
        Words of the patient's names.
    """

    def __init__(
        self,
        identifying: Iterable[str],
        vocabulary: frozenset[str],
        naming: Iterable[str] = (),
        names: Iterable[str] = (),
    ) -> None:
        self.identifying = _long_enough(identifying) | _long_enough(names, SHORTEST_NAME)
        self._naming = _long_enough(naming)
        self._vocabulary = vocabulary
        # The same few texts stand in every instance of a series.
        self.clean = lru_cache(4096)(self._clean)
        self.without_identity = lru_cache(4096)(self._without_identity)

    def names_patient(self, code: str) -> bool:
        """Whether a code is made of the patient's names or numbers."""
        return any(normalize(part) in self._naming for part in NAME_PARTS.split(code))

    def _clean(self, text: str) -> str:
        """Return the text without what is not known; unchanged when all of it is."""
        cleaned = WORDS.sub(lambda match: match[0] if self._may_stay(match[0]) else " ", _without_numbers(text))
        return text if cleaned == text else _tidy(cleaned)

    def _without_identity(self, text: str) -> str:
        """Return the text without words of the identifying values: for what device makers write."""
        cleaned = WORDS.sub(lambda match: " " if normalize(match[0]) in self.identifying else match[0], text)
        return text if cleaned == text else _tidy(cleaned)

    def _may_stay(self, word: str) -> bool:
        normal = normalize(word)
        if normal in self.identifying:
            return False
        if normal in self._vocabulary:
            return True
        if word.isdigit():
            return len(word) <= LONGEST_NUMBER
        parts = PARTS.findall(word)
        letters = [part for part in parts if not part.isdigit()]
        known = [self._is_known(part) for part in letters]
        if not all(known or [False]):
            return False
        longest = LONGEST_NUMBER if any(normalize(part) in self._vocabulary for part in letters) else SHORT_DIGITS
        return all(len(part) <= longest for part in parts if part.isdigit())

    def _is_known(self, letters: str) -> bool:
        normal = normalize(letters)
        if normal in self.identifying:
            return False
        if normal in self._vocabulary or (len(normal) <= SHORT_LETTERS and normal.isascii()):
            return True
        humps = HUMPS.findall(letters)
        return len(humps) > 1 and "".join(humps) == letters and all(self._is_known(hump) for hump in humps)


def cleaner_of(dataset: Dataset, vocabulary: frozenset[str]) -> TextCleaner:
    """Return the cleaner for one object, made from its own identifying values."""
    words, names = (
        [word for value in _values(dataset, keywords) for word in WORDS.findall(value)]
        for keywords in (IDENTIFYING, NAMES)
    )
    naming = (part for value in _values(dataset, NAMING) for part in NAME_PARTS.split(value))
    return TextCleaner(words, vocabulary, naming, names)


def vocabulary(added: Iterable[str] = ()) -> frozenset[str]:
    """Return the words that may stay: those that come with the project, and those that an installation adds."""
    return _shipped() | frozenset(map(normalize, added))


def normalize(word: str) -> str:
    """Return a word as it is compared: no case, no accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def _shipped() -> frozenset[str]:
    words: set[str] = set()
    for name in VOCABULARIES:
        for line in resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                words.update(map(normalize, line.split()))
    return frozenset(words)


def _tidy(text: str) -> str:
    tidy = " ".join(text.split()).strip(SEPARATORS)
    return tidy if WORDS.search(tidy) else ""


def _without_numbers(text: str) -> str:
    """Return the text without dates and without what may be the number of a record, a telephone or a person."""
    text = GROUPED_NUMBER.sub(lambda match: " " if _digits(match[0]) > LONGEST_GROUPED_NUMBER else match[0], text)
    return LONG_NUMBER.sub(" ", DATES.sub(" ", text))


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _long_enough(words: Iterable[str], shortest: int = SHORTEST_IDENTIFYING) -> frozenset[str]:
    return frozenset(word for word in map(normalize, words) if len(word) >= shortest)


def _values(dataset: Dataset, keywords: Iterable[str]) -> Iterator[str]:
    for keyword in keywords:
        value = dataset.get(keyword)
        if not value:
            continue
        for part in value if isinstance(value, MultiValue | list) else [value]:
            yield "=".join(part.components) if isinstance(part, PersonName) else str(part)
