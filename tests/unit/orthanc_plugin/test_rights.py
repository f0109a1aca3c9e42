"""Who may make which request of the API."""

import re

import pytest
from flask import Blueprint

from orthanc_plugin import users
from orthanc_plugin.web import openapi, operations
from tests.unit.orthanc_plugin.conftest import USERS

#: What the contract says of roles, in words of its own: methods and paths (regular expressions) that a role may use.
CONTRACT = {
    "sender": r"GET /me",
    "scientist": r"GET (?!/studies/\S+/(draft|readings)$|\S+/mask-drafts?$|/audit).*"
    r"|POST /(lirads|searches|exports)|DELETE /(searches|exports)/\S+",
    "student": r"(?!POST /(reports/\S+/verify|index/.*|pseudonyms)$|GET /audit).*",
    "resident": r"(?!POST /(reports/\S+/verify|index/.*|pseudonyms)$|GET /audit).*",
    "radiologist": r"(?!POST /(index/.*|pseudonyms)$|GET /audit).*",
    "admin": r"(?!POST /reports/\S+/verify$).*",
}


@pytest.mark.parametrize("role", users.ROLES)
def test_each_role_may_what_the_contract_says(role):
    for one in operations.OPERATIONS:
        request = f"{one.method.upper()} {one.path}"
        assert (role in one.roles) == bool(re.fullmatch(CONTRACT[role], request)), request


def test_every_operation_names_roles_that_there_are():
    for one in operations.OPERATIONS:
        assert one.roles, one.path
        assert set(one.roles) <= set(users.ROLES), one.path


def test_the_description_tells_the_roles():
    verify = openapi.document()["paths"]["/reports/{sop}/verify"]["post"]
    assert verify["x-roles"] == ["radiologist"]
    assert "radiologist" in verify["description"]


@pytest.mark.parametrize("login", USERS)
def test_a_route_that_the_table_does_not_have_is_nobodys(app, login):
    forgotten = Blueprint("forgotten", __name__, url_prefix="/hepatia/api")
    forgotten.get("/forgotten")(lambda: "never seen")
    app.register_blueprint(forgotten)
    client = app.test_client()
    answer = client.get("/hepatia/api/forgotten", environ_overrides={"hepatia.user": USERS[login]})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/status", 405)])
def test_what_there_is_not_is_told_as_that(api, method, path, status):
    assert api("sender", method, path)[0] == status


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_pages_are_refused_with_the_error_object(app, headers):
    overrides = {"hepatia.user": USERS["ana"]}
    answer = app.test_client().post("/hepatia/api/tracking-uids", headers=headers, environ_overrides=overrides)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "foreign_page")
