"""What was learned from the instances of a series gives the same as looking at each of them."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from orthanc_plugin.deidentification import parsed
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.meta import Meta
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import load
from orthanc_plugin.deidentification.templates import MOST_SERIES, Template
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects
from tests.unit.deidentification.agree import Engines, differences
from tests.unit.deidentification.encode import Elements, read_data_set, sequence, text, write_file
from tests.unit.deidentification.series_strategies import Sent, damaged, series

POLICY = Policy(load(), Keys(bytes(range(32))))
SYNTAXES = {True: ExplicitVRLittleEndian, False: ImplicitVRLittleEndian}

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the instances for which a template was used, and those that the other engine was asked about."""
    counts: Counter[str] = Counter()
    apply, other = Template.apply, parsed.deidentify

    def counted(self: Template, data: bytes, at: int) -> object:
        spliced = apply(self, data, at)
        counts["template"] += spliced is not None
        return spliced

    def asked(data: bytes, found: Meta, policy: Policy) -> Deidentified:
        counts["parsed"] += 1
        return other(data, found, policy)

    monkeypatch.setattr(Template, "apply", counted)
    monkeypatch.setattr(parsed, "deidentify", asked)
    return counts


def compare(sent: list[Sent], *, explicit: bool) -> tuple[list[list[str]], int]:
    """Send a series to one gate of each engine; return what differs for each instance, and how many were let in."""
    engines, told, inside = Engines(POLICY), [], 0
    for one in sent:
        data = write_file(one.elements, SYNTAXES[explicit])
        if one.damage is not None:
            data = damaged(data, one.damage)
        fast, slow = engines.fast.decide(data), engines.slow.decide(data)
        inside += isinstance(fast, Deidentified)
        told.append(list(differences(fast, slow, reasons=one.damage is None)))
    return told, inside


@pytest.mark.parametrize("explicit", [True, False], ids=["explicit", "implicit"])
def test_arbitrary_series_in_order(explicit: bool) -> None:
    counts: Counter[str] = Counter()
    apply = Template.apply

    def counted(self: Template, data: bytes, at: int) -> object:
        spliced = apply(self, data, at)
        counts["template"] += spliced is not None
        return spliced

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(sent=series(explicit=explicit))
    def check(sent: list[Sent]) -> None:
        told, inside = compare(sent, explicit=explicit)
        assert told == [[]] * len(sent)
        counts["in"] += inside

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "apply", counted)
        check()
    assert counts["in"] > 400
    assert counts["template"] > 40


# --- series as scanners send them ------------------------------------------------------------------------------------


def slices(count: int, study: int = 1, number: int = 1, **changed: bytes) -> Iterator[Elements]:
    for instance in range(1, count + 1):
        made = read_data_set(objects.image(study, instance, number))
        made[0x00191010] = text("LO", f"private {instance}")
        made[0x00082112] = sequence({0x00081155: text("UI", f"1.2.999.8.{instance}")}, delimited=True)
        made |= {int(tag, 16): made[int(tag, 16)]._replace(value=value) for tag, value in changed.items()}
        yield dict(sorted(made.items()))


def send(engines: Engines, sent: list[Elements], *, explicit: bool = True) -> list[Deidentified | Refuse]:
    decisions: list[Deidentified | Refuse] = []
    for elements in sent:
        data = write_file(elements, SYNTAXES[explicit])
        decisions.append(engines.fast.decide(data))
        assert list(differences(decisions[-1], engines.slow.decide(data))) == []
    return decisions


@pytest.mark.parametrize("explicit", [True, False], ids=["explicit", "implicit"])
def test_a_series_is_learned_from_its_first_two_instances(used: Counter[str], explicit: bool) -> None:
    sent = [write_file(one, SYNTAXES[explicit]) for one in slices(20)]
    gate = Gate(POLICY)
    assert all(isinstance(gate.decide(data), Deidentified) for data in sent)
    assert used == {"template": 18}
    send(Engines(POLICY), list(slices(20)), explicit=explicit)


def test_an_instance_without_an_element_or_with_another_is_looked_at(used: Counter[str]) -> None:
    sent = list(slices(12))
    del sent[4][0x00200032]
    sent[6][0x00104000] = text("LT", "Quintanilha")
    sent[7][0x00191011] = text("LO", "Quintanilha")
    sent[8][0x00082112] = sequence(sent[7], delimited=True)
    del sent[9][0x00191010]
    send(Engines(POLICY), sent)
    assert 3 < used["template"] < 12


def test_an_instance_whose_pixels_are_cut_is_refused_and_the_others_are_not(used: Counter[str]) -> None:
    sent = list(slices(8))
    pixels = sent[5][0x7FE00010]
    assert isinstance(pixels.value, bytes)
    sent[5][0x7FE00010] = pixels._replace(value=pixels.value[:-2])
    decisions = send(Engines(POLICY), sent)
    assert [isinstance(one, Refuse) for one in decisions] == [number == 5 for number in range(8)]
    assert used["template"] >= 4


def test_a_name_that_changes_midway_is_cleaned_from_what_follows(used: Counter[str]) -> None:
    spoken = {"0008103E": b"ABD Zeferino Portal Eleuterio "}
    renamed = list(slices(12, **spoken, **{"00100010": b"Portal^Eleuterio"}))
    decisions = send(Engines(POLICY), [*slices(6, **spoken), *renamed[6:]])
    assert used["template"] >= 4
    told = [text_of(one, b"\x08\x00\x3e\x10LO") for one in decisions]
    assert told == [b"ABD Portal"] * 6 + [b"ABD"] * 6


def text_of(decision: Deidentified | Refuse, header: bytes) -> bytes:
    assert isinstance(decision, Deidentified)
    at = decision.data.index(header)
    return decision.data[at + 8 : at + 8 + decision.data[at + 6]].strip()


def test_patients_whose_series_come_at_once_are_not_confused() -> None:
    """Two have the same ID from other issuers, and all have the same UIDs but for their instances."""
    patients = [(b"0071234 ", b"SOUTH "), (b"0071234 ", b"NORTH "), (b"0071234 ", b""), (b"555 ", b"SOUTH ")]
    by_patient = []
    for identifier, issuer in patients:
        made = list(slices(8, **{"00100020": identifier}))
        for one in made:
            one[0x00100021] = text("LO", issuer.decode().strip())
        by_patient.append([dict(sorted(one.items())) for one in made])
    decisions = send(Engines(POLICY), list(chain.from_iterable(zip(*by_patient, strict=True))))
    pseudonyms = [one.identity.patient_id for one in decisions if isinstance(one, Deidentified)]
    assert len(pseudonyms) == 32
    assert len(set(pseudonyms)) == 4
    assert pseudonyms == pseudonyms[:4] * 8


def test_more_series_at_once_than_are_remembered(used: Counter[str]) -> None:
    count = MOST_SERIES + 6
    by_series = [list(slices(4, number=number)) for number in range(1, count + 1)]
    decisions = send(Engines(POLICY), list(chain.from_iterable(zip(*by_series, strict=True))))
    assert all(isinstance(one, Deidentified) for one in decisions)
    assert len({one.identity.series_instance_uid for one in decisions if isinstance(one, Deidentified)}) == count
    one_after_the_other = send(Engines(POLICY), list(chain.from_iterable(by_series)))
    assert used["template"] >= 2 * count
    assert {one.identity for one in one_after_the_other if isinstance(one, Deidentified)} == {
        one.identity for one in decisions if isinstance(one, Deidentified)
    }
