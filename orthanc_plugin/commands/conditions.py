"""What can go wrong around an installation, what happens then, and what to do: printed into docs/failures.md.

Each line is proven against real servers by the test of its name in tests/faults.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Condition:
    """One thing that can be wrong.

    Parameters
    ----------
    name
        Of its test: `test_<name>`.
    wrong
        What is wrong.
    meanwhile
        What happens to those who send, read and search.
    remedy
        What a person has to do; what is said by GET /status, `hepatia doctor` or the log names the details.
    """

    name: str
    wrong: str
    meanwhile: str
    remedy: str


CONDITIONS: Final = (
    Condition(
        "kills_lose_nothing",
        "Orthanc, PostgreSQL or MONAI Label ends (a crash, `kill -9`, the kernel's memory killer)",
        "Started again at once; what was acknowledged is there, what was not is sent again by its sender. Work in the "
        "background goes on",
        "Nothing; if it happens again and again, see the server's log in DATA/logs",
    ),
    Condition(
        "server_hangs",
        "A server accepts connections but says nothing for 30 s, and neither reckons nor waits for the disk",
        "It is ended and started again. One that works is left alone for a quarter of an hour",
        "Nothing; tell us, with its log",
    ),
    Condition(
        "supervisor_killed",
        "`hepatia run` itself is killed",
        "Its servers end. The next start on the same DATA ends what is left, hung processes too, and takes over",
        "Start it again; systemd and compose do",
    ),
    Condition(
        "database_down",
        "PostgreSQL does not answer, for seconds or hours",
        "Sending, reading and saving go on; search and dashboard answer 503. The index catches up by itself",
        "Nothing with the embedded one; with `DSN`, start yours",
    ),
    Condition(
        "index_damaged",
        "PostgreSQL's files are damaged, or of another version",
        "Embedded: they are put aside (DATA/postgresql/damaged-…), and the index is made again from DICOM, by itself",
        "Remove what was put aside; have the disk looked at",
    ),
    Condition(
        "disk_full",
        "The disk of DATA has less room than `LeastFreeMegabytes`, or none",
        "What arrives is refused, and its sender hears it; reading goes on. A server that ends is tried again",
        "Make room; nothing has to be restarted",
    ),
    Condition(
        "disk_slow",
        "The disk is slow",
        "Everything takes longer; nothing is refused or lost, and no server is taken for hanging",
        "Find out why; `iostat -x 1`",
    ),
    Condition(
        "port_taken",
        "Another program has our port",
        "The log and `hepatia doctor` name it; Orthanc is tried again every few seconds",
        "Stop the other program, or choose another `HTTP_PORT` or `DICOM_PORT`",
    ),
    Condition(
        "wrong_permissions",
        "Files of DATA belong to another account, or cannot be written",
        "The log, the status and `hepatia doctor` name the file and the command; what can go on goes on",
        "Run that command; the server comes up by itself",
    ),
    Condition(
        "secret_missing",
        "DATA/secret.key is gone, damaged, or that of another installation",
        "Whatever arrives is refused. Orthanc goes on for reading, but does not start without it; no other is made",
        "Put it back from the backup. Lost for good: remove DATA/secret.check, and patients get new pseudonyms",
    ),
    Condition(
        "secret_put_back_while_running",
        "DATA/secret.key was gone and is put back while Orthanc runs",
        "Things are let in again at once",
        "Nothing",
    ),
    Condition(
        "stored_file_damaged",
        "A stored DICOM file is damaged or lost",
        "Found by `hepatia doctor --files` and by each backup; the status says how many. All others are served",
        "`hepatia repair BACKUP` brings it back; have the disk looked at",
    ),
    Condition(
        "clock_put_back",
        "The clock jumps, forward or back",
        "Time limits, restarts and questions to servers go by a clock that does not jump; arrivals count in the hour "
        "that the clock shows. Datasets are kept for days by the clock: a jump of weeks ends them early",
        "Set the clock right (chrony)",
    ),
)


def describe() -> str:
    """Return the table of docs/failures.md."""
    head = "| what is wrong | what happens | what to do |\n|---|---|---|\n"
    return head + "".join(f"| {one.wrong} | {one.meanwhile} | {one.remedy} |\n" for one in CONDITIONS)
