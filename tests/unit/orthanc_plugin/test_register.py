"""The callbacks of Orthanc with a stand-in for the module `orthanc`: whatever happens at arrival, it is refused."""

import importlib
import json
import sys
import threading
from enum import IntEnum
from types import ModuleType, SimpleNamespace

import pytest

from orthanc_plugin import reception, wsgi
from orthanc_plugin.bodies import Bodies
from orthanc_plugin.deidentification import parsed
from orthanc_plugin.deidentification.changes import NotUnderstood
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.splice import Splicer
from orthanc_plugin.users import User


class Action(IntEnum):
    KEEP_AS_IS = 1
    MODIFY = 2
    DISCARD = 3


REFUSED = (Action.MODIFY, b"")


class Orthanc(ModuleType):
    """What register.py needs of the plugin API; remembers what was registered, in order."""

    def __init__(self, configuration):
        super().__init__("orthanc")
        self.registered = []
        self.log = []
        self.ReceivedInstanceAction = Action
        self.InstanceOrigin = IntEnum("InstanceOrigin", {"DICOM_PROTOCOL": 2, "REST_API": 3})
        self.ChangeType = IntEnum("ChangeType", {"DELETED": 1, "ORTHANC_STARTED": 10, "ORTHANC_STOPPED": 11})
        self.ResourceType = IntEnum("ResourceType", {"INSTANCE": 3, "NONE": 4})
        self.RestOutput = object
        self.GetConfiguration = lambda: json.dumps(configuration)
        self.LogError = self.LogWarning = self.log.append
        for name in ("ReceivedInstance", "OnChange"):
            setattr(self, f"Register{name}Callback", lambda call, name=name: self.registered.append((name, call)))
        self.RegisterIncomingHttpRequestFilter = lambda call: self.registered.append(("HttpRequest", call))
        self.RegisterRestCallback = lambda pattern, call: self.registered.append((pattern, call))


@pytest.fixture
def orthanc(tmp_path, monkeypatch):
    configuration = {
        "AuthenticationEnabled": True,
        "OverwriteInstances": False,
        "HttpCompressionEnabled": False,
        "SaveJobs": False,
        "HepatIA": {"Data": str(tmp_path)},
    }
    module = Orthanc(configuration)
    monkeypatch.setitem(sys.modules, "orthanc", module)
    monkeypatch.delitem(sys.modules, "orthanc_plugin.register", raising=False)
    size = threading.stack_size()
    yield module
    threading.stack_size(size)
    sys.modules.pop("orthanc_plugin.register", None)


@pytest.fixture
def register(orthanc):
    module = importlib.import_module("orthanc_plugin.register")
    module.register()
    return module


@pytest.fixture
def received(orthanc, register):
    return dict(orthanc.registered)["ReceivedInstance"]


def test_the_arrival_callback_comes_first(orthanc, register):
    assert orthanc.registered[0][0] == "ReceivedInstance"


def test_a_configuration_error_ends_the_start_and_arrival_refuses_already(orthanc):
    orthanc.GetConfiguration = lambda: json.dumps({"AuthenticationEnabled": False})
    module = importlib.import_module("orthanc_plugin.register")
    with pytest.raises(ValueError, match="AuthenticationEnabled"):
        module.register()
    assert orthanc.registered[0][1](b"x", 2) == REFUSED


@pytest.mark.parametrize(
    "verdict",
    [
        reception.Verdict("refuse", message="why"),
        reception.Verdict("replace", b""),
        None,
        "keep",
        SimpleNamespace(action="other", data=b"x", message=""),
        RuntimeError("Doe^Jane"),
        SystemExit(1),
        KeyboardInterrupt(),
        RecursionError(),
    ],
)
def test_whatever_is_no_clear_yes_is_refused(monkeypatch, orthanc, received, verdict):
    def receive(*_arguments, **_keywords):
        if isinstance(verdict, BaseException):
            raise verdict
        return verdict

    monkeypatch.setattr(reception.Reception, "receive", receive)
    assert received(b"x", 2) == REFUSED
    assert "Doe" not in str(orthanc.log)
    assert orthanc.log


def test_what_is_replaced_is_handed_over_as_bytes(monkeypatch, received):
    monkeypatch.setattr(
        reception.Reception, "receive", lambda *_, **__: reception.Verdict("replace", bytearray(b"new"))
    )
    action, data = received(b"x", 2)
    assert (action, data, type(data)) == (Action.MODIFY, b"new", bytes)


def test_our_own_is_kept(monkeypatch, received):
    monkeypatch.setattr(reception.Reception, "receive", lambda *_, **__: reception.Verdict("keep"))
    assert received(b"x", 2) == (Action.KEEP_AS_IS, None)


def test_bytes_that_are_no_dicom_are_refused(received):
    assert received(b"garbage", 2) == REFUSED


def test_an_upload_of_one_file_is_refused_as_no_dicom_and_a_zip_as_a_whole(orthanc, received):
    may = dict(orthanc.registered)["HttpRequest"]
    may("/instances", method=2, headers={"content-length": "7"}, ip="127.0.0.1", get={})
    assert received(b"garbage", 3) == (Action.MODIFY, b"HepatIA refused this instance.")
    assert received(b"one of a zip", 3) == REFUSED


def test_what_pydicom_must_read_runs_on_a_thread_of_its_own_with_a_large_stack(monkeypatch, received):
    threads = []

    def deidentify(*_arguments):
        threads.append((threading.current_thread().name, threading.stack_size()))
        raise StructureError("corrupt", "It is damaged.")

    def give_up(*_arguments):
        raise NotUnderstood

    monkeypatch.setattr(Splicer, "deidentify", give_up)
    monkeypatch.setattr(parsed, "deidentify", deidentify)
    assert received(b"\0" * 128 + b"DICM\2\0\x10\0UI\x12\x001.2.840.10008.1.2\0", 2) == REFUSED
    assert threads == [("arrival_0", 64 * 2**20)]


def test_over_dicom_it_is_asked_who_sends_and_refused_when_that_cannot_be_told(monkeypatch, orthanc, received):
    def hosts(_port):
        raise OSError

    monkeypatch.setattr("orthanc_plugin.senders.remote_hosts", hosts)
    received(b"garbage", orthanc.InstanceOrigin.REST_API)
    assert "not_dicom" in orthanc.log[-1]
    assert received(b"garbage", orthanc.InstanceOrigin.DICOM_PROTOCOL) == REFUSED
    assert "OSError" in orthanc.log[-1]


@pytest.mark.parametrize(
    ("authorization", "uri", "allowed"),
    [
        ("Bearer token", "/system", True),
        ("Bearer other", "/system", False),
        ("", "/ohif/", False),
        ("Basic YW5hOng=", "/ohif/", True),
        ("Basic YW5hOng=", "/system", False),
        ("Basic bm9ib2R5Ong=", "/ohif/", False),
        ("Basic %%%", "/ohif/", False),
        (None, "/ohif/", False),
    ],
)
def test_requests_are_let_in_by_role(register, authorization, uri, allowed):
    audit = SimpleNamespace(enter_refusal=lambda _entry: None)
    edge = SimpleNamespace(
        token="Bearer token",
        bodies=Bodies(1000),
        accounts={"ana": User("ana", "Souza^Ana", "radiologist")},
        audit=audit,
    )
    headers = {"authorization": authorization} if authorization is not None else None
    assert register._may(edge, uri, {"method": 1, "headers": headers}) is allowed


def test_without_a_token_no_bearer_is_internal(register):
    edge = SimpleNamespace(token="", bodies=Bodies(1000), accounts={})
    assert register._may(edge, "/system", {"method": 1, "headers": {"authorization": ""}}) is False


class Output:
    def __init__(self):
        self.sent = []

    def __getattr__(self, name):
        return lambda *arguments: self.sent.append((name, *arguments))


@pytest.mark.parametrize(
    ("response", "sent"),
    [
        (wsgi.Response(200, {"Content-Type": "a/b"}, b"\0"), [("AnswerBuffer", b"\0", "a/b")]),
        (
            wsgi.Response(422, {"Content-Type": "a/b", "Content-Length": "9"}, "é".encode()),
            [("SetHttpHeader", "Content-Type", "a/b"), ("SendHttpStatus", 422, "é".encode())],
        ),
        (wsgi.Response(304, {"ETag": "1"}), [("SetHttpHeader", "ETag", "1"), ("SendHttpStatusCode", 304)]),
        (wsgi.Response(302, {"Location": "/ohif/"}), [("Redirect", "/ohif/")]),
    ],
)
def test_answers_in_orthancs_way(register, response, sent):
    output = Output()
    register._send(output, response)
    assert output.sent == sent


def test_errors_in_the_way_of_the_plugin_up_to_4_1(register):
    class OldOutput(Output):
        def SendHttpStatus(self, status, body, size):  # noqa: N802 -- Orthanc's name
            self.sent.append(("SendHttpStatus", status, body, size))

    output = OldOutput()
    register._send(output, wsgi.Response(422, {"Content-Type": "a/b"}, "é".encode()))
    assert output.sent[-1] == ("SendHttpStatus", 422, "é", 2)


def test_an_answer_that_fails_is_still_an_answer(orthanc, register):
    output = Output()

    def fail(_uri, _request):
        raise RuntimeError("Doe^Jane")

    register._rest(fail)(output, "/hepatia/api/x", method="GET", headers={})
    assert output.sent[-1][:2] == ("SendHttpStatus", 500)
    assert "Doe" not in str(output.sent) + str(orthanc.log)
