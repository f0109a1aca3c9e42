import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from indexer.errors import IndexUnavailable
from orthanc_plugin import indexing
from orthanc_plugin.archive import Change, Changes
from orthanc_plugin.errors import ArchiveError
from orthanc_plugin.worker import Worker


@dataclass
class Log:
    """Orthanc's change log."""

    changes_: list[Change] = field(default_factory=list)
    fails: int = 0

    def add(self, *sops):
        for sop in sops:
            self.changes_.append(Change(len(self.changes_) + 1, "NewInstance", sop))

    def changes(self, since):
        if self.fails:
            self.fails -= 1
            raise ArchiveError("Orthanc does not answer.")
        items = tuple(one for one in self.changes_ if one.sequence > since)[:3]
        last = items[-1].sequence if items else len(self.changes_)
        return Changes(items, last, last == len(self.changes_))

    def last_change(self):
        return len(self.changes_)

    def study_and_series_ids(self):
        return frozenset()


@dataclass
class Table:
    """An index of SOP Instance UIDs that keeps transactions."""

    rows: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    at: int = 0
    down: int = 0
    schemas: int = 0
    rebuilt_to: str | None = None

    def ensure_schema(self, _templates):
        self._answer()
        self.schemas += 1

    def read_columns(self, _templates):
        self._answer()

    def is_incomplete(self):
        return self.rebuilt_to is not None

    def set_rebuilt(self, identifier):
        self.rebuilt_to = identifier

    def position(self):
        self._answer()
        return self.at

    def query(self, _query):
        return []

    @contextmanager
    def transaction(self):
        self._answer()
        before = (list(self.rows), dict(self.failed), self.at)
        try:
            yield self
        except BaseException:
            self.rows, self.failed, self.at = before
            raise

    def set_position(self, position):
        self.at = position

    def put_failure(self, sop, reason):
        self.failed[sop] = reason

    def _answer(self):
        if self.down:
            self.down -= 1
            raise IndexUnavailable("PostgreSQL does not answer.")


@pytest.fixture
def parts(monkeypatch):
    log, table, stopping, lines = Log(), Table(), threading.Event(), []
    worker = Worker(log, table, (), stopping, lines.append)
    monkeypatch.setattr("orthanc_plugin.worker.BACK_OFF_S", (0.01, 0.02))

    def rows(_reading, change):
        def put(writer):
            if change.resource_id.startswith("odd"):
                raise ValueError("Doe^Jane is odd")
            writer.rows.append(change.resource_id)

        return indexing.Rows(change.resource_id, put) if not change.resource_id.startswith("ct") else None

    monkeypatch.setattr(indexing.Reading, "change", rows)
    thread = threading.Thread(target=worker.run)
    yield worker, log, table, thread, lines
    stopping.set()
    worker.wake()
    if thread.ident:
        thread.join(10)
        assert not thread.is_alive()


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_those_who_wait_are_woken(parts):
    worker, log, _, thread, _ = parts
    thread.start()
    log.add("1")
    assert worker.wait_for("1", 10)


def test_what_an_interrupted_rebuild_left_out_is_indexed_after_the_next_start(parts):
    _worker, log, table, thread, _ = parts
    log.add("1", "2", "3", "4")
    table.at, table.rows, table.rebuilt_to = 4, ["1"], "an identifier"
    thread.start()
    assert eventually(lambda: {"1", "2", "3", "4"} <= set(table.rows))
    assert table.rebuilt_to is None


def test_every_change_is_indexed_once_and_the_position_kept(parts):
    worker, log, table, _, _ = parts
    log.add("1", "ct", "2", "3", "4")
    assert worker.step() is False
    assert worker.step() is True
    assert (table.rows, table.at) == (["1", "2", "3", "4"], 5)
    assert worker.step() is True
    assert table.rows == ["1", "2", "3", "4"]
    assert worker.pending() == 0


def test_one_odd_object_is_recorded_without_a_value_and_the_others_go_on(parts):
    worker, log, table, _, _ = parts
    log.add("1", "odd", "2")
    worker.step()
    assert (table.rows, table.at) == (["1", "2"], 3)
    assert table.failed == {"odd": "The object cannot be read (ValueError)."}


def test_nothing_is_lost_while_postgresql_is_down(parts):
    _worker, log, table, thread, lines = parts
    log.add("1")
    table.down = 5
    thread.start()
    assert eventually(lambda: table.rows == ["1"])
    assert table.at == 1
    assert "IndexUnavailable" in lines[0]


def test_nothing_is_lost_while_orthanc_does_not_answer(parts):
    _worker, log, table, thread, _ = parts
    log.fails = 3
    log.add("1")
    thread.start()
    assert eventually(lambda: table.rows == ["1"])


def test_a_page_whose_transaction_fails_is_indexed_again_whole(parts):
    worker, log, table, _, _ = parts
    log.add("1", "2")
    table.down = 0
    position = table.position

    def then_down():
        found = position()
        table.down = 1
        return found

    table.position = then_down
    with pytest.raises(IndexUnavailable):
        worker.step()
    assert (table.rows, table.at) == ([], 0)
    table.position, table.down = position, 0
    worker.step()
    assert table.rows == ["1", "2"]


def test_nobody_waits_while_postgresql_is_down(parts):
    worker, log, table, thread, lines = parts
    table.down = 10**9
    thread.start()
    while not lines:
        time.sleep(0.01)
    log.add("1")
    started = time.monotonic()
    assert worker.wait_for("1", 60) is False
    assert time.monotonic() - started < 10


def test_waiting_ends_after_its_time(parts):
    worker, _, _, _, _ = parts
    assert worker.wait_for("never", 0.01) is False


def test_another_archive_is_followed_from_its_beginning(parts):
    worker, log, table, _, _ = parts
    table.at = 100
    log.add("1")
    assert worker.step() is False
    worker.step()
    assert table.rows == ["1"]


@pytest.mark.parametrize(("settle_s", "looks"), [((0.1, 60.0), 1), ((0.1, 0.2), 3)])
def test_one_look_is_for_many_that_come_one_after_the_other(parts, monkeypatch, settle_s, looks):
    worker, log, table, thread, _ = parts
    monkeypatch.setattr("orthanc_plugin.worker.SETTLE_S", settle_s)
    thread.start()
    assert eventually(lambda: table.schemas)
    time.sleep(0.05)
    put, original = [], indexing.put
    monkeypatch.setattr(indexing, "put", lambda *given: put.append(time.monotonic()) or original(*given))
    started = time.monotonic()
    for number in range(20):
        log.add(str(number))
        worker.wake()
        time.sleep(0.03)
    # A page of the log has three changes, and one look is as many pages as there are.
    looked = [at for before, at in zip([started, *put], put, strict=False) if at - before > settle_s[0] / 2]
    assert len(looked) <= looks
    # Somebody who waits need not wait for that.
    log.add("awaited")
    assert worker.wait_for("awaited", 5)
    assert len(table.rows) == 21
