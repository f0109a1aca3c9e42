"""Two readings of one exam beside each other: answers, nodules and masks, and who may see them."""

from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from seg import labelmap, phantom
from seg.labelmap import Labelmap, Segment
from tests.browser import desks
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_viewing_lengths import geometry
from tests.browser.test_viewing_studies import AXE, VIOLATIONS
from tests.conftest import Instance

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
[NODULE] = desks.ANSWERS["nodules"]
SMALL = NODULE | {"diameter_mm": 9, "location": ["V"], "aphe": "absent", "washout": "absent", "lirads": "LR-3"}
FIRST = [NODULE | {"diameter_mm": 31, "segment_number": 2}, SMALL]
SECOND = [NODULE | {"diameter_mm": 35, "capsule": "present", "segment_number": 2}]


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """The exam of this module."""
    return {}


@pytest.fixture
def study(known: dict[str, str], send: Callable[[str, str], str], installation: Instance) -> str:
    """An exam that two readers have read apart, each with a mask; a nodule that only one has seen."""
    if "uid" not in known:
        known["uid"] = send("PRONTUARIO-COMPARED", "20210304")
        drawn = phantom.truth("small").labelmap("portal_venous")
        read(installation, "radiologist", known["uid"], drawn, {"contour": "nodular"}, FIRST)
        read(installation, "resident", known["uid"], np.roll(drawn, 3, axis=2), {"contour": "irregular"}, SECOND)
    return known["uid"]


def read(installation: Instance, role: str, study: str, drawn: Any, liver: dict[str, str], nodules: list[Any]) -> None:
    """Have a reader store a mask, and complete a report that cites it."""
    auth = installation.account(role)
    with httpx.Client(base_url=installation.url, auth=auth, timeout=60, trust_env=False) as client:
        series, sops, rows, columns = geometry(client, study)
        array = np.where(drawn > 2, 1, drawn).astype(np.uint8)
        segments = (Segment(1, "Liver", "liver"), Segment(2, "Nodule 1", "nodule"))
        body = labelmap.compose(Labelmap(rows, columns, sops, segments, None, array))
        mask = client.post(f"/hepatia/api/series/{series}/segmentations", content=body, headers=LABELMAP)
        assert mask.status_code == 201, mask.text
        answers = desks.ANSWERS | {"liver": desks.ANSWERS["liver"] | liver | {"nodule_count": len(nodules)}}
        report = desks.COMPLETE | {"answers": answers | {"nodules": nodules}}
        cited = report | {"segmentation": mask.json()["sop_instance_uid"]}
        written = client.post(f"/hepatia/api/studies/{study}/reports", json=cited)
        assert written.status_code == 201, written.text


@pytest.fixture
def compare(sit, installation, study) -> Callable[..., Page]:
    """Open the comparison from the study list, as somebody with a role."""

    def opened(role: str, language: str = "en") -> Page:
        page = sit(role, language).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{installation.url}/ohif/hepatia-studies")
        page.locator('[data-cy="open-with"] summary').click()
        page.locator('[data-cy="open-with"] a[href*="hepatia-compare"]').click()
        expect(page.locator('[data-cy="answers"]')).to_be_visible()
        return page

    return opened


def part(page: Page, name: str):
    return page.locator(f'[data-cy="part-{name}"]')


def test_answers_that_differ_stand_open_and_the_others_are_folded(compare) -> None:
    page = compare("radiologist")
    expect(page.locator('[data-cy="reader-a"]')).to_contain_text("Rafael Lima")
    expect(page.locator('[data-cy="reader-b"]')).to_contain_text("Ana Souza")
    liver = part(page, "liver")
    expect(liver.locator('[data-cy="row-contour"]')).to_contain_text("Nodular")
    expect(liver.locator('[data-cy="row-contour"]')).to_contain_text("Irregular")
    expect(liver.get_by_text("10 agree")).to_be_visible()
    nodule = part(page, "nodules-1")
    expect(nodule).to_contain_text("matched by overlap, 2 differ")
    expect(nodule.locator('[data-cy="row-diameter_mm"]')).to_contain_text("Δ 4 mm")
    expect(part(page, "nodules-2")).to_contain_text("only in B")
    page.locator('[data-cy="tolerance"]').select_option("5")
    expect(nodule).to_contain_text("1 differs")
    nodule.locator("summary").click()
    expect(nodule).to_contain_text("within the tolerance")
    page.screenshot(path=SCREENSHOTS / "compare.png")
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []


def test_outlines_of_both_and_what_only_one_has(compare) -> None:
    page = compare("radiologist")
    picture = page.locator('[data-cy="picture"]')
    expect(picture.locator("path.outline")).to_have_count(2)
    dashes = picture.locator("path.outline.b").evaluate("one => getComputedStyle(one).strokeDasharray")
    assert dashes not in ("none", "")
    loaded = "one => new Promise(done => { const image = new Image(); image.onload = () => done(image.naturalWidth);"
    loaded += " image.onerror = () => done(0); image.src = one.getAttribute('href'); })"
    assert picture.locator("image").evaluate(loaded) == 128
    expect(page.locator('[data-cy="slice-dice"]')).to_contain_text("Dice on this slice 0.")
    page.locator('[data-cy="show-difference"]').click()
    expect(picture.locator("path.only")).not_to_have_attribute("d", "")


def test_a_resident_sees_both_once_he_has_completed_his_own(compare, installation, sit, study, api) -> None:
    page = compare("resident", "pt")
    expect(part(page, "nodules-1")).to_contain_text("pareados por sobreposição")
    page.screenshot(path=SCREENSHOTS / "compare-pt.png")
    assert api("student", "GET", f"/studies/{study}/readings").status_code == 403
    other = sit("student").new_page()
    other.goto(f"{installation.url}/ohif/hepatia-compare?StudyInstanceUIDs={study}")
    expect(other.get_by_role("alert")).to_contain_text("before having completed")
    expect(other.locator('[data-cy="answers"]')).to_have_count(0)
