"""What the instances of one series share when they are spliced: their subject, and what is written into them."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.multival import MultiValue

from orthanc_plugin.deidentification import subject, text
from orthanc_plugin.deidentification.changes import CHARACTER_SET, CODECS, SOP_INSTANCE, Changes, NotUnderstood
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.scheme import Scheme
from orthanc_plugin.deidentification.structure import MOST_CHARACTER_SETS

MODALITY, STUDY_DATE, ISSUER = 0x00080060, 0x00080020, 0x00100021
STUDY, SERIES = 0x0020000D, 0x0020000E

#: Attributes on which the subject of an object depends, and what is written into it.
SHARED: Final = frozenset(
    {int(tag_for_keyword(keyword) or 0) for keyword in text.IDENTIFYING}
    | {CHARACTER_SET, MODALITY, STUDY_DATE, ISSUER, STUDY, SERIES, subject.PATIENT_AGE}
)

#: When there are more, all are made anew: each remembers what its elements become.
MOST: Final = 32

Key = tuple[bool, bool, tuple[bytes, ...]]
Seen = Mapping[int, tuple[int, int, int]]


class Context:
    """One subject under one encoding.

    Attributes
    ----------
    written
        Tag → whole element, for what is written into every instance; Patient's Age only where it is missing.
    """

    def __init__(self, header: Dataset, policy: Policy, scheme: Scheme) -> None:
        sets = header.get("SpecificCharacterSet")
        if isinstance(sets, MultiValue) and len(sets) > MOST_CHARACTER_SETS:
            raise NotUnderstood
        about = subject.subject_of(header, policy.profile, policy.keys)
        codec = CODECS.get(str(header.get("SpecificCharacterSet") or ""))
        self.changes = Changes(about, scheme, codec)
        added = subject.written(header, about)
        self.written = {int(tag): _encoded(added, int(tag), scheme) for tag in added.keys()}  # noqa: SIM118
        self.patient_id = about.pseudonym
        self.study_instance_uid = policy.keys.uid(str(header.StudyInstanceUID))
        self.series_instance_uid = policy.keys.uid(str(header.SeriesInstanceUID))
        self.modality = str(header.get("Modality") or "")


class Contexts:
    """The contexts of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._contexts: dict[Key, Context] = {}

    def of(self, data: bytes, seen: Seen, scheme: Scheme) -> Context:
        """Return the context of an instance.

        Parameters
        ----------
        seen
            Tag → offsets of an element, its value and its end.

        Raises
        ------
        DeidentificationError
            The object names neither a patient nor a study.
        """
        _, value, stop = seen[SOP_INSTANCE]
        is_authored = self._policy.keys.is_minted(data[value:stop].rstrip(b"\0 ").decode("ascii", "replace"))
        shared = tuple(data[seen[tag][0] : seen[tag][2]] for tag in _ORDERED if tag in seen)
        key = (scheme.explicit, is_authored, shared)
        known = self._contexts.get(key)
        if known is None:
            if len(self._contexts) >= MOST:
                self._contexts.clear()
            instance = data[seen[SOP_INSTANCE][0] : stop]
            known = self._contexts[key] = Context(_header((*shared, instance), scheme), self._policy, scheme)
        return known


_ORDERED: Final = tuple(sorted(SHARED))


def _header(raw: Iterable[bytes], scheme: Scheme) -> Dataset:
    """Return elements as a data set."""
    ordered: list[bytes] = sorted(raw, key=_tag)
    return read_dataset(BytesIO(b"".join(ordered)), not scheme.explicit, True)


def _tag(raw: bytes) -> int:
    return int.from_bytes(raw[:2], "little") << 16 | int.from_bytes(raw[2:4], "little")


def _encoded(added: Dataset, tag: int, scheme: Scheme) -> bytes:
    one, buffer = Dataset(), DicomBytesIO()
    one[tag] = added[tag]
    buffer.is_little_endian, buffer.is_implicit_VR = True, not scheme.explicit
    write_dataset(buffer, one)
    return buffer.getvalue()
