"""What a search must find, found exam by exam in plain Python, and random searches to ask."""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import permutations
from typing import Any

from indexer import layout
from sr_templates.template import CODED, NUMERIC, Item, Template
from tests.cohorts import Exam

Query = list[tuple[str, str]]

WORDS = ("RESPIRAÇÃO", "reuniao", "washout", "prior", "cisto", "effusion", "ascite", "LR-5", "Não", "yes", "x%y", "sim")


def plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn").lower()


class Oracle:
    """A cohort and the brute force."""

    def __init__(self, template: Template, exams: Sequence[Exam]) -> None:
        self.template, self.exams = template, exams

    @cached_property
    def texts(self) -> list[tuple[str, ...]]:
        return [tuple(plain(text) for text in self._texts(exam)) for exam in self.exams]

    def search(self, query: Query, order: Callable[[Exam], Any] | None = None) -> list[str]:
        """The UIDs that a search finds, in order."""
        tests = [self._exam_test(name, text) for name, text in query if not self._group(name) and name != "text"]
        of_members = defaultdict(list)
        for name, text in query:
            if group := self._group(name):
                block, base = blocked(name)
                of_members[group, block].append(self._member_test(base, text))
        words = [plain(word) for name, text in query if name == "text" for word in text.split()]
        found = [
            exam
            for exam, texts in zip(self.exams, self.texts, strict=True)
            if all(test(exam) for test in tests)
            and all(
                fulfilled(
                    [wanted for (of, _), wanted in of_members.items() if of == group], exam.searched.get(group, ())
                )
                for group in {group for group, _ in of_members}
            )
            and all(any(word in text for text in texts) for word in words)
        ]
        return [exam.uid for exam in sorted(found, key=order or newest_first)]

    def priors(self, exam: Exam) -> int:
        """How many earlier exams of the same patient there are."""
        return sum(day < exam.day for day in self._days[exam.patient]) if exam.day else 0

    @cached_property
    def _days(self) -> dict[str, list[date]]:
        days = defaultdict(list)
        for exam in self.exams:
            if exam.day:
                days[exam.patient].append(exam.day)
        return days

    def _group(self, name: str) -> str:
        if name in SUMMARY:
            return ""
        group = self.template.group(name.partition(".")[0])
        return group.name if group and group.repeats else ""

    def _exam_test(self, name: str, text: str) -> Callable[[Exam], bool]:
        path, suffix = split(name)
        known: dict[str, Callable[[Exam], Any]] = {
            "patient.sex": lambda exam: exam.sex,
            "patient.age": lambda exam: exam.age,
            "study.date": lambda exam: exam.day,
            "study.phase": lambda exam: list(exam.phases),
            "state": lambda exam: exam.state,
            "reader": reader,
            "lirads": highest,
            "nodules": lambda exam: len(exam.searched.get("nodules", ())),
            "largest_mm": largest,
        }
        if name == "has":
            return lambda exam: set(text.split(",")) <= {*there(exam), *(["prior"] if self.priors(exam) else [])}
        group, _, item = path.partition(".")
        value = known.get(path) or (lambda exam: exam.searched.get(group, {}).get(item))
        return lambda exam: holds(value(exam), suffix, text)

    @staticmethod
    def _member_test(name: str, text: str) -> Callable[[dict[str, Any]], bool]:
        path, suffix = split(name)
        item = path.partition(".")[2]
        return lambda member: holds(member.get(item), suffix, text)

    def _texts(self, exam: Exam) -> Iterator[str]:
        yield exam.foreign
        for group in self.template.groups:
            given = exam.searched.get(group.name) or {}
            for member in given if group.repeats else [given]:
                for item in group.items:
                    if item.name in member and item.kind != "tracking_uid":
                        yield from said(item, member[item.name])


def blocked(name: str) -> tuple[int, str]:
    """The block that a filter stands in, and its name in the first: `nodules.2.lirads` is the second's."""
    group, block, rest = (*name.split(".", 2), "", "")[:3]
    return (int(block), f"{group}.{rest}") if block.isdecimal() else (1, name)


def fulfilled(blocks: Sequence[Sequence[Callable[[Any], bool]]], members: Sequence[Any]) -> bool:
    """Whether every block has a member of its own: all ways to choose are tried."""
    return any(
        all(all(test(one) for test in block) for block, one in zip(blocks, chosen, strict=True))
        for chosen in permutations(members, len(blocks))
    )


def said(item: Item, answer: Any) -> Iterator[str]:
    if item.kind == "text":
        yield answer
    if item.values:
        yield from (item.title.en, item.title.pt)
        for name in answer if isinstance(answer, list) else [answer]:
            value = item.value(name)
            assert value is not None
            yield from (value.title.en, value.title.pt)


def there(exam: Exam) -> list[str]:
    report = exam.state != "not_read" or exam.foreign
    four = set(exam.phases) == {"non_contrast", "arterial", "portal_venous", "equilibrium"}
    has = (("segmentation", exam.segmented), ("report", report), ("four_phases", four))
    return [name for name, is_there in has if is_there]


#: Filters of what lists tell about the nodules; not of one nodule.
SUMMARY = ("nodules.min", "nodules.max", "largest_mm.min", "largest_mm.max", "lirads")

#: From what says least of cancer to what says most.
LOWEST_FIRST = ("LR-NC", "LR-1", "LR-2", "LR-3", "LR-TR", "LR-4", "LR-M", "LR-5", "LR-TIV")


def reader(exam: Exam) -> str | None:
    return exam.author if exam.state != "not_read" else None


def highest(exam: Exam) -> str | None:
    given = [one["lirads"] for one in exam.searched.get("nodules", ()) if "lirads" in one]
    return max(given, key=LOWEST_FIRST.index, default=None)


def largest(exam: Exam) -> float | None:
    return max((one["diameter_mm"] for one in exam.searched.get("nodules", ()) if "diameter_mm" in one), default=None)


def split(name: str) -> tuple[str, str]:
    suffix = name[-4:] if name.endswith((".min", ".max")) else ""
    return name.removesuffix(suffix), suffix


def holds(value: Any, suffix: str, text: str) -> bool:
    if value is None:
        return False
    if suffix:
        limit = date.fromisoformat(text) if isinstance(value, date) else float(text)
        return bool(value >= limit if suffix == ".min" else value <= limit)
    wanted = text.split(",")
    if isinstance(value, list):
        return bool(set(value) & set(wanted))
    return value in wanted if isinstance(value, str) else value in [float(one) for one in wanted]


def newest_first(exam: Exam) -> tuple[Any, ...]:
    """The usual order: by date, those without one last, and of one date by the hash of the UID."""
    return (exam.day is None, -(exam.day or date.min).toordinal(), -(layout.key(exam.uid) >> 24))


def by(value: Callable[[Exam], float | None], *, descending: bool) -> Callable[[Exam], tuple[Any, ...]]:
    """Another order, with the usual one among equals."""

    def key(exam: Exam) -> tuple[Any, ...]:
        number = value(exam)
        return (number is None, (-number if descending else number) if number is not None else 0, newest_first(exam))

    return key


def random_searches(template: Template, count: int, seed: int) -> Iterator[Query]:
    """Searches of one to six filters of every kind."""
    chance = random.Random(seed)
    items = [(group, item) for group in template.groups for item in group.items if item.kind in CODED | NUMERIC]
    repeated = [one for one in items if one[0].repeats]
    for _ in range(count):
        query = [_on(group, item, chance) for group, item in chance.sample(items, chance.randint(0, 2))]
        query += [_on(group, item, chance) for group, item in chance.sample(repeated, chance.choice((0, 0, 1, 2, 3)))]
        if chance.random() < 0.3:
            query += [_other(_on(*chance.choice(repeated), chance), chance) for _ in range(chance.randint(1, 3))]
        for name, share, values in STUDY:
            if chance.random() < share and (name not in SUMMARY or template.group("nodules")):
                query.append((name, chance.choice(values)))
        if chance.random() < 0.15:
            query.append(("text", " ".join(chance.sample(WORDS, chance.randint(1, 2)))))
        yield query


STUDY = (
    ("patient.sex", 0.15, ("M", "F", "M,F", "O")),
    ("patient.age.min", 0.15, ("30", "50.5", "70")),
    ("patient.age.max", 0.15, ("40", "60", "80")),
    ("study.date.min", 0.15, ("2010-05-17", "2015-01-01")),
    ("study.date.max", 0.15, ("2012-02-29", "2020-12-31")),
    ("study.phase", 0.15, ("arterial", "portal_venous,equilibrium", "other")),
    ("state", 0.15, ("not_read", "draft", "verified,consensus", "complete")),
    ("has", 0.2, ("segmentation", "report", "segmentation,report", "four_phases", "prior", "prior,segmentation")),
    ("reader", 0.1, ("Souza^Ana", "Ávila^Bruno,souza^Zoe", "Nobody")),
    ("lirads", 0.1, ("LR-5", "LR-TIV,LR-M", "LR-2,LR-TR")),
    ("nodules.min", 0.1, ("1", "3")),
    ("nodules.max", 0.1, ("0", "2")),
    ("largest_mm.min", 0.1, ("20", "35.5")),
)


def _other(condition: tuple[str, str], chance: random.Random) -> tuple[str, str]:
    """The same on another member."""
    group, _, item = condition[0].partition(".")
    return f"{group}.{chance.choice((2, 2, 3))}.{item}", condition[1]


def _on(group: Any, item: Item, chance: random.Random) -> tuple[str, str]:
    path = f"{group.name}.{item.name}"
    if item.kind in NUMERIC:
        suffix = chance.choice(("", ".min", ".max"))
        return path + suffix, str(chance.choice((0, 1, 2, 3, 9.5, 15, 20, 40)))
    names = [value.name for value in item.values]
    return path, ",".join(chance.sample(names, chance.randint(1, min(3, len(names)))))
