"""The paper's cohort on the pages, in a real browser over an installation of its own."""

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer.index import Index
from sr_templates import template
from tests import cohorts
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_viewing_pages import of
from tests.conftest import running_instance

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


@pytest.fixture(scope="module")
def cohort_instance():
    """An installation whose index holds the paper's cohort; none of its images."""
    for running in running_instance(demo=False, AI="0"):
        index, liver = Index(running.dsn), template.load("liver-ct")
        cohorts.put(index, liver, cohorts.paper(liver))
        index.close()
        yield running


@pytest.fixture
def page(browser: Browser, cohort_instance):
    login, password = cohort_instance.account("scientist")
    credentials = {"username": login, "password": password}
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, http_credentials=credentials)
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def test_the_dashboard_gives_the_papers_numbers(page: Page, cohort_instance) -> None:
    page.goto(f"{cohort_instance.url}/ohif/hepatia-dashboard")
    for name, said in {"patients": "656", "exams": "692", "sexes": "425 / 231", "age": "56.89 ± 13.96"}.items():
        expect(page.locator(f'[data-figure="{name}"] b')).to_have_text(said)
    expect(page.locator('[data-figure="sexes"]')).to_contain_text("64.8 % / 35.2 %")
    expect(page.locator('[data-chart="patient.age"] .legend')).to_contain_text("425 men")
    ages = page.locator('[data-chart="patient.age"] tbody tr td:nth-child(2)').all_inner_texts()
    assert sum(int(count) for count in ages) == 656
    height = page.evaluate("document.querySelector('.dashboard main').scrollHeight + 60")
    page.set_viewport_size({"width": 1600, "height": min(2400, height)})
    page.screenshot(path=SCREENSHOTS / "dashboard-paper.png")


def test_on_paper_the_dashboard_is_black_on_white(page: Page, cohort_instance) -> None:
    page.goto(f"{cohort_instance.url}/ohif/hepatia-dashboard")
    expect(page.locator('[data-figure="exams"] b')).to_have_text("692")
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[getComputedStyle(document.querySelector('.dashboard')).backgroundColor,"
        " getComputedStyle(document.querySelector('[data-figure] b')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    page.screenshot(path=SCREENSHOTS / "dashboard-print.png")


def test_a_click_on_a_column_filters_every_chart(page: Page, cohort_instance) -> None:
    page.goto(f"{cohort_instance.url}/ohif/hepatia-dashboard")
    chart = page.locator('[data-chart="nodules.location"]')
    chart.locator('[data-segment="VII"]').click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VII")
    expect(chart.locator('[data-segment="VIII"]')).to_have_attribute("opacity", "0.4")
    expect(page.locator('[data-figure="exams"] b')).not_to_have_text("692")
    page.keyboard.press("Escape")
    expect(page.locator('[data-figure="exams"] b')).to_have_text("692")


def test_lists_are_read_by_the_page(page: Page, cohort_instance) -> None:
    page.goto(f"{cohort_instance.url}/ohif/hepatia-studies")
    expect(of(page, "result")).to_have_count(25)
    expect(of(page, "total")).to_have_text("692 studies of 656 patients")
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("26–50 of 692")).to_be_visible()
    page.get_by_role("button", name="LI-RADS").click()
    expect(page.get_by_role("columnheader", name="LI-RADS")).to_have_attribute("aria-sort", "descending")
    expect(of(page, "result").first).to_contain_text("LR-TIV")
    of(page, "filter-lirads").select_option("LR-5")
    expect(of(page, "result").first.locator(".lr")).to_have_text("LR-5")
    assert "lirads=LR-5" in page.url
    assert "page=2" not in page.url


def test_a_search_is_saved_opened_and_deleted(page: Page, cohort_instance) -> None:
    page.goto(f"{cohort_instance.url}/ohif/hepatia-search")
    expect(of(page, "result")).to_have_count(25)
    page.keyboard.press("/")
    page.keyboard.type("cirros")
    page.keyboard.press("ArrowDown")
    page.screenshot(path=SCREENSHOTS / "search-add.png")
    page.keyboard.press("Escape")
    page.locator('[data-path="patient.age"] g').nth(4).click()
    expect(page.locator('[data-path="patient.age"] .bright')).to_have_count(1)
    page.locator('[data-path="nodules.lirads"] label', has_text="LR-5").locator("input").check()
    expect(of(page, "words")).to_contain_text("LR-5")
    saved = of(page, "saved-searches")
    saved.locator("summary").click()
    saved.get_by_label("Name").fill("Fifties with LR-5")
    saved.get_by_role("button", name="Save search").click()
    expect(saved.locator("summary")).to_have_text("Saved searches (1)")
    asked = page.url.partition("?")[2]
    page.screenshot(path=SCREENSHOTS / "search-paper.png")
    page.goto(f"{cohort_instance.url}/ohif/hepatia-search")
    saved.locator("summary").click()
    saved.get_by_role("button", name="Fifties with LR-5", exact=True).click()
    expect(of(page, "words")).to_contain_text("LR-5")
    assert page.url.partition("?")[2] == asked
    saved.get_by_role("button", name="Delete: Fifties with LR-5").click()
    expect(saved.locator("summary")).to_have_text("Saved searches")
