"""What docs/tutorials/first-study.md tells a PACS to do: routing by rule, and DICOM over TLS."""

import re
import subprocess

import httpx
import pytest

from tests.orthanc.installations import REPOSITORY, Elsewhere, wait_for

pytestmark = pytest.mark.orthanc

TUTORIAL = (REPOSITORY / "docs/tutorials/first-study.md").read_text()


@pytest.fixture
def routing(suite, instance, tmp_path):
    """HTTP client of a hospital's Orthanc that routes as the tutorial says."""
    [lua] = re.findall(r"```lua\n(.*?)```", TUTORIAL, re.DOTALL)
    script = tmp_path / "route.lua"
    script.write_text(lua)
    there = Elsewhere(suite, instance, LuaScripts=[str(script)], StableAge=1)
    with httpx.Client(base_url=there.url, trust_env=False, timeout=60) as client:
        yield client
    there.stop()


def test_an_orthanc_routes_livers_and_nothing_else(routing, client, make_series, as_file, count):
    before = count()
    other = make_series(2, StudyDescription="Knee")
    liver = make_series(3, StudyDescription="CT LIVER 4 phases")
    for one in (*other, *liver):
        routing.post("/instances", content=as_file(one)).raise_for_status()
    wait_for(lambda: count() == before + len(liver))
    wait_for(lambda: all(job["State"] == "Success" for job in routing.get("/jobs?expand").json()))
    assert len(routing.get("/jobs").json()) == 1
    assert count() == before + len(liver)


def certificate(folder, name):
    """Make a key and a certificate that signs itself."""
    key, made = folder / f"{name}.key", folder / f"{name}.crt"
    subject = ["-subj", f"/CN={name}", "-days", "2", "-nodes", "-newkey", "rsa:2048"]
    command = ["openssl", "req", "-x509", *subject, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return key, made


@pytest.fixture
def over_tls(start_changed, tmp_path):
    """An installation whose DICOM port speaks TLS, as the tutorial sets it; and the keys of both sides."""
    ours, theirs = certificate(tmp_path, "hepatia"), certificate(tmp_path, "pacs")
    [told] = re.findall(r'"DicomTlsEnabled".*?(?=\n})', TUTORIAL, re.DOTALL)
    for name, path in (("hepatia.crt", ours[1]), ("hepatia.key", ours[0]), ("pacs.crt", theirs[1])):
        told = told.replace(f"/srv/hepatia/tls/{name}", str(path))
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    return start_changed({'"DicomServerEnabled": true,': f'"DicomServerEnabled": true,\n{told},'}), ours, theirs


def test_over_tls_only_who_is_trusted_sends(over_tls, make_series, as_file, tmp_path):
    running, ours, theirs = over_tls
    stranger = certificate(tmp_path, "stranger")
    file = tmp_path / "a.dcm"
    file.write_bytes(as_file(make_series(1)[0]))

    def sent(*options):
        command = ["storescu", *options, "-aec", "HEPATIA", "127.0.0.1", str(running.dicom_port), str(file)]
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0

    assert not sent()
    assert not sent("+tls", str(stranger[0]), str(stranger[1]), "+cf", str(ours[1]))
    assert sent("+tls", str(theirs[0]), str(theirs[1]), "+cf", str(ours[1]))
    stored = httpx.get(f"{running.url}/statistics", auth=running.account("admin"), trust_env=False).json()
    assert stored["CountInstances"] == 1
