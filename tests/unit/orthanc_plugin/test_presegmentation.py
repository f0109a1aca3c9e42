import json
import os

import numpy as np
import pytest

from orthanc_plugin import models
from orthanc_plugin.jobs import JobFailed
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.presegmentation import remapped

CT = "2.25.1001"


def model(**more):
    given = {"name": "m", "kind": "bundle", "version": "1", "path": "/m", "labels": {"2": "Nodule", "5": "Liver"}}
    return models.parse([given | more])[0]


def test_labels_are_taken_by_value_never_by_position():
    values = np.zeros((2, 3, 4), np.uint8)
    values[0, 0, 0], values[1, 1, 1:3] = 2, 5
    mask, segments = remapped(values, model())
    assert [(one.number, one.label, one.kind) for one in segments] == [(1, "Nodule", "nodule"), (2, "Liver", "liver")]
    assert (mask[0, 0, 0], mask[1, 1, 1], np.count_nonzero(mask)) == (1, 2, 3)


def test_what_was_not_found_is_no_segment():
    values = np.full((1, 2, 2), 5, np.uint8)
    mask, segments = remapped(values, model())
    assert [(one.number, one.label) for one in segments] == [(1, "Liver")]
    assert (mask == 1).all()


def test_unknown_values_are_refused_or_dropped_as_the_model_says():
    values = np.array([[[5, 7, 9, 0]]], np.uint8)
    with pytest.raises(JobFailed, match="the value 7, 9") as refused:
        remapped(values, model())
    assert refused.value.code == "unknown_value"
    mask, _ = remapped(values, model(other_values="drop"))
    assert mask.tolist() == [[[1, 0, 0, 0]]]


@pytest.mark.parametrize("found", [0, 7])
def test_nothing_found_is_said(found):
    values = np.full((1, 2, 2), found, np.uint8)
    with pytest.raises(JobFailed, match="found nothing") as refused:
        remapped(values, model(other_values="drop"))
    assert refused.value.code == "empty_mask"


def test_states_without_a_server(tmp_path):
    assert MonaiLabel("", tmp_path).state() == "off"
    assert MonaiLabel("http://127.0.0.1:1", tmp_path).state() == "down"
    own = MonaiLabel("auto", tmp_path)
    assert own.state() == "down"
    for pid, state in ((os.getpid(), "starting"), (2**22 + 1, "down")):
        (tmp_path / "server.json").write_text(json.dumps({"state": "starting", "pid": pid}))
        assert own.state() == state


def test_presegment_says_what_to_do(api):
    status, answer = api("ana", "POST", f"/series/{CT}/presegment", json={"model": "liver"})
    assert (status, answer["error"]["code"]) == (503, "monailabel_off")
    assert "AI=1" in answer["error"]["message"]
    assert api("paulo", "POST", f"/series/{CT}/presegment", json={})[0] == 403
    status, answer = api("ana", "POST", f"/series/{CT}/presegment", json={"model": "spleen"})
    assert (status, answer["error"]["path"]) == (422, "model")
    assert api("ana", "POST", f"/series/{CT}/presegment")[0] == 503
    assert api("ana", "POST", "/series/2.25.9/presegment", json={})[0] == 404


def test_models_are_listed(api):
    status, answer = api("paulo", "GET", "/models")
    assert (status, answer["state"], answer["models"][0]["labels"]) == (200, "off", {"1": "Liver"})
