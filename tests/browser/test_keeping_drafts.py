"""Nothing that a reader answers is lost: a crash, another machine, no connection, a refusal. In a real browser."""

import os
import re
import signal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.desks import ANSWERS
from tests.browser.test_reading import of

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


def test_a_crash_of_the_tab_loses_nothing(browser, api, send, sit, open_study) -> None:
    study = send("CRASH", "20210304")
    machine = sit("radiologist")
    page = open_study(machine, study)
    of(page, "patient.cirrhosis:yes").click()
    expect(of(page, "kept")).to_contain_text("Draft kept")
    assert api("radiologist", "GET", f"/studies/{study}/draft").json()["answers"] == {"patient": {"cirrhosis": "yes"}}
    # What comes last has no time to reach the server.
    of(page, "patient.baseline_diagnosis:hepatitis_b").click()
    crash(browser, page)

    page = open_study(machine, study)
    expect(of(page, "draft-restored")).to_contain_text(re.compile(r"Draft of \d\d:\d\d restored after the tab closed"))
    of(page, "show-changes").click()
    expect(of(page, "differences")).to_contain_text("Hepatitis B")
    expect(of(page, "differences")).to_contain_text("Cirrhosis")
    page.screenshot(path=SCREENSHOTS / "draft-restored.png")
    expect(of(page, "kept")).to_contain_text("Draft kept")

    # Another machine has it from the server, where somebody else does not see it.
    elsewhere = open_study(sit("radiologist", "pt-BR"), study)
    expect(of(elsewhere, "draft-restored")).to_contain_text("recuperado após fechar a aba")
    expect(of(elsewhere, "patient.baseline_diagnosis:hepatitis_b")).to_have_class(re.compile("on"))
    student = open_study(sit("student"), study)
    expect(of(student, "draft-restored")).to_have_count(0)
    expect(of(student, "report-state")).to_have_text("Not read")

    # Both machines go on: the last one wins, and says so.
    of(elsewhere, "patient.cirrhosis:no").click()
    expect(of(elsewhere, "kept")).to_contain_text("Rascunho guardado")
    of(page, "tab-exam").click()
    of(page, "exam.quality:limited").click()
    expect(of(page, "draft-elsewhere")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "draft-elsewhere.png")
    of(page, "dismiss-other").click()
    assert api("radiologist", "GET", f"/studies/{study}/draft").json()["answers"]["patient"]["cirrhosis"] == "yes"

    page.keyboard.press("Control+s")
    expect(of(page, "report-state")).to_have_text("Draft")
    expect(of(page, "kept")).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    assert api("radiologist", "GET", f"/studies/{study}/draft").status_code == 404


def crash(browser: Browser, page: Page) -> None:
    """Kill the process of a tab, as the system does when memory runs out: of all, the one that has worked most."""
    crashed: list[Page] = []
    page.on("crash", lambda one: crashed.append(one))
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    tabs = [one for one in processes if one["type"] == "renderer"]
    os.kill(max(tabs, key=lambda one: one["cpuTime"])["id"], signal.SIGKILL)
    watcher = page.context.new_page()
    for _ in range(100):
        watcher.wait_for_timeout(50)
        if crashed:
            break
    assert crashed == [page]
    page.close()
    watcher.close()


def test_without_a_connection_one_goes_on_and_the_report_is_saved_when_it_is_back(api, send, sit, open_study) -> None:
    study = send("OFFLINE", "20210304")
    machine = sit("radiologist")
    page = open_study(machine, study)
    of(page, "patient.cirrhosis:yes").click()
    expect(of(page, "kept")).to_contain_text("Draft kept")
    machine.set_offline(True)
    of(page, "patient.cirrhosis:no").click()
    expect(of(page, "offline")).to_contain_text(re.compile(r"No connection since \d\d:\d\d. You can go on."))
    expect(of(page, "kept")).to_contain_text("kept in this browser")
    of(page, "patient.baseline_diagnosis:alcohol").click()
    page.keyboard.press("Control+s")
    expect(of(page, "kept")).to_contain_text("Waiting for the server to save")
    page.screenshot(path=SCREENSHOTS / "offline.png")
    machine.set_offline(False)
    expect(of(page, "offline")).to_have_count(0, timeout=30_000)
    expect(of(page, "report-state")).to_have_text("Draft")
    [saved] = api("radiologist", "GET", f"/studies/{study}/reports").json()
    assert saved["answers"] == {"patient": {"baseline_diagnosis": ["alcohol"], "cirrhosis": "no"}}


def test_what_the_server_refuses_is_told_at_the_item(api, send, sit, open_study) -> None:
    study = send("REFUSED", "20210304")
    wrong = ANSWERS | {"liver": ANSWERS["liver"] | {"nodule_count": 0}}
    api("radiologist", "PUT", f"/studies/{study}/draft", json={"template": "liver-ct", "answers": wrong})
    page = open_study(sit("radiologist"), study)
    page.keyboard.press("Escape")
    of(page, "complete").click()
    expect(of(page, "problem")).to_contain_text("Nothing is lost.")
    refused = page.locator('[data-path="liver.nodule_count"]')
    expect(refused).to_have_class(re.compile("bad"))
    expect(refused.locator("input")).to_be_focused()
    expect(of(page, "tab-report")).to_have_attribute("aria-selected", "true")
    page.screenshot(path=SCREENSHOTS / "refused.png")
    of(page, "liver.nodule_count").fill("1")
    of(page, "complete").click()
    expect(of(page, "report-state")).to_have_text("Complete")
