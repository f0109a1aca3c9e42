"""The accounts: DATA/users.json, made with random passwords when absent."""

import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orthanc_plugin.errors import SettingsError

ROLES = ("admin", "radiologist", "resident", "student", "scientist", "sender")

#: Login, role and name (DICOM person name) of the accounts of a new installation.
FIRST_ACCOUNTS = (
    ("admin", "admin", "Administrator"),
    ("ana", "radiologist", "Souza^Ana"),
    ("rafael", "resident", "Lima^Rafael"),
    ("julia", "student", "Costa^Julia"),
    ("paulo", "scientist", "Alves^Paulo"),
    ("sender", "sender", "Sender"),
)


@dataclass(frozen=True)
class User:
    """An account without its password."""

    login: str
    name: str
    role: str


def load(path: Path) -> Mapping[str, User]:
    """Return the accounts by login.

    Raises
    ------
    SettingsError
        The file is absent, is no JSON, or an account lacks a key or has an unknown role.
    """
    try:
        accounts = json.loads(path.read_text())
    except FileNotFoundError:
        raise SettingsError(f"There is no {path.name}; `make run` writes one with random passwords.") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path.name} is no JSON (line {error.lineno}); correct it or move it away.") from None
    return {login: _user(login, account, path.name) for login, account in accounts.items()}


def load_or_create(path: Path) -> Mapping[str, User]:
    """Return the accounts by login, after writing the first ones when the file is absent."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        accounts = {
            login: {"password": secrets.token_urlsafe(15), "role": role, "name": name}
            for login, role, name in FIRST_ACCOUNTS
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "w") as file:
            file.write(json.dumps(accounts, indent=2) + "\n")
    return load(path)


def _user(login: str, account: dict[str, str], file: str) -> User:
    if not isinstance(account, dict) or not account.get("password") or account.get("role") not in ROLES:
        raise SettingsError(f'{file}: the account "{login}" needs a "password", a "name" and a "role" of {ROLES}.')
    return User(login, account.get("name") or login, account["role"])
