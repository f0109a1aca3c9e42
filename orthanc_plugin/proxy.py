"""What a reverse proxy tells of the address that a reader sees."""

import re

_PREFIX = re.compile(r"(/[\w.~-]+)+")


def prefix(forwarded_prefix: str) -> str:
    """Return what stands before all our paths, "" or such as "/pacs".

    Parameters
    ----------
    forwarded_prefix
        The header X-Forwarded-Prefix; empty when there is none.
    """
    said = forwarded_prefix.rstrip("/")
    return said if _PREFIX.fullmatch(said) else ""


def base_url(host: str, forwarded: str) -> str:
    """Return scheme and host that a reader asked for.

    Parameters
    ----------
    forwarded
        The header of that name (RFC 7239); empty when there is none.
    """
    first = forwarded.partition(",")[0]
    found = {name.lower(): value for name, value in re.findall(r'(?i)(?:^|;)\s*(host|proto)="?([\w.:\[\]-]+)', first)}
    protocol = "https" if found.get("proto", "").lower() == "https" else "http"
    return f"{protocol}://{found.get('host', host)}"
