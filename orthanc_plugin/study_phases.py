"""The phases of a study's CT series as everything that asks sees them: detected, and corrected by readers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from orthanc_plugin import acquisitions
from orthanc_plugin.acquisitions import Attributes, Told
from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from seg.phases import Name, Phase
from sr_templates import corrections
from sr_templates.corrections import Correcting, Correction
from sr_templates.report import Report

#: The phases, as answers name them.
PHASES: tuple[Name, ...] = ("non_contrast", "arterial", "portal_venous", "equilibrium", "other")

#: As many series are remembered; then all are forgotten and read again.
LONGEST_MEMORY = 20_000


@dataclass
class Memory:
    """What was read of CT series, as long as no instance comes or goes; threads may share it."""

    _known: dict[str, tuple[int, Attributes]] = field(default_factory=dict)

    def of(self, archive: Archive, series: SeriesInfo) -> Attributes | None:
        """Return what the phase of a series is told by."""
        fingerprint = hash(frozenset(series.instances))
        known = self._known.get(series.series_instance_uid)
        if known and known[0] == fingerprint:
            return known[1]
        read = acquisitions.of_series(archive, series)
        if read is not None:
            if len(self._known) >= LONGEST_MEMORY:
                self._known.clear()
            self._known[series.series_instance_uid] = (fingerprint, read)
        return read


def told(archive: Archive, study: StudyInfo, reports: Sequence[Report], memory: Memory) -> dict[str, Told]:
    """Return what is told of each CT series of a study.

    Parameters
    ----------
    reports
        All of the study: their corrections come before what was detected.
    """
    read = {one.series_instance_uid: memory.of(archive, one) for one in study.series}
    found = acquisitions.detect({uid: one for uid, one in read.items() if one is not None})
    for uid, correction in corrections.current(map(_correcting, reports)).items():
        if uid in found:
            found[uid] = replace(found[uid], phase=_corrected(correction))
    return found


def of_study(archive: Archive, study: StudyInfo, reports: Sequence[Report], memory: Memory) -> dict[str, Phase]:
    """Return the phase of each CT series of a study, by Series Instance UID."""
    return {uid: one.phase for uid, one in told(archive, study, reports, memory).items()}


def names(phases: Mapping[str, Phase]) -> dict[str, str]:
    """Return the names of phases."""
    return {uid: phase.name for uid, phase in phases.items()}


def ct_series(study: StudyInfo) -> Iterable[str]:
    """Return the Series Instance UIDs of a study's CT series."""
    return [one.series_instance_uid for one in study.series if one.modality == "CT"]


def _correcting(report: Report) -> Correcting:
    return Correcting(report.sop_instance_uid, report.author, report.created, report.replaces, report.phases)


def _corrected(correction: Correction) -> Phase:
    name: Name = next((one for one in PHASES if one == correction.phase), "other")
    day = f" on {correction.created:%Y-%m-%d}" if correction.created else ""
    return Phase(name, 1.0, f"Corrected by {_person(correction.author)}{day}.")


def _person(name: str) -> str:
    """Return a DICOM person name as one writes it: given names, then the family's."""
    family, _, given = name.partition("=")[0].partition("^")
    return " ".join(part for part in (given.replace("^", " ").strip(), family) if part) or "a reader"
