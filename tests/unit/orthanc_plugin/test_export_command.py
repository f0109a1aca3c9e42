"""`hepatia export`: what it says when the server refuses."""

import httpx
import pytest

from orthanc_plugin.commands import export
from orthanc_plugin.commands.site import SiteError


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            httpx.Response(422, json={"error": {"code": "nothing_found", "message": "Nothing is found."}}),
            "Nothing is found.",
        ),
        (httpx.Response(502, text="<html>"), "The server answered 502."),
        (httpx.Response(401, json=[]), "The server answered 401."),
    ],
)
def test_a_refusal_is_said_in_the_servers_words(answer, said):
    with pytest.raises(SiteError, match=said):
        export._checked(answer)
