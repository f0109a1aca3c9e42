"""Everything that exists between Orthanc's start and its stop: connections, threads, queues, and the API on them."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

from indexer.index import Index
from orthanc_plugin import web
from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.assignments import Assignments
from orthanc_plugin.auditing import jobs as audited_jobs
from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.auditing.row import SERVER_STARTS, SERVER_STOPS
from orthanc_plugin.carrier import Carrier
from orthanc_plugin.condition import Condition
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.dicomweb import DicomWeb
from orthanc_plugin.exporting.exporter import Exporter
from orthanc_plugin.exporting.exports import KIND, LONGEST_MEMORY, Exports, Sweeper
from orthanc_plugin.jobs import Handler, Jobs
from orthanc_plugin.measuring import Measurements
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.presegmentation import Presegmentation
from orthanc_plugin.private_files import write_private
from orthanc_plugin.reception import Reception
from orthanc_plugin.sending import Refusals
from orthanc_plugin.settings import Settings
from orthanc_plugin.study_phases import Memory
from orthanc_plugin.upkeep import Upkeep
from orthanc_plugin.users import User
from orthanc_plugin.web.services import Services
from orthanc_plugin.worker import Worker
from sr_templates import template
from sr_templates.template import Template

#: Pause before a thread's work begins again after an unforeseen error.
PAUSE_S = 5.0

#: How long making one dataset may take.
LONGEST_EXPORT_S = 86_400.0

#: How long the stop waits for a thread; Orthanc ends without it then.
LONGEST_STOP_S = 15.0


@dataclass(frozen=True)
class Surroundings:
    """What was there before the start, and what only the edge can give.

    Parameters
    ----------
    token
        Value of the Authorization header that Orthanc takes from its own plugin.
    warn
        Takes a line for the log.
    failed
        Takes what could not be done and the error, for the log.
    """

    settings: Settings
    policy: Policy
    accounts: Mapping[str, User]
    reception: Reception
    refusals: Refusals
    dicomweb: DicomWeb
    audit: Audit
    token: str
    stopping: Event
    warn: Callable[[str], None]
    failed: Callable[[str, BaseException], None]


@dataclass
class Running:
    """What `start` made."""

    archive: HttpArchive
    index: Index
    worker: Worker
    jobs: Jobs
    exports: Exports
    measurements: Measurements
    threads: tuple[threading.Thread, ...]
    request_threads: ThreadPoolExecutor
    app: Any
    audit: Audit


def start(around: Surroundings) -> Running:
    """Connect, make the API, and start the threads."""
    around.audit.enter_late(SERVER_STARTS)
    loaded, met, policy = around.settings, around.reception, around.policy
    archive = HttpArchive(loaded.base_url, around.token, met.own_writes, around.dicomweb)
    assignments = Assignments(loaded.data / "assignments.sqlite")
    index = Index(loaded.dsn, assignments)
    templates = tuple(template.load(name) for name in template.names())
    worker = Worker(archive, index, templates, around.stopping, around.warn, met.images)
    monailabel = MonaiLabel(loaded.monailabel, loaded.data / "monailabel")
    phases = Memory()
    jobs = _jobs(around, archive, worker, monailabel, phases)
    measurements = Measurements(archive, around.warn)
    condition = Condition(archive, index, monailabel, met.arrivals.history, loaded, templates, met.safeguards)
    upkeep = Upkeep(archive, index, templates, around.warn, around.stopping.is_set)
    exports = _exports(around, archive, index, templates)
    services = Services(
        *(archive, index, worker, policy.keys, templates, loaded, met.arrivals, met.ledger, policy.profile),
        *(jobs, monailabel, measurements, exports, condition, upkeep),
        *(around.audit, around.accounts, assignments, phases),
    )
    app = web.create_app(services, around.refusals)
    threads = tuple(
        threading.Thread(target=_until_stopped, args=(around, name, run), name=name)
        for name, run in (("index worker", worker.run), ("jobs", jobs.run), ("exports", exports.jobs.run))
    )
    for thread in threads:
        thread.start()
    requests = ThreadPoolExecutor(loaded.request_threads, "api")
    return Running(archive, index, worker, jobs, exports, measurements, threads, requests, app, around.audit)


def stop(running: Running) -> None:
    """End the threads, and close what is open; `stopping` of the surroundings is set already."""
    running.worker.wake()
    running.jobs.wake()
    running.exports.jobs.wake()
    for thread in running.threads:
        thread.join(LONGEST_STOP_S)
    running.measurements.close()
    running.request_threads.shutdown(wait=False, cancel_futures=True)
    running.archive.close()
    running.audit.enter_late(SERVER_STOPS)
    running.audit.close()


def _jobs(around: Surroundings, archive: HttpArchive, worker: Worker, monailabel: MonaiLabel, phases: Memory) -> Jobs:
    """Return the queue with its kinds of jobs; what an Orthanc that was killed had asked for is ended."""
    loaded = around.settings
    write_private(loaded.data / "monailabel" / "models.json", json.dumps([one.given for one in loaded.models]))
    monailabel.cancel("")
    presegment = Presegmentation(
        *(archive, around.policy.keys, monailabel, loaded.models, worker.wait_for),
        index_wait_s=loaded.index_wait_s,
        timeout_s=loaded.job_timeout_s,
        type=loaded.segmentation_type,
    )
    foreseen = (web.errors.FORESEEN, web.errors.explain)
    carrier = Carrier(
        archive, around.policy.keys, phases, worker.wait_for, loaded.index_wait_s, loaded.segmentation_type
    )
    handlers: dict[str, Handler] = {"presegment": presegment, "carry": carrier}
    folder = loaded.data / "jobs"
    return Jobs(
        *(folder, handlers, around.stopping, foreseen, loaded.job_timeout_s, loaded.longest_job_queue),
        ended=lambda job: audited_jobs.enter(around.audit, job),
    )


def _exports(around: Surroundings, archive: HttpArchive, index: Index, templates: tuple[Template, ...]) -> Exports:
    """Return the queue of datasets: beside the other jobs, for which readers wait."""
    loaded = around.settings
    folder = loaded.data / "exports"
    limits = (loaded.export_part_bytes, loaded.export_reserve_bytes)
    exporter = Exporter(archive, index, templates, loaded.default_template, folder, *limits)
    sweeper = Sweeper(folder, loaded.export_days)
    jobs = Jobs(
        *(folder, {KIND: exporter}, around.stopping, (web.errors.FORESEEN, web.errors.explain), LONGEST_EXPORT_S),
        longest_queue=loaded.longest_job_queue, longest_memory=LONGEST_MEMORY, idle=sweeper.sweep,
        ended=lambda job: audited_jobs.enter(around.audit, job),
    )  # fmt: skip
    return Exports(jobs, exporter, loaded.export_days)


def _until_stopped(around: Surroundings, name: str, run: Callable[[], None]) -> None:
    """Run a thread's work; after an unforeseen error log it and begin again from what is stored."""
    while not around.stopping.is_set():
        try:
            run()
        except Exception as error:  # noqa: BLE001 -- without the threads nothing would be found or done any more
            around.failed(f'HepatIA\'s thread "{name}" begins again', error)
            around.stopping.wait(PAUSE_S)
