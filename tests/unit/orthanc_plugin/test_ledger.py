import sqlite3

import pytest

from orthanc_plugin.deidentification.rules import Action
from orthanc_plugin.deidentification.trace import Deidentified, Done, Identity
from orthanc_plugin.ledger import LONGEST_JOURNAL, Entry, Ledger, _complete_rows

NAME, AGE = Done((0x00100010,), Action.DUMMY), Done((0x00101010,), Action.CLEAN)

FORMER = """
CREATE TABLE done (id INTEGER PRIMARY KEY, actions TEXT NOT NULL UNIQUE);
CREATE TABLE study (id INTEGER PRIMARY KEY, study_instance_uid TEXT NOT NULL UNIQUE);
CREATE TABLE instance (
    sop_instance_uid TEXT PRIMARY KEY, study INTEGER NOT NULL, done INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX instance_study ON instance (study);
INSERT INTO done VALUES (7, '[["00100010","DUMMY"]]');
INSERT INTO study VALUES (3, '2.25.1');
INSERT INTO instance VALUES ('2.25.1.1', 3, 7), ('2.25.1.2', 3, 7);
"""


def instance(study, sop, *done):
    return Deidentified(b"", Identity("HEP-1", study, f"{study}.9", sop), "CT", frozenset(done))


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def test_instances_are_counted_by_study_and_action_and_one_that_comes_again_once(ledger):
    for one in (
        instance("2.25.1", "2.25.1.1", NAME, AGE),
        instance("2.25.1", "2.25.1.2", NAME),
        instance("2.25.1", "2.25.1.2", NAME),
        instance("2.25.2", "2.25.2.1", AGE),
    ):
        ledger.add(one)
    assert ledger.study("2.25.1") == (2, (Entry(NAME, 2), Entry(AGE, 1)))
    assert ledger.study("2.25.2") == (1, (Entry(AGE, 1),))
    assert ledger.study("2.25.3") == (0, ())


def test_a_file_of_an_earlier_version_is_taken_over(tmp_path):
    path = tmp_path / "ledger.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(FORMER)
    connection.close()
    for again in range(2):
        ledger = Ledger(path)
        ledger.add(instance("2.25.1", "2.25.1.3", NAME))
        ledger.add(instance("2.25.1", "2.25.1.1", NAME))
        assert ledger.study("2.25.1") == (3, (Entry(NAME, 3),)), again
        ledger.close()


def test_what_was_entered_is_there_after_the_process_is_killed(tmp_path):
    killed = Ledger(tmp_path / "ledger.sqlite")
    killed.add(instance("2.25.1", "2.25.1.1", NAME))
    killed.add(instance("2.25.1", "2.25.1.2", NAME))
    # Neither closed nor read: what the next process finds is what this one has left.
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert ledger.study("2.25.1") == (2, (Entry(NAME, 2),))
    ledger.close()


def test_a_line_that_was_cut_off_is_passed_over(tmp_path, ledger):
    ledger.add(instance("2.25.1", "2.25.1.1", NAME))
    journal = tmp_path / "ledger.journal"
    line = journal.read_bytes()
    for cut in range(len(line)):
        journal.write_bytes(line + line[:cut])
        assert _complete_rows(journal) == [(1, "2.25.1.1", 1)]


def test_the_journal_is_folded_in_when_it_is_long(tmp_path, ledger):
    for number in range(LONGEST_JOURNAL):
        assert len((tmp_path / "ledger.journal").read_bytes().splitlines()) == number
        ledger.add(instance("2.25.1", f"2.25.1.{number}", NAME))
    assert (tmp_path / "ledger.journal").read_bytes() == b""
    assert ledger.study("2.25.1") == (LONGEST_JOURNAL, (Entry(NAME, LONGEST_JOURNAL),))


def test_what_comes_after_the_end_is_written_nowhere(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add(instance("2.25.1", "2.25.1.1", NAME))
    ledger.close()
    with (tmp_path / "another").open("wb"), pytest.raises(OSError, match="Bad file descriptor"):
        ledger.add(instance("2.25.1", "2.25.1.2", NAME))
    assert (tmp_path / "another").read_bytes() == b""
