"""OHIF's upload, which is STOW-RS, in a real browser: the reader sees what was stored and what was refused."""

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.orthanc, pytest.mark.browser]

CHROMIUM = ("--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--disable-quic")


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


@pytest.fixture
def page(instance):
    """OHIF as the admin sees it, with the upload switched on."""
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium is not installed; `make test` installs it")
    login, password = instance.account("admin")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        context = browser.new_context(http_credentials={"username": login, "password": password})
        opened = context.new_page()
        opened.set_default_timeout(60_000)
        opened.route("**/app-config.js", switch_upload_on)
        yield opened
        browser.close()


def switch_upload_on(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("dicomUploadEnabled: false", "dicomUploadEnabled: true"))


def test_the_viewer_says_which_file_was_stored_and_which_was_not(
    instance, page, make_series, as_file, tmp_path, count, client
):
    before = count()
    for name, file in (
        ("good.dcm", as_file(make_series(1)[0])),
        ("burned.dcm", as_file(make_series(1, BurnedInAnnotation="YES")[0])),
    ):
        (tmp_path / name).write_bytes(file)
    page.goto(f"{instance.url}/ohif/?list=ohif")  # OHIF's own list
    page.get_by_text("Upload").first.click()
    page.locator("input[type=file]").first.set_input_files([tmp_path / "good.dcm", tmp_path / "burned.dcm"])
    expect(page.get_by_text("Completed with 1 error!")).to_be_visible(timeout=60_000)
    assert count() == before + 1
    found = client("admin").get("/hepatia/api/status").json()["arrivals"]["refused"]
    assert found["burned_in_annotation"] >= 1
