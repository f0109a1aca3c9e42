"""What can go wrong at the edge.

```
HepatiaError (ValueError)
├── SettingsError        orthanc.json, users.json
├── RequestError         a request that cannot be fulfilled; carries status, code and path of the answer
└── ArchiveError         Orthanc did not do what it was asked
    └── NotInArchive     it has no such object
```
"""


class HepatiaError(ValueError):
    """Root of the edge's errors; the message is a sentence for people and never holds a patient's value."""


class SettingsError(HepatiaError):
    """A configuration that cannot be used; the message names the key."""


class ArchiveError(HepatiaError):
    """Orthanc refused or did not answer."""


class NotInArchive(ArchiveError):  # noqa: N818 -- says what is the case
    """There is no such study, series or instance in the archive."""


class RequestError(HepatiaError):
    """A request that cannot be fulfilled.

    Parameters
    ----------
    status
        HTTP status, 4xx or 503.
    code
        snake_case word of the error object.
    path
        Where in the body, e.g. "nodules.0.lirads".
    """

    def __init__(self, status: int, code: str, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.path = path
