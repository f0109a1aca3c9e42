"""Who is connected to the DICOM port. Orthanc 1.10 cannot bind it to loopback, nor tell the plugin who sends."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

#: Established connections of this machine, IPv4 and IPv6.
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
ESTABLISHED = "01"


def remote_hosts(port: int, tables: tuple[str, ...] | None = None) -> frozenset[str]:
    """Return the addresses, other than this machine's loopback, that hold a connection to a local port.

    Parameters
    ----------
    tables
        Text of the kernel's tables; read when not given.
    """
    texts = tables if tables is not None else tuple(table.read_text() for table in TABLES if table.exists())
    found = set()
    for text in texts:
        for line in text.splitlines()[1:]:
            _, local, remote, state, *_ = line.split()
            if state == ESTABLISHED and int(local.rpartition(":")[2], 16) == port:
                found.add(_address(remote.partition(":")[0]))
    return frozenset(str(address) for address in found if not address.is_loopback)


def _address(text: str) -> IPv4Address | IPv6Address:
    # The kernel prints 32-bit words in the machine's byte order.
    words = [bytes.fromhex(text[start : start + 8])[::-1] for start in range(0, len(text), 8)]
    address = ip_address(b"".join(words))
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
