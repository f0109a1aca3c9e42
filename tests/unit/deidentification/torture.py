"""Objects with canaries wherever one can be: a torture for whoever promises that nothing stays."""

from collections.abc import Iterator
from random import Random
from typing import Final

from pydicom.datadict import DicomDictionary

from orthanc_plugin.deidentification import rules
from orthanc_plugin.deidentification.profile import DESCRIPTORS, table
from tests.unit.deidentification.canaries import SCRIPTS, Canaries
from tests.unit.deidentification.encode import (
    EXPLICIT,
    IMPLICIT,
    Element,
    Elements,
    sequence,
    text,
    vr_of,
    write_item,
)

#: Characteristics that are numbers stay numbers; what makes a coded entry, a definition or a picture stays as well.
KEPT: Final = {0x00101020, 0x00101030, 0x001021C0}
BY_DESIGN: Final = KEPT | rules.CODES | rules.DEFINITION_UIDS | rules.BULK_KEPT | set(rules.TECHNICAL)

LISTED: Final = tuple(int(row["tag"], 16) for row in table() if "x" not in row["tag"] and row["tag"] >= "0008")
UNLISTED: Final = tuple(
    tag
    for tag, (vr, *_) in DicomDictionary.items()
    if tag >> 16 >= 8 and tag >> 16 not in (0x0028, 0xFFFE) and not rules.is_dropped(tag)
    if tag not in LISTED and tag not in BY_DESIGN and vr != "SQ" and tag != 0x00080005
)
#: Named by the table, with VR UN in the dictionary or in none.
LISTED_UNKNOWN: Final = tuple(tag for tag in LISTED if vr_of(tag) == "UN")

#: Sequences that the table does not name, and some that it does.
OPEN_SEQUENCES: Final = (0x00082218, 0x00089215, 0x00540220, 0x00409096, 0x00189346)
NAMED_SEQUENCES: Final = (0x00081140, 0x00082112, 0x0040A730, 0x00400555, 0x00400275, 0x00700001)
ODD: Final = ("LO", "SH", "ST", "LT", "UT", "UC", "PN", "AE", "CS", "UR", "DA", "IS", "AS", "UN", "OB")
#: What looks like a code string stays one.
TEXTS: Final = rules.TEXTUAL - rules.CHECKED
#: Accession Number, Patient's Name, Ethnic Group, Study Instance UID, Image Comments.
USUAL: Final = (0x00080050, 0x00100010, 0x00102160, 0x0020000D, 0x00204000)
PEOPLE: Final = frozenset({0x0040A123, 0x0040A075, 0x00081070})
CONTENT: Final = 0x0040A730
ORIGINAL_ATTRIBUTES, MODIFIED_ATTRIBUTES = 0x04000561, 0x04000550

#: Every attribute of file meta information that can tell something.
META: Final = {
    0x00020013: "SH", 0x00020016: "AE", 0x00020017: "AE", 0x00020018: "AE", 0x00020100: "UI", 0x00020102: "OB",
}  # fmt: skip


class Torture:
    """Plants canaries; the same seed plants the same.

    Parameters
    ----------
    unlisted
        How many attributes beside those of the table get one, at each place.
    known
        Whether only attributes are used that pydicom's dictionary knows.
    """

    def __init__(self, seed: int, unlisted: int = 60, *, known: bool = False) -> None:
        self.canaries = Canaries(seed)
        self._random = Random(seed)
        self._unlisted = unlisted
        self._listed = tuple(tag for tag in LISTED if vr_of(tag) != "UN" or (tag not in DicomDictionary and not known))

    def plain(self, base: Elements) -> Elements:
        """Return an object tortured with nothing that the engine on bytes could not understand."""
        return dict(sorted((self._over(base) | self._hiding_places() | self._nested(base)).items()))

    def hard(self, base: Elements, character_set: str, *, explicit: bool, little: bool = True) -> Elements:
        """Return an object tortured with everything else: several character sets, and VR UN.

        Parameters
        ----------
        explicit
            Whether it will be written in an explicit encoding.
        little
            Whether it will be written in little endian, as what is inside VR UN is.
        """
        made = self.plain(base)
        made |= self.scripted(character_set)
        made[0x00081120] = sequence(*(self.scripted(one) for one in SCRIPTS), delimited=True)
        made |= self._unknown(explicit, little)
        if explicit:
            made |= self._odd(made)
        return dict(sorted(made.items()))

    def meta(self) -> Elements:
        made = {tag: self.canaries.value(vr, listed=True) for tag, vr in META.items()}
        return {tag: element for tag, element in made.items() if element}

    def preamble(self) -> bytes:
        return f"II*\0{self.canaries.word()}".encode().ljust(128, b"x")

    # --- attributes --------------------------------------------------------------------------------------------------

    def every(self, *, sequences: bool = True) -> Elements:
        """Return one canary for every attribute of the table that can hold one, and some that it does not name."""
        made: Elements = {}
        chosen = self._random.sample(UNLISTED, self._unlisted)
        for tag in (*self._listed, *chosen):
            vr = self._vr(tag)
            if vr == "SQ":
                if sequences:
                    made[tag] = sequence(self.few())
            elif tag not in KEPT and (element := self.canaries.value(vr, listed=tag in LISTED)):
                made[tag] = element
        for tag in DESCRIPTORS:
            if vr_of(tag) in ("LO", "SH", "ST", "LT", "UT", "UC"):
                made[tag] = text(vr_of(tag), f"ABD PORTAL {self.canaries.word()}")
        return made

    def _vr(self, tag: int) -> str:
        return vr_of(tag) if tag in DicomDictionary else self._random.choice(("LO", "ST", "PN", "UT"))

    def few(self) -> Elements:
        chosen = (*self._random.sample(self._listed, 3), *USUAL)
        made = {tag: self.canaries.value(self._vr(tag), listed=True) for tag in chosen if tag not in KEPT}
        return {tag: element for tag, element in made.items() if element}

    def scripted(self, character_set: str) -> Elements:
        """Return names and texts in a character set, and the attribute that says which."""
        word, codec = SCRIPTS[character_set]
        written = word.encode(codec)
        if codec == "euc_kr":
            written = b"\x1b$)C" + written
        made = {0x00080005: text("CS", character_set)}
        for tag, vr in (
            (0x00081030, "LO"), (0x0008103E, "LO"), (0x00080081, "ST"), (0x00100010, "PN"), (0x00102297, "PN"),
            (0x00102160, "SH"), (0x00104000, "LT"), (0x00081080, "LO"), (0x00204000, "LT"), (0x0040A160, "UT"),
            (0x00181030, "LO"), (0x00081040, "LO"), (0x00500020, "LO"), (0x00082111, "ST"),
        ):  # fmt: skip
            plain = self.canaries.word().encode()
            self.canaries.planted += 1
            parts = (plain, b"^", written) if vr != "PN" else (plain, b"^a=", written, b"^", plain, b"=", written)
            made[tag] = Element(vr, b"".join(parts))
        return made

    # --- places ------------------------------------------------------------------------------------------------------

    def _over(self, base: Elements) -> Elements:
        """Return a base with canaries in and beside its attributes, but for those that make it what it is."""
        planted = self.every()
        for tag, element in base.items():
            if isinstance(element.value, list):
                items = [item | self._beside(item) for item in element.value]
                added = planted[tag].value if tag in planted else []
                assert isinstance(added, list)
                planted[tag] = element._replace(value=items + added)
            elif tag not in LISTED:
                planted[tag] = element
        # What stands for these begins with "PERSON-": a word of the object's identity the second time it comes,
        # and then the meaning of "Person Observer Name" goes.
        return {tag: element for tag, element in planted.items() if tag not in PEOPLE or CONTENT not in base}

    def _beside(self, item: Elements) -> Elements:
        return {tag: element for tag, element in self.few().items() if tag not in item}

    def _nested(self, base: Elements) -> Elements:
        """Return sequences in sequences: named and not named by the table, of defined and undefined length."""
        made: Elements = {}
        for number, tag in enumerate((*OPEN_SEQUENCES[:2], *NAMED_SEQUENCES)):
            deepest = self.every(sequences=False) if number < 4 else self.few()
            inner = self.few() | {OPEN_SEQUENCES[2]: sequence(deepest, delimited=number % 2 == 0)}
            middle = self.few() | {NAMED_SEQUENCES[number % 3]: sequence(inner, self.few(), delimited=number % 3 == 0)}
            middle |= self._private()
            old = base[tag].value if tag in base else []
            assert isinstance(old, list)
            made[tag] = sequence(*old, middle, delimited=number % 2 == 1, open_items=number % 4 < 2)
        modified = sequence(self.every(sequences=False))
        original = self.few() | {MODIFIED_ATTRIBUTES: modified, 0x04000564: text("LO", self.canaries.word())}
        return made | {ORIGINAL_ATTRIBUTES: sequence(original)}

    def _private(self) -> Elements:
        return {
            0x00290010: text("LO", f"Maker {self.canaries.word()}"),
            0x00291008: text("PN", self.canaries.word()),
            0x00291140: sequence(self.few(), delimited=True),
        }

    def _hiding_places(self) -> Elements:
        """Return private attributes with and without a creator, odd groups, padding."""
        word = self.canaries.word
        made = self._private()
        made |= {
            0x00091001: text("LO", word()), 0x00090199: Element("UN", word().encode()), 0x000B0101: text("AE", word()),
            0x00110010: text("LO", "Maker of nothing"), 0x00111010: text("ST", word()), 0x00131013: text("SH", word()),
            0x00191010: Element("OW", word().encode()), 0x00330010: text("LO", "MITRA OBJECT UTF8 ATTRIBUTES 1.0"),
            0x00331013: text("PN", word()), 0x70510001: text("UT", word()), 0xFFFCFFFC: Element("OB", word().encode()),
        }  # fmt: skip
        for group in (0x5000, 0x501E, 0x6000, 0x601E):
            made[group << 16 | 0x0022] = text("LO", word())
            made[group << 16 | 0x3000] = Element("OW", word().encode())
            made[group << 16 | 0x4000] = text("LT", word())
        return made

    def _unknown(self, explicit: bool, little: bool) -> Elements:
        """Return elements of VR UN: bytes, and sequences that hide behind it in every form."""
        made: Elements = {
            0x00089990: Element("UN", self.canaries.word().encode()),
            0x00089992: Element("UN", write_item(self.every(sequences=False), IMPLICIT, is_open=False)),
            0x00089994: Element("UN", write_item(self.few(), IMPLICIT, is_open=True)),
            0x00089996: Element("UN", write_item(self.few(), EXPLICIT, is_open=False)),
            0x00089998: sequence(self.few(), delimited=True),
            0x00291150: Element("UN", write_item(self.few(), EXPLICIT, is_open=True)),
        }
        for tag in self._unknown_texts():
            if explicit:
                made[tag] = Element("UN", self.canaries.word().encode())
        if explicit and little:
            made[0x00540414] = Element("UN", write_item(self.every(sequences=False), IMPLICIT, is_open=False))
            made[0x00540300] = Element("UN", write_item(self.few(), EXPLICIT, is_open=False))
        if little:
            made[0x00540410] = Element("UN", [self.every(sequences=False)], open=True)
            made[0x00089999] = Element("UN", [self.few(), self.few()], open=True, open_items=True)
        return made

    def _odd(self, made: Elements) -> Elements:
        """Return attributes with another value representation than the dictionary gives them."""
        texts = [tag for tag in (*LISTED, *UNLISTED) if vr_of(tag) in TEXTS and tag not in (*KEPT, *made)]
        odd = {tag: sequence(self.few()) for tag in texts[:20]}
        for tag in texts[20:120]:
            element = self.canaries.value(self._random.choice(ODD), listed=False)
            odd |= {tag: element} if element else {}
        for tag in (0x00080096, 0x00081084, 0x00102218):
            odd[tag] = text("UT", self.canaries.word())
        return odd

    @staticmethod
    def _unknown_texts() -> Iterator[int]:
        yield from (0x00102160, 0x00204000, 0x00081080, 0x00324000, 0x00181030, 0x00104000, *LISTED_UNKNOWN)
