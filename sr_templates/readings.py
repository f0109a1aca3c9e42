"""How far each reader is with a study of his own."""

from collections.abc import Iterable

from sr_templates.report import STATES


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
