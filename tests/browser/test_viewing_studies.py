"""The study list, exports and status, in a real browser over the whole installation; each page for each role.

After the other browser tests but that of pages, whose report it takes as it finds it.
"""

import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_viewing_pages import of

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

AXE = Path(__file__).resolve().parents[2] / "ohif-extension" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("studies", "worklist", "search", "dashboard", "exports", "status")
VIOLATIONS = """async () => {
  const found = await axe.run('.hep.page', {resultTypes: ['violations']});
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]);
}"""


def test_the_study_list_is_what_ohif_shows(reader: Page, demo_instance) -> None:
    reader.goto(f"{demo_instance.url}/ohif/")
    row = of(reader, "result")
    expect(row).to_have_count(1)
    assert reader.url.endswith("/ohif/hepatia-studies")
    # Another test has corrected the arterial phase.
    expect(row.get_by_role("img", name=re.compile("^Unenhanced, .*Portal venous, Equilibrium$"))).to_be_visible()
    of(reader, "find").fill("no such study")
    expect(of(reader, "total")).to_contain_text("0 studies")
    of(reader, "find").fill("abdome")
    expect(row).to_have_count(1)
    reader.screenshot(path=SCREENSHOTS / "studies.png")
    row.get_by_role("link", name="HEP-").click()
    expect(of(reader, "hepatia-panel")).to_be_visible()
    of(reader, "return-to-work-list").click()
    expect(row).to_have_count(1)
    assert "/ohif/hepatia-studies" in reader.url


def test_ohifs_own_list_and_modes_stay_within_reach(reader: Page, demo_instance) -> None:
    reader.goto(f"{demo_instance.url}/ohif/")
    reader.get_by_role("link", name="OHIF’s own list").click()
    expect(reader.get_by_text("Study List", exact=True)).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("Study List", exact=True)).to_be_visible()
    reader.get_by_role("link", name="HepatIA’s study list").click()
    of(reader, "open-with").locator("summary").click()
    reader.get_by_role("link", name="Basic viewer").click()
    expect(of(reader, "viewport-grid")).to_be_visible()
    assert "/ohif/viewer?StudyInstanceUIDs=" in reader.url


def test_a_search_becomes_a_dataset(reader: Page, demo_instance) -> None:
    reader.goto(f"{demo_instance.url}/ohif/hepatia-search?find=abdome")
    of(reader, "export").locator("summary").click()
    reader.get_by_label("CT images").select_option("none")
    reader.screenshot(path=SCREENSHOTS / "export.png")
    of(reader, "start-export").click()
    with reader.expect_download() as started:
        of(reader, "download").click()
    names = zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes())).namelist()
    assert any(name.endswith(".csv") for name in names), names
    reader.get_by_role("link", name="Exports", exact=True).click()
    row = of(reader, "export").first
    expect(row).to_contain_text("abdome")
    reader.screenshot(path=SCREENSHOTS / "exports.png")
    row.get_by_role("button", name="Delete").click()
    expect(reader.get_by_text("No dataset has been exported yet.")).to_be_visible()


def page_of(browser: Browser, demo_instance, role: str, **more) -> Page:
    login, password = demo_instance.account(role)
    credentials = {"username": login, "password": password}
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, http_credentials=credentials, **more)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def test_the_admin_sees_what_was_refused_and_what_to_do(browser: Browser, demo_instance) -> None:
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("sender")) as sender:
        assert sender.post("/instances", content=b"no DICOM at all").status_code == 400
    page = page_of(browser, demo_instance, "admin", permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{demo_instance.url}/ohif/hepatia-status")
    expect(of(page, "banner")).to_be_visible()
    expect(page.locator("[data-part]")).to_have_count(6)
    expect(page.locator('[data-part="database"]')).to_contain_text("PostgreSQL")
    refused = of(page, "refused").locator("tbody tr", has_text="Not a DICOM file")
    expect(refused).to_contain_text("Ask the sender")
    of(page, "copy-report").click()
    expect(of(page, "copy-report")).to_have_text("Copied")
    told = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert told["arrivals"]["refused"] >= 1
    assert told["index"]["counts"]["studies"]["indexed"] == 1
    assert "HEP-" not in json.dumps(told)
    assert "2.25." not in json.dumps(told)
    page.screenshot(path=SCREENSHOTS / "status.png")
    page.context.close()


@pytest.mark.parametrize("role", ["scientist", "student", "resident", "radiologist", "admin"])
def test_each_page_works_for_each_role(browser: Browser, demo_instance, role) -> None:
    page = page_of(browser, demo_instance, role)
    wrong: list[str] = []
    page.on(
        "response", lambda answer: wrong.append(answer.url) if answer.status >= 400 and answer.status != 401 else None
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for name in PAGES:
        page.goto(f"{demo_instance.url}/ohif/hepatia-{name}")
        expect(page.locator(".hep.page main")).to_be_visible()
        expect(of(page, "me")).to_contain_text(role)
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_keeps_anybody_out(browser: Browser, demo_instance, name) -> None:
    page = page_of(browser, demo_instance, "admin")
    page.goto(f"{demo_instance.url}/ohif/hepatia-{name}")
    expect(page.locator(".hep.page main")).to_be_visible()
    page.get_by_role("button", name="Português").click()
    expect(page.get_by_role("link", name="Estudos")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENSHOTS / f"{name}-pt.png")
    page.reload()
    expect(page.get_by_role("link", name="Estudos")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    page.context.close()
