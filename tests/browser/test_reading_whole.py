"""A whole reading of a four-phase study, from the list to the verified report, by mouse and keyboard alone."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.copies import write_copy
from tests.browser.test_reading import COMPLETE, PAINTED, fill, of, show_portal_phase, stroke
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres, pytest.mark.monailabel]

#: Where the demo study's carcinoma of segment VII lies in the portal venous phase, and another place in the liver.
LESIONS = ((0.27, 0.585, 0.02), (0.36, 0.40, 0.01))


@pytest.fixture(scope="module")
def api(demo_instance) -> Iterator[httpx.Client]:
    login = demo_instance.account("radiologist")
    with httpx.Client(base_url=f"{demo_instance.url}/hepatia/api", auth=login, timeout=60, trust_env=False) as client:
        if client.get("/status").json()["monailabel"] == "off":
            pytest.skip("MONAI Label's environment is not installed; `make test` installs it")
        wait_for(lambda: client.get("/status").json()["monailabel"] == "ok", 120)
        yield client


@pytest.fixture(scope="module")
def study(demo_instance, api) -> Iterator[str]:
    """A study that nobody has read, and that goes when it has been."""
    wait_for(lambda: api.get("/search").json()["items"])
    demo = api.get("/search").json()["items"][-1]["study_instance_uid"]

    def client(role: str) -> httpx.Client:
        login = demo_instance.account(role)
        return httpx.Client(base_url=demo_instance.url, auth=login, timeout=120, trust_env=False)

    with client("admin") as admin, client("sender") as sender:
        uid = write_copy(admin, sender, demo, "WHOLE-READING")
    wait_for(lambda: len(api.get(f"/studies/{uid}").json()["series"]) == 4, 60)
    wait_for(lambda: any(one["study_instance_uid"] == uid for one in api.get("/search").json()["items"]), 60)
    yield uid
    with client("admin") as admin:
        [found] = admin.post("/tools/lookup", content=uid).raise_for_status().json()
        admin.delete(found["Path"]).raise_for_status()
    wait_for(lambda: all(one["study_instance_uid"] != uid for one in api.get("/search").json()["items"]), 60)


def test_from_the_list_to_a_verified_report(reader: Page, demo_instance, api, study: str) -> None:
    open_from_list(reader, demo_instance.url, study)
    four_up(reader)
    pre_segment(reader)
    add_two_nodules(reader)
    for tab in ("patient", "exam", "report"):
        answer(reader, tab)
    describe_nodules(reader)
    reader.screenshot(path=SCREENSHOTS / "whole-nodules.png")

    reader.keyboard.press("Control+Enter")
    expect(of(reader, "report-state")).to_have_text("Complete")
    reader.keyboard.press("Control+Shift+Enter")
    expect(of(reader, "report-state")).to_have_text("Verified")
    reader.screenshot(path=SCREENSHOTS / "whole-verified.png")

    check_stored(api, study)
    reopen_and_compare(reader, study)


def open_from_list(page: Page, url: str, study: str) -> None:
    page.goto(f"{url}/ohif/")
    row = page.locator(f'tr:has(a[href*="{study}"])')
    expect(row).to_contain_text("Not read")
    row.get_by_role("link").first.click()
    page.wait_for_url(f"**/ohif/hepatia?**{study}**")
    page.wait_for_selector('[data-cy="viewport-pane"] canvas')
    expect(of(page, "hepatia-panel")).to_be_visible()
    expect(of(page, "corner-phase").first).to_contain_text("Portal venous")


def four_up(page: Page) -> None:
    """Side by side and back, by one key."""
    page.keyboard.press("q")
    expect(of(page, "viewport-pane")).to_have_count(4)
    expect(of(page, "corner-phase")).to_have_count(4)
    page.wait_for_timeout(3000)
    page.keyboard.press("q")
    expect(of(page, "viewport-pane")).to_have_count(1)
    page.wait_for_timeout(2000)


def pre_segment(page: Page) -> None:
    """The model draws the liver of the portal venous phase."""
    show_portal_phase(page)
    of(page, "tab-exam").click()
    of(page, "presegment").click()
    page.wait_for_function(PAINTED + " > 100000")
    expect(of(page, "job")).to_have_count(0)


def add_two_nodules(page: Page) -> None:
    """Each by one key and one stroke of the brush."""
    before = page.evaluate(PAINTED)
    for number, lesion in enumerate(LESIONS, 1):
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(of(page, "nodule-row")).to_have_count(number)
        page.wait_for_timeout(1500)
        stroke(page, *lesion)
    # The model left lesions out of the liver or in it; a stroke only repaints what is painted.
    assert page.evaluate(PAINTED) >= before
    expect(of(page, "kept")).to_contain_text("unsaved")
    page.keyboard.press("Control+s")
    expect(of(page, "kept")).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    expect(of(page, "corner-state")).to_contain_text(re.compile(r"N2 \d+ HU · [+−]\d+ to liver"))


def answer(page: Page, tab: str) -> None:
    of(page, f"tab-{tab}").click()
    for choice in COMPLETE[tab]:
        of(page, choice).click()
    if tab == "report":
        fill(page, "liver.nodule_count", "2")


def describe_nodules(page: Page) -> None:
    """The first is a carcinoma by its features; the second is told by the table too, whatever it is."""
    of(page, "tab-nodules").click()
    for index, features in enumerate((COMPLETE["nodules"], SECOND)):
        of(page, "nodule-row").nth(index).click()
        for choice in features:
            of(page, choice.replace("nodules.0", f"nodules.{index}")).click()
        fill(page, f"nodules.{index}.diameter_mm", ("32.5", "12")[index])
        expect(of(page, "lirads-computed")).to_have_text(("LR-5", "LR-3")[index])


SECOND = [
    "nodules.0.location:V", "nodules.0.aphe:absent", "nodules.0.washout:absent", "nodules.0.capsule:absent",
    "nodules.0.threshold_growth:not_assessable",
]  # fmt: skip


def check_stored(api: httpx.Client, study: str) -> None:
    """Everything is in the archive: versions, categories, masks with the nodules' tracking UIDs."""
    known = api.get(f"/studies/{study}").json()
    states = [report["state"] for report in known["reports"]]
    assert states == ["draft", "complete", "verified"]
    nodules = known["reports"][-1]["answers"]["nodules"]
    assert [one["lirads"] for one in nodules] == ["LR-5", "LR-3"]
    replaced = {sop for one in known["segmentations"] for sop in one["replaces"]}
    [mask] = [one for one in known["segmentations"] if one["sop_instance_uid"] not in replaced]
    tracked = {segment["tracking_uid"] for segment in mask["segments"] if segment["kind"] == "nodule"}
    assert {one["tracking_uid"] for one in nodules} <= tracked
    found = api.get("/search?nodules.lirads=LR-5&state=verified").json()["items"]
    [exam] = [one for one in found if one["study_instance_uid"] == study]
    assert (exam["lirads"], exam["nodules"]) == ("LR-5", 2)


def reopen_and_compare(page: Page, study: str) -> None:
    """Read-only, with its mask, and two versions side by side."""
    page.reload()
    page.wait_for_selector('[data-cy="viewport-pane"] canvas')
    expect(of(page, "report-state")).to_have_text("Verified")
    expect(of(page, "signed")).to_be_visible()
    expect(of(page, "save")).to_have_count(0)
    page.wait_for_function(PAINTED + " > 100000")
    of(page, "tab-report").click()
    rows = of(page, "version-row")
    expect(rows).to_have_count(3)
    rows.last.click()
    rows.nth(1).click()
    expect(of(page, "differences")).to_contain_text("LR-5")
    of(page, "differences").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "whole-compared.png")
