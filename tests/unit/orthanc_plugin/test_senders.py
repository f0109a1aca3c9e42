import os
import socket

import pytest

from orthanc_plugin import senders
from orthanc_plugin.senders import Connection


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        (Connection("127.0.0.1", 4242, "127.0.0.1"), set()),
        (Connection("10.0.0.10", 4242, "10.0.0.11"), {"10.0.0.11"}),
        (Connection("10.0.0.10", 4243, "10.0.0.11"), set()),
        (Connection("10.0.0.10", 4242, "10.0.0.10"), set()),
        (Connection("::ffff:10.0.0.10", 4242, "::ffff:10.0.0.11"), {"10.0.0.11"}),
        (Connection("::1", 4242, "::1"), set()),
        (Connection("fe80::1%eth0", 4242, "fe80::2%eth0"), {"fe80::2"}),
    ],
)
def test_hosts_other_than_this_one_that_are_connected(connection, found):
    assert senders.remote_hosts(4242, [connection]) == found


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_the_connections_of_this_process_are_found_and_left_open(family, host):
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port)) as client, server.accept()[0] as accepted:
            assert Connection(host, port, host) in set(senders.own_connections())
            assert senders.remote_hosts(port) == frozenset()
            accepted.sendall(b"open")
            assert client.recv(4) == b"open"
    # Neither end is taken for a connection once it is closed.
    assert port not in {one.port for one in senders.own_connections()}


def test_descriptors_that_are_no_connections_are_passed_over(tmp_path):
    read, write = os.pipe()
    with (tmp_path / "file").open("wb"), socket.socket() as unconnected, socket.create_server(("127.0.0.1", 0)):
        before = set(senders.own_connections())
    os.write(write, b"x")
    assert os.read(read, 1) == b"x"
    os.close(read)
    os.close(write)
    assert unconnected.fileno() == -1
    assert all(one.peer for one in before)


@pytest.mark.parametrize(
    ("family", "any_host", "host"), [(socket.AF_INET, "0.0.0.0", "127.0.0.1"), (socket.AF_INET6, "::", "::1")]
)
def test_a_port_is_confined_to_this_machine(family, any_host, host):
    with socket.create_server((any_host, 0), family=family) as server:
        port = server.getsockname()[1]
        assert senders.confine(port)
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0") == b"lo"
        with socket.create_connection((host, port), timeout=5) as client, server.accept()[0] as accepted:
            accepted.sendall(b"open")
            assert client.recv(4) == b"open"


def test_a_port_that_nobody_listens_on_cannot_be_confined():
    assert not senders.confine(1)


@pytest.mark.parametrize(
    ("connected", "may_be_remote", "may"),
    [((), False, True), (("10.0.0.1",), False, False), (("10.0.0.1",), True, True)],
)
def test_other_hosts_may_send_only_when_allowed(monkeypatch, connected, may_be_remote, may):
    monkeypatch.setattr(senders, "remote_hosts", lambda _port: frozenset(connected))
    guard = senders.Guard(4242, may_be_remote=may_be_remote)
    guard.close()
    assert guard.may_send() is may


@pytest.mark.parametrize("closed", [True, False])
def test_who_is_connected_is_looked_at_until_nobody_can_be(monkeypatch, closed):
    looks = []
    connected = [frozenset({"10.0.0.1"}), frozenset(), frozenset()]
    monkeypatch.setattr(senders, "confine", lambda _port: closed)
    monkeypatch.setattr(senders, "remote_hosts", lambda port: looks.append(port) or connected[len(looks) - 1])
    guard = senders.Guard(4242, may_be_remote=False)
    guard.close()
    assert [guard.may_send() for _ in range(3)] == [False, True, True]
    assert len(looks) == (2 if closed else 3)
