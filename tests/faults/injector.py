"""Kills servers while clients work, at moments that a seed gives, and measures how long it takes until all is up."""

import json
import os
import signal
import threading
import time

import httpx

#: From the kill until everything answers again, without a person.
LONGEST_S = 10.0

#: The longest that is waited into a piece of work; most are shorter.
INTO_WORK_S = 1.2


class Injector:
    """Kills the servers of one installation."""

    def __init__(self, clients, random):
        self.clients, self.random = clients, random
        self.data = clients.installation.data
        self.up_s = {}
        self.points = []

    def point(self, work, victims):
        """Kill the victims somewhere in the work of a client, and wait until everything is up again."""
        delay = self.random.random() * INTO_WORK_S
        killed = []
        timer = threading.Timer(delay, lambda: killed.extend(self.kill(one) for one in victims))
        self.points.append((work.__name__, victims, round(delay, 3)))
        self.clients.again = lambda: None
        timer.start()
        began = time.monotonic() + delay
        work()
        timer.join()
        for name, pid in killed:
            self.wait_for_another(name, pid)
        took = self.wait_until_up(began)
        for name in victims:
            self.up_s.setdefault(name, []).append(took)
        self.clients.again()
        return took

    def kill(self, name):
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return name, pid

    def pid(self, name):
        return json.loads((self.data / "run" / f"{name}.json").read_text())["pid"]

    def wait_for_another(self, name, pid, timeout_s=60):
        deadline = time.monotonic() + timeout_s
        while self.pid(name) == pid:
            assert time.monotonic() < deadline, f"{name} was not started again"
            time.sleep(0.02)

    def wait_until_up(self, began, timeout_s=90):
        """Wait until the status is well; return how long it took since the kill."""
        installation = self.clients.installation
        while True:
            try:
                url = f"{installation.url}/hepatia/api/status"
                answer = httpx.get(url, auth=installation.account("admin"), timeout=10, trust_env=False)
                told = answer.json() if answer.status_code == 200 else {"status": "", "monailabel": ""}
                if told["status"] == "ok" and told["monailabel"] in ("ok", "off"):
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            assert time.monotonic() - began < timeout_s, "not up again"
            time.sleep(0.05)

    def report(self):
        """What was done and how long it took, in a few lines."""
        lines = [f"{len(self.points)} points of failure"]
        for name, times in sorted(self.up_s.items()):
            ordered = sorted(times)
            middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            lines.append(
                f"{name}: {len(times)} times, up again in {middle:.1f} s (p95 {late:.1f}, max {ordered[-1]:.1f})"
            )
        told = self.clients.told
        lines.append(
            f"acknowledged: {len(told.instances)} instances, {len(told.reports)} reports, {len(told.masks)} masks, "
            f"{len(told.exports)} exports, {len(told.jobs)} jobs; {told.unknown} requests without an answer"
        )
        return "\n".join(lines)
