"""De-identifiers of files in memory, each as one function: bytes in, bytes out."""

import io
from collections.abc import Callable, Iterator
from functools import partial

import pydicom

Deidentify = Callable[[bytes], bytes]

#: The secret of the measurements; nobody is behind it.
SECRET = bytes(range(32))


def hepatia(*, fast: bool) -> Deidentify:
    """Return our own, with the whole default profile."""
    from orthanc_plugin import quiet
    from orthanc_plugin.deidentification import profile
    from orthanc_plugin.deidentification.arrival import Gate, Refuse
    from orthanc_plugin.deidentification.keys import Keys
    from orthanc_plugin.deidentification.policy import Policy

    quiet.keep_values_out_of_logs()
    gate = Gate(Policy(profile.load(), Keys(SECRET)), fast=fast)

    def deidentify(data: bytes) -> bytes:
        decision = gate.decide(data)
        if isinstance(decision, Refuse):
            raise ValueError(decision.reason)
        return decision.data

    return deidentify


def pydicom_copy() -> Deidentify:
    """Return what any de-identifier on pydicom has to do before it does anything: read and write."""
    return lambda data: _written(_read(data))


def copy() -> Deidentify:
    """Return a copy in memory: the limit."""
    return lambda data: b"".join((data[:132], memoryview(data)[132:]))


def dicognito() -> Deidentify:
    """Return dicognito with its defaults."""
    from dicognito.anonymizer import Anonymizer

    anonymizer = Anonymizer(seed="bench")

    def deidentify(data: bytes) -> bytes:
        dataset = _read(data)
        anonymizer.anonymize(dataset)
        return _written(dataset)

    return deidentify


def dicom_anonymizer() -> Deidentify:
    """Return dicom-anonymizer with the rules of 2026c."""
    from dicomanonymizer import anonymize_dataset
    from dicomanonymizer.simpledicomanonymizer import initialize_actions

    rules = initialize_actions("dicomfields_2026c")

    def deidentify(data: bytes) -> bytes:
        dataset = _read(data)
        anonymize_dataset(dataset, base_rules_gen=lambda: dict(rules))
        return _written(dataset)

    return deidentify


CONTESTANTS: dict[str, Callable[[], Deidentify]] = {
    "a copy in memory": copy,
    "HepatIA": partial(hepatia, fast=True),
    "HepatIA, engine on parsed data sets": partial(hepatia, fast=False),
    "pydicom, read and write only": pydicom_copy,
    "dicognito 0.19.0": dicognito,
    "dicom-anonymizer 2.1.0 (2026c)": dicom_anonymizer,
}


def named() -> Iterator[str]:
    """Yield the names, ours first."""
    yield from CONTESTANTS


def _read(data: bytes) -> pydicom.FileDataset:
    return pydicom.dcmread(io.BytesIO(data))


def _written(dataset: pydicom.FileDataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()
