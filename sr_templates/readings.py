"""How far each reader is with a study of his own."""

from collections.abc import Iterable
from datetime import datetime

from sr_templates.report import STATES, Report

#: States of a reading that is over; a consensus is the reading of nobody.
FINISHED = ("complete", "verified")


def furthest(written: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return login → state of what this reader has written, the most final one.

    A draft does not take back what was complete before it; a consensus is the reading of nobody.

    Parameters
    ----------
    written
        Login of the author and state of each report of one study.
    """
    found: dict[str, str] = {}
    for login, state in written:
        if login and state != "consensus":
            found[login] = max(found.get(login, STATES[0]), state, key=STATES.index)
    return found


def current(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Return the current report of each reader who has completed one, by name: his most final, the newest of those.

    What others have replaced it with is their reading, not his.
    """
    found: dict[tuple[str, str], Report] = {}
    for report in reports:
        mine = (report.author, report.author_login)
        if report.author_login and report.state in FINISHED:
            found[mine] = max(found.get(mine, report), report, key=_finality)
    return tuple(found[mine] for mine in sorted(found))


def _finality(report: Report) -> tuple[int, datetime, str]:
    return STATES.index(report.state), report.created or datetime.min, report.sop_instance_uid
