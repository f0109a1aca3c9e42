"""Reports of every version of a template that was ever published stay readable, answer by answer.

`frozen/<template>-<version>.dcm` was written by that version and is never written again; the JSON beside it holds what
was put in, every value of every item of that version at least once.
"""

import json
from pathlib import Path

import pytest

from sr_templates import read

FROZEN = sorted((Path(__file__).parent / "frozen").glob("*.dcm"))


@pytest.mark.parametrize("file", FROZEN, ids=lambda file: file.stem)
def test_a_report_of_an_older_version_stays_readable(file: Path) -> None:
    report = read.read(file.read_bytes())
    assert f"{report.template}-{report.version}" == file.stem
    assert report.answers == json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert (report.state, report.author, report.author_login, report.role) == (
        "verified",
        "Souza^Ana",
        "ana",
        "resident",
    )
    assert report.segmentation is not None
