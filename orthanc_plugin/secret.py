"""The secret of DATA, and what tells that it is the one that the archive was made with.

A secret that is made anew beside an archive gives every patient a second pseudonym, and nobody would notice. So a value
that depends on the secret, and gives nothing of it away, is kept in DATA/secret.check: with it, a secret that is absent
or another one is an error, and the same one is known again when it is put back.
"""

import hashlib
import hmac
from pathlib import Path

from orthanc_plugin.deidentification import keys
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import SettingsError
from orthanc_plugin.private_files import write_private

WHAT_TO_DO = (
    "Put it back, from the backup. If it is lost for good, remove secret.check: the next start makes a new secret, and "
    "patients who come again get other pseudonyms."
)


def load_or_create(data: Path) -> Keys:
    """Read the secret of DATA; make it only where no other was used before.

    Raises
    ------
    SettingsError
        It is absent though there was one, another than that, or none at all.
    """
    path, check = data / "secret.key", data / "secret.check"
    if check.exists():
        if not path.exists():
            raise SettingsError(f"{path} is gone. {WHAT_TO_DO}")
        if check.read_text().strip() != fingerprint(path):
            raise SettingsError(f"{path} is not the secret that this archive was made with. {WHAT_TO_DO}")
    try:
        found = keys.load_or_create(path)
    except ValueError:
        raise SettingsError(f"{path} holds no secret: 32 bytes or more as hexadecimal digits. {WHAT_TO_DO}") from None
    if not check.exists():
        write_private(check, fingerprint(path) + "\n")
    return found


def fingerprint(path: Path) -> str:
    """Return what tells the secret of a file from others; the secret cannot be found from it."""
    return hmac.new(path.read_bytes().strip(), b"HepatIA secret.check", hashlib.sha256).hexdigest()
