"""A whole installation with the demo study, for the commands of the documentation."""

import pytest

from tests.docs.blocks import REPOSITORY


@pytest.fixture(scope="session")
def documented(pytestconfig):
    """An installation as `make run` leaves it, without a model server."""
    suite = pytestconfig.pluginmanager.get_plugin(str(REPOSITORY / "tests" / "conftest.py"))
    yield from suite.running_instance(demo=True)


@pytest.fixture
def environment(documented, tmp_path):
    """What the commands of a page find: where everything is, and who may ask."""
    port = documented.url.rpartition(":")[2]
    named = {"ADMIN": "admin", "ANA": "radiologist", "PAULO": "scientist", "SENDER": "sender"}
    return {
        "PATH": f"{REPOSITORY}/.venv/bin:/usr/local/bin:/usr/sbin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "REPOSITORY": str(REPOSITORY),
        "DATA": str(documented.data),
        "DSN": documented.dsn,
        "HTTP_PORT": port,
        "DICOM_PORT": str(documented.dicom_port),
        "URL": documented.url,
        **{name: ":".join(documented.account(role)) for name, role in named.items()},
    }
