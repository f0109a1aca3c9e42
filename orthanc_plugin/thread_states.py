"""Python's state of a thread, kept for the threads of Orthanc that call us again and again.

The plugin that embeds Python makes a state for every callback and frees it afterwards, and with it the memory of
Python's stack: a system call for each, of which the second interrupts every other core. Orthanc's threads live in
pools, so that a state for each is all there will be.
"""

import ctypes
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

#: Threads whose state is kept; should there be more, the others go on as they were.
MOST: int = 1000

_this_thread = threading.local()
_lock = threading.Lock()
_numbers = iter(range(MOST))


def kept(callback: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Return a callback of Orthanc that keeps the state of the thread that calls it, and that is never freed."""

    @wraps(callback)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        if not hasattr(_this_thread, "is_kept"):
            _keep()
        return callback(*args, **kwargs)

    # The plugin lets go of its callbacks after Python has ended. Where it was the last to hold one (seen with 5.0),
    # Orthanc ended with a segmentation fault at its stop: each is held once more, for good.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(call))
    return call


def _keep() -> None:
    with _lock:
        if next(_numbers, None) is not None:
            # The state is freed by as many calls of PyGILState_Release as there were of this: ours has none.
            ctypes.pythonapi.PyGILState_Ensure()
    _this_thread.is_kept = True
