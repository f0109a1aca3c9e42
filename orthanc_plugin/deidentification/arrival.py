"""One received instance: what is stored instead of it, or why it is refused."""

import io
import zlib
from dataclasses import dataclass

from pydicom import FileDataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from orthanc_plugin.deidentification import engine, pixels, structure
from orthanc_plugin.deidentification.errors import DeidentificationError, StructureError
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.profile import Profile

#: Our implementation, for the file meta information: fixed, UUID-derived.
IMPLEMENTATION_CLASS_UID = UID("2.25.139461713184209614215926311021958120471")
IMPLEMENTATION_VERSION_NAME = "HEPATIA"

PREAMBLE = 128

#: What pydicom raises on values that it cannot read or write again.
UNREADABLE = (
    InvalidDicomError, BytesLengthException, ValueError, TypeError, KeyError, AttributeError, EOFError, OverflowError,
    NotImplementedError, LookupError, zlib.error, RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class Keep:
    """Store the bytes as they came: the plugin wrote them itself."""


@dataclass(frozen=True)
class Replace:
    """Store these bytes instead."""

    data: bytes


@dataclass(frozen=True)
class Refuse:
    """Store nothing, and let the sender see a failure.

    Attributes
    ----------
    reason : str
        A fixed word, counted in `/status`.
    message : str
        A sentence for the log; never a value of the instance.
    """

    reason: str
    message: str


def decide(data: bytes, profile: Profile, keys: Keys, own: bool = False) -> Keep | Replace | Refuse:
    """Decide what becomes of one received instance.

    Parameters
    ----------
    data
        A DICOM file (PS3.10).
    own
        Whether these very bytes are known to come from the plugin itself.
    """
    if own:
        return Keep()
    try:
        return Replace(_deidentified(data, profile, keys))
    except (StructureError, pixels.PixelPolicyError) as error:
        return Refuse(error.reason, str(error))
    except DeidentificationError as error:
        return Refuse("deidentification_failed", str(error))
    except UNREADABLE as error:
        # pydicom's messages quote values: only the kind of the error may be told.
        return Refuse("corrupt", f"The object holds a value that cannot be read ({type(error).__name__}).")


def _deidentified(data: bytes, profile: Profile, keys: Keys) -> bytes:
    if data[PREAMBLE : PREAMBLE + 4] != b"DICM":
        raise StructureError("not_dicom", "These bytes are no DICOM file.")
    dataset = dcmread(io.BytesIO(data))
    _check_structure(data, dataset)
    pixels.check(dataset)
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not dataset.get(keyword):
            raise StructureError("corrupt", f"The object has no {keyword}.")
    engine.deidentify(dataset, profile, keys)
    return _write(dataset)


def _check_structure(data: bytes, dataset: FileDataset) -> None:
    """Walk the bytes behind the file meta information to their end."""
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if not syntax:
        raise StructureError("not_dicom", "The file does not say its transfer syntax.")
    meta = dataset.file_meta.get("FileMetaInformationGroupLength")
    if meta is None:
        raise StructureError("corrupt", "The file meta information does not say its length.")
    # Preamble, "DICM", the group length element (12 bytes), and the length that it says.
    start = PREAMBLE + 4 + 12 + int(meta)
    if syntax == DeflatedExplicitVRLittleEndian:
        # Padding to an even length may follow the deflated stream.
        data, start = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:]), 0
    structure.check(data, start, structure.Encoding(not syntax.is_implicit_VR, syntax.is_little_endian))


def _write(dataset: FileDataset) -> bytes:
    """Return the file with new meta information and an empty preamble, in the transfer syntax that it came in."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    dataset.file_meta = meta
    dataset.preamble = b"\0" * PREAMBLE
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
