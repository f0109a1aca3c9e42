from jsonschema import Draft202012Validator

from orthanc_plugin.web import openapi


def check(name, answer):
    """Check an answer against the schema that OpenAPI gives for it."""
    Draft202012Validator({"$ref": f"#/components/schemas/{name}"} | openapi.document()).validate(answer)


def test_without_postgresql_the_status_says_so_and_the_rest_works(api):
    status, answer = api("ana", "GET", "/status")
    assert (status, answer["status"], answer["database"]) == (200, "degraded", "down")
    assert answer["monailabel"] == "off"
    check("Status", answer)


def test_search_and_dashboard_say_503_without_postgresql(api):
    for route in ("/search", "/dashboard"):
        status, answer = api("ana", "GET", route)
        assert (status, answer["error"]["code"]) == (503, "index_unavailable")


def test_an_unknown_filter_is_400_and_named(api):
    status, answer = api("ana", "GET", "/search?patient.cirrosis=yes")
    assert (status, answer["error"]["path"]) == (400, "patient.cirrosis")


def test_who_am_i(api):
    assert api("sender", "GET", "/me") == (200, {"user": "sender", "name": "Sender", "role": "sender"})


def test_templates(api):
    listed = api("ana", "GET", "/templates")[1]
    check("Templates", listed)
    assert "liver-ct" in [one["id"] for one in listed]
    one = api("ana", "GET", "/templates/liver-ct")[1]
    check("Template", one)
    Draft202012Validator.check_schema(one["schema"])


def test_a_study(api):
    status, answer = api("ana", "GET", "/studies/2.25.1000")
    assert status == 200
    check("Study", answer)
    assert (answer["sex"], answer["age"], answer["study_date"]) == ("F", 61, "2021-03-04")
    assert (answer["series"][0]["phase"], answer["series"][0]["instances"]) == ("portal_venous", 3)


def test_metrics_are_prometheus_text(call):
    response = call("ana", "GET", "/hepatia/metrics")
    assert response.content_type.startswith("text/plain; version=0.0.4")
    for line in response.text.splitlines():
        assert line.startswith("# ") or len(line.rsplit(" ", 1)) == 2
    assert "hepatia_up 0\n" in response.text


def test_a_sender_reads_nothing(api):
    for route in ("/status", "/search", "/studies/2.25.1000", "/reports/2.25.1", "/templates"):
        status, answer = api("sender", "GET", route)
        assert (status, answer["error"]["code"]) == (403, "not_allowed")


def test_what_does_not_exist_has_the_error_object(api):
    for method, route, status in (
        ("GET", "/nothing", 404),
        ("GET", "/studies/not-a-uid", 404),
        ("GET", "/studies/2.25.9", 404),
        ("GET", "/templates/kidney", 404),
        ("DELETE", "/status", 405),
        ("GET", "/jobs/1", 404),
    ):
        answered, answer = api("ana", method, route)
        assert (answered, set(answer["error"])) == (status, {"code", "message"}), route
        assert answer["error"]["message"].endswith(".")


def test_a_body_that_is_too_large_is_413(api, archive):
    status, answer = api("ana", "POST", "/studies/2.25.1000/reports", data=b"{" + b" " * 2**20)
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert archive.stored == []


def test_an_unforeseen_error_tells_nothing_of_itself(api, monkeypatch, caplog):
    def fail(_headers):
        raise RuntimeError("Doe^Jane 19700101")

    monkeypatch.setattr("orthanc_plugin.patients.describe", fail)
    status, answer = api("ana", "GET", "/studies/2.25.1000")
    assert (status, answer["error"]["code"]) == (500, "internal_error")
    assert "Doe" not in str(answer) + caplog.text


def test_searches_of_the_viewer_have_their_fields_split(call):
    response = call("ana", "GET", "/hepatia/qido/studies?includefield=A,B&limit=2")
    assert response.text == repr(("/dicom-web/studies", "includefield=A&includefield=B&limit=2"))
    assert call("ana", "GET", "/hepatia/qido/servers").status_code == 404
