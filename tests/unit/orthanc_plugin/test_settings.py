import json
import re
from pathlib import Path

import pytest

from orthanc_plugin import settings
from orthanc_plugin.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parents[3]
ORTHANC = {
    "AuthenticationEnabled": True,
    "OverwriteInstances": False,
    "HttpCompressionEnabled": False,
    "SaveJobs": False,
}


def load(section=None, **orthanc):
    return settings.load(json.dumps(ORTHANC | orthanc | {"HepatIA": section or {}}))


def running_configuration() -> dict:
    """orthanc.json as Orthanc reads it: comments dropped, variables replaced by their defaults."""
    text = (REPOSITORY / "orthanc.json").read_text()
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    return json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))


def test_the_documentation_is_what_the_code_says():
    assert (REPOSITORY / "docs/settings.md").read_text() == settings.describe()


def test_the_running_configuration_is_accepted_and_closed_to_other_hosts():
    configuration = running_configuration()
    loaded = settings.load(json.dumps(configuration))
    assert configuration["RemoteAccessAllowed"] is False
    assert loaded.remote_senders is False
    assert loaded.base_url == "http://127.0.0.1:8042"


def test_the_running_configuration_holds_no_account():
    assert "RegisteredUsers" not in running_configuration()


def test_defaults():
    loaded = load()
    assert (loaded.dsn, loaded.monailabel, loaded.http_port) == ("", "", 8042)
    assert loaded.data == Path("var").absolute()


def test_an_unknown_key_is_an_error_that_names_it_and_the_known_ones():
    with pytest.raises(SettingsError, match=r'"Dns" is unknown.*Dsn'):
        load({"Dns": "x"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Dsn", 5),
        ("RemoteSenders", "true"),
        ("RemoteSenders", 1),
        ("RequestThreads", 0),
        ("RequestThreads", True),
        ("IndexWaitSeconds", -1),
        ("Deidentification", {"retain": "yes"}),
    ],
)
def test_a_value_of_another_type_is_an_error(key, value):
    with pytest.raises(SettingsError, match=key):
        load({key: value})


@pytest.mark.parametrize("key", sorted(ORTHANC))
def test_keys_of_orthanc_that_break_our_promises_are_errors(key):
    with pytest.raises(SettingsError, match=key):
        load(**{key: not ORTHANC[key]})
