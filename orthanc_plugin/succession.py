"""One report after the other: of two versions that would replace the same one, the second is told of the first."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from orthanc_plugin.errors import RequestError
from sr_templates.report import Report

_LOCK = threading.Lock()
_being_replaced: set[str] = set()


@contextmanager
def turn(replaced: str | None) -> Iterator[None]:
    """Keep others from replacing the same report while its successor is being written.

    Raises
    ------
    RequestError
        409: somebody is about to.
    """
    if replaced is None:
        yield
        return
    with _LOCK:
        if replaced in _being_replaced:
            raise _newer()
        _being_replaced.add(replaced)
    try:
        yield
    finally:
        with _LOCK:
            _being_replaced.remove(replaced)


def check(reports: Iterable[Report], replaced: str | None) -> None:
    """Check that nothing replaces a report yet.

    Parameters
    ----------
    reports
        All of its study.
    replaced
        SOP Instance UID of the report that is about to be replaced.

    Raises
    ------
    RequestError
        409: a newer version of it was stored meanwhile.
    """
    if replaced is not None and any(replaced in one.replaces for one in reports):
        raise _newer()


def _newer() -> RequestError:
    message = "A newer version of this report was saved meanwhile. Look at what differs, then replace that one instead."
    return RequestError(409, "newer_version", message, "replaces")
