"""A reader corrects a phase and carries a mask to the other phases, in a real browser."""

import gzip
import re

import httpx
import nibabel
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_reading import of, open_study

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


def test_a_phase_is_corrected_and_a_mask_carried(reader: Page, demo_instance) -> None:
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("radiologist"), timeout=120) as client:
        study = client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"]
        [arterial, portal] = [series_of(client, study, text) for text in ("ABD ARTERIAL", "ABD PORTAL")]
        write_mask(client, portal)
        open_study(reader, f"{demo_instance.url}/ohif/hepatia?StudyInstanceUIDs={study}")
        of(reader, "tab-exam").click()

        row = of(reader, "phase-row").filter(has_text="ABD ARTERIAL")
        row.locator("select").select_option("equilibrium")
        expect(of(reader, "phase-row").filter(has_text="Corrected by you")).to_have_count(1)
        of(reader, "save").click()
        expect(of(reader, "kept")).to_have_text(re.compile("Saved"))
        told = phase_of(client, study, arterial)
        assert (told["phase"], told["phase_confidence"]) == ("equilibrium", 1)

        of(reader, "mask-row").filter(has_text="PV").click()
        expect(of(reader, "mask-row").filter(has_text="PV")).to_have_class("on")
        of(reader, "carry").click()
        for registration, said in (("none", "where it was"), ("rigid", "moved")):
            before = segmentations(client, study)
            of(reader, "carry-how").select_option(registration)
            of(reader, "carry-mask").click()
            expect(of(reader, "carried")).to_contain_text(said, timeout=120_000)
            expect(
                of(reader, "mask-row").filter(has_text="algorithm").or_(of(reader, "mask-row").filter(has_text="saved"))
            ).to_have_count(4)
            reader.screenshot(path=SCREENSHOTS / f"carried-{registration}.png")
            assert segmentations(client, study) == before + 3


def series_of(client: httpx.Client, study: str, description: str) -> str:
    series = client.get(f"/hepatia/api/studies/{study}").json()["series"]
    [found] = [one["series_instance_uid"] for one in series if description in one["description"]]
    return str(found)


def phase_of(client: httpx.Client, study: str, series_uid: str) -> dict[str, object]:
    series = client.get(f"/hepatia/api/studies/{study}").json()["series"]
    return next(one for one in series if one["series_instance_uid"] == series_uid)


def segmentations(client: httpx.Client, study: str) -> int:
    return len(client.get(f"/hepatia/api/studies/{study}").json()["segmentations"])


def write_mask(client: httpx.Client, series_uid: str) -> None:
    """Write a mask of a series."""
    route = f"/hepatia/api/series/{series_uid}"
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(client.get(f"{route}.nii.gz").content))
    mask = np.zeros(image.shape, np.uint8)
    mask[120:200, 180:300, 20:40] = 1
    body = gzip.compress(nibabel.Nifti1Image(mask, image.affine).to_bytes())
    headers = {"Content-Type": "application/gzip"}
    client.post(f"{route}/segmentations", content=body, headers=headers).raise_for_status()
