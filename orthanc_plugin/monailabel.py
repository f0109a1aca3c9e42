"""The MONAI Label server as the plugin sees it: how it is, what runs there, a volume in and a mask out."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx

from orthanc_plugin.errors import HepatiaError

State = Literal["ok", "starting", "down", "off"]

#: The setting that means the server which `hepatia run` starts.
OWN = "auto"

#: A header of our own server (seg/monailabel_app/control.py).
TOKEN_HEADER = "X-HepatIA-Token"  # noqa: S105 -- a name

#: Answers while nothing is computed; another server of MONAI Label's may be busy, and say nothing for long.
ASK_S = 3.0

#: How often an inference is told to end when the server does not take it.
CANCELS = 3


class MonaiLabelError(HepatiaError):
    """The server did not answer as it should; `code` is for the error object.

    Parameters
    ----------
    again
        Whether the same may succeed once the server is back.
    """

    def __init__(self, code: str, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.again = again


@dataclass(frozen=True)
class Address:
    """Where a server answers; without a control channel, nothing is known while it computes."""

    url: str
    control: str = ""
    token: str = ""


class MonaiLabel:
    """A server, wherever it is: each start of our own has other ports.

    Parameters
    ----------
    setting
        "" for none, "auto" for our own, else the URL of another.
    folder
        `DATA/monailabel`, where our own says where it is.
    """

    def __init__(self, setting: str, folder: Path) -> None:
        self._setting = setting
        self._file = folder / "server.json"
        # No proxy and no certificate store from the environment: this connection never leaves the machine.
        self._client = httpx.Client(trust_env=False, timeout=ASK_S)

    def state(self) -> State:
        """Return how it is."""
        if not self._setting:
            return "off"
        told = self._told()
        if told.get("state") == "starting":
            return "starting" if _is_alive(told.get("pid")) else "down"
        try:
            self.health()
        except MonaiLabelError:
            return "down"
        return "ok"

    def health(self) -> Mapping[str, Any]:
        """Return what runs and what has failed; of another server, nothing but that it answers."""
        address = self._address()
        asked = f"{address.control}/health" if address.control else f"{address.url}/info/"
        try:
            answer = self._client.get(asked, headers=_headers(address)).raise_for_status()
            return dict(answer.json()) if address.control else {"running": None, "failed": []}
        except (httpx.HTTPError, ValueError):
            raise MonaiLabelError("monailabel_down", "MONAI Label does not answer.", again=True) from None

    def cancel(self, job_id: str) -> None:
        """End an inference, whatever runs when the identifier is empty; without a control channel it goes on."""
        for _ in range(CANCELS):
            try:
                address = self._address()
                if address.control:
                    self._client.post(f"{address.control}/cancel", params={"job": job_id}, headers=_headers(address))
            except MonaiLabelError:
                return
            except httpx.HTTPError:
                continue
            return

    def infer(self, model: str, nifti: bytes, job_id: str, timeout_s: float) -> bytes:
        """Return the mask of a volume, both NIfTI.

        Raises
        ------
        MonaiLabelError
            The server is not there, ended meanwhile, or failed; the message is what it told, if it told anything.
        """
        address = self._address()
        parameters = {"job": job_id, "result_extension": ".nii", "result_dtype": "uint8", "result_compress": False}
        try:
            answer = httpx.post(
                f"{address.url}/infer/{model}",
                params={"output": "image"},
                data={"params": json.dumps(parameters)},
                files={"file": ("volume.nii", nifti, "application/octet-stream")},
                headers=_headers(address),
                timeout=httpx.Timeout(timeout_s, connect=ASK_S),
                trust_env=False,
            )
        except httpx.HTTPError:
            raise MonaiLabelError("monailabel_down", "MONAI Label ended or did not answer.", again=True) from None
        if answer.is_error:
            raise self._failure(job_id, model)
        return answer.content

    def uncertainty(self, job_id: str) -> float | None:
        """Return how unsure the model was of its answer to a job, 0 to 1; None where nobody can tell."""
        try:
            return dict(self.health().get("uncertainty", {})).get(job_id)
        except MonaiLabelError:
            return None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _failure(self, job_id: str, model: str) -> MonaiLabelError:
        for one in reversed(self.health()["failed"]):
            if one["job"] == job_id:
                return MonaiLabelError(one["code"], one["message"])
        message = f'MONAI Label failed with the model "{model}"; see logs/monailabel.log.'
        return MonaiLabelError("inference_failed", message)

    def _told(self) -> Mapping[str, Any]:
        if self._setting != OWN:
            return {"url": self._setting.rstrip("/")}
        try:
            return dict(json.loads(self._file.read_text()))
        except (OSError, ValueError):
            return {}

    def _address(self) -> Address:
        told = self._told()
        if "url" not in told:
            raise MonaiLabelError("monailabel_down", "MONAI Label does not answer.", again=True)
        return Address(told["url"], told.get("control", ""), told.get("token", ""))


def _headers(address: Address) -> dict[str, str]:
    return {TOKEN_HEADER: address.token} if address.token else {}


def _is_alive(pid: object) -> bool:
    try:
        os.kill(int(str(pid)), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
