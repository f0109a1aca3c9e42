from orthanc_plugin import bodies
from orthanc_plugin.bodies import Bodies, Heap


def test_a_body_far_beyond_the_limit_is_not_read():
    asked = Bodies(1000)
    assert asked.may_be_read({"content-length": "1000"})
    # It is read, and answered with the reason.
    assert asked.may_be_read({"content-length": "2000"})
    assert not asked.may_be_read({"content-length": "2001"})
    assert asked.may_be_read({})


def test_a_file_is_the_whole_body_by_its_length():
    asked = Bodies(1000)
    assert not asked.is_whole(b"abc")
    asked.may_be_read({"content-length": "3"})
    assert asked.is_whole(b"abc")
    assert not asked.is_whole(b"ab")


def test_memory_is_given_back_once_a_while_after_a_large_body(monkeypatch):
    now, given_back = [100.0], []
    monkeypatch.setattr(bodies.time, "monotonic", lambda: now[0])
    heap = Heap()
    heap._trim = given_back.append
    heap.request(10)
    heap.request(bodies.LARGE_BYTES)
    now[0] += bodies.PAUSE_S - 1
    heap.request(10)
    assert given_back == []
    now[0] += 1
    heap.request(10)
    heap.request(10)
    assert given_back == [0]
