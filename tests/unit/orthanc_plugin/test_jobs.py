import json
import stat
import threading
import time
from threading import Event

import pytest

from orthanc_plugin import jobs as jobs_module
from orthanc_plugin.errors import RequestError
from orthanc_plugin.jobs import JobFailed, Jobs
from orthanc_plugin.users import User

ANA = User("ana", "Souza^Ana", "radiologist")


class Queue:
    """Jobs of one kind, "wait", that end when the test says so, and their thread."""

    def __init__(self, folder, **options):
        self.stopping, self.go, self.begun = Event(), Event(), []
        handlers = {"wait": self._wait, "fail": self._fail, "break": self._break}
        foreseen = ((KeyError,), lambda error: ("no_key", "There is no such key."))
        self.jobs = Jobs(folder, handlers, self.stopping, foreseen, **options)
        self._thread = threading.Thread(target=self._run)
        self.unforeseen = []

    def _run(self):
        while not self.stopping.is_set():
            try:
                self.jobs.run()
            except ZeroDivisionError as error:
                self.unforeseen.append(error)

    def _wait(self, job, control):
        self.begun.append(job.id)
        while not self.go.is_set():
            control.tell(0.5, "waiting for the test")
            control.wait(0.01)
        return {"result": f"/{job.parameters['name']}", "segmentation": "2.25.1"}

    def _fail(self, job, _control):
        if job.parameters["name"] == "foreseen":
            raise KeyError
        raise JobFailed("no_luck", "There was no luck.")

    def _break(self, _job, _control):
        return {"result": 1 / 0}

    def submit(self, kind="wait", name="a"):
        return self.jobs.submit(kind, ANA, {"name": name})

    def start(self):
        self._thread.start()

    def stop(self):
        self.stopping.set()
        self.jobs.wake()
        if self._thread.ident:
            self._thread.join(10)
        assert not self._thread.is_alive()

    def ended(self, job_id):
        return self.until(job_id, lambda job: job.state != "running")

    def until(self, job_id, condition):
        deadline = time.monotonic() + 10
        while not condition(self.jobs.get(job_id)):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return self.jobs.get(job_id)


@pytest.fixture
def queue(tmp_path):
    made = []

    def make(**options):
        made.append(Queue(tmp_path / "jobs", **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_one_at_a_time_in_order_and_everybody_sees_their_place(queue):
    one = queue()
    ids = [one.submit(name=str(number)) for number in range(3)]
    assert [one.jobs.place(job_id) for job_id in ids] == [0, 1, 2]
    one.start()
    first = one.until(ids[0], lambda job: job.progress == 0.5)
    assert (first.state, first.step) == ("running", "waiting for the test")
    assert one.begun == ids[:1]
    assert one.jobs.get(ids[2]).state == "running"
    one.go.set()
    assert [one.ended(job_id).outcome["result"] for job_id in ids] == ["/0", "/1", "/2"]
    assert one.begun == ids
    assert [one.jobs.place(job_id) for job_id in ids] == [0, 0, 0]
    assert [job.id for job in one.jobs.recent()] == ids[::-1]


def test_failures_say_why(queue):
    one = queue()
    one.start()
    assert one.ended(one.submit("fail")).error == {"code": "no_luck", "message": "There was no luck."}
    assert one.ended(one.submit("fail", "foreseen")).error["code"] == "no_key"
    broken = one.submit("break")
    assert one.ended(broken).error["code"] == "internal_error"
    one.go.set()
    assert one.ended(one.submit()).state == "done"
    assert len(one.unforeseen) == 1


def test_a_job_is_cancelled_while_it_runs_and_while_it_waits(queue):
    one = queue()
    running, waiting = one.submit(), one.submit()
    one.start()
    one.until(running, lambda job: job.progress == 0.5)
    assert one.jobs.cancel(waiting).error["code"] == "cancelled"
    one.jobs.cancel(running)
    assert one.ended(running).error["code"] == "cancelled"
    assert one.begun == [running]


def test_a_job_that_is_late_is_ended(queue):
    one = queue(timeout_s=0.05)
    one.start()
    assert one.ended(one.submit()).error["code"] == "timeout"


def test_too_many_are_refused(queue):
    one = queue(longest_queue=2)
    for _ in range(3):
        one.submit()
    with pytest.raises(RequestError, match="Too many jobs") as refused:
        one.submit()
    assert (refused.value.status, refused.value.code) == (503, "queue_full")


def test_a_stop_in_the_middle_loses_no_job(queue):
    before = queue()
    running, waiting = before.submit(name="1"), before.submit(name="2")
    before.start()
    before.until(running, lambda job: job.progress == 0.5)
    before.stop()
    after = queue()
    assert [after.jobs.get(job_id).attempts for job_id in (running, waiting)] == [0, 0]
    after.go.set()
    after.start()
    assert [after.ended(job_id).outcome["result"] for job_id in (running, waiting)] == ["/1", "/2"]


def test_a_job_that_ends_the_server_again_and_again_is_given_up(queue, tmp_path):
    one = queue()
    job_id = one.submit()
    path = tmp_path / "jobs" / f"{job_id}.json"
    for attempt in range(jobs_module.MOST_ATTEMPTS):
        # As a server leaves the file that is killed while it works on the job.
        path.write_text(json.dumps(json.loads(path.read_text()) | {"attempts": attempt + 1}))
    after = queue()
    after.start()
    assert after.ended(job_id).error["code"] == "interrupted"
    assert after.begun == []


def test_files_are_private_and_old_jobs_are_forgotten(queue, tmp_path):
    one = queue(longest_memory=3)
    one.go.set()
    one.start()
    ids = [one.submit() for _ in range(6)]
    one.ended(ids[-1])
    files = sorted(path.stem for path in (tmp_path / "jobs").iterdir())
    assert files == sorted(ids[-3:])
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "jobs").iterdir()} == {0o600}
    with pytest.raises(RequestError, match="no such job"):
        one.jobs.get(ids[0])


def test_a_file_that_is_no_job_is_left_alone(queue, tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "x.json").write_text("{}")
    assert queue().jobs.recent() == []


def test_the_api_tells_of_jobs_and_lets_their_owner_cancel(api, jobs):
    job_id = jobs.submit("wait", ANA, {"series": "2.25.1"})
    status, answer = api("paulo", "GET", f"/jobs/{job_id}")
    assert (status, answer["state"], answer["place"], answer["result"]) == (200, "running", 0, None)
    assert api("rafael", "DELETE", f"/jobs/{job_id}")[0] == 403
    assert api("paulo", "DELETE", f"/jobs/{job_id}")[0] == 403
    status, answer = api("ana", "DELETE", f"/jobs/{job_id}")
    assert (status, answer["state"], answer["error"]["code"]) == (200, "failed", "cancelled")
    assert api("admin", "DELETE", f"/jobs/{job_id}")[1]["error"]["code"] == "job_ended"
    assert [one["job"] for one in api("ana", "GET", "/jobs")[1]["jobs"]] == [job_id]
    assert api("ana", "GET", "/jobs/0")[1]["error"]["code"] == "unknown_job"
