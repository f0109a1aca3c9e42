"""What can go wrong here."""


class DeidentificationError(ValueError):
    """An instance cannot be de-identified; the message never holds a value of it."""


class StructureError(DeidentificationError):
    """The bytes are no well-formed DICOM data set.

    Attributes
    ----------
    reason : str
        `corrupt`, `too_deep` or `not_dicom`.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ProfileError(ValueError):
    """A setting of the de-identification profile does not exist or cannot be had; the message names it."""
