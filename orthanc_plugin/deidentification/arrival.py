"""One received instance: what is stored instead of it, or why it is refused."""

import io
import struct
import zlib
from dataclasses import dataclass

from pydicom import FileDataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.uid import DeflatedExplicitVRLittleEndian

from orthanc_plugin.deidentification import blanking, engine, meta, pixel_data, pixels, structure
from orthanc_plugin.deidentification.errors import DeidentificationError, StructureError
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.pixels import PixelPolicyError, PixelRule
from orthanc_plugin.deidentification.profile import Profile
from orthanc_plugin.deidentification.trace import Done

#: A data set that grows beyond this when it is inflated was made to exhaust the memory.
LARGEST_INFLATED = 2 * 2**30

#: What pydicom raises on values that it cannot read or write again.
UNREADABLE = (
    InvalidDicomError, BytesLengthException, ValueError, TypeError, KeyError, AttributeError, EOFError, OverflowError,
    NotImplementedError, LookupError, zlib.error, struct.error, RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class Policy:
    """Everything that decides about an instance beside its bytes."""

    profile: Profile
    keys: Keys
    pixel_rules: tuple[PixelRule, ...] = ()


@dataclass(frozen=True)
class Keep:
    """Store the bytes as they came: the plugin wrote them itself."""


@dataclass(frozen=True)
class Replace:
    """Store these bytes instead.

    Attributes
    ----------
    study_instance_uid
        As stored.
    done
        What was done to which attribute.
    """

    data: bytes
    study_instance_uid: str
    done: frozenset[Done]


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


def decide(data: bytes, policy: Policy, own: bool = False) -> Keep | Replace | Refuse:
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
        return _deidentified(data, policy)
    except (StructureError, PixelPolicyError) as error:
        return Refuse(error.reason, str(error))
    except DeidentificationError as error:
        return Refuse("deidentification_failed", str(error))
    except UNREADABLE as error:
        # pydicom's messages quote values: only the kind of the error may be told.
        return Refuse("corrupt", f"The object holds a value that cannot be read ({type(error).__name__}).")


def _deidentified(data: bytes, policy: Policy) -> Replace:
    found = meta.read(data)
    _check_structure(data, found)
    dataset = dcmread(io.BytesIO(data))
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not dataset.get(keyword):
            raise StructureError("corrupt", f"The object has no {keyword}.")
    regions = pixels.decide(_values_of(dataset), policy.pixel_rules, may_blank=policy.profile.has("CleanPixelData"))
    pixel_data.check(dataset)
    if regions:
        blanking.blank(dataset, regions)
    done = engine.deidentify(dataset, policy.profile, policy.keys, blanked=bool(regions))
    return Replace(_write(dataset), str(dataset.StudyInstanceUID), frozenset(done))


def _values_of(dataset: FileDataset) -> pixels.ValueOf:
    def value_of(keyword: str) -> str:
        value = dataset.get(keyword)
        return "\\".join(map(str, value)) if isinstance(value, list | MultiValue) else str(value or "")

    return value_of


def _check_structure(data: bytes, found: meta.Meta) -> None:
    """Walk the bytes behind the file meta information to their end."""
    syntax, start = found.transfer_syntax, found.data_set
    if syntax == DeflatedExplicitVRLittleEndian:
        # Padding to an even length may follow the deflated stream.
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        data, start = inflate.decompress(data[start:], LARGEST_INFLATED), 0
        if not inflate.eof:
            raise StructureError("corrupt", "The deflated data set does not end.")
    structure.check(data, start, structure.Encoding(not syntax.is_implicit_VR, syntax.is_little_endian))


def _write(dataset: FileDataset) -> bytes:
    """Return the file with new meta information and an empty preamble, in the transfer syntax that it came in."""
    syntax = dataset.file_meta.TransferSyntaxUID
    head = meta.write(dataset.SOPClassUID, dataset.SOPInstanceUID, syntax)
    dataset.file_meta, dataset.preamble = FileMetaDataset(), None
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    body = buffer.getvalue()
    if syntax == DeflatedExplicitVRLittleEndian:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = deflate.compress(body) + deflate.flush()
        body += b"\0" * (len(body) % 2)
    return head + body
