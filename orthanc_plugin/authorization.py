"""Who asks: the login of a request whose password Orthanc has already checked."""

import base64
import binascii
from functools import lru_cache


@lru_cache(256)
def login(authorization: str) -> str:
    """Return the login of a Basic Authorization header; empty when there is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def basic(user: str, password: str) -> str:
    """Return the value of a Basic Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
