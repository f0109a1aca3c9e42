"""Search, dashboard and what to read next, as pages in a real browser over the whole installation.

The last of all: it leaves masks and a report that the other tests would stumble over.
"""

import re

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from seg import labelmap
from seg.labelmap import Algorithm, Labelmap, Segment
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_viewing_lengths import geometry

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
ANSWERS = {
    "patient": {"baseline_diagnosis": ["hepatitis_c"], "cirrhosis": "yes", "imaging_profile": "lirads_high"},
    "exam": {"quality": "adequate"},
    "liver": {
        "morphology": "chronic_liver_disease", "contour": "nodular", "parenchyma": "heterogeneous",
        "caudate_hypertrophy": "yes", "lateral_segment_hypertrophy": "no", "ascites": "no", "splenomegaly": "no",
        "portal_vein_thrombosis": "no", "cavernous_transformation": "no", "nodule_count": 1,
    },
    "nodules": [{
        "location": ["VII"], "diameter_mm": 31.5, "aphe": "nonrim", "washout": "nonperipheral", "capsule": "present",
        "threshold_growth": "not_assessable", "lirads": "LR-5",
    }],
}  # fmt: skip


@pytest.fixture(scope="module")
def read_study(demo_instance):
    """The demo study with a complete report, and with a pre-annotation that a reader has corrected by a fifth."""
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("radiologist"), timeout=60) as client:
        study = client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"]
        report = {"template": "liver-ct", "state": "complete", "answers": ANSWERS}
        client.post(f"/hepatia/api/studies/{study}/reports", json=report).raise_for_status()
        portal, sops, rows, columns = geometry(client, study)
        model = Algorithm("Test model", "7", "AUTOMATIC")
        sop = None
        for height in (20, 16):
            array = np.zeros((len(sops), rows, columns), np.uint8)
            array[len(sops) // 2, 90 : 90 + height, 60:85] = 1
            described = (rows, columns, sops, (Segment(1, "Liver", "liver"),), model if sop is None else None, array)
            body = labelmap.compose(Labelmap(*described, derived_from=sop))
            answer = client.post(f"/hepatia/api/series/{portal}/segmentations", content=body, headers=LABELMAP)
            assert answer.status_code == 201, answer.text
            sop = answer.json()["sop_instance_uid"]
        yield study


def test_from_a_search_into_the_viewer(reader: Page, demo_instance, read_study) -> None:
    reader.goto(f"{demo_instance.url}/ohif/hepatia-search")
    expect(of(reader, "result")).to_have_count(1)
    choice = reader.locator('[data-path="nodules.lirads"] label', has_text="LR-4")
    choice.locator("input").check()
    expect(of(reader, "total")).to_have_text("0 exams of 0 patients")
    expect(of(reader, "nothing")).to_contain_text("No exam fits")
    expect(of(reader, "nothing").get_by_role("button")).to_have_text("Without “LI-RADS LR-4”: 1")
    reader.locator('[data-path="nodules.lirads"] label', has_text="LR-5").locator("input").check()
    choice.locator("input").uncheck()
    of(reader, "nodules.diameter_mm.min").fill("30")
    of(reader, "nodules.diameter_mm.min").press("Enter")
    expect(of(reader, "words")).to_contain_text("at least 30 mm")
    expect(of(reader, "total")).to_have_text("1 exam of 1 patient")
    reader.screenshot(path=SCREENSHOTS / "search.png")
    reader.go_back()
    expect(of(reader, "nodules.diameter_mm.min")).to_have_value("")
    link = of(reader, "result").get_by_role("link", name="HEP-")
    link.focus()
    link.press("Enter")
    expect(of(reader, "hepatia-panel")).to_be_visible()
    # At the nodule that matched.
    expect(reader.get_by_role("tab", name="Nodules")).to_have_attribute("aria-selected", "true")
    assert f"StudyInstanceUIDs={read_study}&nodule=2.25." in reader.url


def test_a_bar_of_the_dashboard_filters_everything(reader: Page, demo_instance, read_study) -> None:
    reader.goto(f"{demo_instance.url}/ohif/hepatia-dashboard")
    expect(reader.locator('[data-figure="exams"] b')).to_have_text("1")
    row = of(reader, "models").locator("tbody tr", has_text="Test model")
    expect(row).to_have_count(1)
    # Dice of 20 and 16 rows out of the same columns.
    assert re.findall(r"[\d.]+", row.inner_text())[:3] == ["7", "1", f"{2 * 16 / (20 + 16):.3f}"]
    expect(reader.locator('[data-chart="masks"] tr', has_text="Portal venous, Liver").locator("td").first).to_have_text(
        "1"
    )
    chart = reader.locator('[data-chart="prevalence"]')
    chart.locator(".bars > *").first.click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text(": Yes")
    reader.screenshot(path=SCREENSHOTS / "dashboard.png")
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("heading", level=1)).to_have_text("All exams.")
    button = reader.locator('[data-chart="patient.baseline_diagnosis"]').get_by_role("button", name="MAFLD", exact=True)
    button.focus()
    button.press("Enter")
    expect(reader.locator('[data-figure="exams"] b')).to_have_text("0")
    reader.get_by_role("link", name="Search", exact=True).click()
    expect(of(reader, "total")).to_have_text("0 exams of 0 patients")


def test_a_chart_is_saved_as_a_picture_and_as_a_table(reader: Page, demo_instance, read_study) -> None:
    reader.goto(f"{demo_instance.url}/ohif/hepatia-dashboard")
    chart = reader.locator('[data-chart="nodules.location"]')
    chart.hover()
    with reader.expect_download() as picture:
        chart.get_by_role("button", name="PNG").click()
    saved = picture.value.path().read_bytes()
    assert saved.startswith(b"\x89PNG")
    assert len(saved) > 5000
    with reader.expect_download() as table:
        chart.get_by_role("button", name="CSV").click()
    lines = table.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0] == "label,name,count,share"
    assert "VII,VII,1,100.0 %" in lines


def test_what_a_reader_has_drawn_is_not_to_be_read_next(reader: Page, demo_instance, read_study) -> None:
    reader.goto(f"{demo_instance.url}/ohif/hepatia-worklist")
    expect(reader.get_by_text("Every exam has a mask.")).to_be_visible()
    of(reader, "order-benefit").click()
    expect(of(reader, "order-benefit")).to_have_attribute("aria-pressed", "true")


def of(page: Page, name: str):
    return page.locator(f'[data-cy="{name}"]')
