"""A reader's whole way in a real browser: paint, record, save, find again. By mouse and keyboard only."""

import gzip
import re

import httpx
import nibabel
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SCREENSHOTS

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

#: From the first slice of the demo study to the carcinoma in segment VII.
SLICES_FROM_TOP = 18

COMPLETE = {
    "patient": [
        "patient.baseline_diagnosis:hepatitis_c", "patient.cirrhosis:yes", "patient.imaging_profile:lirads_high",
    ],
    "exam": ["exam.quality:adequate"],
    "report": [
        "liver.morphology:chronic_liver_disease", "liver.contour:nodular", "liver.parenchyma:heterogeneous",
        "liver.caudate_hypertrophy:yes", "liver.lateral_segment_hypertrophy:no", "liver.ascites:no",
        "liver.splenomegaly:no", "liver.portal_vein_thrombosis:no", "liver.cavernous_transformation:no",
    ],
    "nodules": [
        "nodules.0.location:VII", "nodules.0.aphe:nonrim", "nodules.0.washout:nonperipheral",
        "nodules.0.capsule:present", "nodules.0.threshold_growth:not_assessable",
    ],
}  # fmt: skip


def test_a_study_is_painted_recorded_and_found_again(reader: Page, demo_instance) -> None:
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("radiologist"), timeout=60) as client:
        study = client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"]
        viewer = f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}"

        open_study(reader, viewer)
        show_portal_phase(reader)
        answer(reader, "patient")
        reader.screenshot(path=SCREENSHOTS / "panel-patient.png")

        paint(reader)
        expect(of(reader, "patient.cirrhosis:yes")).to_have_class(re.compile("on"))  # kept while the panel was away
        reader.screenshot(path=SCREENSHOTS / "painted.png")
        save_mask(reader)

        for tab in ("exam", "report", "nodules"):
            answer(reader, tab)
            reader.screenshot(path=SCREENSHOTS / f"panel-{tab}.png")
        check_category(reader)
        of(reader, "complete").click()
        expect(of(reader, "report-state")).to_have_text("Complete")
        expect(series_of(reader, "HepatIA report")).to_be_visible()
        reader.screenshot(path=SCREENSHOTS / "saved.png")
        check_measured(reader)

        check_found(client, study)

        open_study(reader, viewer)
        show_portal_phase(reader)
        expect(of(reader, "report-state")).to_have_text("Complete")
        # The mask comes by itself, with the series that it was drawn on.
        reader.wait_for_function("window.services.segmentationService.getSegmentations().length === 1")
        reader.wait_for_function(PAINTED + " > 100")
        of(reader, "tab-nodules").click()
        reader.wait_for_timeout(1500)
        reader.screenshot(path=SCREENSHOTS / "viewer.png")
        check_contradiction(reader)
        check_new_version(reader, client, study)


#: Painted voxels of the mask in the viewer.
PAINTED = """(() => {
  const mask = window.services.segmentationService.getSegmentations().at(-1);
  const images = mask?.representationData.Labelmap?.imageIds ?? [];
  return images.reduce((sum, id) => {
    const pixels = window.cornerstone.cache.getImage(id)?.getPixelData() ?? [];
    return sum + pixels.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  }, 0);
})()"""


ACTIVE_SEGMENT = """(() => {
  const mask = window.services.segmentationService.getSegmentations().at(-1);
  return Object.values(mask.segments).find(segment => segment.active)?.segmentIndex;
})()"""


def of(page: Page, name: str) -> Locator:
    """An element by its data-cy."""
    return page.locator(f'[data-cy="{name}"]')


def series_of(page: Page, description: str) -> Locator:
    """An entry of OHIF's series list."""
    return page.get_by_text(description).first


def open_study(page: Page, url: str) -> None:
    page.goto(url)
    expect(of(page, "hepatia-panel")).to_be_visible()
    page.wait_for_selector('[data-cy="viewport-pane"] canvas')
    page.wait_for_function("window.services.viewportGridService.getState().viewports.size > 0")
    page.wait_for_timeout(4000)


def answer(page: Page, tab: str) -> None:
    """Fill a tab by clicks, and its numbers by keys."""
    of(page, f"tab-{tab}").click()
    if tab == "nodules":
        # The nodule that was painted has a segment: it is described, not made again.
        of(page, "describe-segment").click()
        expect(of(page, "nodule-row")).to_have_count(1)
    for choice in COMPLETE[tab]:
        of(page, choice).click()
    if tab == "report":
        fill(page, "liver.nodule_count", "1")
    if tab == "nodules":
        fill(page, "nodules.0.diameter_mm", "32,5")
        expect(of(page, "source").first).to_have_text("typed")


def check_category(page: Page) -> None:
    """The computed category shows and explains itself; another one asks for a reason before the report is complete."""
    expect(of(page, "lirads-computed")).to_have_text("LR-5")
    of(page, "lirads-explanation").locator("summary").click()
    expect(of(page, "lirads-card")).to_contain_text("32.5 mm")
    of(page, "lirads-card").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "lirads.png")
    of(page, "override").click()
    of(page, "nodules.0.lirads:LR-3").click()
    expect(of(page, "nodules.0.lirads_override_reason")).to_be_visible()
    expect(of(page, "complete")).to_be_disabled()
    page.screenshot(path=SCREENSHOTS / "lirads-reason.png")
    of(page, "use-computed").click()
    expect(of(page, "nodules.0.lirads_override_reason")).to_have_count(0)


def check_measured(page: Page) -> None:
    """What the server measured on the painted mask shows in the phase of its series, and cannot be typed into."""
    of(page, "tab-nodules").click()
    measured = of(page, "measured-nodules")
    expect(measured).to_contain_text("cm³")
    expect(measured.locator("tbody tr").first).to_contain_text(re.compile(r"Mean \(HU\)––-?\d+–"))
    expect(measured.locator("input, select, textarea, button")).to_have_count(0)
    measured.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "measured.png")


def fill(page: Page, name: str, text: str) -> None:
    of(page, name).click()
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def paint(page: Page) -> None:
    """Make a mask, and paint liver and nodule with OHIF's own brush."""
    of(page, "tab-exam").click()
    of(page, "new-mask").click()
    page.wait_for_function("window.services.segmentationService.getSegmentations().length === 1")
    of(page, "panelSegmentationWithToolsLabelMap-btn").click()
    of(page, "Brush-btn").click()
    for height in (0.40, 0.46, 0.52):
        stroke(page, 0.22, height, 0.14)
    choose_segment(page, 2)
    stroke(page, 0.27, 0.585, 0.02)
    assert page.evaluate(PAINTED) > 100
    page.locator('[data-cy="hepatia-btn"]').click()
    of(page, "tab-patient").click()


def choose_segment(page: Page, number: int) -> None:
    """Choose a segment in OHIF's list."""
    of(page, "data-row").nth(number - 1).click()
    page.wait_for_timeout(2500)
    assert page.evaluate(ACTIVE_SEGMENT) == number  # OHIF's statistics would have put the one before back


def show_portal_phase(page: Page) -> None:
    """Open the portal venous series and scroll to the slices of the carcinoma, as a reader does."""
    series_of(page, "ABD PORTAL 3.0").dblclick()
    page.wait_for_timeout(3000)
    box = of(page, "viewport-pane").locator("canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(SLICES_FROM_TOP):
        page.mouse.wheel(0, 100)
        page.wait_for_timeout(60)
    page.wait_for_timeout(1500)


def stroke(page: Page, x: float, y: float, length: float) -> None:
    """Draw a line to the right in the viewport; place and length in parts of its size."""
    box = of(page, "viewport-pane").locator("canvas").first.bounding_box()
    assert box is not None
    start_x, start_y = box["x"] + x * box["width"], box["y"] + y * box["height"]
    page.mouse.move(start_x, start_y)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(start_x + length * box["width"] * step / 12, start_y)
        page.wait_for_timeout(40)
    page.mouse.up()
    page.wait_for_timeout(500)


def save_mask(page: Page) -> None:
    of(page, "tab-exam").click()
    expect(of(page, "mask-unsaved")).to_be_visible()
    of(page, "save-mask").click()
    expect(of(page, "mask-unsaved")).to_have_count(0)
    expect(of(page, "mask-state").filter(has_text="saved")).to_have_count(1)
    expect(page.get_by_text("SEG", exact=True).first).to_be_visible()


def check_new_version(reader: Page, client: httpx.Client, study: str) -> None:
    """A mask that was loaded and is saved again supersedes the stored one; both stay."""
    (before,) = client.get(f"/hepatia/api/studies/{study}").json()["segmentations"]
    of(reader, "tab-exam").click()
    of(reader, "save-mask").click()
    expect(of(reader, "older-masks").locator("summary")).to_have_text("Older versions (1)")
    listed = client.get(f"/hepatia/api/studies/{study}").json()["segmentations"]
    after = next(one for one in listed if one["sop_instance_uid"] != before["sop_instance_uid"])
    assert after["replaces"] == [before["sop_instance_uid"]]
    tracked = [[segment["tracking_uid"] for segment in one["segments"]] for one in (before, after)]
    assert tracked[0] == tracked[1]


def check_contradiction(reader: Page) -> None:
    """What the template only flags is saved, told, and leads to the item that it is about."""
    of(reader, "tab-patient").click()
    of(reader, "patient.imaging_profile:healthy").click()
    expect(of(reader, "flags")).to_have_count(0)
    of(reader, "save").click()
    flag = of(reader, "flag-profile_low_with_higher_lesion")
    expect(flag).to_have_text("A nodule has a higher category than the profile says")
    of(reader, "tab-nodules").click()
    flag.click()
    expect(of(reader, "tab-patient")).to_have_attribute("aria-selected", "true")
    reader.screenshot(path=SCREENSHOTS / "contradiction.png")


def check_found(client: httpx.Client, study: str) -> None:
    """Everything that was recorded is in the archive, the index and the exports."""
    found = client.get(
        "/hepatia/api/search",
        params={"patient.cirrhosis": "yes", "nodules.lirads": "LR-5", "liver.nodule_count.min": "1"},
    ).json()
    assert [item["study_instance_uid"] for item in found["items"]] == [study]
    assert found["items"][0]["answers"]["nodules"][0]["diameter_mm"] == 32.5

    [mask] = client.get(f"/hepatia/api/studies/{study}").json()["segmentations"]
    assert {segment["kind"] for segment in mask["segments"]} == {"liver", "nodule"}
    exported = client.get(f"/hepatia/api/segmentations/{mask['sop_instance_uid']}.nii.gz").content
    values = np.asanyarray(nibabel.Nifti1Image.from_bytes(gzip.decompress(exported)).dataobj)
    assert values.shape == (512, 512, 60)
    assert set(np.unique(values)) == {0, 1, 2}

    charts = {chart["id"]: chart["data"] for chart in client.get("/hepatia/api/dashboard").json()["charts"]}
    assert {"label": "LR-5", "count": 1} in charts["nodules.lirads"]
