"""The audit: what is entered, what cannot be changed, and what happens when it cannot be written."""

import sqlite3
import stat
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from orthanc_plugin import users
from orthanc_plugin.auditing import actions, orthanc_rest, pace
from orthanc_plugin.auditing import audit as audits
from orthanc_plugin.auditing.find import Asked, find
from orthanc_plugin.auditing.row import Entry, named
from orthanc_plugin.web import operations, status
from tests.unit.orthanc_plugin.conftest import CT, STUDY

DRAFT = {"template": "liver-ct", "state": "draft", "answers": {}}
REPORTS = f"/studies/{STUDY}/reports"


def enter(audit, count=3):
    for number in range(count):
        audit.enter(Entry("ana", "radiologist", "write_report", "POST /x", (f"2.25.{number}",), "201"))


def rows(api, query=""):
    return api("admin", "GET", f"/audit{query}")[1]["items"]


def as_owner(path, *statements):
    """Change the file as somebody would who has it, without the triggers."""
    connection = sqlite3.connect(path)
    for name in ("changed", "deleted", "replaced"):
        connection.execute(f"DROP TRIGGER audit_is_not_{name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_every_action_of_the_table_is_one():
    assert {one.action for one in operations.OPERATIONS if one.action} <= set(actions.ACTIONS)


def test_all_that_changes_something_for_others_is_entered():
    """Drafts are their user's alone, and an answer that only computes changes nothing."""
    private = ("/draft", "/mask-draft", "/lirads", "/tracking-uids")
    for one in operations.OPERATIONS:
        if one.method != "get":
            assert bool(one.action) != one.path.endswith(private), one.path


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET login = 'paulo'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, time, 'x', role, action, request, objects, outcome, details, begun,"
        " previous, digest FROM audit WHERE id = 1",
    ],
)
def test_a_row_is_neither_changed_nor_deleted(audit, statement):
    enter(audit)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sqlite3.connect(audit.path).execute(statement)
    assert audits.verify(audit.path) == ""


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE audit SET login = 'paulo' WHERE id = 2", "row 2 was changed"),
        ("UPDATE audit SET digest = previous WHERE id = 3", "row 3 was changed"),
        ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
        ("DELETE FROM audit WHERE id = 3", "the rows after 2 are missing"),
        ("DELETE FROM audit", "the rows after 0 are missing"),
    ],
)
def test_the_chain_tells_what_was_done_to_it(audit, statement, wrong):
    enter(audit)
    as_owner(audit.path, statement)
    assert wrong in audits.verify(audit.path)


def test_only_its_owner_reads_the_file(audit):
    enter(audit)
    for path in audit.path.parent.glob("audit.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_save_is_entered_before_and_after(api, audit):
    sop = api("ana", "POST", REPORTS, json=DRAFT)[1]["sop_instance_uid"]
    [one] = rows(api, f"?object={sop}")
    assert (one["user"], one["role"], one["action"], one["outcome"]) == ("ana", "radiologist", "write_report", "201")
    assert one["request"] == "POST /studies/{study_uid}/reports"
    assert one["objects"] == [STUDY, sop]
    assert one["details"] == {"state": "draft", "corrects_phases": False}
    assert find(audit.path, Asked(action="write_report"), 10)[0] == 1
    assert audits.head(audit.path)[0] == 3  # begun, ended, read


def test_what_is_refused_is_entered(api):
    api("paulo", "POST", REPORTS, json=DRAFT)
    api("ana", "POST", REPORTS, json={})
    refused, failed = rows(api, "?user=paulo")[0], rows(api, "?user=ana")[0]
    assert (refused["action"], refused["outcome"]) == ("refused", "403")
    assert (failed["action"], failed["outcome"]) == ("write_report", "422")


def test_no_value_of_a_patient_gets_in(api, audit):
    api("admin", "POST", "/pseudonyms", json={"patients": [{"patient_id": "PRONTUARIO-1"}]})
    api("ana", "GET", "/search.csv?text=Joaquina&find=Oliveira&patient.sex=F")
    api("ana", "POST", "/studies/1.2.826.0.1.3680043.10.999.1/reports", json=DRAFT)
    api("admin", "GET", "/audit?object=PRONTUARIO-1")
    stored = b"".join(path.read_bytes() for path in audit.path.parent.glob("audit.sqlite*"))
    for value in (b"PRONTUARIO", b"Joaquina", b"Oliveira", b"3680043.10.999"):
        assert value not in stored
    found = rows(api, "?action=look_up_pseudonyms")[0]
    assert found["objects"][0].startswith("HEP-")
    assert found["details"] == {"patients": 1}


@pytest.mark.parametrize(
    ("query", "path"),
    [("?from=yesterday", "from"), ("?who=ana", "who"), ("?page=0", "page"), ("?page_size=501", "page_size")],
)
def test_an_unknown_filter_is_named(api, query, path):
    status, told = api("admin", "GET", f"/audit{query}")
    assert (status, told["error"]["path"]) == (400, path)


def test_it_is_found_by_time_and_page(api, audit):
    enter(audit, 5)
    assert api("admin", "GET", "/audit?user=ana&page=2&page_size=2")[1]["total"] == 5
    assert [one["id"] for one in rows(api, "?user=ana&page=2&page_size=2")] == [3, 2]
    day = rows(api, "?user=ana")[0]["time"][:10]
    assert len(rows(api, f"?user=ana&from={day}&to={day}")) == 5
    assert rows(api, "?user=ana&to=2020-01-01") == []


def test_as_a_table_and_in_dicoms_terms(call, audit):
    enter(audit, 2)
    lines = call("admin", "GET", "/hepatia/api/audit.csv").text.splitlines()
    assert lines[0].split(",")[:5] == ["id", "time", "user", "role", "action"]
    assert "ana,radiologist,write_report" in lines[2]
    message = ElementTree.fromstring(call("admin", "GET", "/hepatia/api/audit.xml?user=ana").data)[0]
    event = message.find("EventIdentification/EventID")
    assert (event.get("csd-code"), event.get("originalText")) == ("110103", "DICOM Instances Accessed")
    assert message.find("ParticipantObjectIdentification").get("ParticipantObjectID") == "2.25.1"


class Full(sqlite3.OperationalError):
    """What SQLite says when the disk is full."""


@pytest.fixture
def database(monkeypatch):
    """PostgreSQL as if it answered, so that the audit alone decides the status."""
    monkeypatch.setattr(status, "_index", lambda: ("ok", status.IndexStatus()))


@pytest.fixture
def full(monkeypatch):
    """A disk that is full for the audit, and has room again when it is called."""

    def fail(*_given):
        raise Full("database or disk is full")

    patched = pytest.MonkeyPatch()
    patched.setattr(audits, "_append", fail)
    yield patched.undo
    patched.undo()


def test_nothing_is_saved_while_it_cannot_be_entered(api, archive, full, database):
    before = len(list(archive.folder.iterdir()))
    status, told = api("ana", "POST", REPORTS, json=DRAFT)
    assert (status, told["error"]["code"]) == (503, "audit_unavailable")
    assert len(list(archive.folder.iterdir())) == before
    assert api("ana", "GET", "/status")[1]["status"] == "degraded"
    full()
    assert api("ana", "POST", REPORTS, json=DRAFT)[0] == 201
    assert api("ana", "GET", "/status")[1]["status"] == "ok"


def test_nothing_is_given_away_while_it_cannot_be_entered(call, full):
    answer = call("ana", "GET", f"/hepatia/api/series/{CT}.nii.gz")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "audit_unavailable")
    full()
    assert call("ana", "GET", f"/hepatia/api/series/{CT}.nii.gz").status_code == 200


def test_refusals_and_deletions_are_entered_once_there_is_room(audit, full):
    admin, paulo = users.User("admin", "A", "admin"), users.User("paulo", "P", "scientist")
    assert not orthanc_rest.entered(audit, paulo, "GET", "/system", allowed=False)
    assert not orthanc_rest.entered(audit, admin, "POST", "/tools/shutdown", allowed=True)
    assert orthanc_rest.entered(audit, admin, "DELETE", "/studies/x", allowed=True)
    assert audit.waiting() == 2
    full()
    enter(audit, 1)
    found = find(audit.path, Asked(), 10)[1]
    assert [one.row.entry.action for one in found] == ["write_report", "orthanc_delete", "refused"]
    assert audits.verify(audit.path) == ""


def test_what_is_wrong_with_the_file_is_gone_with_its_cause(api, audit, tmp_path, database):
    """Damaged at the start: reading goes on, saving waits until somebody puts the file right."""
    audit.path.write_bytes(b"no database" * 1000)
    assert api("ana", "GET", "/status")[1]["status"] == "ok"
    assert api("ana", "POST", REPORTS, json=DRAFT)[0] == 503
    assert api("ana", "GET", "/status")[1]["status"] == "degraded"
    assert api("admin", "GET", "/audit")[0] == 503
    audit.path.rename(tmp_path / "damaged.sqlite")
    assert api("ana", "POST", REPORTS, json=DRAFT)[0] == 201
    assert api("ana", "GET", "/status")[1]["status"] == "ok"


def test_a_file_that_was_moved_away_is_begun_anew(audit, tmp_path):
    enter(audit, 3)
    for path in list(audit.path.parent.glob("audit.sqlite*")):
        path.rename(tmp_path / f"kept-{path.name}")
    enter(audit, 1)
    assert audits.head(audit.path)[0] == 1
    assert audits.verify(audit.path) == ""


def test_names_are_ours():
    ours = ("2.25.123", "5ca5e3e2-1b2c3d4e-5ca5e3e2-1b2c3d4e-5ca5e3e2", "HEP-ABCDEFGHIJ", "0123456789abcdef", 7)
    assert named((*ours, "1.2.840.1", "Oliveira^Joaquina", ours[0])) == (*map(str, ours), "foreign")


def test_two_processes_make_one_chain(audit):
    other = audits.Audit(audit.path)
    for one in (audit, other, audit, other):
        enter(one, 1)
    other.close()
    assert audits.verify(audit.path) == ""
    assert audits.head(audit.path)[0] == 4


def test_what_was_begun_and_never_ended_is_told_as_that(audit):
    """As after a kill between the two rows."""
    audit.enter(Entry("ana", "radiologist", "write_mask", "POST /x", ("2.25.1",)))
    [one] = find(audit.path, Asked(object="2.25.1"), 10)[1]
    assert one.outcome == "begun"


def test_nobody_fills_the_disk_with_refusals(audit):
    now = [0.0]
    audit._pace.clock = lambda: now[0]
    refused = Entry("paulo", "scientist", "refused", "GET /system", outcome="403")
    for _ in range(pace.MOST + 5):
        audit.enter_refusal(refused)
    audit.enter_refusal(replace(refused, user="julia"))
    assert find(audit.path, Asked(user="paulo"), 1)[0] == pace.MOST
    assert find(audit.path, Asked(user="julia"), 1)[0] == 1
    now[0] = pace.MINUTE_S
    audit.enter_refusal(refused)
    assert find(audit.path, Asked(user="paulo"), 1)[1][0].details == {"passed_over": 5}
