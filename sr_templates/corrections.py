"""Which corrections of phases count: a reader may say that a series shows another phase than was detected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Correcting:
    """What of a report matters here.

    Attributes
    ----------
    phases : mapping of str to str
        Series Instance UID → phase, as the reader corrected it.
    """

    sop_instance_uid: str
    author: str
    created: datetime | None
    replaces: tuple[str, ...]
    phases: Mapping[str, str]


@dataclass(frozen=True)
class Correction:
    """A phase as a reader corrected it."""

    phase: str
    author: str
    created: datetime | None


def current(reports: Iterable[Correcting]) -> dict[str, Correction]:
    """Return the correction of each series that counts, whatever the order in which the reports came.

    It is that of the newest report that corrects the series and that no other replaces, in whatever state.
    """
    known = list(reports)
    replaced = {uid for report in known for uid in report.replaces}
    standing = [report for report in known if report.sop_instance_uid not in replaced]
    standing.sort(key=lambda one: (one.created or datetime.min, one.sop_instance_uid))
    return {
        series: Correction(phase, report.author, report.created)
        for report in standing
        for series, phase in report.phases.items()
    }
