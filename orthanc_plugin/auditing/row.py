"""A row of the audit as a value, its digest, and what a chain of rows proves. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: What the first row has for the digest of the row before.
GENESIS = "0" * 64

#: Outcome of a row that was entered before the work; another row, whose `begun` is its number, tells how that ended.
BEGUN = "begun"

#: What names an object of ours: UIDs that we mint, Orthanc's identifiers, jobs and datasets, pseudonyms, numbers.
OURS = re.compile(r"2\.25\.[0-9.]{1,59}|[0-9a-f]{8}(?:-[0-9a-f]{8}){4}|[0-9a-f]{16}|HEP-[A-Z2-7]{10,}|[0-9]{1,9}")

#: Stands for what somebody asked for and was not made by us: it may be a number of the hospital.
FOREIGN = "foreign"


@dataclass(frozen=True)
class Entry:
    """What is to be entered.

    Parameters
    ----------
    request
        Method and path with names for what is variable: `POST /reports/{sop}/verify`.
    outcome
        Status of the answer, or a word.
    begun
        Number of the row that was entered before the work.
    """

    user: str
    role: str
    action: str
    request: str = ""
    objects: tuple[str, ...] = ()
    outcome: str = BEGUN
    details: Mapping[str, object] = field(default_factory=dict)
    begun: int | None = None


@dataclass(frozen=True)
class Row:
    """What stands in the table; `time` is UTC in ISO 8601."""

    id: int
    time: str
    entry: Entry
    previous: str
    digest: str


#: Nobody's rows: a time without a stop before the next start is a time when the server was killed.
SERVER_STARTS = Entry("", "", "start", outcome="done")
SERVER_STOPS = Entry("", "", "stop", outcome="done")


def named(objects: Iterable[object]) -> tuple[str, ...]:
    """Return the names of objects, each once; what is not of our making is not repeated."""
    given = (str(one) for one in objects)
    return tuple(dict.fromkeys(one if OURS.fullmatch(one) else FOREIGN for one in given))


def digest(number: int, time: str, entry: Entry, previous: str) -> str:
    """Return the SHA-256 of a row, over the digest of the row before and all that it says."""
    said = [number, time, entry.user, entry.role, entry.action, entry.request, list(entry.objects), entry.outcome]
    text = json.dumps([previous, *said, dict(entry.details), entry.begun], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def broken(rows: Iterable[Row], last: int) -> str:
    """Return what is wrong with a chain, in a sentence; nothing when it is whole.

    Parameters
    ----------
    rows
        In their order.
    last
        The highest number that was ever given to a row.
    """
    number, before = 0, GENESIS
    for row in rows:
        if row.id != number + 1:
            return f"row {number + 1} is missing"
        if row.previous != before or row.digest != digest(row.id, row.time, row.entry, row.previous):
            return f"row {row.id} was changed after it was written"
        number, before = row.id, row.digest
    return "" if number >= last else f"the rows after {number} are missing; there were {last}"
