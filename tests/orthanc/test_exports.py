"""Datasets of cohorts: what is in them is what is in the archive, read back by SimpleITK, nibabel and pydicom."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from tests.orthanc.datasets import Api, Exam, table

pytestmark = pytest.mark.orthanc

REPOSITORY = Path(__file__).resolve().parents[2]

#: Parts of 1 MB, so that few small scans make several.
SETTINGS = {'"RemoteSenders"': '"ExportPartMegabytes": 1, "RemoteSenders"'}


@pytest.fixture(scope="module")
def instance(start_changed):
    return start_changed(SETTINGS)


@pytest.fixture(scope="module")
def exams(instance):
    return [Exam(instance, number) for number in range(3)]


@pytest.fixture(scope="module")
def drawn(exams):
    """Masks of the first exam by phase: the arterial one in its second version."""
    first = exams[0]
    former, _ = first.draw("arterial")
    return {"arterial": first.draw("arterial", edited=former), "portal_venous": first.draw("portal_venous")}


@pytest.fixture
def api(instance):
    return Api(instance, "scientist")


def read(data, folder):
    path = folder / "image.nii.gz"
    path.write_bytes(data)
    return SimpleITK.ReadImage(str(path))


def test_images_and_masks_are_those_of_the_archive_voxel_for_voxel(api, exams, drawn, tmp_path):
    files = api.files(api.make(query="has=segmentation", name="Cirrose & CHC"))
    exam = exams[0]
    rows = {row["phase"]: row for row in table(files, "manifest.csv")}
    assert list(rows) == ["arterial", "portal_venous"]
    for phase, row in rows.items():
        folder = f"{exam.patient_id}/{exam.uid}"
        assert (row["image"], row["mask"]) == (f"images/{folder}/{phase}.nii.gz", f"masks/{folder}/{phase}.nii.gz")
        grid, hounsfield = exam.hounsfield(phase)
        image, mask = read(files[row["image"]], tmp_path), read(files[row["mask"]], tmp_path)
        assert np.array_equal(SimpleITK.GetArrayFromImage(image), hounsfield)
        sop, array = drawn[phase]
        assert (row["mask_sop_instance_uid"], row["series_instance_uid"]) == (sop, exam.series_uid(phase))
        # ITK tells positions in LPS, as DICOM does; a mask is where its image is.
        where = image.TransformIndexToPhysicalPoint((0, 0, 0))
        assert np.allclose(where, grid.affine_lps[:3, 3], atol=1e-3)
        assert np.allclose(mask.TransformIndexToPhysicalPoint((0, 0, 0)), where)
        assert image.GetSpacing() == mask.GetSpacing()
        labels = SimpleITK.GetArrayFromImage(mask)
        assert set(np.unique(labels)) == {0, 1, 2}
        assert np.array_equal(labels, array)
        sidecar = json.loads(files[row["image"].replace(".nii.gz", ".json")])
        assert sidecar["SOPInstanceUIDs"] == list(grid.sop_instance_uids)


def test_the_newest_version_of_a_mask_is_given(api, exams, drawn):
    files = api.files(api.make(query="has=segmentation", include={"images": "none", "masks": "dicom"}))
    [arterial, _] = table(files, "manifest.csv")
    dataset = pydicom.dcmread(io.BytesIO(files[arterial["mask"]]))
    assert dataset.SOPInstanceUID == drawn["arterial"][0] == arterial["mask_sop_instance_uid"]
    assert not [name for name in files if name.startswith("images/")]


def test_tables_checksums_and_readme_tell_what_is_there(api, exams, drawn, complete_answers):
    exams[0].report(complete_answers)
    query = "nodules.lirads=LR-5&language=pt"
    made = api.make(query=query, name="HCC")
    files = api.files(made)
    assert made["exams"] == made["exams_done"] == 1
    assert made["words"] == api.http.get(f"/search?{query}").json()["words"]
    assert made["words"] in files["README.md"].decode()
    [exam] = json.loads(files["answers.json"])
    assert exam["answers"]["nodules"][0]["lirads"] == "LR-5"
    [nodule] = table({"nodules.csv": files["nodules.csv"]}, "nodules.csv")
    assert (nodule["nodules.diameter_mm"], nodule["patient_id"]) == ("22.5", exams[0].patient_id)
    listed = dict(reversed(line.split("  ")) for line in files["checksums.sha256"].decode().splitlines())
    assert listed == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "checksums.sha256"
    }
    about = json.loads(files["dataset.json"])
    assert about["counts"] == {"exams": 1, "patients": 1, "scans": 2}
    assert about["labels"] == {"0": "background", "1": "liver", "2": "nodule"}
    assert (about["query"], about["description"]) == (query, made["words"])


def test_a_large_dataset_comes_in_parts_that_are_whole_and_the_same_again(api, exams):
    body = {"query": "study.phase=arterial", "include": {"images": "nifti", "masks": "none", "answers": False}}
    first, second = api.make(**body), api.make(**body)
    assert len(first["parts"]) > 1
    assert sum(part["bytes"] for part in first["parts"]) == first["bytes"]
    for part, data in zip(first["parts"], api.zips(first), strict=True):
        assert (len(data), hashlib.sha256(data).hexdigest()) == (part["bytes"], part["sha256"])
    assert first["parts"][:-1] == second["parts"][:-1], "only the last part tells when it was made"
    files = api.files(first)
    assert len(table(files, "manifest.csv")) == 2 * len(exams)
    assert "answers.json" not in files
    answer = api.http.get(f"/exports/{first['id']}/download")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "several_parts")


def test_dicom_images_are_the_files_of_the_archive_byte_for_byte(api, exams):
    made = api.make(query="", include={"images": "dicom", "masks": "none", "answers": False})
    files = api.files(made)
    stored = {hashlib.sha256(one).digest() for exam in exams for one in exam.files}
    images = {name: data for name, data in files.items() if name.endswith(".dcm")}
    assert {hashlib.sha256(data).digest() for data in images.values()} == stored
    [row] = [r for r in table(files, "manifest.csv") if r["series_instance_uid"] == exams[1].series_uid("arterial")]
    numbers = [
        pydicom.dcmread(io.BytesIO(images[n])).InstanceNumber for n in sorted(images) if n.startswith(row["image"])
    ]
    assert numbers == list(range(1, 25))


def test_who_may_do_what(instance, api, exams):
    mine = api.begin(query="", include={"images": "none", "masks": "none"})
    other, admin = Api(instance, "student"), Api(instance, "admin")
    assert other.http.get(f"/exports/{mine}").status_code == 404
    assert other.http.delete(f"/exports/{mine}").status_code == 404
    assert other.http.get("/exports").json()["exports"] == []
    assert Api(instance, "sender").ask(query="").status_code == 403
    assert mine in [one["id"] for one in admin.http.get("/exports").json()["exports"]]
    api.wait(mine)
    assert admin.http.get(f"/exports/{mine}/download").status_code == 200
    folder = instance.data / "exports" / mine
    assert [path.suffix for path in folder.iterdir()] == [".zip"]
    assert api.http.delete(f"/exports/{mine}").json() == {"deleted": mine}
    assert api.http.get(f"/exports/{mine}").status_code == 404
    assert not folder.exists()
    rows = admin.http.get(f"/audit?object={mine}").json()["items"]
    of_mine = [(one["action"], one["user"]) for one in reversed(rows) if one["outcome"] in ("200", "202", "done")]
    scientist, admin_login = instance.account("scientist")[0], instance.account("admin")[0]
    done = [("ask_export", scientist), ("job_ended", scientist), ("download_export", admin_login)]
    assert of_mine == [*done, ("delete_export", scientist)]


def test_an_export_that_is_cancelled_leaves_nothing(instance, api, exams):
    blocking, waiting = api.begin(query=""), api.begin(query="")
    assert api.get(waiting)["place"] in (0, 1)
    for one in (waiting, blocking):
        assert api.http.delete(f"/exports/{one}").status_code == 200
    for one in (waiting, blocking):
        found = api.wait(one)
        assert (found["state"], found["error"], found["parts"]) == ("cancelled", None, [])
        assert api.http.get(f"/exports/{one}/download").status_code == 409
        assert not (instance.data / "exports" / one).exists()


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"query": "patient.colour=red"}, 400, "invalid_filter", "patient.colour"),
        ({"query": "patient.age.min=140"}, 422, "nothing_found", "query"),
        ({"query": "", "include": {"images": "png"}}, 422, "invalid_export", "include.images"),
        ({"query": "", "include": {"pictures": "nifti"}}, 422, "invalid_export", "include"),
        (
            {"query": "", "include": {"images": "none", "masks": "none", "answers": False}},
            422,
            "invalid_export",
            "include",
        ),
        ({"query": "", "name": " "}, 422, "invalid_export", "name"),
    ],
)
def test_what_makes_no_sense_is_refused(api, exams, body, status, code, path):
    answer = api.ask(**body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["path"]) == (status, code, path)


@pytest.mark.parametrize("output", ["dataset.zip", "dataset"])
def test_the_command_fetches_the_same_dataset(instance, api, exams, tmp_path, output):
    command = [sys.executable, "-m", "orthanc_plugin.commands.main", "export", "--query", "", "--output"]
    port = instance.url.rpartition(":")[2]
    environment = {"DATA": str(instance.data), "HTTP_PORT": port, "PATH": "/usr/bin", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([*command, str(tmp_path / output)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    expected = api.files(api.make(query=""))
    if output.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / output) as opened:
            found = {name: opened.read(name) for name in opened.namelist()}
    else:
        root = tmp_path / output
        found = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert subprocess.run(["sha256sum", "-c", "--quiet", "checksums.sha256"], cwd=root).returncode == 0
    different = {name for name in expected if found.get(name) != expected[name]}
    assert found.keys() == expected.keys()
    assert different <= {"dataset.json", "checksums.sha256"}, "they tell when"
    again = subprocess.run([*command, str(tmp_path / output)], env=environment, capture_output=True, text=True)
    assert again.returncode == 1
    assert "already" in again.stderr
