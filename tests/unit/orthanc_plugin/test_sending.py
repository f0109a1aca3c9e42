"""What arrival tells of a file under way."""

from orthanc_plugin.sending import Refusals


def test_a_reason_is_known_while_the_file_is_under_way():
    refusals = Refusals()
    refusals.tell(b"x", "corrupt")
    with refusals.watch(b"x") as reason:
        assert reason() is None
        refusals.tell(b"y", "disk_full")
        assert reason() is None
        refusals.tell(b"x", "corrupt")
        assert reason() == "corrupt"
    assert (refusals._watched, refusals._reasons) == ({}, {})


def test_the_same_file_twice_at_once():
    refusals = Refusals()
    with refusals.watch(b"x") as first:
        with refusals.watch(b"x") as second:
            refusals.tell(b"x", "corrupt")
            assert second() == "corrupt"
        assert first() == "corrupt"
    assert (refusals._watched, refusals._reasons) == ({}, {})
