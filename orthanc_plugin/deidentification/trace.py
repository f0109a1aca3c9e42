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


class Deidentified(NamedTuple):
    """A file that may be stored.

    Attributes
    ----------
    study_instance_uid, sop_instance_uid
        As stored.
    done
        What was done to which attribute.
    """

    data: bytes
    study_instance_uid: str
    sop_instance_uid: str
    done: frozenset[Done]
