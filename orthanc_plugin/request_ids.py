"""One name for each request: the answer has it as `X-Request-ID`, and every line that the log has about it.

It goes along into the threads that work on the request, and with the requests that we make to Orthanc for it.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

HEADER = "X-Request-ID"

#: What is taken from outside, as a proxy makes it: no name fits, and of numbers only those of just such a length.
SHAPE = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_current: ContextVar[str] = ContextVar("request", default="")


def current() -> str:
    """Return the identifier of the request that is worked on, or an empty text."""
    return _current.get()


@contextmanager
def of(headers: Mapping[str, str]) -> Iterator[str]:
    """Give a request its identifier while it is worked on; `headers` have names in lower case."""
    given = headers.get(HEADER.lower(), "")
    token = _current.set(given if SHAPE.fullmatch(given) else secrets.token_hex(8))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def carried(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Return work that another thread does for the request of this one."""
    return partial(copy_context().run, work)


def mentioned(line: str) -> str:
    """Return a line for the log, with the request that it is about."""
    return f"{line} [request {current()}]" if current() else line
