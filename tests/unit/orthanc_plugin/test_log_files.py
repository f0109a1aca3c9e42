import subprocess
import sys
import time
from pathlib import Path

from orthanc_plugin.commands import log_files


def test_a_large_log_is_put_aside_and_the_oldest_dropped(tmp_path: Path) -> None:
    log = tmp_path / "orthanc.log"
    for number in range(6):
        log.write_text(f"{number} " * 20)
        log_files.keep_small(tmp_path, 30)
        assert log.read_text() == ""
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["orthanc.log", "orthanc.log.1", "orthanc.log.2", "orthanc.log.3"]
    assert [(tmp_path / name).read_text()[0] for name in kept[1:]] == ["5", "4", "3"]


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "orthanc.log").write_text("a line\n")
    log_files.keep_small(tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["a line\n"]


def test_a_server_goes_on_at_the_beginning_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "postgresql.log"
    writes = "import time\nfor n in range(4000): print(n, 'x' * 50, flush=True); time.sleep(0.0002)"
    with log.open("ab") as file:
        server = subprocess.Popen([sys.executable, "-c", writes], stdout=file)
    while server.poll() is None:
        log_files.keep_small(tmp_path, 50_000)
        time.sleep(0.01)
    assert log.stat().st_size < 100_000
    assert not log.read_bytes().startswith(b"\0")
    assert log.read_text().splitlines()[-1].startswith("3999 ")
