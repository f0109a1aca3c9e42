"""Some thousands of changed DICOM files; `make soak` does more."""

import subprocess
import sys
from pathlib import Path

COUNT = 3000
REPOSITORY = Path(__file__).resolve().parents[2]


def test_only_documented_errors_come_of_changed_files():
    command = [sys.executable, "tests/fuzz/soak_fuzz.py", str(COUNT), "--seed", "20260101"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert f"Fuzzing: {COUNT} files, seed 20260101" in done.stdout
    # Files are let in and read, too: otherwise the changes would be too coarse to get anywhere.
    for told in ("arrival: let in", "thorough arrival: let in", "report: read", "segmentation: read"):
        assert told in done.stdout


def test_a_planted_value_that_comes_through_is_seen():
    from tests.fuzz import targets

    try:
        targets._check(b"... QUETZALVINA ...")
    except targets.LeakError:
        return
    raise AssertionError
