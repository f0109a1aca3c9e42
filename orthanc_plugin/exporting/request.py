"""What is asked for: a search, and what the dataset shall hold of the exams that it finds."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from orthanc_plugin.errors import RequestError

FORMS = ("nifti", "dicom", "none")
LONGEST_NAME = 80


@dataclass(frozen=True)
class Include:
    """In which form images and masks are given, and whether the answers are."""

    images: str = "nifti"
    masks: str = "nifti"
    answers: bool = True


@dataclass(frozen=True)
class Asked:
    """A dataset that is asked for.

    Parameters
    ----------
    query
        As in the URL of GET /search.
    estimated_bytes
        How large it will be, about.
    """

    name: str
    query: str
    words: str
    include: Include
    exams: int = 0
    estimated_bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return JSON that `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Asked":
        """Return what `to_json` was made of."""
        return cls(**{**values, "include": Include(**values["include"])})

    @property
    def file_name(self) -> str:
        """The name as the beginning of the names of files."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "dataset"


def include(given: Any) -> Include:  # noqa: ANN401 -- of a request
    """Return what a request wants included.

    Raises
    ------
    RequestError
        422: another key or value; or nothing at all.
    """
    values = given if isinstance(given, dict) else {} if given is None else None
    if values is None or set(values) - {"images", "masks", "answers"}:
        raise _wrong("`include` is an object with images, masks and answers.", "include")
    found = Include(**values)
    for name in ("images", "masks"):
        if getattr(found, name) not in FORMS:
            raise _wrong(f"`{name}` must be one of {', '.join(FORMS)}.", f"include.{name}")
    if not isinstance(found.answers, bool):
        raise _wrong("`answers` must be true or false.", "include.answers")
    if found == Include("none", "none", answers=False):
        raise _wrong("Choose images, masks or answers; the dataset would be empty.", "include")
    return found


def name(given: Any) -> str:  # noqa: ANN401 -- of a request
    """Return the name of a dataset; RequestError (422) when it is none."""
    if given is None:
        return "dataset"
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_NAME:
        raise _wrong(f"`name` must be a text of 1 to {LONGEST_NAME} characters.", "name")
    return given.strip()


def _wrong(message: str, path: str) -> RequestError:
    return RequestError(422, "invalid_export", message, path)
