"""Reports of every version of a template that was ever published stay readable, answer by answer.

`frozen/<template>-<version>.dcm` was written by that version and is never written again (scripts/freeze_report.py); the
`.json` beside it holds what was put in, the `.items.json` the items and values of that version with their codes.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from sr_templates import answers, read, schema, template

FROZEN = sorted((Path(__file__).parent / "frozen").glob("*.dcm"))
#: What an item, and a value, may never change.
FIXED = ("path", "kind", "repeats", "concept", "site", "laterality", "unit", "since")
#: And what it may never change either, where it was written down already.
FIXED_SINCE = ("method", "phase", "measured")
FIXED_OF_VALUE = ("name", "scheme", "value", "since")


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
    assert report.findings == ()


@pytest.mark.parametrize("file", FROZEN, ids=lambda file: file.stem)
def test_items_and_values_are_only_added_or_retired(file: Path) -> None:
    name, _, version = file.stem.rpartition("-")
    current = {item["path"]: item for item in schema.items(template.load(name))}
    for item in json.loads(file.with_suffix(".items.json").read_text(encoding="utf-8")):
        now = current.pop(item["path"])
        names = (*FIXED, *(name for name in FIXED_SINCE if name in item))
        assert fixed(now, names) == fixed(item, names)
        assert not item["retired"] or now["retired"], "what is retired does not come back"
        values = {value["name"]: value for value in now["values"]}
        for value in item["values"]:
            assert fixed(values.pop(value["name"]), FIXED_OF_VALUE) == fixed(value, FIXED_OF_VALUE)
        assert all(value["since"] > int(version) for value in values.values()), "a new value needs a new version"
    assert all(item["since"] > int(version) for item in current.values()), "a new item needs a new version"


def fixed(part: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    # A meaning may be said better; scheme and value are the code.
    return {name: code(part[name]) if isinstance(part[name], dict) else part[name] for name in names}


def code(told: dict[str, str]) -> tuple[str, str]:
    return told["scheme"], told["value"]


@pytest.mark.parametrize("name", template.names())
def test_every_version_that_was_published_is_frozen(name: str) -> None:
    frozen = {file.stem for file in FROZEN if file.stem.rpartition("-")[0] == name}
    assert frozen >= {f"{name}-{version}" for version in range(1, template.load(name).version)}


@pytest.mark.parametrize("file", FROZEN, ids=lambda file: file.stem)
def test_an_older_report_can_be_verified_today(file: Path) -> None:
    report = read.read(file.read_bytes())
    assert report.template is not None
    given = dict(report.answers)
    answers.check(template.load(report.template), given, complete=True, retired=True)
