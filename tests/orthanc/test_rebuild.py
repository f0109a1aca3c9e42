"""The index is made again, equal, from DICOM alone."""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

import psycopg2
import pytest

from indexer import fingerprint
from indexer.index import Index
from orthanc_plugin import authorization, rebuilding
from orthanc_plugin.archive import HttpArchive
from sr_templates import template
from tests import place

pytestmark = pytest.mark.orthanc

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATES = [template.load(name) for name in template.names()]


def archive_of(instance):
    """The archive as the command line reaches it."""
    password = json.loads((instance.data / "users.json").read_text())["admin"]["password"]
    return HttpArchive(instance.url, authorization.basic("admin", password))


def hepatia(instance, *arguments):
    """Run the command line on the instance."""
    port = instance.url.rpartition(":")[2]
    variables = {
        "DATA": str(instance.data),
        "HTTP_PORT": port,
        "DICOM_PORT": str(instance.dicom_port),
        "DSN": instance.dsn,
    }
    return subprocess.run(
        place.hepatia(*arguments), cwd=REPOSITORY, env=dict(os.environ) | variables, capture_output=True, text=True
    )


def rows(index):
    """Every row of every table, so that a difference is seen and not only its hash."""
    tables = index.query("SELECT tablename FROM pg_tables WHERE schemaname = 'hepatia' ORDER BY 1")
    names = [one["tablename"] for one in tables if one["tablename"] not in fingerprint.BOOKKEEPING]
    return {
        name: sorted(str(one["row"]) for one in index.query(f"SELECT to_jsonb(t)::text AS row FROM {name} AS t"))
        for name in names
    }


def test_rebuild_on_an_emptied_database_brings_the_same_rows(instance, client, study, complete_answers):
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    assert client("radiologist").post(f"/hepatia/api/studies/{study.uid}/reports", json=body).status_code == 201
    while client("admin").get("/hepatia/api/status").json()["index"]["pending"]:
        time.sleep(0.05)
    index = Index(instance.dsn)
    before, everything, counts = fingerprint.fingerprint(index), rows(index), index.counts()
    assert counts.reports >= 1
    with psycopg2.connect(instance.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA hepatia CASCADE")
    connection.close()
    done = hepatia(instance, "rebuild")
    assert done.returncode == 0, done.stderr
    assert index.counts() == counts
    assert rows(index) == everything
    assert fingerprint.fingerprint(index) == before
    index.close()


def test_an_interrupted_rebuild_goes_on_where_it_was(instance, client, study, complete_answers, monkeypatch):
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    assert client("radiologist").post(f"/hepatia/api/studies/{study.uid}/reports", json=body).status_code == 201
    while client("admin").get("/hepatia/api/status").json()["index"]["pending"]:
        time.sleep(0.05)
    monkeypatch.setattr(rebuilding, "SERIES_AT_ONCE", 1)
    index = Index(instance.dsn)
    before, shown = rows(index), []

    def interrupt(done, total):
        shown.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with contextlib.closing(archive_of(instance)) as archive:
        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(archive, index, TEMPLATES, interrupt)
        assert index.is_incomplete()
        assert rows(index) != before
        rebuilding.rebuild(archive, index, TEMPLATES, lambda *step: shown.append(step))
    assert [done for done, _ in shown] == [0, 1, 2, *range(2, shown[0][1] + 1)]
    assert not index.is_incomplete()
    assert rows(index) == before
    index.close()


def test_the_pseudonym_on_the_command_line_is_the_stored_one(instance, study):
    done = hepatia(instance, "pseudonym", study.sent[0].PatientID)
    assert done.stdout.strip() == study.headers[0].PatientID


def test_doctor_finds_the_servers_well(instance):
    done = hepatia(instance, "doctor")
    assert "ok  server" in done.stdout, done.stdout + done.stderr
    assert "ok  database" in done.stdout
