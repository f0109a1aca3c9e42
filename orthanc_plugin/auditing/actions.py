"""What the audit calls what was done, and DICOM's word for it (PS3.15 section A.5.3).

`python -m orthanc_plugin.auditing.actions` prints the table of docs/audit.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """An event of PS3.16, CID 400: code of DCM, and its meaning."""

    code: str
    meaning: str


ACTIVITY = Event("110100", "Application Activity")
LOG_USED = Event("110101", "Audit Log Used")
ACCESSED = Event("110103", "DICOM Instances Accessed")
EXPORT = Event("110106", "Export")
QUERY = Event("110112", "Query")
ALERT = Event("110113", "Security Alert")


@dataclass(frozen=True)
class Action:
    """One thing that is done; `kind` is DICOM's event action code: Create, Read, Update, Delete, Execute."""

    meaning: str
    event: Event
    kind: str


ACTIONS = {
    "write_report": Action(
        "wrote a report; details: its state, whether it corrects phases",
        ACCESSED,
        "C",
    ),
    "verify_report": Action("verified a report", ACCESSED, "C"),
    "assign": Action("assigned readers to studies, or withdrew them", ACTIVITY, "U"),
    "write_mask": Action("wrote a mask", ACCESSED, "C"),
    "carry_mask": Action("carried a mask to other series", ACCESSED, "C"),
    "ask_mask": Action("asked a model for a mask", ACCESSED, "C"),
    "job_ended": Action("a job that was asked for has ended; its objects are what it wrote", ACCESSED, "C"),
    "cancel_job": Action("cancelled a job", ACTIVITY, "D"),
    "save_search": Action("saved a search", QUERY, "C"),
    "delete_search": Action("deleted a saved search", QUERY, "D"),
    "ask_export": Action("asked for a dataset", EXPORT, "C"),
    "download_export": Action("downloaded a part of a dataset", EXPORT, "R"),
    "delete_export": Action("cancelled or deleted a dataset", EXPORT, "D"),
    "download": Action("downloaded a mask, a series or what a search found, as a file", EXPORT, "R"),
    "look_up_pseudonyms": Action("asked for the pseudonyms of patients", QUERY, "E"),
    "keep_index": Action("had the index made again, or objects read again", ACTIVITY, "E"),
    "read_audit": Action("read the audit", LOG_USED, "R"),
    "orthanc_delete": Action("deleted in Orthanc's own REST API", ACCESSED, "D"),
    "orthanc_download": Action("took a file or an archive from Orthanc's own REST API", EXPORT, "R"),
    "orthanc_change": Action("made any other request but GET of Orthanc's own REST API", ALERT, "E"),
    "refused": Action("made a request that the role may not make", ALERT, "E"),
    "start": Action("Orthanc has started", ACTIVITY, "E"),
    "stop": Action("Orthanc has stopped", ACTIVITY, "E"),
}


def describe() -> str:
    """Return the table for the docs (Markdown)."""
    lines = ["| action | who stands there … | event of DICOM (PS3.16 CID 400) | code |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {one.meaning} | {one.event.meaning} ({one.event.code}, DCM) | {one.kind} |"
        for name, one in ACTIONS.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(describe(), end="")
