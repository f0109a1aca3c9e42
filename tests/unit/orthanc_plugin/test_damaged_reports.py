"""A report that is damaged is listed as failed with its reason; one of another kind is no error."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orthanc_plugin import indexing
from orthanc_plugin.archive import HttpArchive

REPOSITORY = Path(__file__).resolve().parents[3]
REPORT = REPOSITORY / "tests/unit/sr_templates/frozen/liver-ct-1.dcm"


class Known(HttpArchive):
    """An archive that knows the UID of what it stores."""

    def __init__(self):
        pass

    def instance_uid(self, instance_id):
        return {"orthanc-id": "2.25.1"}[instance_id]


@dataclass
class Put:
    """What a writer is told."""

    failures: list = field(default_factory=list)
    reports: list = field(default_factory=list)

    def put_failure(self, sop, reason):
        self.failures.append((sop, reason))

    def put_report(self, report):
        self.reports.append(report.sop_instance_uid)


def put(data):
    rows = indexing.Reading(Known()).file("SR", "orthanc-id", data)
    told = Put()
    rows.put(told)
    assert rows.sop_instance_uid == "2.25.1"
    return told


def test_a_whole_report_is_put():
    assert put(REPORT.read_bytes()) == Put(reports=["2.25.1"])


@pytest.mark.parametrize("length", [200, 1000, 5000, 20_000, 45_000])
def test_a_report_that_is_cut_off_is_listed_with_its_reason(length):
    told = put(REPORT.read_bytes()[:length])
    assert told.reports == []
    [(sop, reason)] = told.failures
    assert sop == "2.25.1"
    assert reason.startswith("The SR ")
    assert reason.endswith(".")
    assert "Souza" not in reason


def test_a_report_of_another_kind_is_neither_put_nor_listed(shared_data):
    assert put((shared_data / "sr-other" / "CT-RDSR-Toshiba_DoseCheck.dcm").read_bytes()) == Put()
