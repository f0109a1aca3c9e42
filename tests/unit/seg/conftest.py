"""The phantom once for all tests of this folder, and what writing a SEG needs."""

import itertools
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from seg import phantom
from seg.encode import EncodeContext
from seg.labelmap import Segment
from seg.phantom import Truth
from seg.volume import Grid, read_grid


@pytest.fixture(scope="session")
def truth() -> Truth:
    return phantom.truth("small")


@pytest.fixture(scope="session")
def series() -> list[Dataset]:
    """The arterial phase; not to be changed by a test."""
    return phantom.study("small", ("arterial",))


@pytest.fixture(scope="session")
def grid(series: list[Dataset]) -> Grid:
    return read_grid(series)


@pytest.fixture(scope="session")
def labels(truth: Truth) -> NDArray[np.uint8]:
    return truth.labelmap("arterial")


@pytest.fixture(scope="session")
def segments(truth: Truth) -> tuple[Segment, ...]:
    nodules = [Segment(n.segment_number, n.name, "nodule", f"1.2.3.{n.segment_number}") for n in truth.nodules]
    return (Segment(1, "Liver", "liver"), *nodules)


@pytest.fixture
def context() -> EncodeContext:
    return make_context()


@pytest.fixture
def new_context() -> Callable[..., EncodeContext]:
    return make_context


MINTED = itertools.count(1)


def make_context(**changes: object) -> EncodeContext:
    values: dict[str, object] = {
        "sop_instance_uid": "2.25.1001",
        "series_instance_uid": "2.25.1002",
        "series_number": 9100,
        "series_description": "HepatIA mask",
        "creator_name": "Müller^Zoë",
        "created": datetime(2026, 11, 24, 10, 30, 5),
        "mint": lambda: f"2.25.9000{next(MINTED)}",
        "replaces": (),
    }
    return EncodeContext(**(values | changes))  # type: ignore[arg-type]
