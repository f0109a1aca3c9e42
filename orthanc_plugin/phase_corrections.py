"""What a reader says of the phases of series: read from a request, carried from version to version of a report."""

from collections.abc import Mapping

from orthanc_plugin import study_phases
from orthanc_plugin.archive import StudyInfo
from orthanc_plugin.errors import RequestError


def of_request(given: object, study: StudyInfo, before: Mapping[str, str]) -> dict[str, str]:
    """Return the corrections of a new report: those given, and those of the version before that it does not change.

    Parameters
    ----------
    given
        Series Instance UID → phase; None takes an earlier correction back. None instead of an object changes nothing.
    before
        Corrections of the report that it replaces.

    Raises
    ------
    RequestError
        A series is not a CT series of the study, or a phase is not known; `path` names it.
    """
    if given is None:
        return dict(before)
    if not isinstance(given, dict):
        raise RequestError(422, "invalid_phases", "The phases must be a JSON object: series to phase.", "phases")
    known = set(study_phases.ct_series(study))
    for uid, phase in given.items():
        if uid not in known:
            raise RequestError(422, "unknown_series", "The study has no such CT series.", f"phases.{uid}")
        if phase is not None and phase not in study_phases.PHASES:
            allowed = ", ".join(study_phases.PHASES)
            raise RequestError(422, "unknown_phase", f"There is no such phase; there are: {allowed}.", f"phases.{uid}")
    changed = {**before, **given}
    return {uid: phase for uid, phase in changed.items() if phase is not None}
