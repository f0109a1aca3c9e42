"""C-STORE on a bare socket, so that the data set is whatever it is (PS3.8 section 9.3, PS3.7 section 9.3.1)."""

import socket
import struct

IMPLICIT, REPORT = b"1.2.840.10008.1.2", b"1.2.840.10008.5.1.4.1.1.88.33"


def send(port, data, instance=b"2.999.1.2", syntax=IMPLICIT):
    """Send the data set of a file; gives the status, or None when the association ends before one comes."""
    start = 144 + struct.unpack_from("<L", data, 140)[0]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as server:
        try:
            server.sendall(_request(syntax))
            if _received(server)[:1] != b"\2":
                return None
            server.sendall(_command(instance))
            for at in range(start, len(data), 16_000):
                server.sendall(_pdv(2 if at + 16_000 >= len(data) else 0, data[at : at + 16_000]))
            answer = _received(server)
        except ConnectionError:
            return None
    at = answer.find(struct.pack("<HHL", 0, 0x0900, 2))
    return struct.unpack_from("<H", answer, at + 8)[0] if at >= 0 else None


def _received(server):
    """One PDU: DCMTK writes it in pieces."""
    head = _exactly(server, 6)
    return head + _exactly(server, struct.unpack_from(">L", head, 2)[0])


def _exactly(server, count):
    found = b""
    while len(found) < count:
        if not (piece := server.recv(count - len(found))):
            raise ConnectionError
        found += piece
    return found


def _item(kind, content):
    return bytes([kind, 0]) + struct.pack(">H", len(content)) + content


def _request(syntax):
    context = _item(0x20, bytes([1, 0, 0, 0]) + _item(0x30, REPORT) + _item(0x40, syntax))
    user = _item(0x50, _item(0x51, struct.pack(">L", 131_072)) + _item(0x52, b"1.2.3"))
    names = b"HEPATIA".ljust(16) + b"RAW".ljust(16) + b"\0" * 32
    body = struct.pack(">HH", 1, 0) + names + _item(0x10, b"1.2.840.10008.3.1.1.1") + context + user
    return bytes([1, 0]) + struct.pack(">L", len(body)) + body


def _command(instance):
    elements = (
        (0x0002, REPORT), (0x0100, struct.pack("<H", 1)), (0x0110, struct.pack("<H", 1)), (0x0700, b"\0\0"),
        (0x0800, b"\1\0"), (0x1000, instance),
    )  # fmt: skip
    body = b"".join(_element(number, value) for number, value in elements)
    return _pdv(3, _element(0, struct.pack("<L", len(body))) + body)


def _element(number, value):
    value += b"\0" * (len(value) % 2)
    return struct.pack("<HHL", 0, number, len(value)) + value


def _pdv(flags, content):
    body = struct.pack(">L", len(content) + 2) + bytes([1, flags]) + content
    return bytes([4, 0]) + struct.pack(">L", len(body)) + body
