"""Every kind of model through the whole installation: volume out, mask in, SEG stored."""

import numpy as np
import pytest

from seg import phantom

pytestmark = pytest.mark.monailabel

#: As in make_models.py, which runs in an environment of its own.
LOW, HIGH = 70, 160


def dice(one, other):
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


def expected(site, series):
    """Value 1 between the thresholds, 2 above, on the CT as the API gives it."""
    ct = np.asarray(site.read(f"/series/{series}.nii.gz").dataobj).T
    return np.where(ct > HIGH, 2, np.where(ct > LOW, 1, 0))


@pytest.mark.parametrize("phase", phantom.PHASES)
def test_the_baseline_finds_the_liver_in_every_phase(site, study, phase):
    job = site.done(study[phase], "liver")
    mask, _ = site.mask(job)
    assert dice(mask == 1, phantom.truth("small").labelmap(phase) > 0) >= 0.97


def test_the_segmentation_says_who_drew_it(site, study):
    job = site.done(study["portal_venous"], "liver")
    assert job["result"] == f"/hepatia/api/segmentations/{job['segmentation']}/labelmap"
    assert (job["progress"], job["place"], job["user"]) == (1.0, 0, "ana")
    found = site.reader.get(f"/segmentations/{job['segmentation']}").json()
    algorithm = {"name": "liver: threshold baseline", "version": "0.1", "type": "AUTOMATIC"}
    assert found["algorithm"] == algorithm
    assert (found["author"], found["source_series_instance_uid"]) == ("Souza^Ana", study["portal_venous"])
    assert [(one["label"], one["kind"]) for one in found["segments"]] == [("Liver", "liver")]
    assert site.reader.get(job["result"].removeprefix("/hepatia/api")).status_code == 200


def test_a_torchscript_file_at_its_own_spacing_is_exact(site, study):
    series = study["portal_venous"]
    mask, affine = site.mask(site.done(series, "script"))
    # Sliding windows are blended in 32 bits: a voxel that lies on a threshold may fall on either side.
    assert np.count_nonzero(mask != expected(site, series)) <= mask.size * 1e-4
    assert np.allclose(affine, site.read(f"/series/{series}.nii.gz").affine)


def test_a_network_says_how_unsure_it_was(site, study):
    series = study["portal_venous"]
    ct = np.asarray(site.read(f"/series/{series}.nii.gz").dataobj).astype(np.float64)
    first, second = ((np.clip(ct, -150, 250) - limit) / 4 for limit in (LOW, HIGH))
    logits = np.stack([np.zeros_like(ct), first, first + second])
    parts = np.exp(logits - logits.max(axis=0))
    parts /= parts.sum(axis=0)
    entropy = -(parts * np.log(np.maximum(parts, 1e-30))).sum(axis=0)[parts[0] < 0.95].mean() / np.log(3)

    def told(model):
        segmentation = site.done(series, model)["segmentation"]
        return site.reader.get(f"/segmentations/{segmentation}").json()["algorithm"].get("uncertainty")

    assert told("script") == pytest.approx(entropy, abs=1e-3)
    # At another spacing; the rule is the same.
    assert told("bundle") == pytest.approx(entropy, rel=0.5)
    assert told("liver") is None


@pytest.mark.parametrize("model", ["resampled", "bundle"])
def test_a_network_at_another_spacing_comes_back_on_the_grid(site, study, model):
    series = study["portal_venous"]
    mask, affine = site.mask(site.done(series, model))
    for value in (1, 2):
        assert dice(mask == value, expected(site, series) == value) >= 0.85
    # Voxels that no resampling moves across a threshold: a flip or a shift would fail there.
    assert dice(mask > 0, expected(site, series) > 0) >= 0.93
    assert np.allclose(affine, site.read(f"/series/{series}.nii.gz").affine)


def test_a_command_is_exact_and_its_values_become_segments(site, study):
    series = study["arterial"]
    job = site.done(series, "command")
    mask, _ = site.mask(job)
    assert np.array_equal(mask == 1, expected(site, series) > 0)
    found = site.reader.get(f"/segmentations/{job['segmentation']}").json()
    assert [(one["number"], one["label"]) for one in found["segments"]] == [(1, "Liver")]


@pytest.mark.parametrize(
    ("model", "code", "said"),
    [
        ("other-grid", "command_failed", "another grid"),
        ("other-value", "unknown_value", "the value 7"),
        ("dropping", "empty_mask", "found nothing"),
        ("empty", "empty_mask", "found nothing"),
        ("failing", "command_failed", "status 1"),
        ("missing", "model_missing", "is not there"),
    ],
)
def test_what_fails_says_why_and_stores_nothing(site, study, model, code, said):
    job = site.ended(site.submit(study["arterial"], model))
    assert (job["state"], job["error"]["code"], job["segmentation"]) == ("failed", code, None)
    assert said in job["error"]["message"]


def test_nothing_is_left_in_temporary_folders(site, study):
    site.done(study["arterial"], "command")
    site.ended(site.submit(study["arterial"], "failing"))
    assert site.temporary_files() == []


def test_models_are_listed_and_unknown_ones_named(site, study):
    listed = site.reader.get("/models").json()
    assert listed["state"] == "ok"
    assert listed["models"][0] == {
        "name": "liver",
        "kind": "baseline",
        "version": "0.1",
        "licence": "",
        "description": "threshold baseline",
        "phases": [],
        "labels": {"1": "Liver"},
    }
    answer = site.ask(study["arterial"], "spleen")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown_model")


def test_only_who_has_the_token_reaches_the_server(site):
    import httpx

    told = site.server()
    for url in (f"{told['url']}/info/", f"{told['control']}/health"):
        assert httpx.get(url, trust_env=False).status_code == 403
    with_token = {"X-HepatIA-Token": told["token"]}
    assert httpx.get(f"{told['url']}/info/", headers=with_token, trust_env=False).status_code == 200
    assert httpx.get(f"{told['url']}/datastore/", headers=with_token, trust_env=False).status_code == 403


@pytest.mark.parametrize("variant", [{"gantry_tilt_deg": 12.0}, {"order": "descending"}, {"missing_slice": True}])
def test_adverse_series(site, send, variant):
    series = send(patient_id=f"DEMO-{variant}", phases=("portal_venous",), **variant)["portal_venous"]
    job = site.ended(site.submit(series, "command"))
    if "missing_slice" in variant:
        assert job["error"]["code"] == "geometry"
        assert "missing slice" in job["error"]["message"]
        return
    for model in ("command", "script", "bundle"):
        mask, _ = site.mask(site.done(series, model))
        assert dice(mask > 0, expected(site, series) > 0) >= 0.9
