import socket

import pytest

from orthanc_plugin import senders

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue\n"


def table(local, remote, state="01"):
    return HEADER + f"   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000 0 0 1\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (table("0100007F:1092", "0100007F:C001"), set()),
        (table("0A00000A:1092", "0B00000A:C001"), {"10.0.0.11"}),
        (table("0A00000A:1092", "0B00000A:C001", state="06"), set()),
        (table("0A00000A:1093", "0B00000A:C001"), set()),
        (table("0000000000000000FFFF00000A00000A:1092", "0000000000000000FFFF00000B00000A:C001"), {"10.0.0.11"}),
        (table("00000000000000000000000001000000:1092", "00000000000000000000000001000000:C001"), set()),
    ],
)
def test_hosts_other_than_this_one_that_are_connected(text, found):
    assert senders.remote_hosts(4242, (text,)) == found


def test_a_connection_of_this_machine_is_not_remote():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            assert senders.remote_hosts(port) == frozenset()
