"""A nodule's diameter, measured on the mask, becomes an editable length in OHIF when its report is opened.

After `test_reading`, which begins with a study that nobody has read.
"""

import re

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page

from seg import labelmap
from seg.labelmap import Labelmap, Segment
from tests.browser.test_reading import open_study

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

#: Puts the report into the viewport, as a double click on it does.
SHOW_REPORT = """(sop) => {
  const { displaySetService, viewportGridService } = window.services;
  const shown = displaySetService.getActiveDisplaySets().find(one => one.SOPInstanceUID === sop);
  viewportGridService.setDisplaySetsForViewport({
    viewportId: viewportGridService.getActiveViewportId(), displaySetInstanceUIDs: [shown.displaySetInstanceUID],
  });
}"""
LENGTHS = """window.services.measurementService.getMeasurements().map(one =>
  ({ tool: one.toolName, sop: one.SOPInstanceUID, text: (one.displayText?.primary ?? []).join(' ') }))"""


def test_a_diameter_is_opened_as_an_editable_length(reader: Page, demo_instance) -> None:
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("radiologist"), timeout=60) as client:
        study = client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"]
        sop, image, diameter = written(client, study)
        open_study(reader, f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}")
        reader.wait_for_function(
            "sop => window.services.displaySetService.getActiveDisplaySets().some(one => one.SOPInstanceUID === sop)",
            arg=sop,
        )
        reader.evaluate(SHOW_REPORT, sop)
        reader.get_by_role("button", name=re.compile("^yes", re.IGNORECASE)).click()
        reader.wait_for_function("window.services.measurementService.getMeasurements().length === 1")
        reader.wait_for_timeout(1500)
        [length] = reader.evaluate(LENGTHS)
        assert (length["tool"], length["sop"]) == ("Length", image)
        assert float(re.match(r"[\d.]+", length["text"])[0]) == pytest.approx(diameter, abs=0.2)


def written(client: httpx.Client, study: str) -> tuple[str, str, float]:
    """A mask with one nodule, and a report that cites it; its SOP UID, the image of the longest line, its length."""
    portal, sops, rows, columns = geometry(client, study)
    array = np.zeros((len(sops), rows, columns), np.uint8)
    array[len(sops) // 2, 90:100, 60:85] = 1
    body = labelmap.compose(Labelmap(rows, columns, sops, (Segment(1, "Nodule", "nodule"),), None, array))
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    mask = client.post(f"/hepatia/api/series/{portal}/segmentations", content=body, headers=headers).json()
    diameter = round(mask["segments"][0]["long_axis_mm"], 1)
    report = {
        "template": "liver-ct",
        "state": "draft",
        "segmentation": mask["sop_instance_uid"],
        "answers": {"liver": {"nodule_count": 1}, "nodules": [{"segment_number": 1, "diameter_mm": diameter}]},
    }
    answer = client.post(f"/hepatia/api/studies/{study}/reports", json=report)
    assert answer.status_code == 201, answer.text
    return answer.json()["sop_instance_uid"], sops[len(sops) // 2], diameter


def geometry(client: httpx.Client, study: str) -> tuple[str, tuple[str, ...], int, int]:
    """The portal venous series of a study, its SOP UIDs in order, rows, columns."""
    series = client.get(f"/hepatia/api/studies/{study}").json()["series"]
    [portal] = [one["series_instance_uid"] for one in series if one.get("phase") == "portal_venous"]
    instances = client.get(f"/dicom-web/studies/{study}/series/{portal}/instances?includefield=00280010").json()
    ordered = sorted(instances, key=lambda one: one["00200013"]["Value"][0])
    rows, columns = (int(ordered[0][tag]["Value"][0]) for tag in ("00280010", "00280011"))
    return portal, tuple(one["00080018"]["Value"][0] for one in ordered), rows, columns
