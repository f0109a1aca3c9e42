from concurrent.futures import ThreadPoolExecutor

import pytest

from orthanc_plugin import request_ids


def test_a_request_has_a_name_and_outside_of_one_there_is_none() -> None:
    with request_ids.of({}) as name:
        assert request_ids.SHAPE.fullmatch(name)
        assert request_ids.current() == name
        assert request_ids.mentioned("a line") == f"a line [request {name}]"
    assert request_ids.current() == ""
    assert request_ids.mentioned("a line") == "a line"


@pytest.mark.parametrize("given", ["0123456789abcdef", "0" * 32, "12345678-1234-1234-1234-123456789abc"])
def test_that_of_a_proxy_is_taken(given: str) -> None:
    with request_ids.of({"x-request-id": given}) as name:
        assert name == given


@pytest.mark.parametrize("given", ["", "Quetzalvina", "19310203", "0123456789ABCDEF", "0" * 33, "0123456789abcdef\n"])
def test_what_may_be_a_name_or_a_number_is_not(given: str) -> None:
    with request_ids.of({"x-request-id": given}) as name:
        assert name != given


def test_it_goes_along_into_other_threads() -> None:
    with request_ids.of({}) as name, ThreadPoolExecutor(1) as pool:
        assert pool.submit(request_ids.carried(request_ids.current)).result() == name
        assert pool.submit(request_ids.current).result() == ""
