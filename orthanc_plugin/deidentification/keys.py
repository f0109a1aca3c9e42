"""Everything keyed: pseudonyms, UIDs, date shifts. What they give proves itself, so giving it twice changes nothing.

A pseudonym or UID of ours holds a check part, a MAC over the rest. Whoever does not hold the secret cannot make one,
and de-identification knows its own output without trusting any flag in the instance.
"""

import base64
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

PREFIX: Final = "HEP-"
IDENTITY_CHARACTERS: Final = 10
CHECK_CHARACTERS: Final = 6

#: Whole days that dates may move back: up to ten years, never zero.
LONGEST_SHIFT_DAYS: Final = 3650

#: UIDs of the standard itself (SOP classes, transfer syntaxes …) mean the same everywhere.
STANDARD_ROOT: Final = "1.2.840.10008."

# A UID of ours is 2.25.<UUID>, version 8 (RFC 9562): 122 free bits, 80 for what it stands for and 42 to prove it.
_IDENTITY_BITS: Final = 80
_CHECK_BITS: Final = 42


class Keys:
    """All values that depend on the secret.

    Parameters
    ----------
    secret
        At least 32 random bytes. Losing them means new pseudonyms for everybody.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("The pseudonymization secret must have at least 32 bytes.")
        # Copied for every MAC: what depends on the secret alone is reckoned once.
        self._begun = hmac.new(secret, digestmod="sha256")

    def pseudonym(self, patient_id: str, issuer: str) -> str:
        """Return `HEP-` and 16 base32 characters for a Patient ID and its issuer; a pseudonym of ours stays itself."""
        if self.is_pseudonym(patient_id):
            return patient_id
        identity = _base32(self._mac("patient", f"{issuer}\0{patient_id}"), IDENTITY_CHARACTERS)
        return PREFIX + identity + self._check(identity)

    def is_pseudonym(self, value: str) -> bool:
        """Whether a value is a pseudonym that this secret gave."""
        identity = value[len(PREFIX) : len(PREFIX) + IDENTITY_CHARACTERS]
        return value.startswith(PREFIX) and hmac.compare_digest(
            value[len(PREFIX) :].encode(), (identity + self._check(identity)).encode()
        )

    def person(self, name: str) -> str:
        """Return a pseudonym for another person than the patient: a reader, a physician, an operator."""
        name = canonical_name(name)
        if self.is_person(name):
            return name
        identity = _base32(self._mac("person", name), IDENTITY_CHARACTERS)
        return f"PERSON-{identity}{self._check('person' + identity)}"

    def is_person(self, value: str) -> bool:
        """Whether a value is a pseudonym that `person` gave."""
        identity = value[7 : 7 + IDENTITY_CHARACTERS]
        return hmac.compare_digest(value.encode(), f"PERSON-{identity}{self._check('person' + identity)}".encode())

    def uid(self, original: str) -> str:
        """Return the UID that stands for another; UIDs of the standard and our own stay themselves."""
        if not original or original.startswith(STANDARD_ROOT) or self.is_own_uid(original):
            return original
        return self._uid("mapped", self._mac("uid", original))

    def mint(self) -> str:
        """Return a fresh UID for something that the plugin writes itself."""
        return self._uid("minted", secrets.token_bytes(32))

    def is_own_uid(self, uid: str) -> bool:
        """Whether this secret gave a UID, by `uid` or `mint`."""
        return self._proves(uid, "mapped") or self._proves(uid, "minted")

    def is_minted(self, uid: str) -> bool:
        """Whether a UID was given by `mint`: what bears it was written here."""
        return self._proves(uid, "minted")

    def shift_days(self, pseudonym: str) -> int:
        """Return by how many whole days the dates of a patient move; negative."""
        number = int.from_bytes(self._mac("shift", pseudonym)[:8], "big")
        return -(1 + number % LONGEST_SHIFT_DAYS)

    def _mac(self, purpose: str, value: str) -> bytes:
        mac = self._begun.copy()
        mac.update(f"{purpose}\0{value}".encode("utf-8", "surrogateescape"))
        return mac.digest()

    def _check(self, identity: str) -> str:
        return _base32(self._mac("check", identity), CHECK_CHARACTERS)

    def _uid(self, origin: str, digest: bytes) -> str:
        identity = int.from_bytes(digest[: _IDENTITY_BITS // 8], "big")
        return f"2.25.{_as_uuid(identity << _CHECK_BITS | self._uid_check(origin, identity))}"

    def _uid_check(self, origin: str, identity: int) -> int:
        return int.from_bytes(self._mac(origin, str(identity))[:8], "big") >> (64 - _CHECK_BITS)

    def _proves(self, uid: str, origin: str) -> bool:
        number = uid[5:]
        if not uid.startswith("2.25.") or not (number.isascii() and number.isdecimal()) or len(number) > 39:
            return False
        free = _free_bits(int(number))
        if free is None:
            return False
        identity, check = free >> _CHECK_BITS, free & (1 << _CHECK_BITS) - 1
        return check == self._uid_check(origin, identity)


def load_or_create(path: Path) -> Keys:
    """Read the secret of a file, or make it; the file is its owner's alone (mode 0600).

    Raises
    ------
    ValueError
        The file holds no secret of at least 32 bytes.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
        temporary = Path(name)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails where a rename would overwrite: two first starts at once must agree on one secret.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return Keys(bytes.fromhex(path.read_text().strip()))


def canonical_name(name: str) -> str:
    """Return a person's name without the padding and empty components that one writer adds and another does not."""
    return name.strip(" ^=\0")


def _base32(digest: bytes, characters: int) -> str:
    return base64.b32encode(digest).decode()[:characters]


def _as_uuid(free: int) -> int:
    """Put 122 bits around the version (8) and variant (binary 10) of a UUID."""
    high, middle, low = free >> 74, free >> 62 & 0xFFF, free & (1 << 62) - 1
    return high << 80 | 8 << 76 | middle << 64 | 2 << 62 | low


def _free_bits(uuid: int) -> int | None:
    """Return the 122 bits, or None when version or variant are not ours."""
    if uuid >> 128 or uuid >> 76 & 0xF != 8 or uuid >> 62 & 3 != 2:
        return None
    return uuid >> 80 << 74 | (uuid >> 64 & 0xFFF) << 62 | uuid & (1 << 62) - 1
