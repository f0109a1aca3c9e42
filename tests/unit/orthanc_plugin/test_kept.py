"""Keeping a server running: restarts, pauses, what is told, and what counts as hanging."""

import time
from pathlib import Path

import pytest

from orthanc_plugin.commands import liveness
from orthanc_plugin.commands.keeping import Keeper, Kind
from orthanc_plugin.commands.liveness import Answer, Effort, Hang
from orthanc_plugin.commands.restarts import COMES_BACK_S, PACE_S, Restarts
from orthanc_plugin.commands.service import Service


@pytest.fixture
def server(tmp_path):
    made = Service("Test", ["/bin/sleep", "60"], {}, tmp_path / "log")
    yield made
    made.stop()


def until(keeper, condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        keeper.look()
        time.sleep(0.01)


def kept(server, said, answer=Answer.READY, causes=lambda _: []):
    return Keeper(Kind("Test", lambda: server, lambda: answer, causes, longest_pause_s=0.2), said.append)


def test_it_is_started_again_at_once_and_told(server):
    said = []
    keeper = kept(server, said)
    until(keeper, lambda: keeper.is_ready)
    for count in (1, 2, 3):
        server.process.kill()
        server.process.wait()
        until(keeper, lambda: not keeper.is_ready)
        until(keeper, lambda: keeper.is_ready)
        until(keeper, lambda: not keeper.problem)
        assert sum("ended by itself" in one for one in said) == count
    assert str(server.log) in said[0]
    assert keeper.restarts.count == 3
    keeper.stop()


def test_one_that_never_answers_is_tried_for_ever_and_told_once(tmp_path):
    said = []
    server = Service("Test", ["/bin/sh", "-c", "echo no room; exit 1"], {"PATH": "/bin"}, tmp_path / "log")
    keeper = kept(server, said, Answer.NONE, lambda log: ["There is no room."] if "no room" in log else [])
    until(keeper, lambda: keeper.restarts.count == 6)
    assert [one.splitlines()[-1].strip() for one in said] == ["There is no room."]
    assert (keeper.state, keeper.problem) == ("down", "There is no room.")
    keeper.stop()


def test_what_cannot_be_made_is_told_and_tried_again(tmp_path):
    said, refuse = [], [True]

    def make():
        if refuse:
            raise OSError(28, "No space left on device")
        return Service("Test", ["/bin/sleep", "60"], {}, tmp_path / "log")

    keeper = Keeper(Kind("Test", make, lambda: Answer.READY, longest_pause_s=0.1), said.append)
    until(keeper, lambda: keeper.restarts.count == 3)
    assert "No space left on device" in said[0]
    refuse.clear()
    until(keeper, lambda: keeper.is_ready)
    keeper.stop()


def test_pauses_are_none_at_first_then_steady_and_refill():
    restarts = Restarts()
    pauses = [restarts.pause_s(100 + number, had_answered=True) for number in range(14)]
    assert pauses[:10] == [0.0] * 10
    assert pauses[-2:] == [PACE_S] * 2
    assert restarts.pause_s(100 + 14 + 2 * COMES_BACK_S, had_answered=True) == 0.0
    assert [restarts.pause_s(200, had_answered=False) for _ in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]
    assert restarts.pause_s(500, had_answered=True) == 0.0


def test_a_silent_process_hangs_only_when_it_does_nothing(monkeypatch):
    monkeypatch.setattr(liveness, "effort", lambda pid: efforts.pop(0))
    idle, busy = Effort(1.0, 0, False), Effort(9.0, 0, False)
    efforts, hang = [idle, busy, busy], Hang()
    assert not hang.look(25, 25, 1)
    assert not hang.look(36, 36, 1), "it works"
    assert hang.look(47, 47, 1)
    efforts, hang = [idle, Effort(1.0, 0, True)], Hang()
    assert [hang.look(now, now, 1) for now in (25, 36)] == [False, False], "it waits for the disk"
    efforts, hang = [idle], Hang()
    assert not hang.look(25, 5, 1), "it has answered meanwhile"


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
