"""Keeping a server running that is no part of what must work."""

import time
from pathlib import Path

import pytest

from orthanc_plugin.commands import monailabel
from orthanc_plugin.commands.service import Service


@pytest.fixture
def server(tmp_path):
    made = Service("Test", ["/bin/sleep", "60"], {}, tmp_path / "log")
    yield made
    made.stop()


def test_it_is_started_again_after_a_pause_that_grows(server, monkeypatch):
    monkeypatch.setattr(monailabel, "PAUSE_S", (0.05, 10.0))
    said = []
    kept = monailabel.Kept(server, said.append)
    kept._pause_s = 0.05
    kept.look()
    for count in (1, 2):
        server.process.kill()
        server.process.wait()
        deadline = time.monotonic() + 10
        while not server.running:
            assert time.monotonic() < deadline
            kept.look()
            time.sleep(0.01)
        assert len(said) == count
    assert kept._pause_s == pytest.approx(0.2)
    assert str(server.log) in said[0]


def test_nothing_of_its_session_is_left(tmp_path):
    server = Service("Test", ["/bin/sh", "-c", "sleep 61 & echo $!; wait"], {"PATH": "/bin"}, tmp_path / "log")
    server.start()
    deadline = time.monotonic() + 10
    while not (tmp_path / "log").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child = Path("/proc") / (tmp_path / "log").read_text().strip()
    assert child.exists()
    server.stop()
    deadline = time.monotonic() + 10
    while child.exists() and "Z" not in (child / "stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
