import json
import stat

import pytest

from orthanc_plugin import users
from orthanc_plugin.errors import SettingsError


def test_first_accounts_one_for_each_role_with_passwords_of_their_own(tmp_path):
    path = tmp_path / "data" / "users.json"
    accounts = users.load_or_create(path)
    assert sorted(user.role for user in accounts.values()) == sorted(users.ROLES)
    assert accounts["ana"] == users.User("ana", "Souza^Ana", "radiologist")
    passwords = {account["password"] for account in json.loads(path.read_text()).values()}
    assert len(passwords) == len(accounts)
    assert min(map(len, passwords)) >= 16
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "users.json"
    path.write_text('{"x": {"password": "p", "role": "student", "name": "A^B"}}')
    assert users.load_or_create(path) == {"x": users.User("x", "A^B", "student")}


@pytest.mark.parametrize(
    "text",
    ["{", '{"x": {"password": "secretword", "role": "boss"}}', '{"x": {"role": "student"}}', '{"x": "secretword"}'],
)
def test_what_is_wrong_is_told_without_a_password(tmp_path, text):
    path = tmp_path / "users.json"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"users\.json") as error:
        users.load(path)
    assert "secretword" not in str(error.value)
