"""The whole behind nginx with TLS and a path prefix, as deploy/nginx.conf has it."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import nginx
from tests.browser.conftest import SCREENSHOTS
from tests.orthanc.installations import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]


@pytest.fixture(scope="module")
def proxy(demo_instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[nginx.Proxy]:
    if not Path(nginx.NGINX).exists():
        pytest.skip("nginx is not installed; `make test` installs it")
    started = nginx.start(tmp_path_factory.mktemp("nginx"), demo_instance.url)
    yield started
    started.stop()


@pytest.fixture
def outside(proxy: nginx.Proxy, demo_instance) -> Iterator[httpx.Client]:
    """A client that knows nothing but the address of the proxy."""
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    account = demo_instance.account("radiologist")
    with httpx.Client(base_url=proxy.url, verify=context, auth=account, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def page(browser: Browser, proxy: nginx.Proxy, demo_instance) -> Iterator[Page]:
    login, password = demo_instance.account("radiologist")
    context = browser.new_context(
        viewport={"width": 1600, "height": 1000},
        http_credentials={"username": login, "password": password},
        ignore_https_errors=True,
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def study_of(client: httpx.Client) -> str:
    wait_for(lambda: client.get("/hepatia/api/search").json()["items"])
    return str(client.get("/hepatia/api/search").json()["items"][0]["study_instance_uid"])


def test_every_url_of_an_answer_leads_through_the_proxy(outside: httpx.Client, proxy: nginx.Proxy) -> None:
    study = study_of(outside)
    [found] = outside.get(f"/hepatia/qido/studies?StudyInstanceUID={study}").json()
    url = found["00081190"]["Value"][0]
    assert url.startswith(f"{proxy.url}/dicom-web/studies/")
    [series, *_] = outside.get(f"{url}/series").json()
    assert outside.get(series["00081190"]["Value"][0] + "/metadata").status_code == 200


@pytest.mark.parametrize("path", ["", "/", "/ohif"])
def test_the_way_in(page: Page, proxy: nginx.Proxy, path: str) -> None:
    page.goto(proxy.url + path)
    page.wait_for_url(f"{proxy.url}/ohif/**")
    expect(page.get_by_text("HEP-").first).to_be_visible()


def test_pages_of_other_origins_do_not_write(outside: httpx.Client, proxy: nginx.Proxy) -> None:
    def asked_by(origin: str) -> int:
        return outside.post("/hepatia/api/lirads", json={"diameter_mm": 25}, headers={"Origin": origin}).status_code

    assert asked_by(proxy.url.removesuffix("/liver")) == 200
    assert asked_by("https://elsewhere.example") == 403


def test_a_reader_works_as_without_it(page: Page, outside: httpx.Client, proxy: nginx.Proxy) -> None:
    asked: list[str] = []
    answered: list[tuple[int, str]] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: answered.append((response.status, response.url)))

    page.goto(f"{proxy.url}/ohif/hepatia-search")
    page.locator('[data-cy="result"]').first.get_by_role("link").first.click()
    page.wait_for_url(f"{proxy.url}/ohif/hepatia?**")
    expect(page.locator('[data-cy="hepatia-panel"]')).to_be_visible()
    page.wait_for_selector('[data-cy="viewport-pane"] canvas')
    page.wait_for_function("window.services?.viewportGridService.getState().viewports.size > 0")
    page.locator('[data-cy="tab-exam"]').click()
    expect(page.locator('[data-cy="phase-row"]')).to_have_count(4)
    page.wait_for_timeout(4000)
    page.screenshot(path=SCREENSHOTS / "behind-nginx.png")

    # With the name of a data source in its path, the page is one folder deeper; and one slash more is no harm.
    study = study_of(outside)
    for path in (f"viewer/orthanc?StudyInstanceUIDs={study}", f"hepatia/?StudyInstanceUIDs={study}"):
        page.goto(f"{proxy.url}/ohif/{path}")
        page.wait_for_selector('[data-cy="viewport-pane"] canvas')

    assert [url for url in asked if url.startswith("http") and not url.startswith(f"{proxy.url}/")] == []
    # The browser asks once without the password; and a page with a slash too many may begin to fetch before it is left.
    left = f"{proxy.url}/ohif/hepatia/"
    assert [one for one in answered if one[0] >= 400 and one[0] != 401 and not one[1].startswith(left)] == []


def test_slow_and_endless_bodies_do_not_reach_the_server(
    outside: httpx.Client, proxy: nginx.Proxy, demo_instance
) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1100):
            yield bytes(2**20)

    sender = demo_instance.account("sender")
    assert outside.post("/instances", content=endless(), auth=sender).status_code == 413

    context, port = (
        ssl.create_default_context(cafile=str(proxy.certificate)),
        int(proxy.url.split(":")[2].split("/")[0]),
    )
    before = connections_to(demo_instance)
    with ExitStack() as slow:
        for _ in range(60):
            bare = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            one = slow.enter_context(context.wrap_socket(bare, server_hostname="localhost"))
            one.sendall(b"POST /liver/instances HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\nabc")
        # Nothing of them arrives until they are whole.
        assert connections_to(demo_instance) <= before + 3
        assert outside.get("/hepatia/api/me").status_code == 200


def test_a_request_has_the_same_name_on_both_sides(outside: httpx.Client) -> None:
    assert re.fullmatch("[0-9a-f]{32}", outside.get("/hepatia/api/me").headers["X-Request-ID"])


def connections_to(instance) -> int:
    """How many connections the server has: its own end of them."""
    port = f":{int(instance.url.rpartition(':')[2]):04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[1].endswith(port) and line.split()[3] == "01" for line in lines)
