"""The panel and the pages for every eye and hand: axe-core in every theme and language, widths, zoom, colours, keys.

A resident reads here and stores nothing: what the other tests find is as it was.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_reading import of

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

AXE = Path(__file__).resolve().parents[2] / "ohif-extension" / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("patient", "exam", "report", "nodules")
PANEL, PAGE = '[data-cy="hepatia-panel"]', ".hep.page"
LANGUAGES = {"en": "en-US", "pt": "pt-BR"}
#: WCAG 2.2 AA.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: What our own parts of the page break, the serious and the critical, each with the element that does.
VIOLATIONS = """async ([root, type, values]) => {
  const found = await axe.run(root, {runOnly: {type, values}});
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`));
}"""

#: Every theme that OHIF's style sheet has, beside the default.
THEMES = """() => [...new Set([...document.styleSheets].filter(sheet => sheet.href)
  .flatMap(sheet => [...sheet.cssRules].map(rule => /^\\.theme-([a-z]+)$/.exec(rule.selectorText ?? '')?.[1] ?? ''))
  .filter(Boolean))]"""
SET_THEME = """theme => {
  for (const one of [...document.body.classList]) if (one.startsWith('theme-')) document.body.classList.remove(one);
  if (theme) document.body.classList.add(`theme-${theme}`);
}"""

#: Elements of the panel that reach beyond it, and items whose content does not fit.
OVERFLOWING = """() => {
  const panel = document.querySelector('[data-cy="hepatia-panel"]');
  const {left, right} = panel.getBoundingClientRect();
  const beyond = one => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && (box.right > right + 1 || box.left < left - 1);
  };
  return [...panel.querySelectorAll('.p-body .item, .item .ctl > *, .p-body table, .p-tabs > *, .lrcard > *')]
    .filter(beyond).map(one => one.closest('[data-path]')?.dataset.path ?? one.className);
}"""
#: Whether what is chosen has another ground than what is not.
DIFFER = """names => {
  const grounds = names.map(name => getComputedStyle(document.querySelector(`[data-cy="${name}"]`)).backgroundColor);
  return grounds[0] !== grounds[1];
}"""

#: Text that cannot be read, and an image that says nothing.
WRONG = '<p id="wrong" style="color:#333;background:#222">Words<img src="data:,"></p>'
WIDEN = """width => {
  const island = document.querySelector('hepatia-panel');
  island.dataset.was ??= island.style.cssText;
  island.style.cssText = island.dataset.was;
  if (!width) return;
  island.style.width = `${width}px`;
  island.style.position = 'fixed'; island.style.right = '0'; island.style.top = '48px'; island.style.zIndex = '50';
  island.style.height = 'calc(100vh - 48px)';
}"""
WINDOW = """() => {
  const {viewports} = window.services.viewportGridService.getState();
  const [id] = viewports.keys();
  const {voiRange} = window.services.cornerstoneViewportService.getCornerstoneViewport(id).getProperties();
  return [id, voiRange.lower, voiRange.upper];
}"""


Panels = dict[str, Page]


@pytest.fixture(scope="module")
def study(demo_instance) -> str:
    with httpx.Client(base_url=demo_instance.url, auth=demo_instance.account("resident"), timeout=60) as client:
        return str(client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"])


def open_page(browser: Browser, demo_instance, language: str, path: str) -> Page:
    """A page in a window of its own, with axe in it."""
    login, password = demo_instance.account("resident")
    context = browser.new_context(
        viewport={"width": 1600, "height": 1000}, http_credentials={"username": login, "password": password}
    )
    context.add_init_script(f"localStorage.i18nextLng ??= '{LANGUAGES[language]}'")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{demo_instance.url}/ohif/{path}")
    page.wait_for_selector(f"{PANEL} .p-tabs, {PAGE} main")
    page.add_script_tag(path=AXE)
    return page


@pytest.fixture(scope="module")
def panels(browser: Browser, demo_instance, study: str) -> Iterator[Panels]:
    """The panel of the demo study in each language, with answers of each kind."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    opened = {one: open_page(browser, demo_instance, one, f"hepatia?StudyInstanceUIDs={study}") for one in LANGUAGES}
    for page in opened.values():
        fill(page)
    yield opened
    for page in opened.values():
        page.context.close()


def fill(page: Page) -> None:
    """Answers that are chosen, wrong and missing, and a nodule whose category is overridden."""
    of(page, "patient.baseline_diagnosis:hepatitis_c").click()
    of(page, "patient.disease_history").fill("diab")
    page.keyboard.press("Enter")
    of(page, "tab-report").click()
    of(page, "liver.portal_vein_diameter_mm").fill("145")
    of(page, "liver.ascites:yes").click()
    of(page, "tab-nodules").click()
    of(page, "add-empty").click()
    for choice in ("aphe:nonrim", "washout:nonperipheral", "capsule:present", "threshold_growth:absent"):
        of(page, f"nodules.0.{choice}").click()
    of(page, "nodules.0.location:VII").click()
    of(page, "nodules.0.diameter_mm").fill("32")
    page.keyboard.press("Tab")
    expect(of(page, "lirads-computed")).to_have_text("LR-5", timeout=30_000)
    of(page, "override").click()
    of(page, "nodules.0.lirads:LR-3").click()
    expect(of(page, "nodules.0.lirads_override_reason")).to_be_visible(timeout=30_000)


def violations(page: Page, root: str, rules: list[str] | None = None) -> list[str]:
    found = page.evaluate(VIOLATIONS, [root, "rule" if rules else "tag", rules or TAGS])
    return list(found)


def in_every_theme(page: Page) -> Iterator[str]:
    """Put on one theme after the other, the default last."""
    themes = page.evaluate(THEMES)
    assert len(themes) == 6
    for theme in (*themes, ""):
        page.evaluate(SET_THEME, theme)
        page.wait_for_timeout(200)  # colours move for 120 ms
        yield theme


def keep(page: Page, name: str) -> None:
    page.locator("hepatia-panel").screenshot(path=SCREENSHOTS / f"{name}.png")


def test_axe_sees_what_is_wrong_here(panels: Panels) -> None:
    page = panels["en"]
    page.evaluate(f"document.querySelector('{PANEL} .p-body').insertAdjacentHTML('afterbegin', '{WRONG}')")
    found = violations(page, PANEL)
    page.evaluate("document.getElementById('wrong').remove()")
    assert {one.split(":")[0] for one in found} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_has_no_serious_violation(panels: Panels, language: str, tab: str) -> None:
    page = panels[language]
    assert page.evaluate("document.documentElement.lang") == LANGUAGES[language]
    of(page, f"tab-{tab}").click()
    assert violations(page, PANEL) == []
    keep(page, f"accessible-{tab}-{language}")


@pytest.mark.parametrize("tab", TABS)
def test_the_panel_has_contrast_in_every_theme(panels: Panels, tab: str) -> None:
    page = panels["en"]
    of(page, f"tab-{tab}").click()
    for theme in in_every_theme(page):
        assert violations(page, PANEL, ["color-contrast"]) == [], theme
        keep(page, f"theme-{theme or 'default'}-{tab}")


@pytest.mark.parametrize("name", ["search", "dashboard", "worklist"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_have_no_serious_violation(browser: Browser, demo_instance, name: str, language: str) -> None:
    page = open_page(browser, demo_instance, language, f"hepatia-{name}")
    page.wait_for_timeout(2000)
    assert violations(page, PAGE) == []
    for theme in in_every_theme(page) if language == "en" else ():
        assert violations(page, PAGE, ["color-contrast"]) == [], theme
    page.context.close()


@pytest.mark.parametrize(("width", "label"), [(340, 92), (372, 112), (480, 112)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_is_usable_at_every_width(panels: Panels, language: str, width: int, label: int) -> None:
    page = panels[language]
    page.evaluate(WIDEN, width)
    for tab in TABS:
        of(page, f"tab-{tab}").click()
        assert page.evaluate(OVERFLOWING) == [], tab
        keep(page, f"width-{width}-{tab}-{language}")
    of(page, "tab-report").click()
    box = page.locator('[data-path="liver.ascites"] > legend').bounding_box()
    page.evaluate(WIDEN, 0)
    assert box is not None
    assert round(box["width"]) == label


def test_at_twice_the_size_nothing_is_cut_and_the_panel_scrolls(panels: Panels) -> None:
    page = panels["pt"]
    page.set_viewport_size({"width": 800, "height": 500})
    page.evaluate(WIDEN, 372)
    for tab in TABS:
        of(page, f"tab-{tab}").click()
        assert page.evaluate(OVERFLOWING) == [], tab
    page.screenshot(path=SCREENSHOTS / "zoom-200.png")
    body = page.locator(f"{PANEL} .p-body")
    assert body.evaluate("body => body.scrollHeight > body.clientHeight && body.clientHeight > 120")
    page.evaluate(WIDEN, 0)
    page.set_viewport_size({"width": 1600, "height": 1000})


def test_forced_colours_and_no_motion(panels: Panels) -> None:
    page = panels["en"]
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    of(page, "tab-report").click()
    page.wait_for_function(DIFFER, arg=["liver.ascites:yes", "liver.ascites:no"], timeout=10_000)
    assert page.locator(f"{PANEL} .btn").first.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"
    keep(page, "forced-colours")
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")


def test_the_keyboard_fills_a_tab_and_the_image_does_not_move(panels: Panels) -> None:
    page = panels["en"]
    page.wait_for_selector('[data-cy="viewport-pane"] canvas')
    page.wait_for_function("window.services.viewportGridService.getState().viewports.size > 0")
    before = page.evaluate(WINDOW)
    page.evaluate("window.keysOfOhif = []; document.addEventListener('keydown', event => keysOfOhif.push(event.key))")
    of(page, "tab-report").click()
    page.locator('[data-path="liver.morphology"] input').first.focus()
    for key in ("c", "Enter", "n", "Enter", "h", "Enter", "y", "Enter", "n", "Enter", "u", "Enter", "2", "n"):
        page.keyboard.press(key)
    for chosen in ("morphology:chronic_liver_disease", "contour:nodular", "ascites:undetermined", "splenomegaly:no"):
        expect(of(page, f"liver.{chosen}")).to_have_class(re.compile("on"))
    assert page.evaluate(WINDOW) == before
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement?.dataset.cy") == "viewport-pane"
    page.keyboard.press("4")
    assert page.evaluate("window.keysOfOhif") == ["4"]


def test_the_panel_follows_the_language_of_ohif(panels: Panels) -> None:
    page = panels["en"]
    other = page.context.new_page()
    other.goto(page.url.split("/hepatia?")[0] + "/hepatia-search")
    other.evaluate("localStorage.setItem('i18nextLng', 'pt-BR')")
    expect(of(page, "tab-patient")).to_contain_text("Paciente")
    assert page.evaluate("document.documentElement.lang") == "pt-BR"
