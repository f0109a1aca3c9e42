"""What readers at several machines have in common: an installation, and a report that is complete."""

import httpx

from tests.conftest import Instance

#: Required answers of liver-ct; the one nodule is what the prior exam had too.
ANSWERS = {
    "patient": {"baseline_diagnosis": ["hepatitis_c"], "cirrhosis": "yes", "imaging_profile": "lirads_high"},
    "exam": {"quality": "adequate"},
    "liver": {
        "morphology": "chronic_liver_disease", "contour": "nodular", "parenchyma": "heterogeneous",
        "caudate_hypertrophy": "yes", "lateral_segment_hypertrophy": "no", "ascites": "no", "splenomegaly": "yes",
        "portal_vein_thrombosis": "no", "cavernous_transformation": "no", "nodule_count": 1,
    },
    "nodules": [
        {
            "location": ["VII"], "diameter_mm": 21, "aphe": "nonrim", "washout": "nonperipheral", "capsule": "absent",
            "threshold_growth": "not_assessable", "lirads": "LR-5",
        }
    ],
}  # fmt: skip
COMPLETE = {"template": "liver-ct", "state": "complete", "answers": ANSWERS}


def studies(installation: Instance) -> set[str]:
    """Return the Study Instance UIDs of all that is stored."""
    auth = installation.account("admin")
    found = httpx.get(f"{installation.url}/dicom-web/studies", auth=auth, trust_env=False, timeout=60)
    return {one["0020000D"]["Value"][0] for one in (found.json() if found.content else ())}
