"""Which of the exams without a mask would teach the most when it is read next.

Where a model said how unsure it was of its pre-annotation, the most unsure come first (uncertainty sampling). The
others are ordered by diversity: each next exam is the one least like those that have a mask and those before it in the
list (greedy k-centre), by the words that describe it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Words that most exams share out of as many; rarer ones say little of how alike two exams are.
VOCABULARY = 1024

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """An exam: what describes it, and how unsure a model was of it, 0 to 1."""

    words: frozenset[str]
    uncertainty: float | None = None


@dataclass(frozen=True)
class Ranked:
    """A place in the order: the candidate's position, the benefit from 0 to 1, and why."""

    position: int
    benefit: float
    reason: str


def rank(candidates: Sequence[Case], done: Sequence[Case], count: int) -> list[Ranked]:
    """Return the first `count` candidates, the most beneficial first.

    Parameters
    ----------
    done
        Exams that have a reader's mask.
    """
    unsure = [(case.uncertainty, place) for place, case in enumerate(candidates) if case.uncertainty is not None]
    first = [
        Ranked(place, round(value, 4), f"The model is unsure of it: {value:.0%}.")
        for value, place in sorted(unsure, key=lambda one: (-one[0], one[1]))
    ]
    rest = [place for place, case in enumerate(candidates) if case.uncertainty is None]
    wanted = max(0, count - len(first))
    known = [*done, *(candidates[one.position] for one in first[:count])]
    return [*first[:count], *_diverse(candidates, rest, known, wanted)]


def _diverse(candidates: Sequence[Case], places: Sequence[int], known: Sequence[Case], count: int) -> list[Ranked]:
    if not places or not count:
        return []
    chosen = [candidates[place] for place in places]
    told = _told([*chosen, *known])
    ours, theirs = told[: len(chosen)], told[len(chosen) :]
    nearest = _distances(ours, theirs).min(axis=1) if len(theirs) else None
    found: list[Ranked] = []
    for _ in range(min(count, len(places))):
        if nearest is None:
            # Nothing to differ from yet: begin with what is most like all the others.
            next_one, distance = int(_distances(ours, ours).sum(axis=1).argmin()), 1.0
            nearest = np.ones(len(ours), np.float32)
        else:
            next_one = int(nearest.argmax())
            distance = float(nearest[next_one])
        found.append(Ranked(places[next_one], round(distance, 4), _reason(distance)))
        nearest = np.minimum(nearest, _distances(ours, ours[[next_one]])[:, 0])
        nearest[next_one] = -1
    return found


def _reason(distance: float) -> str:
    if distance >= 1:
        return "No exam with a mask, and none before it here, is described by the same words."
    return f"It shares {1 - distance:.0%} of its description with the nearest exam that has a mask or stands before it."


def _told(cases: Sequence[Case]) -> Matrix:
    """Return which word of the vocabulary describes which case, (cases, words)."""
    counted = Counter(word for case in cases for word in case.words)
    common = sorted(counted, key=lambda word: (-counted[word], word))[:VOCABULARY]
    place = {word: column for column, word in enumerate(common)}
    found = np.zeros((len(cases), len(common)), np.float32)
    for row, case in enumerate(cases):
        found[row, [place[word] for word in case.words if word in place]] = 1
    return found


def _distances(first: Matrix, second: Matrix) -> Matrix:
    """Return Jaccard's distance of each of the first to each of the second; of nothing to nothing it is 0."""
    common = first @ second.T
    either = first.sum(axis=1)[:, None] + second.sum(axis=1) - common
    found: Matrix = 1 - np.divide(common, either, out=np.ones_like(common), where=either > 0)
    return found
