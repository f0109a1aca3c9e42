import io
import json
from pathlib import Path

import pydicom
import pytest

from orthanc_plugin.commands.main import main
from orthanc_plugin.deidentification.keys import load_or_create
from seg import phantom


@pytest.fixture
def source(tmp_path):
    """A folder of folders: two series of an identified patient, and what is no DICOM."""
    folder = tmp_path / "in"
    images = phantom.study("small", ("arterial", "portal_venous"), patient_id="PRONTUARIO-17", study_date="20210304")
    for number, image in enumerate(images):
        path = folder / f"Silva_Joao/{number % 3}/{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save_as(path, enforce_file_format=True)
    (folder / "notes.txt").write_text("Silva, Joao")
    return folder


@pytest.fixture
def run(tmp_path, monkeypatch, source):
    monkeypatch.setenv("DATA", str(tmp_path / "data"))

    def call(*arguments):
        return main(["deidentify", str(source), str(tmp_path / "out"), *map(str, arguments)])

    return call


def stored(tmp_path):
    return {path: pydicom.dcmread(path) for path in (tmp_path / "out").rglob("*.dcm")}


def test_a_folder_becomes_a_folder_without_identity(run, tmp_path, source, capsys):
    report = tmp_path / "report.json"
    assert run("--new-secret", "--report", report) == 1  # notes.txt is no DICOM
    images = stored(tmp_path)
    assert len(images) == 48
    pseudonym = load_or_create(tmp_path / "data/secret.key").pseudonym("PRONTUARIO-17", "")
    for path, image in images.items():
        assert path.relative_to(tmp_path / "out").parts == (
            pseudonym, image.StudyInstanceUID, image.SeriesInstanceUID, f"{image.SOPInstanceUID}.dcm",
        )  # fmt: skip
    everything = b"".join(path.read_bytes() for path in images)
    assert not [word for word in (b"PRONTUARIO", b"Silva", b"Jo\xe3o", b"20210304") if word in everything]

    told = json.loads(report.read_text())
    assert told["refused"] == {"notes.txt": "not_dicom"}
    [study] = told["studies"]
    assert study["instances"] == 48
    assert {"path": "(0010,0010)", "name": "Patient's Name", "action": "dummy"}.items() <= next(
        one for one in study["attributes"] if one["path"] == "(0010,0010)"
    ).items()
    assert "48 instances of 1 studies" in capsys.readouterr().out
    assert "Silva" not in json.dumps(told["studies"])


def test_processes_and_engines_give_the_same(run, tmp_path):
    run("--new-secret", "--jobs", 1)
    first = {path.name: path.read_bytes() for path in stored(tmp_path)}
    (tmp_path / "out").rename(tmp_path / "first")
    run("--jobs", 3)
    assert {path.name: path.read_bytes() for path in stored(tmp_path)} == first


def test_the_settings_of_the_server_may_be_given(run, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"Deidentification": {"RetainDeviceIdentity": True}, "Vocabulary": ["Clínicas"]}))
    run("--new-secret", "--settings", settings)
    image = next(iter(stored(tmp_path).values()))
    assert image.DeviceSerialNumber == "99999"
    assert "113109" in [code.CodeValue for code in image.DeidentificationMethodCodeSequence]


def test_a_second_file_of_an_instance_is_told(run, tmp_path, source):
    first = next(path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix != ".txt")
    (source / "copy").write_bytes(first.read_bytes())
    report = tmp_path / "report.json"
    run("--new-secret", "--report", report)
    assert sorted(json.loads(report.read_text())["refused"].values()) == ["duplicate", "not_dicom"]
    assert len(stored(tmp_path)) == 48


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "There is no"),
        (("--new-secret", "--settings", "wrong.json"), '"Deidentify" is unknown'),
        (("--new-secret", "--settings", "option.json"), "no de-identification option RetainAll"),
    ],
)
def test_what_cannot_be_done_is_said(run, tmp_path, monkeypatch, capfd, arguments, message):
    monkeypatch.chdir(tmp_path)
    Path("wrong.json").write_text('{"Deidentify": {}}')
    Path("option.json").write_text('{"Deidentification": {"RetainAll": true}}')
    assert run(*arguments) == 1
    assert message in capfd.readouterr().err
    assert not list((tmp_path / "out").rglob("*.dcm"))


def test_the_source_is_never_written_to(run, tmp_path, source, monkeypatch, capsys):
    before = sorted(source.rglob("*"))
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    assert main(["deidentify", str(source), str(source / "out"), "--new-secret"]) == 1
    assert "outside" in capsys.readouterr().err
    assert sorted(source.rglob("*")) == before


def test_files_are_what_arrival_stores(run, tmp_path, source):
    from orthanc_plugin.deidentification import profile
    from orthanc_plugin.deidentification.arrival import Gate
    from orthanc_plugin.deidentification.policy import Policy

    run("--new-secret")
    gate = Gate(Policy(profile.load(), load_or_create(tmp_path / "data/secret.key")))
    file = source / "Silva_Joao/0/0"
    sop = pydicom.dcmread(io.BytesIO(gate.decide(file.read_bytes()).data)).SOPInstanceUID
    [path] = (tmp_path / "out").rglob(f"{sop}.dcm")
    assert path.read_bytes() == gate.decide(file.read_bytes()).data
