"""What was done to the instances of one study, as JSON: attribute by attribute, without any value."""

from collections.abc import Iterable
from typing import Any

from pydicom.datadict import dictionary_description

from orthanc_plugin.deidentification.profile import EDITION, Profile
from orthanc_plugin.deidentification.subject import METHOD
from orthanc_plugin.deidentification.trace import Done, Path


def report(
    study_instance_uid: str, instances: int, counts: Iterable[tuple[Done, int]], profile: Profile
) -> dict[str, Any]:
    """Return the report on a study.

    Parameters
    ----------
    instances
        How many have arrived.
    counts
        Each action with the number of instances that it was done to, in the order in which they are told.
    """
    return {
        "study_instance_uid": study_instance_uid,
        "instances": instances,
        "method": METHOD,
        "edition": EDITION,
        "options": [{"name": one.name, "code": one.code, "meaning": one.meaning} for one in profile.options],
        "attributes": [
            {
                "path": path_text(done.path),
                "name": name_of(done.path[-1]),
                "action": done.action.name.lower(),
                "becomes": done.action.value,
                "instances": count,
            }
            for done, count in counts
        ],
    }


def path_text(path: Path) -> str:
    """Return a path as `(0008,1140)/(0008,1155)`."""
    return "/".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in path)


def name_of(tag: int) -> str:
    """Return the attribute's name in the dictionary; what a private one means is nobody's business."""
    if tag >> 16 & 1:
        return "private"
    try:
        return dictionary_description(tag)
    except KeyError:
        return "unknown"
