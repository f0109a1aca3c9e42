"""What can go wrong here.

IndexUnavailable   PostgreSQL does not answer; nothing is lost, try later
FilterError        a search names something that does not exist (a ValueError)
"""


class IndexUnavailable(Exception):  # noqa: N818 -- says what is the case
    """PostgreSQL does not answer. DICOM is the record: the index catches up when it is back."""


class FilterError(ValueError):
    """A search has a filter or value that does not exist.

    Attributes
    ----------
    path : str
        Name of the filter.
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path
