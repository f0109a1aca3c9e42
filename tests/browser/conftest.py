"""Debian's Chromium, and a reader in it."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from seg import phantom
from tests.browser import desks
from tests.conftest import Instance, running_instance

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


@pytest.fixture(scope="module")
def installation() -> Iterator[Instance]:
    yield from running_instance(demo=False, AI="0")


@pytest.fixture
def api(installation: Instance) -> Callable[..., httpx.Response]:
    """Request below /hepatia/api as a role."""

    def request(role: str, method: str, path: str, **more: object) -> httpx.Response:
        auth = installation.account(role)
        url = f"{installation.url}/hepatia/api{path}"
        return httpx.request(method, url, auth=auth, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]

    return request


@pytest.fixture
def send(installation: Instance, tmp_path: Path) -> Callable[[str, str], str]:
    """Send an exam of a patient by C-STORE; gives its Study Instance UID as it is stored."""

    def by_c_store(patient: str, date: str) -> str:
        before = desks.studies(installation)
        options = {"patient_id": patient, "study_date": date}
        files = phantom.write(tmp_path / date, "small", phases=("portal_venous",), lossless=False, **options)
        command = ["storescu", "--required", "-aec", "HEPATIA", "127.0.0.1", str(installation.dicom_port)]
        environment = {"TCP_NODELAY": "1", "PATH": "/usr/bin"}
        subprocess.run([*command, *map(str, files)], env=environment, check=True, capture_output=True)
        [stored] = desks.studies(installation) - before
        return stored

    return by_c_store


@pytest.fixture
def sit(browser: Browser, installation: Instance) -> Iterator[Callable[..., BrowserContext]]:
    """A machine that somebody with a role sits at: a browser with storage of its own."""
    opened: list[BrowserContext] = []

    def down(role: str, language: str = "en") -> BrowserContext:
        login, password = installation.account(role)
        context = browser.new_context(
            viewport={"width": 1600, "height": 1000}, http_credentials={"username": login, "password": password}
        )
        context.add_init_script(f"window.localStorage.setItem('i18nextLng', '{language}')")
        opened.append(context)
        return context

    yield down
    for one in opened:
        one.close()


@pytest.fixture
def open_study(installation: Instance) -> Callable[[BrowserContext, str], Page]:
    def show(machine: BrowserContext, study: str) -> Page:
        page = machine.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{installation.url}/ohif/hepatia?StudyInstanceUIDs={study}")
        expect(page.locator('[data-cy="hepatia-panel"]')).to_be_visible(timeout=60_000)
        return page

    return show
