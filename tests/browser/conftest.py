"""Debian's Chromium, and a reader in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"

#: A machine without a graphics card draws slowly, and other work may run beside.
expect.set_options(timeout=30_000)

#: Debian's Chromium as root, without a graphics card and without the network.
CHROMIUM = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium is not installed; `make test` installs it")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield launched
        launched.close()


@pytest.fixture
def reader(browser: Browser, demo_instance, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the radiologist's; what it shows at the end is kept as a picture."""
    login, password = demo_instance.account("radiologist")
    context = browser.new_context(
        viewport={"width": 1600, "height": 1000}, http_credentials={"username": login, "password": password}
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    yield page
    page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    context.close()
