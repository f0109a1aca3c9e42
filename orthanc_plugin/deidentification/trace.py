"""What was done to which attribute of an object, without its values."""

from typing import NamedTuple

from orthanc_plugin.deidentification.rules import Action

#: Tags from the data set down to the attribute; items of a sequence are not told apart.
Path = tuple[int, ...]


class Done(NamedTuple):
    """One action on the attributes of one path."""

    path: Path
    action: Action


Trace = set[Done]


class Identity(NamedTuple):
    """Where an instance stands, by the identifiers that it is stored under."""

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str


class Deidentified(NamedTuple):
    """A file that may be stored.

    Attributes
    ----------
    modality
        Of the series.
    done
        What was done to which attribute.
    """

    data: bytes
    identity: Identity
    modality: str
    done: frozenset[Done]
