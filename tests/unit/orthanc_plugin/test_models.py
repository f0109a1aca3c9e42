from pathlib import Path

import pytest

from orthanc_plugin import models
from orthanc_plugin.errors import SettingsError

SCRIPT = {
    "name": "unet",
    "kind": "torchscript",
    "version": "2",
    "labels": {"5": "Liver", "1": "Lesion"},
    "path": "/m.ts",
}
COMMAND = {
    "name": "total",
    "kind": "command",
    "version": "2",
    "labels": {"5": "Liver"},
    "command": "x {input} {output}",
}


def test_without_a_setting_there_is_the_baseline_that_says_what_it_is():
    (baseline,) = models.parse([])
    assert (baseline.name, baseline.kind) == ("liver", "baseline")
    assert baseline.algorithm.name == "liver: threshold baseline, not a trained model"
    assert baseline.algorithm.type == "AUTOMATIC"


def test_labels_become_segments_by_value_and_their_words_tell_the_kind():
    (model,) = models.parse([SCRIPT])
    assert [(one.number, one.label, one.kind) for one in model.segments] == [
        (1, "Lesion", "nodule"),
        (5, "Liver", "liver"),
    ]
    assert model.given["roi"] == [96, 96, 96]
    (spleen,) = models.parse([SCRIPT | {"labels": {"2": "Spleen"}}])
    assert spleen.segments[0].kind == "other"


def test_what_the_seg_says_fits_its_attribute():
    (model,) = models.parse([SCRIPT | {"description": "d" * 200}])
    assert len(model.algorithm.name) == 64
    (plain,) = models.parse([SCRIPT])
    assert plain.algorithm.name == "unet"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "onnx"}, '"kind" must be one of'),
        ({"patth": "/m"}, '"patth" is unknown'),
        ({"command": "x {input} {output}"}, '"command" is unknown'),
        ({"name": "a b"}, '"name" cannot be used'),
        ({"labels": {}}, '"labels" cannot be used'),
        ({"labels": {"0": "Rest"}}, '"labels" cannot be used'),
        ({"labels": {"256": "Liver"}}, '"labels" cannot be used'),
        ({"version": ""}, '"version" cannot be used'),
        ({"roi": [96, 96]}, '"roi" cannot be used'),
        ({"spacing_mm": [1, 1, 0]}, '"spacing_mm" cannot be used'),
        ({"phases": ["late"]}, '"phases" cannot be used'),
        ({"other_values": "keep"}, '"other_values" cannot be used'),
    ],
)
def test_a_wrong_key_is_named(change, said):
    with pytest.raises(SettingsError, match=r'"Models"\[0\]') as refused:
        models.parse([SCRIPT | change])
    assert said in str(refused.value)


@pytest.mark.parametrize("command", ["x", "x {input}", "x {output}", "x {input} {output} {patient}", "x {input} {", 5])
def test_a_command_reads_and_writes(command):
    with pytest.raises(SettingsError, match='"command" cannot be used'):
        models.parse([COMMAND | {"command": command}])
    assert models.parse([COMMAND | {"command": "x {input_folder} {output_folder}"}])


def test_what_must_be_given_is_named_and_names_are_given_once():
    for name in ("path", "labels", "version"):
        with pytest.raises(SettingsError, match=f'"{name}" must be given'):
            models.parse([{key: value for key, value in SCRIPT.items() if key != name}])
    with pytest.raises(SettingsError, match="given twice"):
        models.parse([SCRIPT, SCRIPT])


def test_the_documentation_has_the_table():
    page = Path(__file__).resolve().parents[3] / "docs/models.md"
    assert models.describe() in page.read_text()
