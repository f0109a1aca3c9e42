"""One file through the engine on parsed data sets: read, judged, de-identified, written in the encoding it came in."""

import io
import zlib
from typing import Final

from pydicom import FileDataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.uid import DeflatedExplicitVRLittleEndian

from orthanc_plugin.deidentification import blanking, engine, meta, pixel_data, pixels, structure, subject
from orthanc_plugin.deidentification.errors import StructureError
from orthanc_plugin.deidentification.meta import Meta
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.trace import Deidentified, Identity

#: A data set that grows beyond this when it is inflated was made to exhaust the memory.
LARGEST_INFLATED: Final = 2 * 2**30


def deidentify(data: bytes, found: Meta, policy: Policy) -> Deidentified:
    """De-identify a file.

    Parameters
    ----------
    data, found
        A DICOM file (PS3.10) and its meta information.

    Raises
    ------
    StructureError, PixelPolicyError, DeidentificationError
        The object may not come in.
    """
    _check_structure(data, found)
    dataset = dcmread(io.BytesIO(data))
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not dataset.get(keyword):
            raise StructureError("corrupt", f"The object has no {keyword}.")
    regions = pixels.decide(_values_of(dataset), policy.pixel_rules, may_blank=policy.profile.has("CleanPixelData"))
    pixel_data.check(dataset)
    if pixel_data.overlays_in_pixels(dataset):
        blanking.clear_unused_bits(dataset)
    if regions:
        blanking.blank(dataset, regions)
    blanked = bool(regions) or subject.was_blanked(dataset, policy.keys)
    done = engine.deidentify(dataset, policy.profile, policy.keys, blanked=blanked)
    keywords = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    identity = Identity(*(str(dataset[keyword].value) for keyword in keywords))
    return Deidentified(_write(dataset), identity, str(dataset.get("Modality") or ""), frozenset(done))


def _check_structure(data: bytes, found: Meta) -> None:
    """Walk the bytes behind the file meta information to their end."""
    syntax, start = found.transfer_syntax, found.data_set
    if syntax == DeflatedExplicitVRLittleEndian:
        # Padding to an even length may follow the deflated stream.
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        data, start = inflate.decompress(data[start:], LARGEST_INFLATED), 0
        if not inflate.eof:
            raise StructureError("corrupt", "The deflated data set does not end.")
    structure.check(data, start, structure.Encoding(not syntax.is_implicit_VR, syntax.is_little_endian))


def _values_of(dataset: FileDataset) -> pixels.ValueOf:
    def value_of(keyword: str) -> str:
        value = dataset.get(keyword)
        if isinstance(value, list | MultiValue):
            return "\\".join(map(str, value))
        return "" if value is None else str(value)

    return value_of


def _write(dataset: FileDataset) -> bytes:
    """Return the file with new meta information and an empty preamble, in the transfer syntax of the data set."""
    syntax = dataset.file_meta.TransferSyntaxUID
    head = meta.write(dataset.SOPClassUID.encode(), dataset.SOPInstanceUID.encode(), syntax)
    dataset.file_meta, dataset.preamble = FileMetaDataset(), None
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    body = buffer.getvalue()
    if syntax == DeflatedExplicitVRLittleEndian:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = deflate.compress(body) + deflate.flush()
        body += b"\0" * (len(body) % 2)
    return head + body
