import gzip
import io
import zipfile

import pytest

from orthanc_plugin import unpacking
from orthanc_plugin.unpacking import Limits, UnpackingError

LIMITS = Limits(one_bytes=1000, all_bytes=2500, members=5)


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("folder/", b"")
        for number, content in enumerate(contents):
            archive.writestr(f"Quetzalvina/{number}", content)
    return buffer.getvalue()


def refused(body: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(UnpackingError) as caught:
        list(unpacking.members(body, limits))
    assert "Quetzalvina" not in str(caught.value)
    return caught.value.reason


def test_the_files_of_a_zip_come_one_after_the_other_and_empty_ones_do_not() -> None:
    assert list(unpacking.members(zipped(b"a", b"", b"bc"), LIMITS)) == [b"a", b"bc"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_more_than_the_limits_is_refused(method: int) -> None:
    assert refused(zipped(b"x" * 1001, method=method)) == "too_large"
    assert refused(zipped(*[b"x" * 900] * 3, method=method)) == "too_large"
    assert refused(zipped(*[b"x"] * 6, method=method)) == "too_many"


def test_what_came_before_the_limit_was_yielded() -> None:
    found = unpacking.members(zipped(b"a", b"x" * 1001), LIMITS)
    assert next(found) == b"a"


def test_a_header_that_lies_about_the_size_is_not_believed() -> None:
    body = bytearray(zipped(b"\0" * 100_000))
    at = body.rfind(b"PK\1\2", 0, body.rfind(b"PK\1\2") + 4)
    body[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(body)) in ("too_large", "corrupt")


def test_a_bomb_is_seen_by_how_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "SUSPICIOUS_BYTES", 2 * 2**20)
    large = Limits(2**30, 2**30)
    assert refused(zipped(b"\0" * (4 * 2**20)), large) == "too_large"
    assert len(list(unpacking.members(zipped(b"\0" * 2**20), large))) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_orthanc_does_not_read_is_refused(method: int) -> None:
    assert refused(zipped(b"a", method=method)) == "corrupt"


def test_damage_is_refused() -> None:
    whole = zipped(b"abc" * 100)
    assert refused(whole[:-30]) == "corrupt"
    assert refused(whole[:60] + b"\xff" * 20 + whole[80:]) == "corrupt"
    assert refused(b"PK\3\4") == "corrupt"


def test_a_compressed_body_is_inflated_within_the_limit() -> None:
    assert unpacking.inflated(gzip.compress(b"abc"), LIMITS) == b"abc"
    for body in (gzip.compress(b"x" * 1001), gzip.compress(b"abc")[:-9], b"no gzip", b""):
        with pytest.raises(UnpackingError):
            unpacking.inflated(body, LIMITS)
