"""A reader has the demo study segmented by the model, sees how far it is, and has the mask in the viewer."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_reading import PAINTED, of, open_study, show_portal_phase
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres, pytest.mark.monailabel]


@pytest.fixture
def api(demo_instance):
    with httpx.Client(
        base_url=f"{demo_instance.url}/hepatia/api",
        auth=demo_instance.account("radiologist"),
        timeout=60,
        trust_env=False,
    ) as client:
        if client.get("/status").json()["monailabel"] == "off":
            pytest.skip("MONAI Label's environment is not installed; `make test` installs it")
        wait_for(lambda: client.get("/status").json()["monailabel"] == "ok", 120)
        yield client


def test_a_series_is_pre_segmented_from_the_panel(reader: Page, demo_instance, api) -> None:
    study = api.get("/search").json()["items"][0]["study_instance_uid"]
    open_study(reader, f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}")
    show_portal_phase(reader)
    of(reader, "tab-exam").click()
    expect(of(reader, "presegment-model")).to_contain_text("not a trained model")

    of(reader, "presegment").click()
    expect(of(reader, "job-percent")).to_have_text(re.compile(r"\d+ %"))
    expect(of(reader, "job-step")).not_to_be_empty()
    reader.screenshot(path=SCREENSHOTS / "presegmenting.png")
    reader.wait_for_function(PAINTED + " > 100000")
    expect(of(reader, "job")).to_have_count(0)
    portal = of(reader, "mask-row").filter(has_text="PV")
    expect(portal).to_contain_text("algorithm, not reviewed")
    expect(of(reader, "segment-row").filter(has_text="Liver")).to_contain_text("cm³")
    older = of(reader, "mask-version").count()
    of(reader, "presegment-section").scroll_into_view_if_needed()
    reader.wait_for_timeout(1500)
    reader.screenshot(path=SCREENSHOTS / "presegmented.png")
    stored = api.get(f"/studies/{study}").json()["segmentations"][-1]
    assert stored["algorithm"]["type"] == "AUTOMATIC"
    assert "not a trained model" in stored["algorithm"]["name"]

    # The page comes again and finds its job.
    of(reader, "presegment").click()
    expect(of(reader, "job")).to_be_visible()
    reader.reload()
    reader.wait_for_selector('[data-cy="viewport-pane"] canvas')
    of(reader, "tab-exam").click()
    expect(of(reader, "mask-version")).to_have_count(older + 1)
    expect(of(reader, "job")).to_have_count(0)

    # An earlier one, of a series that no viewport shows now.
    of(reader, "mask-row").filter(has_text="ART").click()
    reader.wait_for_timeout(2000)
    of(reader, "older-masks").locator("summary").click()
    of(reader, "mask-version").filter(has_text="liver 1").first.locator('[data-cy="load-mask"]').click()
    expect(portal).to_have_class("on")
    reader.wait_for_function(PAINTED + " > 100000")
    expect(of(reader, "problem")).to_have_count(0)
