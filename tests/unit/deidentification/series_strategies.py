"""Series of instances that differ as instances do, and as they should not; and damage to files."""

from dataclasses import dataclass
from random import Random
from typing import Final

from hypothesis import strategies as st

from orthanc_plugin.deidentification.subject import REWRITTEN
from tests.unit.deidentification.encode import Element, Elements, sequence, text
from tests.unit.deidentification.strategies import UNKNOWN, as_utf8, attributes, data_sets, valued, vr_of

SOP_INSTANCE, INSTANCE_NUMBER, POSITION, SLICE_LOCATION = 0x00080018, 0x00200013, 0x00200032, 0x00201041
ACQUISITION_TIME, CONTENT_TIME, PATIENT_NAME, PIXEL_DATA = 0x00080032, 0x00080033, 0x00100010, 0x7FE00010

#: Values that say what another has de-identified.
WRITTEN_ANEW: Final = frozenset(REWRITTEN) - {0x00100010, 0x00100020}

#: What may differ from instance to instance, beside what always does.
DIFFERING: Final = (
    0x00080008, 0x00080013, 0x00080022, 0x00080033, 0x00081111, 0x00082111, 0x00180050, 0x00181030, 0x00181152,
    0x0018115E, 0x00189327, 0x00200012, 0x00204000, 0x00281050, 0x00281052, 0x00400275, 0x00191023, 0x00291140,
    *UNKNOWN[:2],
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One instance, and whether its bytes were damaged on the way."""

    elements: Elements
    damage: int | None = None


@st.composite
def series(draw: st.DrawFn, *, explicit: bool) -> list[Sent]:
    """Return the instances of one series in the order in which they are sent."""
    first = {tag: element for tag, element in draw(data_sets(explicit=explicit)).items() if tag not in WRITTEN_ANEW}
    is_utf8 = first.get(0x00080005, Element("CS", b"")).value == b"ISO_IR 192"
    tags = draw(st.lists(st.sampled_from(DIFFERING), max_size=5, unique=True))
    sent = []
    for number in range(draw(st.integers(4, 7))):
        made = first | _usual(number)
        for tag in tags:
            if draw(st.integers(0, 5)) == 5:
                made.pop(tag, None)
                continue
            element = draw(_differing(tag, explicit))
            made[tag] = as_utf8({tag: element})[tag] if is_utf8 else element
        odd = draw(st.integers(0, 19))
        if odd == 0:
            added = draw(attributes(1, explicit=explicit))
            made |= {} if is_utf8 else {tag: element for tag, element in added.items() if tag not in WRITTEN_ANEW}
        elif odd == 1 and PIXEL_DATA in made:
            pixels = made[PIXEL_DATA]
            assert isinstance(pixels.value, bytes)
            made[PIXEL_DATA] = pixels._replace(value=pixels.value[: -2 * draw(st.integers(1, 4))])
        elif odd == 2:
            made[PATIENT_NAME] = text("PN", "Married^Zeferina")
        damage = draw(st.integers(0, 10**6)) if odd in (3, 4) and not is_utf8 else None
        sent.append(Sent(dict(sorted(made.items())), damage))
    return sent


def _usual(number: int) -> Elements:
    return {
        SOP_INSTANCE: text("UI", f"1.2.999.5.{number}"),
        INSTANCE_NUMBER: text("IS", str(number)),
        POSITION: text("DS", f"-10.5\\20\\{number * 2.5}"),
        SLICE_LOCATION: text("DS", f"{number * 2.5}"),
        ACQUISITION_TIME: text("TM", f"1403{number:02d}"),
        0x00191010: text("LO", f"private {number}"),
    }


def _differing(tag: int, explicit: bool) -> st.SearchStrategy[Element]:
    vr = vr_of(tag)
    if vr == "SQ":
        return st.lists(attributes(0, explicit=explicit), max_size=2).map(lambda items: sequence(*items))
    if vr == "UN":
        vr = "LO" if explicit else "UN"
    return valued(vr)


def damaged(data: bytes, seed: int) -> bytes:
    """Return a file of which a few bytes are changed, left out or added, behind the file meta information."""
    random = Random(seed)
    made, start = bytearray(data), 144 + int.from_bytes(data[140:144], "little")
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        at = random.randrange(start, len(made))
        kind = random.randrange(4)
        if kind == 0:
            made[at] = random.randrange(256)
        elif kind == 1:
            made[at] ^= 1 << random.randrange(8)
        elif kind == 2:
            del made[at : at + random.choice((1, 2, 8))]
        else:
            made[at:at] = random.randbytes(random.choice((1, 2, 8)))
    return bytes(made)
