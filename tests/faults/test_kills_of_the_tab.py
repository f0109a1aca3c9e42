"""A reader answers in a real browser while the tab or a server is killed: the last click is there, or comes back."""

import os
import random
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import api, browser, installation, open_study, send, sit  # noqa: F401 -- fixtures
from tests.browser.test_keeping_drafts import crash
from tests.browser.test_reading import of
from tests.faults.injector import Injector

pytestmark = [pytest.mark.browser, pytest.mark.orthanc, pytest.mark.postgres]

#: Of the points of a soak, a tenth is in the browser: opening a study takes its time.
POINTS = int(os.environ.get("FAULTS", "30")) // 10
SEED = int(os.environ.get("SEED", time.time_ns() % 10**9))
VICTIMS = ("tab", "Orthanc", "PostgreSQL")
ANSWERS = ("yes", "no", "undetermined")


class Reader:
    """What the injector needs to know of the clients."""

    def __init__(self, installation):  # noqa: F811
        self.installation, self.again = installation, lambda: None


def test_what_was_clicked_last_survives(browser, installation, api, send, sit, open_study):  # noqa: F811
    print(f"\nSEED={SEED}")
    chosen = random.Random(SEED)
    study, machine = send("KILLS", "20210304"), sit("radiologist")
    injector = Injector(Reader(installation), chosen)
    page, last = open_study(machine, study), ""
    for number in range(POINTS):
        victim = VICTIMS[number % len(VICTIMS)]
        last = chosen.choice([one for one in ANSWERS if one != last])
        of(page, f"patient.cirrhosis:{last}").click()
        page.wait_for_timeout(chosen.random() * 1500)
        if victim == "tab":
            crash(browser, page)
            page = open_study(machine, study)
        else:
            os.kill(injector.pid(victim), signal.SIGKILL)
            injector.wait_until_up(time.monotonic())
        expect(of(page, f"patient.cirrhosis:{last}")).to_have_class(re.compile("on"))
        kept = lambda: api("radiologist", "GET", f"/studies/{study}/draft")  # noqa: E731
        deadline = time.monotonic() + 60
        while (found := kept()).status_code != 200 or found.json()["answers"].get("patient") != {"cirrhosis": last}:
            assert time.monotonic() < deadline, (victim, found.text)
            page.wait_for_timeout(200)
