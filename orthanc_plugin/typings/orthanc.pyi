"""The part of the Python plugin's API (orthanc-python 4.0 and later) that we use."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, overload

class ChangeType(IntEnum):
    COMPLETED_SERIES = 0
    DELETED = 1
    NEW_CHILD_INSTANCE = 2
    NEW_INSTANCE = 3
    NEW_PATIENT = 4
    NEW_SERIES = 5
    NEW_STUDY = 6
    STABLE_PATIENT = 7
    STABLE_SERIES = 8
    STABLE_STUDY = 9
    ORTHANC_STARTED = 10
    ORTHANC_STOPPED = 11
    UPDATED_ATTACHMENT = 12
    UPDATED_METADATA = 13

class ResourceType(IntEnum):
    PATIENT = 0
    STUDY = 1
    SERIES = 2
    INSTANCE = 3
    NONE = 4

class ReceivedInstanceAction(IntEnum):
    KEEP_AS_IS = 1
    MODIFY = 2
    DISCARD = 3

class InstanceOrigin(IntEnum):
    UNKNOWN = 1
    DICOM_PROTOCOL = 2
    REST_API = 3
    PLUGIN = 4
    LUA = 5
    WEB_DAV = 6

class HttpMethod(IntEnum):
    GET = 1
    POST = 2
    PUT = 3
    DELETE = 4

class DicomInstance:
    def GetInstanceRemoteAet(self) -> str: ...
    def GetInstanceOrigin(self) -> InstanceOrigin: ...

class RestOutput:
    def AnswerBuffer(self, answer: bytes | str, mime_type: str, /) -> None: ...
    @overload
    def SendHttpStatus(self, status: int, body: bytes, /) -> None: ...
    @overload
    def SendHttpStatus(self, status: int, body: str, size: int, /) -> None: ...
    def SendHttpStatusCode(self, status: int, /) -> None: ...
    def SetHttpHeader(self, key: str, value: str, /) -> None: ...
    def Redirect(self, location: str, /) -> None: ...

def GetConfiguration() -> str: ...
def GenerateRestApiAuthorizationToken() -> str: ...
def LogInfo(message: str, /) -> None: ...
def LogWarning(message: str, /) -> None: ...
def LogError(message: str, /) -> None: ...
def RegisterReceivedInstanceCallback(
    callback: Callable[[bytes, InstanceOrigin], tuple[ReceivedInstanceAction, bytes | None]], /
) -> None: ...
def RegisterIncomingCStoreInstanceFilter(callback: Callable[[DicomInstance], int], /) -> None: ...
def RegisterIncomingHttpRequestFilter(callback: Callable[..., bool], /) -> None: ...
def RegisterOnChangeCallback(callback: Callable[[ChangeType, ResourceType, str], None], /) -> None: ...
def RegisterRestCallback(pattern: str, callback: Callable[..., Any], /) -> None: ...
