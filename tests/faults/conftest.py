"""The tests of failures start installations of their own: their servers are killed."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.orthanc.conftest import REPOSITORY


@pytest.fixture(scope="session")
def suite(pytestconfig):
    """What starts and stops servers: the module tests/conftest.py."""
    return pytestconfig.pluginmanager.get_plugin(str(REPOSITORY / "tests" / "conftest.py"))


@pytest.fixture(scope="module")
def home():
    made = Path(tempfile.mkdtemp(prefix="hepatia-faults-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def kept_up(suite, home):
    running = suite.start_instance(home / "data", demo=False)
    yield running
    suite.stop_process(running.process)
