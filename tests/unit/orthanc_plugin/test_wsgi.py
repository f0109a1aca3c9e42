import pytest
from flask import Flask, request

from orthanc_plugin import wsgi


@pytest.fixture
def echo():
    app = Flask("echo")

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def answer(path):
        return {
            "method": request.method,
            "path": path,
            "query": dict(request.args),
            "body": request.get_data().decode("latin-1"),
            "header": request.headers.get("x-one"),
            "user": request.environ.get("hepatia.user"),
        }, 207

    def call(method="GET", uri="/a", query=None, headers=None, body=b"", environ=None):
        response = wsgi.call(app, method, uri, query or {}, headers or {}, body, environ)
        assert response.status == 207
        assert response.headers["Content-Type"] == "application/json"
        return app.json.loads(response.body)

    return call


def test_a_query_comes_percent_encoded_and_is_decoded_once(echo):
    query = {"text": "a%20b%2B%26c%3D1", "x%2Ey": "1+2"}
    assert echo(query=query)["query"] == {"text": "a b+&c=1", "x.y": "1 2"}


def test_a_path_comes_decoded_and_is_not_decoded_again(echo):
    assert echo(uri="/a b/%41/ç?x=1")["path"] == "a b/%41/ç?x=1"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_is_handed_over_byte_by_byte(echo, method):
    body = bytes(range(256))
    assert echo(method, body=body, headers={"content-type": "application/gzip"})["body"] == body.decode("latin-1")


def test_a_content_length_of_the_request_is_not_believed(echo):
    assert echo("POST", body=b"abc", headers={"content-length": "1"})["body"] == "abc"


def test_headers_and_environment_reach_the_application(echo):
    answer = echo(headers={"x-one": "1"}, environ={"hepatia.user": "ana"})
    assert (answer["header"], answer["user"]) == ("1", "ana")
