"""Measured items of a template ← masks: which mask, which segment of it, and which of its measurements.

The mask that a report cites is measured on its own series. Of every other phase it is the newest mask on a series of
that phase: a mask of one phase is not right for another, for patients breathe.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydicom import Dataset

from orthanc_plugin.archive import Archive, StudyInfo
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.measuring import Mask, Measurements, current
from seg.measured import LESION, MaskMeasurements, Measured
from sr_templates import read
from sr_templates.items import Reference
from sr_templates.template import Group, Item, Template

#: What is measured is kept to a thousandth of its unit.
DECIMALS = 3

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """A mask with what was measured of it, and whether it is the one that the report cites."""

    mask: Mask
    measured: MaskMeasurements
    cited: bool

    def numbers(self, kind: str) -> Numbers:
        """Return the numbers of the segments of a kind that have a voxel."""
        of_kind = (one.number for one in self.mask.segments if one.kind == kind)
        return tuple(number for number in of_kind if number in self.measured.segments)

    def number_of(self, member: Mapping[str, Any]) -> int | None:
        """Return the segment of a member: the one that it cites, else the first with its tracking UID."""
        cited = member.get("segment_number") if self.cited else None
        same = (one.number for one in self.mask.segments if one.tracking_uid == member.get("tracking_uid"))
        number = cited if cited is not None else next(same, None)
        return number if number in self.measured.segments else None


@dataclass(frozen=True)
class Subject:
    """What an item is measured on in one mask: the segments, the lesions in an organ, and the liver beside a lesion."""

    source: Source
    measured: Measured
    segments: Numbers
    lesions: Numbers = ()

    @property
    def ratio(self) -> float | None:
        """100 × mean attenuation of the liver / of the lesion's core; of water and fat it says nothing."""
        liver, lesion = self.source.measured.organs.get("liver"), self.measured.core_hu_mean
        if liver is None or liver.hu_mean is None or lesion is None or min(liver.hu_mean, lesion) <= 0:
            return None
        return 100 * liver.hu_mean / lesion


#: Quantity → its value, and the segments that it was measured on.
QUANTITIES: Mapping[str, tuple[Callable[[Subject], float | None], Callable[[Subject], Numbers]]] = {
    "volume_cm3": (lambda one: one.measured.volume_cm3, lambda one: one.segments + one.lesions),
    "long_axis_mm": (lambda one: one.measured.long_axis_mm, lambda one: one.segments),
    "short_axis_mm": (lambda one: one.measured.short_axis_mm, lambda one: one.segments),
    "hu_mean": (lambda one: one.measured.hu_mean, lambda one: one.segments),
    "hu_sd": (lambda one: one.measured.hu_sd, lambda one: one.segments),
    "liver_lesion_ratio": (lambda one: one.ratio, lambda one: one.source.numbers("liver") + one.segments),
}


@dataclass(frozen=True)
class Answered:
    """Answers with what was measured.

    Attributes
    ----------
    measured_on
        As in `WriteContext`.
    masks
        Headers of the masks in it, by SOP Instance UID.
    """

    answers: dict[str, Any]
    measured_on: dict[tuple[str, str], Reference] = field(default_factory=dict)
    masks: dict[str, Dataset] = field(default_factory=dict)

    def others(self, cited: str | None) -> tuple[Dataset, ...]:
        """Return the headers of the masks beside the one that the report cites."""
        return tuple(header for sop, header in self.masks.items() if sop != cited)


def measure(
    template: Template,
    answers: Mapping[str, Any],
    cited: str | None,
    study: StudyInfo,
    phases: Mapping[str, str],
    measurements: Measurements,
) -> Answered:
    """Return answers, which have no measured items, with everything that can be measured for them.

    Parameters
    ----------
    cited
        SOP Instance UID of the mask that the report cites; without one nothing is measured.
    phases
        Series Instance UID → phase.

    Raises
    ------
    ArchiveError
        Orthanc does not give what is needed.
    """
    done = Answered(dict(answers))
    groups = [group for group in template.groups if any(item.measured for item in group.items)]
    if cited is None or not groups:
        return done
    sources = _sources(template, cited, study, phases, measurements)
    for group in groups:
        if group.repeats and group.name in answers:
            done.answers[group.name] = [_with_measured(group, one, sources, done) for one in answers[group.name]]
        elif not group.repeats and (member := _with_measured(group, answers.get(group.name, {}), sources, done)):
            done.answers[group.name] = member
    return done


def kept(archive: Archive, sop: str, answers: Mapping[str, Any]) -> Answered:
    """Return the answers of a report as they are, with the masks that they were measured on: for its verification.

    References to masks that are no longer in the archive are left out.
    """
    done = Answered(dict(answers))
    for place, reference in read.measured_on(archive.read(sop)).items():
        with contextlib.suppress(NotInArchive):
            if reference.sop_instance_uid not in done.masks:
                done.masks[reference.sop_instance_uid] = archive.header(reference.sop_instance_uid)
            done.measured_on[place] = reference
    return done


def _sources(
    template: Template, cited: str, study: StudyInfo, phases: Mapping[str, str], measurements: Measurements
) -> dict[str, Source]:
    """Return the mask for each phase, and under "" the cited one for what has no phase."""
    every = measurements.masks(study)
    own = [mask for mask in every if mask.sop_instance_uid == cited]
    chosen = dict(zip(("",), own, strict=False))
    for mask in (*own, *current(every)):
        phase = phases.get(mask.source_series_instance_uid or "")
        if phase in [one.name for one in template.phases]:
            chosen.setdefault(phase, mask)
    measured = measurements.of(list(dict.fromkeys(chosen.values())), study)
    return {
        phase: Source(mask, measured[mask.sop_instance_uid], mask.sop_instance_uid == cited)
        for phase, mask in chosen.items()
        if mask.sop_instance_uid in measured
    }


def _with_measured(
    group: Group, member: Mapping[str, Any], sources: Mapping[str, Source], done: Answered
) -> dict[str, Any]:
    """Return a member with what is measured of it, and put down on what."""
    answered = dict(member)
    identity = member.get("tracking_uid", "") if group.repeats else group.name
    for item in group.items:
        subject = _subject(group, item, member, sources)
        if item.measured is None or subject is None:
            continue
        value, segments = QUANTITIES[item.measured]
        number, header = value(subject), subject.source.mask.header
        if number is not None:
            answered[item.name] = round(number, DECIMALS)
            reference = Reference(header.SOPClassUID, header.SOPInstanceUID, segments=segments(subject))
            done.measured_on[identity, item.name] = reference
            done.masks[header.SOPInstanceUID] = header
    return answered


def _subject(group: Group, item: Item, member: Mapping[str, Any], sources: Mapping[str, Source]) -> Subject | None:
    source = sources.get(item.phase.name if item.phase else "")
    if source is None:
        return None
    if group.segments:
        organ = source.measured.organs.get(group.segments)
        numbers = source.numbers(group.segments)
        return Subject(source, organ, numbers, source.numbers(LESION)) if organ else None
    number = source.number_of(member)
    return Subject(source, source.measured.segments[number], (number,)) if number is not None else None
