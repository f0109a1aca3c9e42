"""Synthetic cohorts for tests and benchmarks: any number of exams, answered after any template."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from statistics import NormalDist, mean, stdev
from typing import Any

from indexer.index import Index
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from indexer.writer import Writer
from sr_templates.codes import Code
from sr_templates.report import Evaluation, Finding, Report
from sr_templates.template import CODED, NUMERIC, Group, Item, Template

STATES = ("complete", "complete", "complete", "verified", "verified", "consensus", "draft", "not_read")
PHASES = ("non_contrast", "arterial", "portal_venous", "equilibrium")
SENTENCES = (
    "Realce não clássico, discutido em reunião.",
    "Artefato de respiração na fase arterial.",
    "Compared with the prior exam: STABLE.",
    "Nódulo adjacente à veia porta; washout duvidoso",
)
AUTHORS = ("Souza^Ana", "Ávila^Bruno", "souza^Zoe")
FOREIGN = ("Pancreas unremarkable", "Cisto renal à esquerda", "Pleural effusion")


@dataclass(frozen=True)
class Exam:
    """One exam as an oracle knows it; `foreign` is what a report of another tool says."""

    uid: str
    patient: str
    sex: str | None
    age: int | None
    day: date | None
    state: str
    created: datetime
    phases: tuple[str, ...]
    segmented: bool
    answers: Mapping[str, Any]
    foreign: str = ""
    author: str = "Souza^Ana"

    @property
    def searched(self) -> Mapping[str, Any]:
        """The answers that a search sees: none of a draft."""
        return self.answers if self.state not in ("draft", "not_read") else {}


@dataclass(frozen=True)
class Habits:
    """How answers are given: how often the optional ones, and how many members a group has."""

    optional: float = 0.3
    required: float = 1.0
    members: tuple[int, ...] = (0, 0, 1, 1, 2, 2, 3, 4, 6, 9)
    extremes: bool = False
    items: Mapping[str, Any] = field(default_factory=dict)


def exams(template: Template, count: int, seed: int, habits: Habits = Habits()) -> Iterator[Exam]:
    """Yield exams of some patients each, of every state, at dates that often coincide."""
    chance = random.Random(seed)
    for number in range(count):
        day = date(2008, 1, 1) + timedelta(chance.randrange(14 * 365))
        yield Exam(
            uid=f"2.25.{seed}.{number}",
            patient=f"HEP-{chance.randrange(max(1, count * 3 // 4)):012d}",
            sex=chance.choice(("M", "M", "F", None)),
            age=chance.choice((None, *range(18, 95))),
            day=None if chance.random() < 0.02 else day,
            state=chance.choice(STATES),
            created=datetime(2020, 1, 1) + timedelta(minutes=chance.randrange(5 * 365 * 1440)),
            phases=tuple(sorted(chance.sample(PHASES, chance.randint(0, 4)))),
            segmented=chance.random() < 0.3,
            answers=answers(template, chance, habits),
            foreign=chance.choice(FOREIGN) if chance.random() < 0.05 else "",
            author=AUTHORS[number % len(AUTHORS)],
        )


def answers(template: Template, chance: random.Random, habits: Habits) -> dict[str, Any]:
    """Return one report's answers."""
    return {
        group.name: [_member(group, chance, habits) for _ in range(chance.choice(habits.members))]
        if group.repeats
        else _member(group, chance, habits)
        for group in template.groups
    }


def _member(group: Group, chance: random.Random, habits: Habits) -> dict[str, Any]:
    given = {}
    for item in group.items:
        often = habits.required if item.required else habits.optional
        if item.kind == "tracking_uid":
            given[item.name] = f"2.25.{chance.randrange(10**30)}"
        elif item.kind != "segment_number" and chance.random() < often:
            given[item.name] = _answer(item, chance)
    return given


def _answer(item: Item, chance: random.Random) -> Any:
    names = [value.name for value in item.values]
    if item.kind == "evaluation":
        return chance.choices(names, [1 / (place + 1) for place in range(len(names))])[0]
    if item.kind in CODED:
        return chance.sample(names, chance.randint(1, min(3, len(names))))
    if item.kind == "count":
        return chance.randint(0, 6)
    if item.kind in NUMERIC:
        return round(chance.lognormvariate(3, 0.7), chance.choice((0, 1, 1)))
    return chance.choice(SENTENCES)


def put(index: Index, template: Template, found: Iterable[Exam], at_once: int = 500) -> None:
    """Put exams into the index as their DICOM objects would be."""
    each = iter(found)
    while chunk := list(islice(each, at_once)):
        with index.transaction() as writer:
            for exam in chunk:
                put_one(writer, template, exam)


def put_one(writer: Writer, template: Template, exam: Exam) -> None:
    """Put all rows of one exam."""
    day = exam.day.isoformat() if exam.day else None
    writer.put_study(StudyRow(exam.uid, exam.patient, exam.sex, exam.age, day))
    for number, phase in enumerate(exam.phases, start=1):
        series = SeriesRow(f"{exam.uid}.9.{number}", exam.uid, "CT", phase, number, None, {"phase": phase})
        writer.put_series(series, lambda found: {uid: (one["phase"],) for uid, one in found.items()})
    if exam.segmented:
        # Of the first phase: a mask that another one replaces, with a nodule; and that other one, of the liver alone.
        source, segments = f"{exam.uid}.9.1", ({"kind": "liver"}, {"kind": "nodule"})
        for sop, drawn, replaces in ((".6", segments, ()), (".2", segments[:1], (f"{exam.uid}.6",))):
            row = SegmentationRow(
                exam.uid + sop, f"{exam.uid}.3", exam.uid, source, None, "", "", None, drawn, replaces
            )
            writer.put_segmentation(row)
    if exam.state != "not_read":
        writer.put_report(report(template, exam))
    if exam.foreign:
        said = Evaluation(Code("DCM", "121071", "Finding"), exam.foreign)
        finding = Finding(None, None, None, (), None, (), (said,))
        writer.put_report(report(None, exam, sop=f"{exam.uid}.7", answers={}, findings=(finding,), state="complete"))


def report(template: Template | None, exam: Exam, sop: str = "", **changes: Any) -> Report:
    """Return the report of an exam."""
    values: dict[str, Any] = {
        "sop_instance_uid": sop or f"{exam.uid}.1",
        "series_instance_uid": f"{exam.uid}.8",
        "study_instance_uid": exam.uid,
        "patient_id": exam.patient,
        "sex": exam.sex,
        "age": exam.age,
        "study_date": exam.day.isoformat() if exam.day else None,
        "template": template.id if template else None,
        "version": template.version if template else None,
        "answers": exam.answers,
        "state": exam.state,
        "author": exam.author,
        "author_login": "ana",
        "role": "radiologist",
        "created": exam.created,
        "replaces": (),
        "segmentation": None,
    }
    return Report(**(values | changes))


#: Rocha et al., Clinics 2024: patients, exams, men, women, mean and standard deviation of the age.
PAPER = {"patients": 656, "exams": 692, "M": 425, "F": 231, "mean": 56.89, "standard_deviation": 13.96}


def paper(template: Template) -> Iterator[Exam]:
    """Yield a cohort with exactly the margins that the paper publishes; everything else is made up."""
    chance = random.Random(2024)
    ages = _ages(int(PAPER["patients"]), PAPER["mean"], PAPER["standard_deviation"])
    chance.shuffle(ages)
    sexes = ["M"] * int(PAPER["M"]) + ["F"] * int(PAPER["F"])
    again = int(PAPER["exams"] - PAPER["patients"])
    for number, exam in enumerate(exams(template, int(PAPER["exams"]), 2024)):
        patient = number if number < len(ages) else number - len(ages)
        later = number >= len(ages)
        yield Exam(
            **vars(exam)
            | {
                "patient": f"HEP-{patient:012d}",
                "sex": sexes[patient],
                "age": ages[patient] + later,
                "day": date(2008, 1, 1) + timedelta(patient + (365 if later else 0)),
                "state": "complete",
            }
        )
    assert again == 36


def _ages(count: int, wanted_mean: float, wanted_deviation: float) -> list[int]:
    """Return whole ages with a mean and a sample standard deviation that round to two given ones."""
    curve = NormalDist(wanted_mean, wanted_deviation)
    ages = sorted(round(curve.inv_cdf((place + 0.5) / count)) for place in range(count))
    for place in range(count):
        if round(mean(ages), 2) == wanted_mean:
            break
        ages[place * 7 % count] += 1 if mean(ages) < wanted_mean else -1
    step = 1
    while round(stdev(ages), 2) != wanted_deviation:
        # A pair that is drawn apart or together leaves the mean as it is.
        apart = 1 if stdev(ages) < wanted_deviation else -1
        ages[count // 4 - step] -= apart
        ages[3 * count // 4 + step] += apart
        step = step % (count // 5) + 1
    return ages
