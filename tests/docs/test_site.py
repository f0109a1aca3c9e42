"""What the site is made of: parts that are printed by the code, its navigation, its page of routes."""

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from orthanc_plugin.auditing import actions
from orthanc_plugin.deidentification import pixels
from orthanc_plugin.web import openapi
from tests.docs.blocks import REPOSITORY

DOCS = REPOSITORY / "docs"


@pytest.mark.parametrize(
    ("page", "printed"),
    [("audit.md", actions.describe()), ("conformance.md", pixels.describe_sop_classes())],
)
def test_printed_parts_are_what_the_code_says(page, printed):
    assert printed in (DOCS / page).read_text()


def test_every_page_is_in_the_navigation():
    listed = set(re.findall(r": (\S+\.md)$", (REPOSITORY / "mkdocs.yml").read_text(), re.MULTILINE))
    assert {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} <= listed


@pytest.fixture
def hooks(monkeypatch):
    """The module that MkDocs calls, without MkDocs, which has an environment of its own."""
    named = {"config.defaults": "MkDocsConfig", "exceptions": "PluginError", "structure.files": "File Files"}
    for name, contents in {**named, "structure.pages": "Page"}.items():
        stand_in = ModuleType(f"mkdocs.{name}")
        for one in contents.split():
            setattr(stand_in, one, type(one, (Exception,), {}))
        monkeypatch.setitem(sys.modules, f"mkdocs.{name}", stand_in)
    spec = importlib.util.spec_from_file_location("site_hooks", REPOSITORY / "scripts" / "site_hooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_routes_has_each_with_its_roles_and_schemas(hooks):
    document = openapi.document()
    page = hooks.page(document)
    for path, item in document["paths"].items():
        for method, one in item.items():
            told = page.split(f"\n## {method.upper()} {path}\n")[1].split("\n## ")[0]
            assert f"Roles: {', '.join(one['x-roles'])}." in told
            assert all(f"| {status} |" in told for status in one["responses"])
    anchors = set(re.findall(r"{#(\S+)}", page))
    assert set(re.findall(r"\]\(#(\S+?)\)", page)) <= anchors
    assert len(anchors) == len(document["components"]["schemas"])
