import re
from pathlib import Path

from jsonschema import Draft202012Validator

from orthanc_plugin.web import openapi, operations

PREFIX = "/hepatia/api"


def routes(app):
    """Every method and path that the application has below the API."""
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).removeprefix(PREFIX))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_it_describes_exactly_the_routes_that_there_are(app):
    document = openapi.document()
    described = {(method, path) for path, item in document["paths"].items() for method in item}
    assert described == routes(app)


def test_every_schema_is_one_and_every_reference_has_its_end():
    document = openapi.document()
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= set(schemas)


def test_operation_ids_are_unique():
    operations = [one["operationId"] for item in openapi.document()["paths"].values() for one in item.values()]
    assert len(operations) == len(set(operations))


def test_path_parameters_are_those_of_the_path():
    for path, item in openapi.document()["paths"].items():
        for operation in item.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_it_is_served(api):
    assert api("ana", "GET", "/openapi.json") == (200, openapi.document())


def test_the_documentation_lists_every_route():
    document = Path(__file__).resolve().parents[3] / "docs/api.md"
    assert operations.describe() in document.read_text()
