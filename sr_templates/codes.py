"""Coded concepts, and the project's own coding scheme."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Final

from pydicom.sr.coding import Code as PydicomCode

#: Designator of the project's own scheme; its codes are published in `codes_99hepatia.csv` and never reused.
SCHEME: Final = "99HEPATIA"

#: UID of the scheme for the Coding Scheme Identification Sequence (PS3.3 C.12.1): a fixed UUID-derived UID.
SCHEME_UID: Final = "2.25.226213377214946541397541871963402158611"

#: Schemes of PS3.16 table 8-1 that templates take codes from.
STANDARD_SCHEMES: Final = frozenset({"DCM", "SCT", "LN", "RADLEX", "NCIt", "UCUM", "UMLS", "RFC5646"})


@dataclass(frozen=True)
class Scheme:
    """A coding scheme that is not DICOM's own, as Coding Scheme Identification Sequence tells it (PS3.3 C.12.1.1.5)."""

    uid: str
    name: str
    organization: str
    version: str


#: Designator → scheme; `version` counts the published editions of its list.
PRIVATE_SCHEMES: Final[Mapping[str, Scheme]] = {SCHEME: Scheme(SCHEME_UID, "HepatIA reporting codes", "HepatIA", "3")}

#: A code value is an SH: longer ones would need Long Code Value (PS3.3 table 8.8-1).
LONGEST_VALUE: Final = 16

#: A code meaning is an LO.
LONGEST_MEANING: Final = 64


@dataclass(frozen=True)
class Code:
    """A coded concept (PS3.3 section 8.8); two are equal when scheme and value are."""

    scheme: str
    value: str
    meaning: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> "Code":
        """Read `scheme|value|meaning`.

        Raises
        ------
        ValueError
            The text has not three parts, or one is too long for DICOM.
        """
        parts = text.split("|")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f'"{text}" is not scheme|value|meaning')
        code = cls(*parts)
        if len(code.value) > LONGEST_VALUE or len(code.meaning) > LONGEST_MEANING:
            raise ValueError(f'"{text}" is too long: a value has at most 16, a meaning at most 64 characters')
        return code

    @cached_property
    def key(self) -> tuple[str, str]:
        """Scheme and value, with retired SNOMED codes (SRT, SNM3) told as their SCT successors."""
        return _successor(self.scheme, self.value)


@cache
def _successor(scheme: str, value: str) -> tuple[str, str]:
    if scheme in ("SRT", "SNM3", "99SDM"):
        # pydicom hashes a retired code by its SCT successor's value, from the mapping of PS3.16 annex O.
        mapped = _snomed().get(value)
        if mapped:
            return "SCT", mapped
    return scheme, value


@cache
def _snomed() -> Mapping[str, str]:
    from pydicom.sr._snomed_dict import mapping

    return dict(mapping["SRT"])


def pydicom_code(code: Code) -> PydicomCode:
    """Return the same concept as pydicom and highdicom take it."""
    return PydicomCode(code.value, code.scheme, code.meaning)


@dataclass(frozen=True)
class Published:
    """One code of the project's own scheme.

    Attributes
    ----------
    mapping : str
        What a standard code is to ours, as `broader: SCT 277958008 (Couinaud hepatic segment IV)`: equal, broader,
        narrower or close; empty where none is known.
    """

    code: Code
    definition: str
    mapping: str


@cache
def register() -> tuple[Published, ...]:
    """Return the project's own codes as they are published in `codes_99hepatia.csv`, in the order of their making."""
    text = resources.files(__package__).joinpath("codes_99hepatia.csv").read_text(encoding="utf-8")
    return tuple(
        Published(Code(SCHEME, row["code"], row["meaning"]), row["definition"], row["mapping"])
        for row in csv.DictReader(text.splitlines())
    )


@cache
def published() -> Mapping[str, str]:
    """Return value → meaning of the project's own codes."""
    return {one.code.value: one.code.meaning for one in register()}
