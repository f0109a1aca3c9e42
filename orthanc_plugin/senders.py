"""Who may send to the DICOM port. Orthanc 1.10 cannot bind it to loopback, nor tell the plugin who sends.

So the listening socket, which is of this process, is confined to the loopback interface. Where the kernel does not
allow that, the connections of this process are looked at for every instance.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

LOOPBACK = b"lo\0"


class Connection(NamedTuple):
    """Both ends of a TCP connection, the own one first."""

    host: str
    port: int
    peer: str


class Guard:
    """Says whether an instance that came over DICOM may stay.

    Parameters
    ----------
    may_be_remote
        Whether other hosts may send.
    """

    def __init__(self, port: int, *, may_be_remote: bool) -> None:
        self._port = port
        self._all_may = may_be_remote
        self._is_confined = False

    def close(self) -> None:
        """Close the port to other hosts, unless they may send; call it once the server listens."""
        self._is_confined = not self._all_may and confine(self._port)

    def may_send(self) -> bool:
        """Whether only those send who may.

        Raises
        ------
        OSError
            It cannot be told.
        """
        if not self._all_may:
            if remote_hosts(self._port):
                return False
            # Nobody from elsewhere is connected, and if the port is closed to them, nobody will be.
            self._all_may = self._is_confined
        return True


def confine(port: int) -> bool:
    """Let only this machine connect to a port that this process listens on; return whether that was possible.

    Connections that exist already stay.
    """
    confined = False
    for borrowed in _sockets():
        try:
            if borrowed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and borrowed.getsockname()[1] == port:
                borrowed.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, LOOPBACK)
                confined = True
        except OSError:
            return False
    return confined


def remote_hosts(port: int, connections: Iterable[Connection] | None = None) -> frozenset[str]:
    """Return the addresses, other than this machine's, that hold a connection to a local port.

    Parameters
    ----------
    connections
        Those of this process when not given.
    """
    found = own_connections() if connections is None else connections
    ends = ((_address(one.host), _address(one.peer)) for one in found if one.port == port)
    return frozenset(str(peer) for host, peer in ends if not peer.is_loopback and peer != host)


def own_connections() -> Iterator[Connection]:
    """Yield the TCP connections of this process."""
    for borrowed in _sockets():
        try:
            host, port, *_ = borrowed.getsockname()
            yield Connection(host, port, borrowed.getpeername()[0])
        except OSError:
            continue  # it listens, or its peer has gone


def _sockets() -> Iterator[socket.socket]:
    """Yield the TCP sockets of this process, each until the next is asked for."""
    for name in os.listdir("/proc/self/fd"):
        try:
            borrowed = socket.socket(fileno=int(name))
        except OSError:
            continue  # no socket, or closed meanwhile
        try:
            if borrowed.family in (socket.AF_INET, socket.AF_INET6) and borrowed.type == socket.SOCK_STREAM:
                yield borrowed
        finally:
            # The descriptor is Orthanc's: it must not be closed with our object.
            borrowed.detach()


def _address(text: str) -> IPv4Address | IPv6Address:
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
