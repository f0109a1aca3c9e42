"""What a killed Orthanc had written and not entered is removed, and nothing else."""

import os
import sqlite3

import pytest

from orthanc_plugin.commands import unfinished


@pytest.fixture
def storage(tmp_path):
    connection = sqlite3.connect(tmp_path / "index")
    connection.execute("CREATE TABLE AttachedFiles (id INTEGER, uuid TEXT)")
    for name in ("aa11", "aa12", "bb11"):
        (tmp_path / name[:2] / name[2:4]).mkdir(parents=True, exist_ok=True)
        (tmp_path / name[:2] / name[2:4] / name).write_bytes(b"DICM")
    connection.execute("INSERT INTO AttachedFiles VALUES (1, 'aa11')")
    connection.commit()
    connection.close()
    return tmp_path


def test_before_the_first_start_there_is_nothing(tmp_path):
    assert unfinished.remove(tmp_path) == 0
    assert unfinished.remove(tmp_path / "absent") == 0


def names(storage):
    return {path.name for path in storage.glob("??/??/*")}


def test_only_what_is_not_entered_and_new_is_removed(storage):
    old = storage / "bb" / "11" / "bb11"
    os.utime(old, (1e9, 1e9))
    assert unfinished.remove(storage) == 1
    assert names(storage) == {"aa11", "bb11"}, "an old file has nothing to do with the end"


def test_nothing_is_removed_while_the_index_is_held_or_cannot_be_read(storage):
    holder = sqlite3.connect(storage / "index", isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    assert unfinished.remove(storage) == 0
    holder.close()
    (storage / "index").write_bytes(b"no database" * 500)
    assert unfinished.remove(storage) == 0
    assert len(names(storage)) == 3
