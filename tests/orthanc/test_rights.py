"""Every route with every method and role, through Orthanc's own door, against the tables that say who may."""

import http.client
import json
import re
import subprocess
from base64 import b64encode
from urllib.parse import urlsplit

import pytest

from orthanc_plugin import access, users
from orthanc_plugin.web import operations
from tests.orthanc.installations import ORTHANC

pytestmark = pytest.mark.orthanc

METHODS = ("GET", "POST", "PUT", "DELETE")

#: What nobody has made; a request that is allowed finds nothing to do.
UNKNOWN = {"template_id": "none", "job_id": "none", "export_id": "none", "search_id": "999999"}

#: Orthanc's own paths beside those of its description: pages, plugins, WebDAV, and what DICOMweb writes.
FURTHER = (
    *("/app/explorer.html", "/app", "/system", "/statistics", "/changes", "/webdav", "/webdav/uploads/a", "/dicom-web"),
    *("/dicom-web/servers", "/dicom-web/servers/x/stow", "/dicom-web/studies/1.2/series", "/dicomweb-plugin/studies"),
    *("/hepatia", "/hepatia/api", "/hepatia/other", "/hepatia/metrics", "/ohif", "/ohifx", "/instances", "/plugins/x"),
)

#: One path, as others may spell it.
SPELLINGS = (
    *("//system", "/system/", "/%73ystem", "/ohif/../system", "/ohif/%2e%2e/system", "/ohif%2f..%2fsystem"),
    *("/hepatia/api/../../system", "/hepatia/api/%2e%2e/%2e%2e/system", "/dicom-web/studies/../../system"),
    *("/./system", "/system?x=/ohif/", "/system;/ohif/", "/ohif//../system", "/%2fsystem", "/\\system", "/system%00"),
)


class Door:
    """Requests with the path as it is written; httpx would tidy it."""

    def __init__(self, instance):
        self._instance, self._open = instance, {}

    def login(self, role):
        return self._instance.account(role)[0]

    def ask(self, role, method, path, body=b"no json"):
        """Status and body of an answer; `role` None: without a password."""
        headers = {"Content-Type": "application/json"}
        if role:
            headers["Authorization"] = "Basic " + b64encode(":".join(self._instance.account(role)).encode()).decode()
        try:
            return self._ask(role, (method, path, body if method in ("POST", "PUT") else None, headers))
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # Orthanc closes connections that were idle for a second.
            return self._ask(role, (method, path, body if method in ("POST", "PUT") else None, headers))

    def _ask(self, role, request):
        if role not in self._open:
            self._open[role] = http.client.HTTPConnection(urlsplit(self._instance.url).netloc, timeout=60)
        try:
            self._open[role].request(*request)
            answer = self._open[role].getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError):
            self._open.pop(role).close()
            raise

    def close(self):
        for connection in self._open.values():
            connection.close()


@pytest.fixture(scope="module")
def door(instance):
    opened = Door(instance)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """Methods and paths that this Orthanc says it has."""
    file = tmp_path_factory.mktemp("orthanc") / "openapi.json"
    subprocess.run([ORTHANC, f"--openapi={file}"], check=True, capture_output=True)
    paths = json.loads(file.read_text())["paths"]
    return sorted((method.upper(), filled(path)) for path, item in paths.items() for method in item)


def filled(path, login="nobody"):
    """A path with what nobody has made; whose rights depend on whom, is about who asks."""
    return re.sub(r"{(\w+)}", lambda one: (UNKNOWN | {"login": login}).get(one[1], "2.25.404"), path)


@pytest.mark.parametrize("method", METHODS)
def test_every_operation_of_the_api(door, method):
    for path in sorted({one.path for one in operations.OPERATIONS}):
        operation = operations.of_route(method, path)
        for role in users.ROLES:
            own = filled(path, door.login(role))
            status, body = door.ask(role, method, operations.PREFIX + own)
            if operation is None:
                assert status == 405, (role, method, path)
            elif role in operation.roles:
                assert status not in (401, 403, 405), (role, method, path)
            else:
                assert (status, json.loads(body)["error"]["code"]) == (403, "not_allowed"), (role, method, path)
        assert door.ask(None, method, operations.PREFIX + filled(path))[0] == 401, (method, path)


def test_every_path_of_orthancs_own_is_the_admins(door, described):
    assert len(described) > 150
    ours = {("POST", "/instances")}
    for method, path in described:
        for role in set(users.ROLES) - {"admin"}:
            expected = role == "sender" and (method, path) in ours
            status = door.ask(role, method, path)[0]
            assert (status != 403) == expected, (role, method, path, status)
        assert door.ask(None, method, path)[0] == 401, (method, path)


@pytest.mark.parametrize("method", METHODS)
def test_what_stands_beside_it_is_as_the_table_says(door, method):
    for path in FURTHER:
        for role in set(users.ROLES) - {"admin"}:
            refused = door.ask(role, method, path)[0] == 403
            assert refused != access.allowed(role, method, path), (role, method, path)
        assert door.ask(None, method, path)[0] == 401, (method, path)


@pytest.mark.parametrize("path", ["/system", "/changes", "/patients", "/modalities", "/app/explorer.html", "/tools"])
def test_the_admin_reaches_it(door, path):
    assert door.ask("admin", "GET", path)[0] == 200


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_a_path_leads_past_the_table(door, path):
    for role in (*(set(users.ROLES) - {"admin"}), None):
        status, body = door.ask(role, "GET", path)
        assert b"DicomAet" not in body, role
        assert role or status in (400, 401), status


@pytest.mark.parametrize("path", ["//hepatia//api//reports/2.25.404/verify", "/hepatia/api/reports/2.25.404/verify/"])
def test_no_spelling_of_an_operation_leads_past_its_roles(door, path):
    for role in users.ROLES:
        allowed = role == "radiologist"
        assert (door.ask(role, "POST", path)[0] == 403) != allowed, role


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "GETX"])
def test_other_methods_do_nothing(door, method):
    for path in ("/system", "/hepatia/api/me", "/instances", "/dicom-web/studies"):
        for role in (*users.ROLES, None):
            # What there is no such method for ends with the connection, as HEAD's answer has no body to be read.
            fresh = Door(door._instance)
            try:
                status, _ = fresh.ask(role, method, path)
            except http.client.BadStatusLine:
                status = None
            fresh.close()
            assert status is None or status >= 400, (method, path, role, status)
