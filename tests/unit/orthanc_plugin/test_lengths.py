"""Where a diameter was measured: the line that a reader drew is in the SR, and is told from the mask's long axis."""

import copy

import numpy as np
import pytest

from seg import labelmap
from seg.labelmap import Labelmap, Segment
from sr_templates import content, items, read

CT, STUDY = "2.25.1001", "2.25.1000"
ROUTE = f"/studies/{STUDY}/reports"
UID = "2.25.4711"
LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
#: Pixels are 2 mm wide and high: 3 columns and 4 rows are 10 mm.
LINE = {"sop_instance_uid": f"{CT}.1", "points": [1.0, 0.0, 4.0, 4.0]}


@pytest.fixture
def body(complete_answers):
    answers = copy.deepcopy(complete_answers)
    answers["nodules"] = [{**answers["nodules"][0], "diameter_mm": 10.2, "tracking_uid": UID}]
    answers["nodules"][0].pop("segment_number", None)
    answers["nodules"][0].update({"lirads": "LR-3", "lirads_override_reason": "It is as before"})
    return {"template": "liver-ct", "state": "draft", "answers": answers, "lengths": {UID: LINE}}


def lines(archive, sop):
    """Points, image and mask of every line in a report."""
    return [
        (places.points, line.children[0].references[0].sop_instance_uid, number.first(content.SOURCE))
        for number, line, places in _coordinates(read.parse(archive.read(sop)).root)
    ]


def _coordinates(item: items.ContentItem):
    for child in item.children:
        if child.coordinates:
            yield item, child, child.coordinates
        yield from _coordinates(child)


def test_a_drawn_length_is_in_the_report_and_comes_back(api, archive, body):
    status, written = api("ana", "POST", ROUTE, json=body)
    assert status == 201, written
    assert lines(archive, written["sop_instance_uid"]) == [(tuple(LINE["points"]), f"{CT}.1", None)]
    report = api("ana", "GET", f"/reports/{written['sop_instance_uid']}")[1]
    assert report["lengths"] == {UID: {**LINE, "of_mask": False}}


def test_it_stays_when_the_report_is_verified(api, body):
    body["state"] = "complete"
    complete = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    verified = api("ana", "POST", f"/reports/{complete}/verify", json={})[1]["sop_instance_uid"]
    assert api("ana", "GET", f"/reports/{verified}")[1]["lengths"] == {UID: {**LINE, "of_mask": False}}


def test_it_goes_before_the_long_axis_of_the_segment_which_is_told_apart(api, archive, body):
    drawn = np.zeros((3, 4, 5), np.uint8)
    drawn[2, 1, 0:5] = 1
    sent = labelmap.compose(
        Labelmap(4, 5, tuple(f"{CT}.{n}" for n in range(3)), (Segment(1, "Nodule 1", "nodule", UID),), None, drawn)
    )
    mask = api("ana", "POST", f"/series/{CT}/segmentations", data=sent, headers=LABELMAP)[1]["sop_instance_uid"]
    body["segmentation"], body["answers"]["nodules"][0]["segment_number"] = mask, 1
    both = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    assert api("ana", "GET", f"/reports/{both}")[1]["lengths"] == {UID: {**LINE, "of_mask": False}}

    del body["lengths"]
    axis = api("ana", "POST", ROUTE, json=body)[1]["sop_instance_uid"]
    (_, image, source) = lines(archive, axis)[0]
    assert image == f"{CT}.2"
    assert source.references[0].sop_instance_uid == mask
    assert source.references[0].segments == (1,)
    told = api("ana", "GET", f"/reports/{axis}")[1]["lengths"][UID]
    assert (told["sop_instance_uid"], told["of_mask"], told["points"]) == (f"{CT}.2", True, [0.0, 1.5, 5.0, 1.5])


@pytest.mark.parametrize(
    ("lengths", "path"),
    [
        ([], "lengths"),
        ({"2.25.1": LINE}, "lengths.2.25.1"),
        ({UID: "x"}, f"lengths.{UID}"),
        ({UID: {**LINE, "points": [0, 0, 1]}}, f"lengths.{UID}"),
        ({UID: {**LINE, "points": [0, 0, True, 4]}}, f"lengths.{UID}"),
        ({UID: {**LINE, "points": [0, 0, 3, 5]}}, f"lengths.{UID}.points"),
        ({UID: {**LINE, "points": [1, 0, 4, 3.5]}}, f"lengths.{UID}"),
        ({UID: {**LINE, "sop_instance_uid": "2.25.99"}}, f"lengths.{UID}.sop_instance_uid"),
    ],
)
def test_a_line_that_cannot_be_the_measured_one_is_refused_and_nothing_is_stored(api, archive, body, lengths, path):
    status, answer = api("ana", "POST", ROUTE, json=body | {"lengths": lengths})
    assert (status, answer["error"]["code"], answer["error"]["path"]) == (422, "invalid_length", path)
    assert archive.stored == []


def test_tracking_uids_are_minted_for_who_writes(api):
    first, second = (api("julia", "POST", "/tracking-uids", json={})[1]["tracking_uid"] for _ in range(2))
    assert first != second
    assert first.startswith("2.25.")
    assert api("paulo", "POST", "/tracking-uids", json={})[0] == 403
