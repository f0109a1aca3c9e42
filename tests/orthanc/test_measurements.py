"""Masks of four phases through the whole installation: measured, written into the SR, indexed, searched, kept."""

import subprocess
import time

import httpx
import numpy as np
import pytest

from orthanc_plugin.deidentification import keys
from seg import labelmap, phantom
from seg.labelmap import Labelmap, Segment
from sr_templates import conformance, read

pytestmark = pytest.mark.orthanc

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
PHASES = ("non_contrast", "arterial", "portal_venous", "equilibrium")
#: What a save may take with four masks of 512 × 512 × 60 that were measured when they were stored.
SAVE_S = 1.0


@pytest.fixture(scope="module")
def truth():
    return phantom.truth("viewer", breath_shift=True)


@pytest.fixture(scope="module")
def api(instance):
    client = httpx.Client(base_url=instance.url, auth=instance.account("radiologist"), timeout=120, trust_env=False)

    def request(method, path, **more):
        answer = client.request(method, f"/hepatia/api{path}", **more)
        assert answer.is_success, answer.text
        return answer.json()

    yield request
    client.close()


@pytest.fixture(scope="module")
def scans(instance, api, tmp_path_factory):
    """The phantom in the archive: its Study Instance UID, and of each phase the series and its slices from the feet."""
    patient = f"MEASURED-{time.time_ns()}"
    files = phantom.write(tmp_path_factory.mktemp("phantom"), "viewer", patient_id=patient, breath_shift=True)
    store = ["storescu", "--propose-jls-lossless", "--required", "-aec", "HEPATIA", "127.0.0.1"]
    subprocess.run([*store, str(instance.dicom_port), *map(str, files)], check=True, capture_output=True)
    pseudonym = keys.load_or_create(instance.data / "secret.key").pseudonym(patient, "")
    with httpx.Client(base_url=instance.url, auth=instance.account("admin"), timeout=60, trust_env=False) as admin:
        [study] = admin.get("/dicom-web/studies", params={"PatientID": pseudonym}).json()
        uid = study["0020000D"]["Value"][0]
        series = {one["phase"]: one["series_instance_uid"] for one in api("GET", f"/studies/{uid}")["series"]}
        return uid, {phase: (series[phase], _slices(admin, uid, series[phase])) for phase in PHASES}


def _slices(admin, study, series):
    found = admin.get(f"/dicom-web/studies/{study}/series/{series}/metadata").json()
    ordered = sorted(found, key=lambda one: float(one["00200032"]["Value"][2]))
    return tuple(one["00080018"]["Value"][0] for one in ordered)


@pytest.fixture(scope="module")
def masks(api, scans, truth):
    """The true masks, stored: phase → what the API answered; the nodules keep their tracking UIDs."""
    stored, tracked = {}, {}
    for phase in PHASES:
        series, sops = scans[1][phase]
        segments = [Segment(1, "Liver", "liver")]
        segments += [
            Segment(one.segment_number, one.name, "nodule", tracked.get(one.segment_number)) for one in truth.nodules
        ]
        body = labelmap.compose(Labelmap(512, 512, sops, tuple(segments), None, truth.labelmap(phase)))
        stored[phase] = api("POST", f"/series/{series}/segmentations", content=body, headers=LABELMAP)
        tracked = {one["number"]: one["tracking_uid"] for one in stored[phase]["segments"]}
    return stored


def complete(truth):
    """Complete answers; whatever they say of measurements is made up."""
    assessed = {"aphe": "nonrim", "washout": "absent", "capsule": "absent", "threshold_growth": "not_assessable"}
    nodules = [
        {"segment_number": one.segment_number, "location": [one.couinaud], "diameter_mm": one.diameter_mm}
        | assessed
        | {"lirads": "LR-3", "lirads_override_reason": "Phantom", "hu_mean_arterial": "made up"}
        for one in truth.nodules
    ]
    signs = ("caudate_hypertrophy", "lateral_segment_hypertrophy", "ascites", "splenomegaly", "portal_vein_thrombosis")
    liver = {"morphology": "normal", "contour": "smooth", "parenchyma": "homogeneous", "nodule_count": 3}
    return {
        "patient": {"baseline_diagnosis": ["hepatitis_c"], "cirrhosis": "yes", "imaging_profile": "lirads_high"},
        "exam": {"quality": "adequate"},
        "liver": liver
        | dict.fromkeys((*signs, "cavernous_transformation"), "no")
        | {"volume_cm3": 1300, "mask_volume_cm3": 1},
        "nodules": nodules,
    }


@pytest.fixture(scope="module")
def written(api, scans, masks, truth):
    """A report that cites the portal venous mask: its SOP Instance UID, and how long saving it took."""
    body = {"template": "liver-ct", "state": "complete", "answers": complete(truth)}
    body["segmentation"] = masks["portal_venous"]["sop_instance_uid"]
    # A reader takes longer to fill in the form.
    time.sleep(10)
    started = time.perf_counter()
    sop = api("POST", f"/studies/{scans[0]}/reports", json=body)["sop_instance_uid"]
    return sop, time.perf_counter() - started


@pytest.fixture(scope="module")
def answers(api, written):
    return api("GET", f"/reports/{written[0]}")["answers"]


def test_a_save_finds_what_was_measured_when_the_masks_were_stored(written):
    assert written[1] < SAVE_S


def test_volumes_and_axes_are_those_of_the_phantom(answers, truth):
    assert answers["liver"]["volume_cm3"] == 1300, "the reader's volume is the reader's"
    assert answers["liver"]["mask_volume_cm3"] == pytest.approx(truth.volumes_cm3["liver"], rel=0.005)
    for nodule, true in zip(answers["nodules"], truth.nodules, strict=True):
        assert nodule["volume_cm3"] == pytest.approx(true.volume_mm3 / 1000, rel=0.04)
        assert nodule["long_axis_mm"] == pytest.approx(true.diameter_mm, abs=1.0)
        assert nodule["short_axis_mm"] == pytest.approx(true.diameter_mm, abs=1.0)


def test_attenuation_is_that_of_each_phase(answers, truth):
    hcc = answers["nodules"][0]
    for phase in PHASES:
        liver = truth.mean_hu[phase]["liver"]
        assert answers["liver"][f"hu_mean_{phase}"] == pytest.approx(liver, abs=1.5)
        assert 12 < answers["liver"][f"hu_sd_{phase}"] < 20
        assert hcc[f"hu_mean_{phase}"] == pytest.approx(truth.nodules[0].mean_hu[phase], abs=1.5)
        # The core has no capsule in it.
        ratio = 100 * liver / truth.mean_hu[phase]["hcc"]
        assert hcc[f"liver_lesion_ratio_{phase}"] == pytest.approx(ratio, rel=0.03)


def test_the_washout_nodule_is_found(api, scans, answers):
    ratios = [one["liver_lesion_ratio_equilibrium"] for one in answers["nodules"]]
    assert ratios[0] > 107 > ratios[1]

    def found(**filters):
        items = api("GET", "/search", params={"page_size": 500, **filters})["items"]
        return scans[0] in [one["study_instance_uid"] for one in items]

    washout = {"nodules.liver_lesion_ratio_equilibrium.min": 107}
    assert found(**washout, **{"nodules.diameter_mm": 32})
    assert not found(**washout, **{"nodules.diameter_mm": 9})
    assert found(**{"liver.mask_volume_cm3.min": 1300, "liver.mask_volume_cm3.max": 1340})
    assert not found(**{"liver.mask_volume_cm3.min": 1340})
    facets = api("GET", "/search/facets")["facets"]
    [facet] = [one for one in facets if one["path"] == "nodules.liver_lesion_ratio_equilibrium"]
    assert facet["minimum"] <= ratios[1] <= ratios[0] <= facet["maximum"]


def test_the_sr_says_on_which_mask_each_value_was_measured(instance, written, masks, answers, tmp_path):
    with httpx.Client(base_url=instance.url, auth=instance.account("admin"), timeout=60, trust_env=False) as admin:
        [found] = admin.post("/tools/lookup", content=written[0]).json()
        data = admin.get(f"/instances/{found['ID']}/file").content
    sops = {phase: one["sop_instance_uid"] for phase, one in masks.items()}
    on = read.measured_on(data)
    uid = answers["nodules"][0]["tracking_uid"]
    for phase in PHASES:
        assert on["liver", f"hu_mean_{phase}"].sop_instance_uid == sops[phase]
        assert (on["liver", f"hu_mean_{phase}"].segments, on[uid, f"hu_sd_{phase}"].segments) == ((1,), (2,))
    assert on["liver", "mask_volume_cm3"].segments == (1, 2, 3, 4)
    assert on[uid, "long_axis_mm"].sop_instance_uid == sops["portal_venous"]
    assert read.read(data).segmentation == sops["portal_venous"]
    assert conformance.problems(read.parse(data).root) == []
    file = tmp_path / "report.dcm"
    file.write_bytes(data)
    said = subprocess.run(["dciodvfy", "-new", file], capture_output=True, text=True, errors="replace")
    assert [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")] == []


def test_a_new_mask_of_a_phase_is_measured_in_place_of_the_one_before(api, scans, masks, truth, written):
    """An arterial mask shifted by forty columns: of its own phase everything changes, of the others nothing."""
    series, sops = scans[1]["arterial"]
    shifted = np.roll(truth.labelmap("arterial"), 40, axis=2)
    tracked = {one["number"]: one["tracking_uid"] for one in masks["arterial"]["segments"]}
    segments = [Segment(1, "Liver", "liver"), *(Segment(n, "Nodule", "nodule", tracked[n]) for n in (2, 3, 4))]
    body = labelmap.compose(Labelmap(512, 512, sops, tuple(segments), None, shifted))
    api("POST", f"/series/{series}/segmentations", content=body, headers=LABELMAP)
    before = api("GET", f"/reports/{written[0]}")
    body = {"template": "liver-ct", "state": "complete", "answers": before["answers"], "replaces": written[0]}
    body["segmentation"] = before["segmentation"]
    after = api("GET", f"/reports/{api('POST', f'/studies/{scans[0]}/reports', json=body)['sop_instance_uid']}")
    changed = {
        name
        for old, new in zip(before["answers"]["nodules"], after["answers"]["nodules"], strict=True)
        for name in old
        if old[name] != new.get(name)
    }
    assert changed == {"hu_mean_arterial", "hu_sd_arterial", "liver_lesion_ratio_arterial"}
