"""Files damaged at random: refused or let in, never an exception, and never with the identity that was planted."""

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import test_torture
from tests.unit.deidentification.encode import SYNTAXES, inflated, read_data_set, text, write_file

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

#: No code string, for those are kept.
NAME, IDENTIFIER, BIRTH = "Canaryname^Planted", "canaryid-00718", "19010108"
TOKENS = (b"Canaryname", b"Planted", b"canaryid", b"19010108")
#: What may stand where a length or a tag is.
JOINTS = (b"\xff\xff\xff\xff", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0", b"\xfe\xff\x0d\xe0", b"\0\0\0\0")


@cache
def files() -> tuple[bytes, ...]:
    return tuple(_files())


def _files() -> Iterator[bytes]:
    for name in test_torture.BUILT:
        made = test_torture.built(name)
        elements = read_data_set(made) | {
            0x00100010: text("PN", NAME), 0x00100020: text("LO", IDENTIFIER), 0x00100030: text("DA", BIRTH),
            0x00080090: text("PN", NAME), 0x00081030: text("LO", f"ABD {IDENTIFIER} Planted"),
            0x00104000: text("LT", f"{NAME} {BIRTH}"), 0x00291010: text("LO", NAME),
        }  # fmt: skip
        uid = made.file_meta.TransferSyntaxUID
        for syntax in (uid,) if uid.is_compressed else SYNTAXES.values():
            yield write_file(elements, syntax)


def mutated(data: bytes, random: Random) -> bytes:
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        at, kind = random.randrange(128, len(made)), random.randrange(6)
        if kind == 0:
            made[at] = random.randrange(256)
        elif kind == 1:
            made[at] ^= 1 << random.randrange(8)
        elif kind == 2:
            del made[at : at + random.choice((1, 2, 4, 8, 32))]
        elif kind == 3:
            made[at:at] = random.randbytes(random.choice((1, 2, 4, 8)))
        elif kind == 4:
            made[at : at + 4] = random.choice(JOINTS)
        else:
            start = random.randrange(128, len(made))
            made[at:at] = made[start : start + random.randrange(1, 60)]
    return bytes(made)


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_refused_or_harmless(seed: int, gate: Gate) -> None:
    random, inside = Random(seed), 0
    for _ in range(700):
        decision = gate.decide(mutated(random.choice(files()), random))
        if isinstance(decision, Refuse):
            assert not any(token.decode() in decision.message for token in TOKENS)
            continue
        assert isinstance(decision, Deidentified)
        inside += 1
        stored = inflated(decision.data)
        assert not [token for token in TOKENS if token in stored]
    assert inside > 30


def test_every_single_byte_may_be_wrong(gate: Gate) -> None:
    data = files()[1]
    start = data.index(b"\x08\x00\x16\x00")
    for at in range(start, len(data)):
        for wrong in (0x00, 0xFF, data[at] ^ 0x20):
            decision = gate.decide(data[:at] + bytes((wrong,)) + data[at + 1 :])
            if isinstance(decision, Deidentified):
                survivors = [token for token in TOKENS if token in decision.data]
                assert survivors == [], (at, wrong)
