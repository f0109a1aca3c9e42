"""Phases as readers correct them: kept in the SR's image library, read back, and which of several count."""

import io
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import pydicom
import pytest
from pydicom import Dataset

from sr_templates import corrections, library, parsed, read, walk, write
from sr_templates.corrections import Correcting, Correction
from sr_templates.report import WriteContext
from sr_templates.template import Template

Make = Callable[..., WriteContext]
EARLY, LATE = datetime(2026, 1, 1), datetime(2026, 1, 2)


@pytest.fixture
def both(sources: list[Dataset]) -> tuple[str, str, list[Dataset]]:
    """Two series: their UIDs, and the headers of both."""
    other = deepcopy(sources[0])
    other.SeriesInstanceUID, other.SOPInstanceUID = "2.25.8", "2.25.81"
    return str(sources[0].SeriesInstanceUID), "2.25.8", [*sources, other]


@pytest.mark.parametrize("phase", [*library.PHASES, "other"])
def test_corrections_come_back_and_detected_phases_do_not(
    liver: Template, complete: dict[str, Any], context: Make, both: tuple[str, str, list[Dataset]],
    segmentation: Dataset, dicom_errors: Callable[[bytes], list[str]], phase: str,
) -> None:  # fmt: skip
    one, other, headers = both
    made = context(segmentation=segmentation, phases={one: "arterial", other: "arterial"}, corrections={other: phase})
    data = write.write(liver, complete, made, headers)
    assert read.read(data).phases == {other: phase}
    assert library.corrections(walk.document(data).root) == {other: phase}
    assert library.corrections(parsed.document(pydicom.dcmread(io.BytesIO(data))).root) == {other: phase}
    assert dicom_errors(data) == []


def test_without_corrections_there_are_none(
    liver: Template,
    complete: dict[str, Any],
    context: Make,
    both: tuple[str, str, list[Dataset]],
    segmentation: Dataset,
) -> None:
    one, _, headers = both
    data = write.write(liver, complete, context(segmentation=segmentation, phases={one: "arterial"}), headers)
    assert read.read(data).phases == {}


def correcting(sop: str, phases: Mapping[str, str], created: datetime | None = EARLY, *replaces: str) -> Correcting:
    return Correcting(sop, "Souza^Ana", created, replaces, phases)


def test_the_newest_report_that_corrects_a_series_counts_in_any_order() -> None:
    old, new = correcting("1", {"a": "arterial", "b": "other"}), correcting("2", {"a": "equilibrium"}, LATE)
    for reports in ([old, new], [new, old]):
        found = corrections.current(reports)
        assert found == {
            "a": Correction("equilibrium", "Souza^Ana", LATE),
            "b": Correction("other", "Souza^Ana", EARLY),
        }


def test_what_is_superseded_does_not_count() -> None:
    old, new = correcting("1", {"a": "arterial"}), correcting("2", {}, LATE, "1")
    assert corrections.current([new, old]) == {}
    assert corrections.current([old]) != {}
