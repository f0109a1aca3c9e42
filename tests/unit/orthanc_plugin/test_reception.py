import pytest

from orthanc_plugin import reception
from orthanc_plugin.archive import OwnWrites
from orthanc_plugin.deidentification import arrival


@pytest.fixture
def receive(monkeypatch):
    own_writes, arrivals = OwnWrites(), reception.Arrivals()

    def call(data, decision):
        monkeypatch.setattr(arrival, "decide", lambda *_arguments: decision)
        return reception.receive(data, None, own_writes, arrivals)

    call.own_writes, call.arrivals = own_writes, arrivals
    return call


def test_what_we_announced_is_kept_once(receive):
    receive.own_writes.announce(b"ours")
    assert receive(b"other", arrival.Refuse("r", "m")).action == "refuse"
    assert receive(b"ours", arrival.Refuse("r", "m")).action == "keep"
    assert receive(b"ours", arrival.Refuse("r", "m")).action == "refuse"


def test_what_was_withdrawn_is_unknown(receive):
    receive.own_writes.withdraw(receive.own_writes.announce(b"ours"))
    assert receive(b"ours", arrival.Refuse("r", "m")).action == "refuse"


def test_every_arrival_is_counted_under_what_became_of_it(receive):
    assert receive(b"1", arrival.Replace(b"2", "2.25.1", frozenset())) == reception.Verdict("replace", b"2")
    assert receive(b"1", arrival.Refuse("corrupt", "It is damaged.")).message == "corrupt: It is damaged."
    receive(b"1", arrival.Refuse("corrupt", "It is damaged."))
    assert receive.arrivals.counts() == (1, {"corrupt": 2})
