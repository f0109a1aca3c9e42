"""The tests of failures start installations of their own: their servers are killed."""

import pytest

from tests.orthanc.conftest import REPOSITORY


@pytest.fixture(scope="session")
def suite(pytestconfig):
    """What starts and stops servers: the module tests/conftest.py."""
    return pytestconfig.pluginmanager.get_plugin(str(REPOSITORY / "tests" / "conftest.py"))
