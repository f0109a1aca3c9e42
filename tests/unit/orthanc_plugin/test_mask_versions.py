"""A mask that is edited becomes a new segmentation, which supersedes the one it was derived from."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pydicom
import pytest

from seg import labelmap
from seg.labelmap import Algorithm, Labelmap, Segment

CT = "2.25.1001"
SOPS = tuple(f"{CT}.{number}" for number in range(3))
LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
MODEL = Algorithm("liver-net", "2.1", "AUTOMATIC")


def body(array, segments, derived_from=None, algorithm=None):
    return labelmap.compose(Labelmap(4, 5, SOPS, tuple(segments), algorithm, array, derived_from))


@pytest.fixture
def array():
    drawn = np.zeros((3, 4, 5), np.uint8)
    drawn[0, 1, :], drawn[2, 3, 3:5] = 1, 2
    return drawn


SEGMENTS = (Segment(1, "Liver", "liver"), Segment(2, "Lesion", "nodule"))


@pytest.fixture
def write(api):
    def post(data, login="ana", series=CT):
        return api(login, "POST", f"/series/{series}/segmentations", data=data, headers=LABELMAP)

    return post


@pytest.fixture
def first(write, array):
    return write(body(array, SEGMENTS, algorithm=MODEL))[1]["sop_instance_uid"]


def test_the_new_version_keeps_tracking_and_what_drew_each_segment(write, api, archive, first, array):
    before = api("ana", "GET", f"/segmentations/{first}")[1]
    array[0, 2, 2], array[1, 1, 1] = 1, 3
    status, written = write(body(array, [*SEGMENTS, Segment(3, "New", "nodule")], first), login="rafael")
    assert status == 201
    after = api("ana", "GET", f"/segmentations/{written['sop_instance_uid']}")[1]
    assert (before["replaces"], after["replaces"]) == ([], [first])
    assert [one["algorithm"] and one["algorithm"]["type"] for one in after["segments"]] == [
        "SEMIAUTOMATIC",
        "AUTOMATIC",
        None,
    ]
    tracked = [one["tracking_uid"] for one in before["segments"]]
    assert [one["tracking_uid"] for one in after["segments"]][:2] == tracked
    assert [one["tracking_uid"] for one in written["segments"]][:2] == tracked
    people = archive.header(written["sop_instance_uid"]).ContributingEquipmentSequence
    assert [str(one.OperatorsName) for one in people] == ["Souza^Ana", "Lima^Rafael"]


def test_all_versions_stay_and_are_listed(write, api, archive, first, array):
    second = write(body(array, SEGMENTS, first))[1]["sop_instance_uid"]
    listed = api("paulo", "GET", "/studies/2.25.1000")[1]["segmentations"]
    assert {one["sop_instance_uid"]: one["replaces"] for one in listed} == {first: [], second: [first]}
    assert archive.stored == [first, second]


def test_a_segment_that_is_left_out_is_gone_and_numbers_close(write, api, first, array):
    array[array == 1] = 0
    second = write(body(array, SEGMENTS, first))[1]
    assert [(one["number"], one["label"]) for one in second["segments"]] == [(1, "Lesion")]
    described = api("ana", "GET", f"/segmentations/{second['sop_instance_uid']}")[1]
    assert described["segments"][0]["algorithm"]["type"] == "AUTOMATIC"


def test_a_segmentation_that_is_not_there_is_422(write, archive, first, array):
    for unknown in ("2.25.404", SOPS[0]):
        status, answer = write(body(array, SEGMENTS, unknown))
        assert (status, answer["error"]["code"]) == (422, "unknown_segmentation")
        assert answer["error"]["path"] == "derived_from"
    assert archive.stored == [first]


def test_a_segmentation_of_another_series_is_422(write, archive, first, array):
    for number in range(3):
        header = pydicom.dcmread(BytesIO(archive.read(SOPS[number])))
        header.SeriesInstanceUID, header.SOPInstanceUID = "2.25.2001", f"2.25.2001.{number}"
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.save_as(archive.folder / header.SOPInstanceUID, enforce_file_format=True)
    other = Labelmap(4, 5, tuple(f"2.25.2001.{n}" for n in range(3)), SEGMENTS, None, array, first)
    status, answer = write(labelmap.compose(other), series="2.25.2001")
    assert (status, answer["error"]["code"], answer["error"]["path"]) == (422, "other_series", "derived_from")
    assert archive.stored == [first]


def test_what_is_no_uid_is_400(write, array):
    assert write(body(array, SEGMENTS, "my mask"))[0] == 400


def test_masks_are_label_maps_by_a_setting(write, app, archive, array, call, api):
    services = app.extensions["hepatia"]
    settings = replace(services.settings, segmentation_type="LABELMAP")
    app.extensions["hepatia"] = replace(services, settings=settings)
    first = write(body(array, SEGMENTS))[1]["sop_instance_uid"]
    assert archive.header(first).SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.7"
    back = labelmap.parse(call("ana", "GET", f"/hepatia/api/segmentations/{first}/labelmap").data)
    assert np.array_equal(back.array, array)
    second = write(body(array, SEGMENTS, first))[1]["sop_instance_uid"]
    assert api("ana", "GET", f"/segmentations/{second}")[1]["replaces"] == [first]


@pytest.fixture
def second_scan(archive):
    """Another scan of the same places in the same series, as some scanners store the next phase."""
    for number in range(3):
        header = pydicom.dcmread(BytesIO(archive.read(SOPS[number])))
        header.AcquisitionNumber, header.SOPInstanceUID = 2, f"{CT}.1{number}"
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.save_as(archive.folder / header.SOPInstanceUID, enforce_file_format=True)
    return tuple(f"{CT}.1{number}" for number in range(3))


def test_a_mask_is_on_the_scan_whose_slices_it_names(write, call, archive, array, second_scan):
    for sops in (SOPS, second_scan):
        drawn = Labelmap(4, 5, sops, SEGMENTS, None, array)
        sop = write(labelmap.compose(drawn))[1]["sop_instance_uid"]
        back = labelmap.parse(call("ana", "GET", f"/hepatia/api/segmentations/{sop}/labelmap").data)
        assert back.sop_instance_uids == sops
        assert np.array_equal(back.array, array)
        assert call("ana", "GET", f"/hepatia/api/segmentations/{sop}.nii.gz").status_code == 200


def test_a_mask_on_slices_of_two_scans_is_refused(write, archive, array, second_scan):
    mixed = Labelmap(4, 5, (*SOPS[:2], second_scan[2]), SEGMENTS, None, array)
    status, answer = write(labelmap.compose(mixed))
    assert (status, answer["error"]["code"]) == (422, "geometry")
    assert archive.stored == []


def test_a_version_on_another_scan_of_the_series_is_422(write, archive, first, array, second_scan):
    status, answer = write(labelmap.compose(Labelmap(4, 5, second_scan, SEGMENTS, None, array, first)))
    assert (status, answer["error"]["code"]) == (422, "other_series")
    assert archive.stored == [first]
