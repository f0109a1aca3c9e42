import sqlite3
from dataclasses import replace
from types import SimpleNamespace

import pytest

from orthanc_plugin import reception
from orthanc_plugin.archive import OwnWrites
from orthanc_plugin.deidentification.arrival import Refuse
from orthanc_plugin.deidentification.trace import Deidentified, Identity
from orthanc_plugin.images import Images, orthanc_id
from orthanc_plugin.reception import Reception, Verdict

REFUSED = Refuse("corrupt", "It is damaged.")
IDENTITY = Identity("HEP-1", "2.25.1", "2.25.3", "2.25.2")
LET_IN = Deidentified(b"2", IDENTITY, "CT", frozenset())


class Ledger(list):
    """Remembers what was entered, or fails."""

    fails = False

    def add(self, one):
        if self.fails:
            raise sqlite3.OperationalError("disk I/O error")
        self.append(one)


@pytest.fixture
def met():
    return Reception(
        SimpleNamespace(may_send=lambda: True),
        OwnWrites(),
        SimpleNamespace(refusal=lambda: None),
        SimpleNamespace(decide=lambda data: LET_IN if data == b"good" else REFUSED),
        Ledger(),
        reception.Arrivals(),
        Images(),
    )


def test_what_we_announced_is_kept_once(met):
    met.own_writes.announce(b"ours")
    assert met.receive(b"other", over_dicom=True).action == "refuse"
    assert met.receive(b"ours", over_dicom=True).action == "keep"
    assert met.receive(b"ours", over_dicom=True).action == "refuse"


def test_what_was_withdrawn_is_unknown(met):
    met.own_writes.withdraw(met.own_writes.announce(b"ours"))
    assert met.receive(b"ours", over_dicom=True).action == "refuse"


def test_every_arrival_is_counted_under_what_became_of_it(met):
    assert met.receive(b"good", over_dicom=True) == Verdict("replace", b"2")
    assert met.receive(b"bad", over_dicom=True).message == "corrupt: It is damaged."
    met.receive(b"bad", over_dicom=True)
    assert met.arrivals.counts() == (1, {"corrupt": 2})
    assert met.ledger == [LET_IN]


@pytest.mark.parametrize(("modality", "known"), [("CT", True), ("SR", False), ("SEG", False)])
def test_images_are_known_to_the_index_before_it_looks(met, modality, known):
    met = replace(met, gate=SimpleNamespace(decide=lambda _: LET_IN._replace(modality=modality)))
    met.receive(b"good", over_dicom=True)
    assert (orthanc_id(*IDENTITY) in met.images) is known


def test_nothing_is_let_in_while_a_safeguard_refuses(met):
    met.safeguards.refusal = lambda: Refuse("disk_full", "Make room.")
    assert met.receive(b"good", over_dicom=True) == Verdict("refuse", message="disk_full: Make room.")
    assert met.arrivals.counts() == (0, {"disk_full": 1})


def test_an_instance_is_let_in_when_only_the_ledger_fails(met):
    met.ledger.fails = True
    verdict = met.receive(b"good", over_dicom=True)
    assert (verdict.action, verdict.data) == ("replace", b"2")
    assert "OperationalError" in verdict.message


def test_nothing_is_let_in_over_dicom_while_another_host_is_connected_that_may_not_send(met):
    met.senders.may_send = lambda: False
    assert met.receive(b"good", over_dicom=True).message.startswith("remote_sender: ")
    assert met.receive(b"good", over_dicom=False).action == "replace"
    assert met.arrivals.counts() == (1, {"remote_sender": 1})
