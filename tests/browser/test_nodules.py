"""Nodules out of what is painted: added by a key, measured by a length, saved, found again; and nothing of it is lost.

In an installation of its own: it begins with a study that nobody has read.
"""

import gzip
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from seg import labelmap
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_reading import PAINTED, of, open_study, show_portal_phase, stroke
from tests.conftest import running_instance
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

LESION = (0.27, 0.585, 0.02)
LENGTHS = "window.services.measurementService.getMeasurements().length"
SEGMENTATIONS = "window.services.segmentationService.getSegmentations().length"


@pytest.fixture(scope="module")
def demo_instance() -> Iterator[object]:
    yield from running_instance(demo=True, AI="0")


@pytest.fixture(scope="module")
def api(demo_instance) -> Iterator[httpx.Client]:
    login = demo_instance.account("radiologist")
    with httpx.Client(base_url=f"{demo_instance.url}/hepatia/api", auth=login, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def study(api) -> str:
    wait_for(lambda: api.get("/search").json()["items"], 60)
    return str(api.get("/search").json()["items"][0]["study_instance_uid"])


@pytest.fixture
def viewer(reader: Page, demo_instance, study: str) -> Page:
    open_portal_phase(reader, demo_instance, study)
    return reader


def open_portal_phase(page: Page, demo_instance, study: str) -> None:
    expect.set_options(timeout=30_000)
    page.set_default_timeout(60_000)
    open_study(page, f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}")
    show_portal_phase(page)


def test_a_crash_of_the_tab_loses_no_painted_voxel(reader: Page, demo_instance, api, study: str) -> None:
    tab = reader.context.new_page()
    open_portal_phase(tab, demo_instance, study)
    add_nodule(tab)
    stroke(tab, *LESION)
    expect(of(tab, "kept")).to_have_text(re.compile("PV mask unsaved"))
    tab.wait_for_timeout(1000)
    painted = tab.evaluate(PAINTED)
    assert painted > 100
    wait_for(lambda: kept_voxels(api, study) == painted, 60)
    # A crash asks nothing and saves nothing.
    tab.close(run_before_unload=False)

    open_portal_phase(reader, demo_instance, study)
    expect(of(reader, "mask-restored")).to_have_text(re.compile(r"PV Mask of \d\d:\d\d restored"))
    assert reader.evaluate(PAINTED) == painted
    reader.screenshot(path=SCREENSHOTS / "mask-restored.png")
    of(reader, "discard-mask").click()
    expect(of(reader, "mask-restored")).to_have_count(0)
    reader.wait_for_function(f"{SEGMENTATIONS} === 0")
    assert api.get(f"/studies/{study}/mask-drafts").json() == {"drafts": []}
    # Its row was kept as well, with the report's draft; the next test begins anew.
    reader.goto("about:blank")
    api.delete(f"/studies/{study}/draft").raise_for_status()


def test_a_nodule_is_painted_measured_saved_and_there_again(viewer: Page, demo_instance, api, study: str) -> None:
    add_nodule(viewer)
    expect(of(viewer, "nodule-masks").last).to_have_attribute("aria-label", "Masks: none")
    stroke(viewer, *LESION)
    expect(of(viewer, "nodule-masks").last).to_have_attribute("aria-label", "Masks: PV")
    expect(of(viewer, "nodule-slice")).to_have_text(re.compile(r"Slice \d+"))

    # The mask is offered, and a length once it is drawn; each is one click, and the other stays one click away.
    expect(of(viewer, "offer-mask")).to_have_text(re.compile(r"Mask long axis [\d.]+ mm · PV"))
    of(viewer, "use-mask").click()
    expect(of(viewer, "source").first).to_have_text("mask · PV")
    draw_length(viewer)
    offered = re.search(r"[\d.]+ mm", of(viewer, "offer-length").inner_text())
    assert offered
    of(viewer, "use-length").click()
    expect(of(viewer, "source").first).to_have_text(re.compile(r"Length · PV \d+"))
    expect(of(viewer, "offer-mask")).to_be_visible()
    viewer.screenshot(path=SCREENSHOTS / "nodule-length.png")

    viewer.keyboard.press("Control+s")
    expect(of(viewer, "kept")).to_have_text(re.compile("Saved"))
    [report] = api.get(f"/studies/{study}/reports").json()
    [mask] = api.get(f"/studies/{study}").json()["segmentations"]
    [nodule] = report["answers"]["nodules"]
    [segment] = mask["segments"]
    assert nodule["tracking_uid"] == segment["tracking_uid"]
    assert (report["segmentation"], nodule["segment_number"]) == (mask["sop_instance_uid"], segment["number"])
    assert f"{nodule['diameter_mm']:.1f} mm" == offered.group()
    assert report["lengths"][nodule["tracking_uid"]]["of_mask"] is False
    assert nodule["volume_cm3"] > 0

    again(viewer, demo_instance, study)
    viewer.wait_for_function(PAINTED + " > 100")
    of(viewer, "tab-nodules").click()
    expect(of(viewer, "nodule-masks")).to_have_attribute("aria-label", "Masks: PV")
    expect(of(viewer, "source").first).to_have_text(re.compile(r"Length · PV \d+"))
    of(viewer, "tab-exam").click()
    expect(of(viewer, "mask-row").filter(has_text="PV")).to_contain_text("saved")
    expect(of(viewer, "segment-row").filter(has_text="Nodule 1")).to_have_text(re.compile(r"[\d.]+ cm³[\d.]+ mm"))
    viewer.screenshot(path=SCREENSHOTS / "masks.png")


def test_a_second_version_keeps_the_lesion_and_a_removed_nodule_comes_back(viewer: Page, api, study: str) -> None:
    [before] = api.get(f"/studies/{study}").json()["segmentations"]
    viewer.wait_for_function(PAINTED + " > 100")
    of(viewer, "tab-nodules").click()
    of(viewer, "nodule-menu").click()
    of(viewer, "remove-nodule").click()
    expect(of(viewer, "nodule-row")).to_have_count(0)
    expect(of(viewer, "undescribed")).to_contain_text("Nodule 1")
    of(viewer, "undo-remove").click()
    expect(of(viewer, "nodule-row")).to_have_count(1)
    expect(of(viewer, "undescribed")).to_have_count(0)

    of(viewer, "nodule-menu").click()
    of(viewer, "paint-nodule").click()
    stroke(viewer, 0.27, 0.60, 0.02)
    expect(of(viewer, "kept")).to_have_text(re.compile("PV mask unsaved"))
    of(viewer, "save").click()
    expect(of(viewer, "kept")).not_to_have_text(re.compile("unsaved"))
    listed = api.get(f"/studies/{study}").json()["segmentations"]
    after = next(one for one in listed if one["sop_instance_uid"] != before["sop_instance_uid"])
    assert after["replaces"] == [before["sop_instance_uid"]]
    assert [one["tracking_uid"] for one in after["segments"]] == [one["tracking_uid"] for one in before["segments"]]


def test_leaving_with_an_unsaved_mask_asks(viewer: Page, api, study: str) -> None:
    count = len(api.get(f"/studies/{study}").json()["segmentations"])
    viewer.wait_for_function(PAINTED + " > 100")
    of(viewer, "tab-nodules").click()
    of(viewer, "nodule-menu").click()
    of(viewer, "paint-nodule").click()
    stroke(viewer, 0.27, 0.62, 0.02)
    of(viewer, "return-to-work-list").click()
    expect(of(viewer, "leave-dialog")).to_contain_text("Leave this study?")
    viewer.screenshot(path=SCREENSHOTS / "leaving.png")
    of(viewer, "leave-stay").click()
    expect(of(viewer, "hepatia-panel")).to_be_visible()
    of(viewer, "return-to-work-list").click()
    of(viewer, "leave-save").click()
    expect(of(viewer, "hepatia-panel")).to_have_count(0)
    assert len(api.get(f"/studies/{study}").json()["segmentations"]) == count + 1
    assert api.get(f"/studies/{study}/mask-drafts").json() == {"drafts": []}


def add_nodule(page: Page) -> None:
    of(page, "tab-nodules").click()
    rows = of(page, "nodule-row").count()
    of(page, "add-nodule").click()
    expect(of(page, "nodule-row")).to_have_count(rows + 1)
    page.wait_for_function(f"{SEGMENTATIONS} === 1")
    page.wait_for_timeout(800)


def kept_voxels(api: httpx.Client, study: str) -> int:
    """How many voxels are painted in the draft of a mask; 0 while there is none."""
    for draft in api.get(f"/studies/{study}/mask-drafts").json()["drafts"]:
        body = gzip.decompress(api.get(f"/series/{draft['series_instance_uid']}/mask-draft").content)
        return int((labelmap.parse(body).array > 0).sum())
    return 0


def draw_length(page: Page) -> None:
    """A length across the lesion, with OHIF's own tool."""
    page.locator('[data-cy="MeasurementTools-split-button-primary"]').click()
    stroke(page, 0.255, 0.585, 0.05)
    page.wait_for_function(LENGTHS + " >= 1")
    page.wait_for_timeout(500)


def again(page: Page, demo_instance, study: str) -> None:
    page.goto("about:blank")
    open_portal_phase(page, demo_instance, study)
