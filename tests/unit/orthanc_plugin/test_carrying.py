"""Masks carried to the other phases through the API: what is written, what is told, what is refused."""

import io

import numpy as np
import pydicom
import pytest

from orthanc_plugin import version
from orthanc_plugin.carrier import Carrier
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.study_phases import Memory
from seg import decode, labelmap, phantom, spatial_registration
from seg.labelmap import Labelmap, Segment
from seg.volume import read_grid

PHASES = ("non_contrast", "portal_venous", "arterial")


@pytest.fixture(scope="module")
def breathing():
    return {phase: phantom.study("small", (phase,), breath_shift=True) for phase in PHASES}


@pytest.fixture
def series(breathing, archive):
    """The headers of each phase of a study that is in the archive."""
    for headers in breathing.values():
        for one in headers:
            one.save_as(archive.folder / one.SOPInstanceUID, enforce_file_format=True)
    return {phase: [str(headers[0].SeriesInstanceUID), headers] for phase, headers in breathing.items()}


@pytest.fixture
def mask(series, call):
    """SOP Instance UID of the mask of the portal venous phase."""
    uid, headers = series["portal_venous"]
    grid = read_grid(headers)
    labels = phantom.truth("small", breath_shift=True).labelmap("portal_venous")
    labels[labels > 2] = 1
    segments = (Segment(1, "Liver", "liver"), Segment(2, "HCC", "nodule", "2.25.77", "HCC"))
    body = labelmap.compose(Labelmap(grid.rows, grid.columns, grid.sop_instance_uids, segments, None, labels))
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    answer = call("ana", "POST", f"/hepatia/api/series/{uid}/segmentations", data=body, headers=headers)
    return answer.get_json()["sop_instance_uid"]


@pytest.fixture(autouse=True)
def room(app):
    app.config["MAX_CONTENT_LENGTH"] = 1 << 24


def written(archive, sop):
    return pydicom.dcmread(io.BytesIO(archive.read(sop)))


def test_a_mask_is_carried_to_all_other_phases_as_it_is(api, archive, series, mask):
    status, answer = api("julia", "POST", f"/segmentations/{mask}/carry", json={})
    assert (status, answer["source"], answer["refused"]) == (201, mask, [])
    assert {one["series_instance_uid"] for one in answer["carried"]} == {series[p][0] for p in PHASES} - {
        series["portal_venous"][0]
    }
    source = decode.decode(archive.read(mask))
    for one in answer["carried"]:
        assert (one["registration"], one["existing"], one["warnings"]) == (None, [], [])
        headers = next(h for uid, h in series.values() if uid == one["series_instance_uid"])
        carried = decode.decode(archive.read(one["segmentation"]["sop_instance_uid"]))
        assert carried.source_series_instance_uid == one["series_instance_uid"]
        was = decode.segment_numbers(source, read_grid(series["portal_venous"][1]))
        assert np.array_equal(decode.segment_numbers(carried, read_grid(headers)), was)
        for before, after in zip(source.segments, carried.segments, strict=True):
            assert (after.number, after.label, after.kind) == (before.number, before.label, before.kind)
            assert (after.tracking_uid, after.category, after.type) == (
                before.tracking_uid, before.category, before.type
            )  # fmt: skip


def test_it_says_what_it_was_derived_from(api, archive, series, mask, dicom_errors):
    body = {"series": [series["arterial"][0]]}
    [one] = api("ana", "POST", f"/segmentations/{mask}/carry", json=body)[1]["carried"]
    data = archive.read(one["segmentation"]["sop_instance_uid"])
    assert dicom_errors(data) == []
    dataset = pydicom.dcmread(io.BytesIO(data))
    assert dataset.SeriesDescription == "HepatIA mask, from portal venous"
    assert dataset.DerivationDescription.startswith("Carried from the portal venous series by HepatIA carry")
    assert dataset.SourceImageSequence[0].ReferencedSOPInstanceUID == mask
    assert dataset.SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue == "121322"
    assert "SourceInstanceSequence" not in dataset
    assert "ReferencedInstanceSequence" not in dataset  # nothing is superseded
    for segment in dataset.SegmentSequence:
        assert segment.SegmentAlgorithmType == "SEMIAUTOMATIC"
        [algorithm] = segment.SegmentationAlgorithmIdentificationSequence
        assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("HepatIA carry", version.VERSION)
        assert algorithm.AlgorithmParameters == "interpolation nearest; transform identity"


def test_registration_is_a_job_that_stores_and_names_the_transform(api, archive, series, mask, jobs, dicom_errors):
    body = {"series": [series["arterial"][0]], "registration": "rigid"}
    status, answer = api("ana", "POST", f"/segmentations/{mask}/carry", json=body)
    assert status == 202
    before = len(archive.stored)
    outcome = carrier(archive)(jobs.get(answer["job"]), Unwatched())
    assert len(archive.stored) == before + 2
    [one] = outcome["carried"]["carried"]
    assert outcome["result"] == f"/hepatia/api/segmentations/{one['segmentation']['sop_instance_uid']}/labelmap"
    assert one["registration"]["moved_mm"] == pytest.approx(7.97, abs=0.6)
    assert one["registration"]["match_after"] > one["registration"]["match_before"]
    data = archive.read(one["registration"]["sop_instance_uid"])
    assert dicom_errors(data) == []
    registration = pydicom.dcmread(io.BytesIO(data))
    sops = [str(header.SOPInstanceUID) for header in series["portal_venous"][1]]
    moved = spatial_registration.matrix_of(registration, sops) @ (0, -160, -540, 1) - (0, -160, -540, 1)
    assert moved[:3] == pytest.approx((1.5, -3.5, 7.0), abs=0.6)
    dataset = written(archive, one["segmentation"]["sop_instance_uid"])
    [source] = dataset.SourceInstanceSequence
    assert source.ReferencedSOPInstanceUID == registration.SOPInstanceUID
    algorithm = dataset.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    assert "transform rigid" in algorithm.AlgorithmParameters
    truth = phantom.truth("small", breath_shift=True).labelmap("arterial") > 0
    carried = decode.segment_numbers(decode.decode(dataset), read_grid(series["arterial"][1])) > 0
    assert 2 * np.count_nonzero(carried & truth) / (carried.sum() + truth.sum()) > 0.96


def test_a_job_that_is_cancelled_leaves_nothing(api, archive, mask, jobs):
    _, answer = api("ana", "POST", f"/segmentations/{mask}/carry", json={"registration": "rigid"})
    before = len(archive.stored)
    with pytest.raises(InterruptedError):
        carrier(archive)(jobs.get(answer["job"]), Unwatched(most=6))
    assert len(archive.stored) == before


def test_as_a_label_map_when_the_setting_says_so(archive, series, mask):
    made = carrier(archive, "LABELMAP")
    answer = made.carry(made.order(mask, [series["arterial"][0]], "none", "Souza^Ana"))
    [one] = answer["carried"]
    dataset = written(archive, one["segmentation"]["sop_instance_uid"])
    assert dataset.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.7"
    source = decode.decode(archive.read(mask))
    carried = decode.decode(dataset)
    grids = [read_grid(series[phase][1]) for phase in ("portal_venous", "arterial")]
    first, second = (decode.segment_numbers(*pair) for pair in zip((source, carried), grids, strict=True))
    assert np.array_equal(first, second)
    assert [one.tracking_uid for one in carried.segments] == [one.tracking_uid for one in source.segments]


def carrier(archive, type_="BINARY"):
    return Carrier(archive, Keys(b"k" * 32), Memory(), lambda _sop, _seconds: True, 1.0, type_)


class Unwatched:
    """The handler's side of a job that nobody watches; ended when it has told so often how far it is."""

    def __init__(self, most=10_000):
        self.most = most

    def tell(self, progress, step):
        assert 0 <= progress <= 1
        self.most -= 1
        if self.most < 0:
            raise InterruptedError


def test_masks_that_are_there_are_told_and_stay(api, archive, series, mask):
    route, body = f"/segmentations/{mask}/carry", {"series": [series["arterial"][0]]}
    [first] = api("ana", "POST", route, json=body)[1]["carried"]
    [second] = api("ana", "POST", route, json=body)[1]["carried"]
    assert second["existing"] == [first["segmentation"]["sop_instance_uid"]]
    assert archive.read(first["segmentation"]["sop_instance_uid"])


def test_another_frame_of_reference_is_refused_or_told(api, archive, series, mask):
    for header in series["arterial"][1]:
        changed = written(archive, str(header.SOPInstanceUID))
        changed.FrameOfReferenceUID = "1.2.3"
        changed.save_as(archive.folder / header.SOPInstanceUID, enforce_file_format=True)
    before = len(archive.stored)
    uid = series["arterial"][0]
    status, answer = api("ana", "POST", f"/segmentations/{mask}/carry", json={"series": [uid]})
    assert (status, answer["error"]["code"]) == (422, "geometry")
    assert "1.2.3" in answer["error"]["message"]
    assert len(archive.stored) == before
    _, answer = api("ana", "POST", f"/segmentations/{mask}/carry", json={})
    assert [one["series_instance_uid"] for one in answer["refused"]] == [uid]
    assert len(answer["carried"]) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"series": ["1.2.3"]}, "series.0"),
        ({"series": []}, "series"),
        ({"series": "1.2.3"}, "series"),
        ({"registration": "elastic"}, "registration"),
        ({"force": True}, "force"),
    ],
)
def test_what_is_wrong_is_422_with_its_path(api, mask, body, path):
    status, answer = api("ana", "POST", f"/segmentations/{mask}/carry", json=body)
    assert (status, answer["error"]["path"]) == (422, path)


def test_from_scan_to_scan_within_one_series(api, call, archive):
    """Phases told apart by Acquisition Number only, in one series: each is carried to by itself."""
    scans = {p: phantom.study("small", (p,), one_series=True) for p in ("arterial", "portal_venous", "equilibrium")}
    for headers in scans.values():
        for one in headers:
            one.save_as(archive.folder / one.SOPInstanceUID, enforce_file_format=True)
    grid, labels = read_grid(scans["portal_venous"]), phantom.truth("small").labelmap("portal_venous")
    labels[labels > 1] = 1
    drawn = Labelmap(grid.rows, grid.columns, grid.sop_instance_uids, (Segment(1, "Liver", "liver"),), None, labels)
    route = f"/hepatia/api/series/{grid.series_instance_uid}/segmentations"
    headers = {"Content-Type": "application/vnd.hepatia.labelmap"}
    sop = call("ana", "POST", route, data=labelmap.compose(drawn), headers=headers).get_json()["sop_instance_uid"]
    status, answer = api("ana", "POST", f"/segmentations/{sop}/carry", json={})
    assert (status, answer["refused"]) == (201, [])
    assert [one["acquisition_number"] for one in answer["carried"]] == [2, 4]
    for one, phase in zip(answer["carried"], ("arterial", "equilibrium"), strict=True):
        dataset = written(archive, one["segmentation"]["sop_instance_uid"])
        assert dataset.SeriesDescription == "HepatIA mask, from portal venous"
        assert np.array_equal(decode.segment_numbers(decode.decode(dataset), read_grid(scans[phase])), labels)
        assert api("ana", "GET", f"/segmentations/{dataset.SOPInstanceUID}")[0] == 200


def test_who_may_not_write_may_not_carry(api, mask):
    for login in ("paulo", "sender"):
        assert api(login, "POST", f"/segmentations/{mask}/carry", json={})[0] == 403


def test_what_is_no_mask_is_404(api):
    assert api("ana", "POST", "/segmentations/2.25.1001.0/carry", json={})[0] == 404
    assert api("ana", "POST", "/segmentations/1.2.3/carry", json={})[0] == 404
