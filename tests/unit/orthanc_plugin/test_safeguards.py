import time

import pytest

from orthanc_plugin import safeguards
from orthanc_plugin.safeguards import NO_ROOM, NO_SECRET, Safeguards, state_of


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.key"
    path.write_bytes(b"secret")
    return path


def test_a_secret_that_goes_or_changes_is_noticed_at_once(secret):
    guards = Safeguards(secret, state_of(secret), secret.parent, 0)
    assert guards.refusal() is None
    secret.write_bytes(b"another")
    time.sleep(safeguards.HOLDS_S)
    assert guards.refusal() is NO_SECRET
    secret.unlink()
    time.sleep(safeguards.HOLDS_S)
    assert guards.refusal() is NO_SECRET


def test_a_disk_that_is_nearly_full_is_noticed(secret):
    assert Safeguards(secret, state_of(secret), secret.parent, 2**62).refusal() is NO_ROOM


def test_one_look_is_good_for_many_instances(secret, monkeypatch):
    looks = []
    monkeypatch.setattr(safeguards, "state_of", lambda path: looks.append(path) or state_of(path))
    monkeypatch.setattr(safeguards, "HOLDS_S", 60)
    guards = Safeguards(secret, state_of(secret), secret.parent, 0)
    assert [guards.refusal() for _ in range(100)] == [None] * 100
    assert len(looks) == 1
