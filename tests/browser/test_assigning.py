"""Readers are assigned in the study list, find their studies there, and give them back in the panel."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import desks
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_viewing_studies import AXE, VIOLATIONS
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


@pytest.fixture(scope="module")
def studies() -> dict[str, str]:
    """Study Instance UID by the date of the exam."""
    return {}


@pytest.fixture(autouse=True)
def sent(studies: dict[str, str], send: Callable[[str, str], str]) -> None:
    for date in () if studies else ("20200908", "20210304", "20220101"):
        studies[date] = send("PRONTUARIO-ASSIGNED", date)


def row(page: Page, study: str) -> Locator:
    return page.locator('[data-cy="result"]').filter(has=page.locator(f'a.patient[href*="{study}"]'))


def listed(machine: BrowserContext, url: str, query: str = "") -> Page:
    page = machine.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{url}/ohif/hepatia-studies{query}")
    expect(page.locator('[data-cy="filters"]')).to_be_visible()
    return page


def test_several_studies_at_once_and_one_by_its_own_menu(sit, installation, studies, api) -> None:
    page = listed(sit("radiologist"), installation.url)
    first, second, third = studies.values()
    for study in (first, second):
        row(page, study).get_by_role("checkbox").check()
    chosen = page.locator('[data-cy="chosen"]')
    expect(chosen).to_contain_text("2 chosen")
    chosen.locator("summary").click()
    page.screenshot(path=SCREENSHOTS / "assigning-several.png")
    chosen.get_by_role("button", name="Rafael Lima").click()
    for study in (first, second):
        expect(row(page, study).get_by_role("list")).to_contain_text("Rafael Lima Not read")
    expect(row(page, third).locator(".readers")).to_have_count(0)
    page.keyboard.press("Escape")
    row(page, second).get_by_label("Assign readers: HEP-").click()
    row(page, second).get_by_role("button", name="Ana Souza").click()
    expect(row(page, second).get_by_role("listitem").filter(has_text="Ana Souza")).to_be_visible()
    told = api("admin", "GET", f"/studies/{second}/assignments").json()["assignments"]
    assert [(one["login"], one["assigned_by"], one["state"]) for one in told] == [
        ("rafael", "ana", "not_read"), ("ana", "ana", "not_read"),
    ]  # fmt: skip


def test_the_list_is_filtered_by_its_readers(sit, installation, studies) -> None:
    page = listed(sit("radiologist"), installation.url)
    total, filtered = page.locator('[data-cy="total"]'), page.locator('[data-cy="filter-reader"]')
    for choice, count in (("assigned=@me", 1), ("assigned=@none", 1), ("assigned=rafael", 2), ("awaiting=@me", 1)):
        filtered.select_option(choice)
        expect(total).to_contain_text(f"{count} stud")
        expect(page.locator('[data-cy="result"]')).to_have_count(count)
    expect(page.locator(".tokens")).to_contain_text("Still to be read by you")
    filtered.select_option("assigned=rafael")
    expect(page.locator(".tokens")).to_contain_text("Assigned to Rafael Lima")
    page.screenshot(path=SCREENSHOTS / "assigned.png")
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []


def test_who_has_read_sees_the_study_leave_what_is_still_to_read(sit, installation, studies, api) -> None:
    second = studies["20210304"]
    api("resident", "POST", f"/studies/{second}/reports", json=desks.COMPLETE).raise_for_status()
    page = listed(sit("resident"), installation.url, "?assigned=@me")
    expect(row(page, second).get_by_role("listitem").filter(has_text="Rafael Lima")).to_contain_text("Complete")
    expect(page.locator('[data-cy="result"]')).to_have_count(2)
    page.locator('[data-cy="filter-reader"]').select_option("awaiting=@me")
    expect(page.locator('[data-cy="result"]')).to_have_count(1)
    expect(row(page, studies["20200908"])).to_be_visible()
    # For ana it is still to be read, whatever the resident has completed.
    other = listed(sit("radiologist"), installation.url, "?awaiting=@me")
    expect(row(other, second)).to_be_visible()


def test_the_panel_tells_its_readers_and_a_resident_takes_and_gives_back(sit, open_study, studies, api) -> None:
    page = open_study(sit("resident"), studies["20220101"])
    assigned = page.locator('[data-cy="assigned"]')
    expect(assigned).to_contain_text("No reader assigned")
    assigned.get_by_role("button", name="Take").click()
    expect(assigned.get_by_role("listitem")).to_have_text("you Not read")
    page.screenshot(path=SCREENSHOTS / "assigned-panel.png")
    assert api("admin", "GET", "/search?assigned=rafael").json()["total"] == 3
    assigned.get_by_role("button", name="Give back").click()
    expect(assigned).to_contain_text("No reader assigned")
    assert api("admin", "GET", "/search?assigned=rafael").json()["total"] == 2


def test_what_to_read_next_has_its_readers_too(sit, installation, studies) -> None:
    page = sit("student", "pt").new_page()
    page.goto(f"{installation.url}/ohif/hepatia-worklist")
    expect(page.locator('[data-cy="result"]')).to_have_count(3)
    row(page, studies["20220101"]).get_by_role("button", name="Assumir").click()
    expect(row(page, studies["20220101"]).get_by_role("listitem")).to_have_text("Julia Costa Não lido")
    page.locator('[data-cy="filter-reader"]').select_option("assigned=@me")
    expect(page.locator('[data-cy="result"]')).to_have_count(1)
    page.screenshot(path=SCREENSHOTS / "assigned-worklist.png")


def test_assignments_survive_a_rebuild_of_the_index(installation, api) -> None:
    before = api("admin", "GET", "/search?assigned=rafael").json()["total"]
    api("admin", "POST", "/index/rebuild").raise_for_status()
    wait_for(lambda: not api("admin", "GET", "/status").json()["details"]["index"]["rebuilding"], timeout_s=120)
    assert before == 2
    assert api("admin", "GET", "/search?assigned=rafael").json()["total"] == 2
    assert (Path(installation.data) / "assignments.sqlite").stat().st_mode & 0o077 == 0
