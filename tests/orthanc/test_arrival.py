"""Every way in: what is identified is never stored, what is refused is seen to fail."""

import io
import zipfile

import pydicom
import pytest

pytestmark = pytest.mark.orthanc

STOW = {
    "Content-Type": 'multipart/related; type="application/dicom"; boundary=PART',
    "Accept": "application/dicom+json",
}


def stow(*files):
    parts = b"".join(b"--PART\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files)
    return parts + b"--PART--\r\n"


def burned_in(make_series):
    return make_series(1, BurnedInAnnotation="YES")[0]


def newest(client, count):
    """The last instances that arrived, as stored."""
    admin = client("admin")
    last = admin.get("/changes?last").json()["Last"]
    page = admin.get(f"/changes?since={max(0, last - 40)}&limit=40").json()["Changes"]
    identifiers = [one["ID"] for one in page if one["ChangeType"] == "NewInstance"][-count:]
    return [pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{one}/file").content)) for one in identifiers]


def by_c_store(files, send, client, tmp_path):
    paths = [tmp_path / f"{number}.dcm" for number, _ in enumerate(files)]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    return send(*paths) == 0


def by_post(files, send, client, tmp_path):
    return all(client("sender").post("/instances", content=file).status_code == 200 for file in files)


def by_zip(files, send, client, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.dcm", file)
    return client("sender").post("/instances", content=buffer.getvalue()).status_code == 200


def by_stow(files, send, client, tmp_path):
    answer = client("sender").post("/dicom-web/studies", content=stow(*files), headers=STOW)
    # DICOMweb 1.7 answers 200 also when nothing was stored: its list says what was.
    return answer.status_code == 200 and len(answer.json()["00081199"].get("Value", ())) == len(files)


WAYS = [by_c_store, by_post, by_zip, by_stow]


@pytest.mark.parametrize("way", WAYS)
def test_what_arrives_is_stored_without_its_identity(
    way, send, client, count, make_series, as_file, tmp_path, identity, stored_bytes
):
    before, sent = count(), make_series(2)
    assert way([as_file(one) for one in sent], send, client, tmp_path)
    assert count() == before + 2
    for one, original in zip(newest(client, 2), sent, strict=True):
        assert str(one.PatientID).startswith("HEP-")
        assert one.PatientName == one.PatientID
        assert one.PatientIdentityRemoved == "YES"
        assert one.PixelData == original.PixelData
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
            assert one[keyword].value.startswith("2.25.")
    everything = stored_bytes()
    assert [word for word in identity if word.encode() in everything] == []


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_deidentified_is_refused_and_the_sender_sees_it(
    way, send, client, count, make_series, as_file, tmp_path
):
    before = count()
    refused = sum(client("admin").get("/hepatia/api/status").json()["arrivals"]["refused"].values())
    assert not way([as_file(burned_in(make_series))], send, client, tmp_path)
    assert count() == before
    assert sum(client("admin").get("/hepatia/api/status").json()["arrivals"]["refused"].values()) == refused + 1


@pytest.mark.parametrize("way", [by_post, by_zip, by_stow])
@pytest.mark.parametrize("cut", [0.5, 0.98])
def test_a_file_that_was_cut_is_refused(way, cut, send, client, count, make_series, as_file, tmp_path):
    before, file = count(), as_file(make_series(1)[0])
    assert not way([file[: int(len(file) * cut)]], send, client, tmp_path)
    assert count() == before


@pytest.mark.parametrize("body", [b"", b"garbage", b"\0" * 128 + b"DICM", b"PK\x03\x04 no zip"])
def test_what_is_no_dicom_is_refused(client, count, body):
    before = count()
    assert client("sender").post("/instances", content=body).status_code == 400
    assert count() == before


def test_the_same_instance_again_is_the_same_instance(client, count, make_series, as_file):
    file = as_file(make_series(1)[0])
    sender, before = client("sender"), count()
    first, second = (sender.post("/instances", content=file).json() for _ in range(2))
    assert (first["Status"], second["Status"], first["ID"]) == ("Success", "AlreadyStored", second["ID"])
    assert count() == before + 1


def test_what_we_stored_comes_back_unchanged_when_it_is_sent_again(client, study):
    admin = client("admin")
    found = admin.post("/tools/lookup", content=study.headers[0].SOPInstanceUID).json()[0]["ID"]
    file = admin.get(f"/instances/{found}/file").content
    again = client("sender").post("/instances", content=file).json()
    assert (again["Status"], again["ID"]) == ("AlreadyStored", found)


def test_real_series_arrive(send, client, count, shared_data):
    files = sorted((shared_data / "ct-upper-abdomen-lidc").rglob("*.dcm"))[:5]
    before = count()
    assert send(*files) == 0
    assert count() == before + len(files)
    originals = {str(pydicom.dcmread(file, stop_before_pixels=True).PatientID) for file in files}
    assert {str(one.PatientID) for one in newest(client, 5)}.isdisjoint(originals)
