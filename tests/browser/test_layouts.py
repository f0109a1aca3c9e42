"""A reader's viewports in a real browser: four phases, prior exam, masks, keys. Places are read from cornerstone."""

import gzip

import httpx
import nibabel
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.exams import MOVED, write_prior
from tests.browser.test_reading import of, open_study
from tests.conftest import running_instance
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

PHASES = ["ABD SEM CONTRASTE", "ABD ARTERIAL", "ABD PORTAL", "Eq 3min"]

#: Of each viewport: what it shows, and where along the patient its slice lies.
PLACES = """() => {
  const { viewportGridService, cornerstoneViewportService, displaySetService } = window.services;
  return [...viewportGridService.getState().viewports].map(([id, { displaySetInstanceUIDs: [shown] }]) => {
    const image = cornerstoneViewportService.getCornerstoneViewport(id)?.getCurrentImageId?.();
    const plane = image && window.cornerstone.metaData.get('imagePlaneModule', image);
    const series = shown ? displaySetService.getDisplaySetByUID(shown).SeriesDescription : null;
    return [series, plane?.imagePositionPatient[2]];
  });
}"""

#: Of each viewport: zoom, and window.
VIEWS = """() => [...window.services.viewportGridService.getState().viewports.keys()].map(id => {
  const viewport = window.services.cornerstoneViewportService.getCornerstoneViewport(id);
  const { lower, upper } = viewport.getProperties().voiRange;
  return [viewport.getZoom().toFixed(3), Math.round(upper - lower)];
})"""

#: Of each viewport: its series, and the series of the masks that it shows.
MASKS = """() => {
  const { viewportGridService, segmentationService, displaySetService } = window.services;
  const series = id => {
    const [image] = segmentationService.getSegmentation(id).representationData.Labelmap.imageIds;
    const source = window.cornerstone.cache.getImage(image).referencedImageId;
    return window.cornerstone.metaData.get('instance', source).SeriesInstanceUID;
  };
  return [...viewportGridService.getState().viewports].map(([id, { displaySetInstanceUIDs: [shown] }]) => [
    displaySetService.getDisplaySetByUID(shown).SeriesInstanceUID,
    segmentationService.getSegmentationRepresentations(id).map(one => series(one.segmentationId)),
  ]);
}"""

#: How a segment of the first mask looks.
LOOK = """segment => {
  const [{ segmentationId }] = window.services.segmentationService.getSegmentations();
  const { renderOutline, outlineWidth, fillAlpha } = window.cornerstoneTools.segmentation.config.style.getStyle(
    { type: 'Labelmap', segmentationId, segmentIndex: segment });
  return [renderOutline, outlineWidth, fillAlpha];
}"""

#: The nodule of the mask that is written: its middle slice, from the feet.
NODULE = 39


@pytest.fixture(scope="module")
def demo_instance():
    """An installation of their own: they leave masks and a prior exam."""
    yield from running_instance(demo=True, AI="0")


@pytest.fixture(scope="module")
def client(demo_instance):
    opened = {
        role: httpx.Client(base_url=demo_instance.url, auth=demo_instance.account(role), timeout=120, trust_env=False)
        for role in ("admin", "sender", "radiologist")
    }
    yield opened
    for one in opened.values():
        one.close()


@pytest.fixture(scope="module")
def study(client) -> str:
    """The demo study, whose four phases are there."""
    studies = client["admin"].get("/dicom-web/studies").json()
    uids = [one["0020000D"]["Value"][0] for one in studies]
    return str(next(uid for uid in uids if len(_phases(client, uid)) == 4))


@pytest.fixture(scope="module")
def prior(client, study) -> str:
    uid = write_prior(client["admin"], client["sender"], study)
    wait_for(lambda: len(_phases(client, uid)) == 2, 60)
    return uid


def _phases(client, uid) -> dict[str, str]:
    series = client["radiologist"].get(f"/hepatia/api/studies/{uid}").json().get("series", [])
    return {one["phase"]: one["series_instance_uid"] for one in series if one.get("phase")}


def test_four_phases_show_one_place(reader: Page, demo_instance, study) -> None:
    open_study(reader, viewer(demo_instance, study))
    [[shown, first]] = reader.evaluate(PLACES)
    assert shown.startswith("ABD PORTAL")  # without anybody's having chosen it

    of(reader, "four-phases").click()
    expect(of(reader, "four-phases")).to_have_attribute("aria-pressed", "true")
    expect(of(reader, "corner-slice")).to_have_text(["1 / 60 ⇅"] * 4)
    shown = [one for one, _ in reader.evaluate(PLACES)]
    assert all(one.startswith(phase) for one, phase in zip(shown, PHASES, strict=True))
    expect(of(reader, "corner-phase")).to_contain_text(["NC", "ART", "PV", "EQ"])
    expect(of(reader, "corner-phase").nth(1)).to_contain_text("S4 · 60 slices · 35 s")

    scroll(reader, 3, 21)
    expect(of(reader, "corner-slice")).to_have_text(["22 / 60 ⇅"] * 4)
    assert {place for _, place in reader.evaluate(PLACES)} == {first - 21 * 2.5}
    reader.keyboard.press("2")  # OHIF's lung window
    reader.keyboard.press("+")
    reader.wait_for_function(f"(views => new Set(views.map(String)).size === 1 && views[0][1] > 1000)(({VIEWS})())")
    reader.screenshot(path=SCREENSHOTS / "four-phases.png")

    reader.keyboard.press("q")
    expect(of(reader, "corner-slice")).to_have_text(["22 / 60"])
    assert reader.evaluate(PLACES)[0][0].startswith("ABD PORTAL")
    reader.keyboard.press("q")
    expect(of(reader, "corner-slice")).to_have_text(["22 / 60 ⇅"] * 4)
    check_correction(reader)


def check_correction(reader: Page) -> None:
    """A corrected phase moves the series; the place that it leaves stays empty and says so."""
    of(reader, "tab-exam").click()
    row = of(reader, "phase-row").filter(has_text="ABD ARTERIAL")
    row.locator("select").select_option("other")
    expect(of(reader, "empty-place")).to_have_text(["No arterial phase"])
    assert [shown is None for shown, _ in reader.evaluate(PLACES)] == [False, True, False, False]
    row.locator("select").select_option("arterial")
    expect(of(reader, "empty-place")).to_have_count(0)


def test_an_exam_without_two_phases_says_so_and_goes_together(reader: Page, demo_instance, prior) -> None:
    open_study(reader, viewer(demo_instance, prior))
    reader.keyboard.press("q")
    expect(of(reader, "empty-place")).to_have_text(["No unenhanced phase", "No arterial phase"])
    expect(of(reader, "corner-slice")).to_have_text(["1 / 30 ⇅"] * 2)
    # Two frames of reference, and a grid that is shifted against the other.
    scroll(reader, 0, 9)
    expect(of(reader, "corner-slice")).to_have_text(["10 / 30 ⇅"] * 2)
    [portal, late] = [place for shown, place in reader.evaluate(PLACES) if shown]
    assert abs(portal - late) == pytest.approx(1.2)
    reader.screenshot(path=SCREENSHOTS / "missing-phases.png")


def test_masks_lie_on_their_own_series_and_come_and_go(reader: Page, demo_instance, client, study) -> None:
    phases = _phases(client, study)
    for phase in ("arterial", "portal_venous"):
        write_mask(client["radiologist"], phases[phase])
    open_study(reader, viewer(demo_instance, study))
    of(reader, "four-phases").click()
    expect(of(reader, "corner-slice")).to_have_text(["1 / 60 ⇅"] * 4)
    wait_for_masks(reader, [1, 2])
    reader.keyboard.press("q")
    wait_for_masks(reader, [0])
    reader.keyboard.press("q")
    wait_for_masks(reader, [1, 2])
    assert reader.evaluate(LOOK, 2) == [True, 1, 0]  # outlines alone
    check_jump(reader)

    reader.keyboard.press("m")
    expect(of(reader, "corner-state").filter(has_text="Masks hidden")).not_to_have_count(0)
    assert reader.evaluate(LOOK, 2)[0] is False
    reader.keyboard.press("m")
    expect(of(reader, "corner-state")).to_have_count(0)
    assert reader.evaluate(LOOK, 2)[0] is True
    for _ in range(3):
        reader.keyboard.down("m")  # again and again, as a key that is held does
    assert reader.evaluate(LOOK, 2)[0] is False
    reader.keyboard.up("m")
    assert reader.evaluate(LOOK, 2)[0] is True

    of(reader, "panelSegmentationWithToolsLabelMap-btn").click()
    of(reader, "Brush-btn").click()
    reader.wait_for_function(f"({LOOK})(1)[2] > 0")
    assert [reader.evaluate(LOOK, segment)[2] for segment in (1, 2)] == [0.14, 0.22]
    reader.screenshot(path=SCREENSHOTS / "masks-while-painting.png")


def check_jump(reader: Page) -> None:
    """The chosen nodule comes into view in every phase, where its outline is largest."""
    of(reader, "tab-nodules").click()
    of(reader, "describe-segment").last.click()
    of(reader, "nodules.0.location:VII").press("Escape")
    reader.keyboard.press("g")
    expect(of(reader, "corner-slice")).to_have_text([f"{60 - NODULE} / 60 ⇅"] * 4)
    reader.screenshot(path=SCREENSHOTS / "at-the-nodule.png")


def test_keys_stay_out_of_fields_and_stand_in_a_list(reader: Page, demo_instance, study) -> None:
    open_study(reader, viewer(demo_instance, study))
    field = of(reader, "patient.afp_ng_ml")
    field.click()
    field.press_sequentially("q1")
    assert len(reader.evaluate(PLACES)) == 1
    field.fill("12")
    field.press("Tab")
    of(reader, "hepatia-panel").press("Escape")
    reader.keyboard.press("?")
    expect(of(reader, "keys")).to_contain_text("Four phases side by side")
    reader.screenshot(path=SCREENSHOTS / "keys.png")
    reader.keyboard.press("Escape")
    expect(of(reader, "keys")).to_have_count(0)
    reader.keyboard.press("Control+s")  # with the focus on the images
    expect(of(reader, "report-state")).to_have_text("Draft")
    reader.keyboard.press("Alt+PageDown")
    expect(of(reader, "tab-exam")).to_have_attribute("aria-selected", "true")


def test_the_prior_exam_goes_beside_this_one(reader: Page, demo_instance, study, prior) -> None:
    open_study(reader, viewer(demo_instance, study))
    reader.evaluate("uid => window.commandsManager.runCommand('hepatiaWithPrior', { studyInstanceUid: uid })", prior)
    expect(of(reader, "with-prior")).to_have_attribute("aria-pressed", "true")
    expect(of(reader, "corner-slice")).to_have_text(["1 / 30 ⇅", "1 / 60 ⇅"] * 2)
    expect(of(reader, "corner-state").filter(has_text="prior")).to_have_text(["prior, 177 days"] * 2)

    scroll(reader, 1, 18)  # the current exam's slices are half as thick
    expect(of(reader, "corner-slice")).to_have_text(["10 / 30 ⇅", "19 / 60 ⇅"] * 2)
    before = reader.evaluate(PLACES)
    assert before[0][1] - before[1][1] == pytest.approx(MOVED - 2.5, abs=0.1)

    reader.keyboard.down("Shift")
    scroll(reader, 0, 3)
    reader.keyboard.up("Shift")
    expect(of(reader, "corner-slice")).to_have_text(["13 / 30 ⇅", "19 / 60 ⇅"] * 2)
    scroll(reader, 3, 2)
    expect(of(reader, "corner-slice")).to_have_text(["14 / 30 ⇅", "21 / 60 ⇅"] * 2)
    reader.screenshot(path=SCREENSHOTS / "with-prior.png")
    of(reader, "with-prior").click()
    expect(of(reader, "corner-slice")).to_have_text(["21 / 60"])


def wait_for_masks(page: Page, places: list[int]) -> None:
    """Wait until these viewports show one mask, that of their own series; no viewport shows another one's."""
    alone = "masks.every(([own, shown]) => shown.every(series => series === own))"
    there = f"{places}.every(place => masks[place][1].length === 1)"
    page.wait_for_function(f"(masks => {alone} && {there})(({MASKS})())")


def viewer(demo_instance, study: str) -> str:
    return f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}"


def scroll(page: Page, place: int, slices: int) -> None:
    """Turn the wheel over a viewport that shows something."""
    box = of(page, "viewport-pane").locator("canvas").nth(place).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(slices):
        page.mouse.wheel(0, 100)
        page.wait_for_timeout(30)


def write_mask(client: httpx.Client, series_uid: str) -> None:
    route = f"/hepatia/api/series/{series_uid}"
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(client.get(f"{route}.nii.gz").content))
    mask = np.zeros(image.shape, np.uint8)
    mask[100:240, 180:330, 10:50] = 1
    for away in range(-4, 5):
        half = 20 - 2 * abs(away)
        mask[160 - half : 160 + half, 250 - half : 250 + half, NODULE + away] = 2
    body = gzip.compress(nibabel.Nifti1Image(mask, image.affine).to_bytes())
    client.post(f"{route}/segmentations", content=body, headers={"Content-Type": "application/gzip"}).raise_for_status()
