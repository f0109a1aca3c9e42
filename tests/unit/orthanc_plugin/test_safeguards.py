import time
from types import SimpleNamespace

import pytest

from orthanc_plugin import safeguards
from orthanc_plugin.safeguards import NO_ROOM, NO_SECRET, Safeguards


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.key"
    path.write_bytes(b"secret")
    return path


def test_a_secret_that_goes_or_changes_is_noticed_at_once(secret):
    guards = Safeguards(secret, secret.parent, 0)
    assert guards.refusal() is None
    secret.write_bytes(b"another")
    assert guards.refusal() is NO_SECRET
    secret.unlink()
    assert guards.refusal() is NO_SECRET


def test_a_secret_that_comes_back_is_noticed_at_once(secret):
    guards, away = Safeguards(secret, secret.parent, 0), secret.with_suffix(".away")
    secret.rename(away)
    assert guards.refusal() is NO_SECRET
    away.rename(secret)
    assert guards.refusal() is None


def test_a_secret_that_is_put_back_from_a_backup_is_the_same(secret):
    guards = Safeguards(secret, secret.parent, 0)
    secret.unlink()
    assert guards.refusal() is NO_SECRET
    secret.write_bytes(b"secret\n")
    assert guards.refusal() is None


def test_a_disk_that_is_nearly_full_is_noticed(secret):
    assert Safeguards(secret, secret.parent, 2**62).refusal() is NO_ROOM


def test_room_is_looked_for_again_after_a_while_and_at_once_where_there_was_none(secret, monkeypatch):
    looks, blocks = [], [0, 8, 8, 0]

    def room(_path):
        looks.append(blocks.pop(0))
        return SimpleNamespace(f_bavail=looks[-1], f_frsize=1, f_files=0)

    monkeypatch.setattr(safeguards.os, "statvfs", room)
    guards = Safeguards(secret, secret.parent, 4)
    assert [guards.refusal() for _ in range(3)] == [NO_ROOM, None, None]
    assert looks == [0, 8]
    time.sleep(safeguards.HOLDS_S)
    assert guards.refusal() is None
    time.sleep(safeguards.HOLDS_S)
    assert guards.refusal() is NO_ROOM
