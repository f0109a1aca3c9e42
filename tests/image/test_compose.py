"""deploy/compose.yaml: what it says is so, and its services together, each started as it says, without an engine.

They run in a network of their own, so that they have the ports and the names that compose gives them.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from orthanc_plugin.commands import postgresql
from seg import phantom
from tests.place import CLONE, IMAGE

DEPLOY = CLONE / "deploy"
RUN = CLONE / "tests" / "image" / "run.sh"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PASSWORD = "a password of the database"
HOST = "pacs.example.org"


def test_what_it_names_is_there():
    services = COMPOSE["services"]
    for name, service in services.items():
        for mounted in service.get("volumes", []):
            source = mounted.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).exists(), (name, source)
        used = [one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])]
        assert set(used) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", {})) <= set(services)
        assert service["restart"] == "always"
    version = re.search(r'^version = "(.+)"$', (CLONE / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert services["hepatia"]["image"] == f"hepatia:{version}"
    assert services["monailabel"]["image"] == f"hepatia-monailabel:{version}"


def test_nothing_is_published_but_tls_and_dicom_and_no_secret_is_in_it():
    published = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert sorted(port.rpartition(":")[2] for port in published) == ["4242", "443"]
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASS" not in name or value.startswith("/run/secrets/")
            assert "password" not in str(value).replace("/run/secrets/postgres-password", "")


class Site:
    """The services of compose.yaml in one network."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 3600"],
                                  stdout=subprocess.PIPE)  # fmt: skip
        assert holder.stdout.readline()
        self.inside = ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
        self.processes.append(holder)
        (folder / "hosts").write_text(f"127.0.0.1 localhost postgres monailabel {HOST}\n")

    def start(self, name, command, **environment):
        with (self.folder / f"{name}.log").open("wb") as log:
            given = {"PATH": os.environ["PATH"]} | environment
            self.processes.append(
                subprocess.Popen([*self.inside, *command], env=given, stdout=log, stderr=log, start_new_session=True)
            )

    def start_image(self, image, service, command, mounts):
        hosts = f"{self.folder}/hosts:/etc/hosts"
        environment = {name: value for name, value in service.get("environment", {}).items() if name != "TZ"}
        self.start(image, [RUN, *command], HEPATIA_IMAGE=str(Path(IMAGE).with_name(image)),
                   HEPATIA_IMAGE_MOUNTS=" ".join([hosts, *mounts]), **environment)  # fmt: skip

    def get(self, path, *more):
        users = self.folder / "data" / "users.json"
        password = json.loads(users.read_text())["admin"]["password"] if users.exists() else ""
        command = ["curl", "-s", "--cacert", str(self.folder / "tls.pem"), "--resolve", f"{HOST}:443:127.0.0.1"]
        command += ["-u", f"admin:{password}", *more, f"https://{HOST}/liver{path}"]
        done = subprocess.run([*self.inside, *command], capture_output=True, text=True)
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else {}

    def wait(self, condition, timeout_s=120):
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.5)

    def logs(self):
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log"))

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def site():
    if not IMAGE or not Path(IMAGE).with_name("hepatia-monailabel").exists():
        pytest.skip("both images are wanted: `make image-test` after `make image-monailabel`")
    folder = Path(tempfile.mkdtemp(prefix="hepatia-compose-"))
    folder.chmod(0o755)
    started = Site(folder)
    try:
        start_all(started)
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def start_all(site):
    """Each as compose.yaml has it: environment, user, mounts, names; the database and nginx are this machine's."""
    folder, services = site.folder, COMPOSE["services"]
    start_database(site)
    (folder / "passfile").write_text(f"postgres:5432:hepatia:hepatia:{PASSWORD}\n")
    (folder / "passfile").chmod(0o600)
    for name in ("data", "monailabel"):
        (folder / name).mkdir()
    subprocess.run(["chown", "10001:10001", folder / "passfile", folder / "data", folder / "monailabel"], check=True)
    passfile = services["hepatia"]["environment"]["PGPASSFILE"]
    mounts = [f"{folder}/data:/data", f"{folder}/monailabel:/data/monailabel", f"{folder}/passfile:{passfile}"]
    site.start_image("hepatia", services["hepatia"], ["hepatia", "run"], mounts)
    served = ["python3", "-m", "seg.monailabel_app.serve", "/data", "--name", "monailabel", "--port", "8000"]
    site.start_image("hepatia-monailabel", services["monailabel"], served, [f"{folder}/monailabel:/data"])
    start_nginx(site)


def start_database(site):
    folder = site.folder / "database"
    (site.folder / "password").write_text(PASSWORD)
    folder.mkdir()
    for path in (folder, site.folder / "password"):
        shutil.chown(path, "postgres")
    initialize = [str(postgresql.binaries() / "initdb"), "-D", str(folder), "-U", "hepatia", "--encoding=UTF8"]
    initialize += ["--locale=C.UTF-8", f"--pwfile={site.folder / 'password'}", "--auth=scram-sha-256"]
    subprocess.run(postgresql.as_server_account(initialize), check=True, capture_output=True, cwd="/")
    serve = [str(postgresql.binaries() / "postgres"), "-D", str(folder), "-c", f"unix_socket_directories={folder}"]
    site.start("postgres", postgresql.as_server_account(serve))
    create = [*site.inside, str(postgresql.binaries() / "createdb"), "-h", "127.0.0.1", "-U", "hepatia", "hepatia"]
    site.wait(lambda: subprocess.run(create, env={"PGPASSWORD": PASSWORD}, capture_output=True).returncode == 0)


def start_nginx(site):
    folder = site.folder
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
                    "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", folder / "tls.key", "-out", folder / "tls.pem"],
                   check=True, capture_output=True)  # fmt: skip
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("/etc/ssl/certs/hepatia.pem", str(folder / "tls.pem"))
    (folder / "site.conf").write_text(text.replace("/etc/ssl/private/hepatia.key", str(folder / "tls.key")))
    around = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\n"
    around += f"http {{ access_log off; client_body_temp_path {folder}/body; include {folder}/site.conf; }}"
    (folder / "nginx.conf").write_text(around)
    site.start("nginx", ["/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])


def test_all_parts_find_each_other(site):
    site.wait(lambda: site.get("/hepatia/api/status").get("monailabel") == "ok", 240)
    status = site.get("/hepatia/api/status")
    assert (status["status"], status["database"]) == ("ok", "ok")
    assert not (site.folder / "data" / "postgresql").exists(), "the database is the other container's"
    for image, module, folder in (
        ("hepatia", "orthanc_plugin.commands.health", "data"),
        ("hepatia-monailabel", "seg.monailabel_app.health", "monailabel"),
    ):
        environment = {"PATH": os.environ["PATH"], "HEPATIA_IMAGE": str(Path(IMAGE).with_name(image))}
        environment["HEPATIA_IMAGE_MOUNTS"] = f"{site.folder / folder}:/data {site.folder}/hosts:/etc/hosts"
        checked = [*site.inside, RUN, "python3", "-m", module, *(["/data"] if image != "hepatia" else [])]
        done = subprocess.run(checked, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_study_that_arrives_over_dicom_is_segmented_by_the_model(site, tmp_path):
    files = phantom.write(tmp_path, "small", lossless=False)
    command = [*site.inside, "storescu", "-aec", "HEPATIA", "127.0.0.1", "4242", *map(str, files)]
    subprocess.run(command, check=True, env={"TCP_NODELAY": "1", "PATH": "/usr/bin"})
    site.wait(lambda: site.get("/dicom-web/studies"))
    [study] = site.get("/dicom-web/studies")
    uid = study["0020000D"]["Value"][0]
    assert study["00081190"]["Value"][0].startswith(f"https://{HOST}/liver/dicom-web/")
    series = site.get(f"/hepatia/api/studies/{uid}")["series"][0]["series_instance_uid"]
    asked = ["-X", "POST", "-H", "Content-Type: application/json", "-d", '{"model": "liver"}']
    job = site.get(f"/hepatia/api/series/{series}/presegment", *asked)["job"]
    site.wait(lambda: site.get(f"/hepatia/api/jobs/{job}").get("state") != "running")
    assert site.get(f"/hepatia/api/jobs/{job}")["state"] == "done"
    assert site.get(f"/hepatia/api/studies/{uid}")["segmentations"]
