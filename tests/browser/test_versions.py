"""Finished reports, versions and their differences, a newer one of another, prior exams: in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.desks import COMPLETE
from tests.browser.test_reading import of

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


def test_versions_are_finished_compared_and_followed(api, send, sit, open_study) -> None:
    study = send("VERSIONS", "20210304")
    first = api("student", "POST", f"/studies/{study}/reports", json=COMPLETE).json()
    student = open_study(sit("student"), study)
    expect(of(student, "next-step")).to_have_text("Next: review by a radiologist")
    expect(of(student, "verify")).to_have_count(0)

    page = open_study(sit("radiologist"), study)
    expect(of(page, "signed")).to_contain_text("Complete by Julia Costa")
    expect(of(page, "patient.cirrhosis:no").locator("input")).to_be_disabled()
    expect(of(page, "save")).to_have_count(0)
    page.screenshot(path=SCREENSHOTS / "finished.png")
    of(page, "verify").click()
    expect(of(page, "signed")).to_contain_text("Verified by Ana Souza")
    expect(of(page, "report-state")).to_have_text("Verified")

    of(page, "new-version").click()
    of(page, "patient.cirrhosis:no").click()
    of(page, "tab-nodules").click()
    of(page, "nodules.0.capsule:present").click()
    page.keyboard.press("Control+s")
    expect(of(page, "report-state")).to_have_text("Draft")
    of(page, "more").click()
    of(page, "menu-history").click()
    expect(of(page, "version-row")).to_have_count(3)
    for row in (0, 2):
        of(page, "version-row").nth(row).click()
    changed = [row.inner_text().split("\t") for row in of(page, "differences").locator("tbody tr").all()]
    assert changed == [["Cirrhosis", "Yes", "No"], ["Nodule 1 · capsule", "Absent", "Present"]]
    expect(of(page, "differences").locator("del").first).to_have_css("text-decoration-line", "line-through")
    of(page, "differences").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "versions.png")

    # The student cannot replace what was verified; the nodule is the same throughout.
    student.reload()
    expect(of(student, "new-version")).to_have_count(0)
    written = api("student", "GET", f"/studies/{study}/reports").json()
    assert [one["state"] for one in written] == ["complete", "verified", "draft"]
    assert {one["answers"]["nodules"][0]["tracking_uid"] for one in written} == {first["nodules"][0]["tracking_uid"]}

    scientist = open_study(sit("scientist"), study)
    expect(of(scientist, "patient.cirrhosis:no").locator("input")).to_be_disabled()
    for name in ("save", "complete", "verify", "new-version"):
        expect(of(scientist, name)).to_have_count(0)


def test_a_newer_version_of_another_is_never_replaced_unseen(api, send, sit, open_study) -> None:
    study = send("CONFLICT", "20210304")
    reports = f"/studies/{study}/reports"
    draft = api("resident", "POST", reports, json=COMPLETE | {"state": "draft"}).json()["sop_instance_uid"]
    page = open_study(sit("radiologist"), study)
    of(page, "patient.cirrhosis:no").click()
    theirs = api("resident", "POST", reports, json=COMPLETE | {"replaces": draft}).json()["sop_instance_uid"]
    page.keyboard.press("Control+s")
    note = of(page, "newer-version")
    expect(note).to_contain_text("Rafael Lima completed version 2 while you were editing")
    assert len(api("resident", "GET", reports).json()) == 2
    of(page, "show-changes").click()
    expect(of(page, "differences")).to_contain_text("Cirrhosis")
    page.screenshot(path=SCREENSHOTS / "newer-version.png")
    expect(of(page, "save-mine")).to_have_text("Save mine as version 3")
    of(page, "save-mine").click()
    expect(note).to_have_count(0)
    expect(of(page, "kept")).to_contain_text("Saved")
    last = api("resident", "GET", reports).json()[-1]
    assert (last["replaces"], last["author_login"], last["answers"]["patient"]["cirrhosis"]) == ([theirs], "ana", "no")


def test_a_prior_exam_is_carried_over_and_growth_is_told(api, send, sit, open_study) -> None:
    prior, study = send("PRIORS", "20200908"), send("PRIORS", "20210304")
    [known] = api("student", "POST", f"/studies/{prior}/reports", json=COMPLETE).json()["nodules"]
    page = open_study(sit("radiologist"), study)
    expect(of(page, "prior")).to_contain_text("177 days before")
    page.screenshot(path=SCREENSHOTS / "prior.png")
    of(page, "carry-over").click()
    expect(of(page, "nodules.0.location:VII")).to_have_attribute("aria-checked", "true")
    of(page, "nodules.0.diameter_mm").fill("32")
    page.keyboard.press("Tab")
    expect(of(page, "growth")).to_contain_text("21 → 32 mm, +52 % in 177 days")
    expect(of(page, "nodules.0.threshold_growth:present")).not_to_have_class(re.compile("on"))
    of(page, "growth").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "growth.png")
    of(page, "use-growth").click()
    expect(of(page, "nodules.0.threshold_growth:present")).to_have_class(re.compile("on"))
    page.keyboard.press("Control+s")
    expect(of(page, "report-state")).to_have_text("Draft")
    [saved] = api("student", "GET", f"/studies/{study}/reports").json()
    assert saved["answers"]["nodules"][0]["tracking_uid"] == known["tracking_uid"]

    of(page, "tab-patient").click()
    of(page, "open-prior").click()
    expect(of(page, "signed")).to_contain_text("Complete by Julia Costa", timeout=60_000)
    expect(of(page, "prior")).to_contain_text("177 days after")
