"""`POST /instances`: what is uploaded is judged and de-identified before Orthanc parses a byte of it.

Orthanc parses an upload on a stack of 100 kB before it asks the arrival callback, and ends with the first object whose
sequences nest fifty deep. So its path is ours, and what goes on to Orthanc's own handler below us has been written by
us, on a thread with a large stack.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orthanc_plugin import request_ids, unpacking
from orthanc_plugin.core import Core, CoreError
from orthanc_plugin.reception import Reception, Verdict
from orthanc_plugin.sending import Refusals
from orthanc_plugin.unpacking import Limits, UnpackingError
from orthanc_plugin.web import errors
from orthanc_plugin.wsgi import Response

PATH = "/instances"
JSON = {"Content-Type": "application/json"}

#: What a list may be asked with. Orthanc ends when a plugin hands it a number that is none.
QUERY = {
    **dict.fromkeys(("since", "limit"), re.compile(r"\d{1,9}")),
    **dict.fromkeys(("expand", "full", "short"), re.compile(r"|true|false|0|1")),
    **dict.fromkeys(("requestedTags", "requested-tags"), re.compile(r"[\w;,%-]*")),
}

#: Uploads worked on at the same time, and those that may wait; the others hear 503.
THREADS = 8
LONGEST_QUEUE = 64

#: How much may come out of one zip file, in bodies of the greatest size.
LARGEST_ZIP = 4


@dataclass(frozen=True)
class Refused:
    """Why a file of an upload was not stored; `reason` is a fixed word."""

    reason: str
    message: str


class Uploads:
    """The route; needs threads whose stacks are large (`threading.stack_size`).

    Parameters
    ----------
    largest_body_bytes
        Of one body, and of one file of a zip file.
    way_of
        How a file came, for the history.
    warn
        Takes a line for the log.
    """

    def __init__(
        self,
        core: Core,
        reception: Reception,
        refusals: Refusals,
        largest_body_bytes: int,
        way_of: Callable[[bytes], str],
        warn: Callable[[str], None],
    ) -> None:
        self._core, self._reception, self._refusals, self._way_of = core, reception, refusals, way_of
        self._warn: Callable[[str], None] = lambda line: warn(request_ids.mentioned(line))
        self._limits = Limits(largest_body_bytes, LARGEST_ZIP * largest_body_bytes)
        self._threads = ThreadPoolExecutor(THREADS, "upload")
        self._waiting = threading.Semaphore(THREADS + LONGEST_QUEUE)
        self._handed_on: dict[int, bytes] = {}

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def is_handed_on(self, data: bytes) -> bool:
        """Whether what arrives is what this very thread is just handing on to Orthanc: it has been judged already."""
        handed = self._handed_on.get(threading.get_ident())
        return handed is not None and handed == data

    def answer(self, _uri: str, request: dict[str, Any]) -> Response:
        """Answer a request for `/instances`: a list of them, or an upload."""
        if request["method"] == "GET":
            return self._threads.submit(self._list, request["get"]).result()
        if request["method"] != "POST":
            return Response(405, {"Allow": "GET, POST"})
        if not self._waiting.acquire(blocking=False):
            return errors.answer(503, "unavailable", "Too many uploads at once. Try again in a few seconds.")
        try:
            compressed = request["headers"].get("content-encoding", "").strip().lower() == "gzip"
            store = request_ids.carried(self._store)
            return self._threads.submit(store, request["body"], compressed=compressed).result()
        finally:
            self._waiting.release()

    def _list(self, query: dict[str, str]) -> Response:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        try:
            if all(QUERY[name].fullmatch(value) for name, value in query.items()):
                return Response(200, JSON, self._core.get(f"{PATH}?{asked}" if asked else PATH))
        except (KeyError, CoreError):
            pass
        return errors.answer(400, "bad_request", "Orthanc does not understand the query.")

    def _store(self, body: bytes, *, compressed: bool) -> Response:
        try:
            if len(body) > self._limits.one_bytes:
                raise UnpackingError("too_large", errors.CODES[413][1])
            if compressed:
                body = unpacking.inflated(body, self._limits)
            if unpacking.is_zip(body):
                return self._many(unpacking.members(body, self._limits))
        except UnpackingError as error:
            return self._error(Refused(error.reason, str(error)))
        outcome = self._one(body)
        return self._error(outcome) if isinstance(outcome, Refused) else Response(200, JSON, outcome)

    def _many(self, members: Iterator[bytes]) -> Response:
        """Store what can be; that something was refused is seen by whoever sent it."""
        stored, refused, end = [], Counter[str](), ""
        try:
            for member in members:
                outcome = self._one(member)
                if isinstance(outcome, Refused):
                    refused[outcome.reason] += 1
                else:
                    stored.append(outcome)
        except UnpackingError as error:
            refused[error.reason] += 1
            end = f" {error}"
        if not refused:
            return Response(200, JSON, b"[" + b",".join(stored) + b"]")
        told = ", ".join(f"{reason}: {count}" for reason, count in sorted(refused.items()))
        code = next(iter(refused)) if len(refused) == 1 else "refused"
        message = f"Of the files in the zip file, {len(stored)} are stored; refused were {told}.{end}"
        return self._error(Refused(code, message))

    def _one(self, data: bytes) -> bytes | Refused:
        """Judge one file and hand it on; return Orthanc's answer."""
        verdict = self._reception.receive(data, over_dicom=False, way=self._way_of(data))
        if verdict.action == "refuse":
            return self._refuse(data, verdict)
        if verdict.message:
            self._warn(verdict.message)
        try:
            return self._hand_on(bytes(verdict.data) if verdict.action == "replace" else data)
        except CoreError as error:
            self._warn(f"Orthanc did not store an upload: {error}.")
            return Refused("not_stored", "Orthanc did not store the object; its log says why.")

    def _refuse(self, data: bytes, verdict: Verdict) -> Refused:
        self._warn(f"HepatIA refused an instance: {verdict.message}")
        reason, _, message = verdict.message.partition(": ")
        self._refusals.tell(data, reason)
        return Refused(reason, message)

    def _hand_on(self, data: bytes) -> bytes:
        with self._handing_on(data):
            return self._core.post(PATH, data)

    @contextmanager
    def _handing_on(self, data: bytes) -> Iterator[None]:
        # Orthanc calls the arrival callback in the thread that hands on.
        thread = threading.get_ident()
        self._handed_on[thread] = data
        try:
            yield
        finally:
            del self._handed_on[thread]

    def _error(self, refused: Refused) -> Response:
        status = {"too_large": 413, "not_stored": 500}.get(refused.reason, 400)
        return errors.answer(status, refused.reason, refused.message)
