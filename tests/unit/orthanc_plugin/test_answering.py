"""Answers in Orthanc's words."""

from orthanc_plugin import answering, wsgi


class Output:
    def __init__(self):
        self.sent = []

    def __getattr__(self, name):
        return lambda *arguments: self.sent.append((name, *arguments))


def test_method_not_allowed_is_said_in_orthancs_own_way():
    output = Output()
    answering.send(output, wsgi.Response(405, {"Allow": "GET, POST", "Content-Type": "a/b"}, b"x"))
    assert output.sent == [("SendMethodNotAllowed", "GET, POST")]
