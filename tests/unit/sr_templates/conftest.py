"""A study to report on, and complete answers."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydicom import Dataset, dcmread

from sr_templates.report import WriteContext
from sr_templates.template import Template, load


@pytest.fixture(scope="session")
def liver() -> Template:
    return load("liver-ct")


@pytest.fixture(scope="session")
def sources(shared_data: Path) -> list[Dataset]:
    files = sorted((shared_data / "ct-upper-abdomen-lidc").glob("*.dcm"))[:5]
    return [dcmread(file, stop_before_pixels=True) for file in files]


@pytest.fixture(scope="session")
def segmentation(shared_data: Path) -> Dataset:
    return dcmread(shared_data / "ct-liver-seg-dcmqi" / "liver.dcm", stop_before_pixels=True)


def new_uid() -> str:
    return f"2.25.{uuid4().int}"


@pytest.fixture
def context() -> Callable[..., WriteContext]:
    def make(**changes: Any) -> WriteContext:
        values = {
            "state": "complete",
            "observer_name": "Souza^Ana",
            "observer_login": "ana",
            "role": "radiologist",
            "created": datetime(2026, 3, 4, 10, 20, 30, 456789),
            "sop_instance_uid": new_uid(),
            "series_instance_uid": new_uid(),
            "mint": new_uid,
        }
        return WriteContext(**(values | changes))

    return make


@pytest.fixture
def complete() -> dict[str, Any]:
    signs = (
        "caudate_hypertrophy", "lateral_segment_hypertrophy", "ascites", "splenomegaly", "portal_vein_thrombosis",
        "cavernous_transformation",
    )  # fmt: skip
    return {
        "patient": {
            "baseline_diagnosis": ["hepatitis_c", "alcohol"],
            "cirrhosis": "yes",
            "imaging_profile": "lirads_high",
            "afp_ng_ml": 182.5,
        },
        "exam": {"quality": "adequate"},
        "liver": {"morphology": "chronic_liver_disease", "contour": "nodular", "parenchyma": "heterogeneous"}
        | dict.fromkeys(signs, "no")
        | {"nodule_count": 3, "portal_vein_diameter_mm": 14.123456789012345, "spleen_length_mm": 131},
        "nodules": [
            {
                "tracking_uid": "1.2.3.4",
                "location": ["VII", "IVa"],
                "diameter_mm": 32,
                "aphe": "nonrim",
                "washout": "nonperipheral",
                "capsule": "present",
                "threshold_growth": "not_assessable",
                "lirads": "LR-5",
                "lirads_override_reason": "Cápsula só na fase tardia; 日本",
                "segment_number": 1,
            }
        ],
    }
